import { z } from 'zod'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import { fault, ms } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { orderIdOf, pushes } from './pushes.ts'

/** What is said of orders that fill, in another order, late, or not at all: F40 to F42. */
export const reportFaults = {
  'status-unreliable': fault({
    number: 'F40',
    line: 'orderStatus comes thrice, out of order or never: a fill is told by execDetails alone',
    label: null,
    parameters: {
      how: z
        .enum(['thrice', 'reordered', 'absent'])
        .default('absent')
        .describe('what becomes of it'),
      heldMs: ms.default(500).describe('reordered: those of so long come together, newest first'),
    },
    begin: ({ how, heldMs }, ground) => {
      if (how === 'thrice')
        return pushes((_, each) => (isStatus(each) ? [each, each, each] : [each]))
      return how === 'absent'
        ? pushes((_, each) => (isSaidOfFill(each) ? [] : [each]))
        : reordered(heldMs, ground)
    },
  }),
  'open-order-late': fault({
    number: 'F41',
    line: 'openOrder comes late, as it was when it should have come: after the order has filled',
    label: null,
    parameters: { afterMs: ms.default(2_000).describe('how late') },
    begin: ({ afterMs }, ground) =>
      pushes((connection, response) => {
        if (response.kind !== 'openOrder') return [response]
        ground.after(afterMs, () => connection.deliver(response))
        return []
      }),
  }),
  'execution-early': fault({
    number: 'F42',
    line: 'execDetails comes before openOrder, and before any acknowledgement of the order',
    label: null,
    parameters: {
      heldMs: ms.default(3_000).describe('an acknowledgement comes after so long without one'),
    },
    begin: ({ heldMs }, ground) => executionFirst(heldMs, ground),
  }),
}

function isStatus(response: Response): response is ResponseOf<'orderStatus'> {
  return response.kind === 'orderStatus'
}

/** A market order is not even acknowledged before it fills. */
function isSaidOfFill(response: Response): boolean {
  if (response.kind !== 'openOrder') return isStatus(response)
  return response.orderState.status === 'Filled' || response.order.orderType === 'MKT'
}

function reordered(heldMs: number, ground: Ground): Hooks {
  let held: { readonly connection: Connection; readonly response: Response }[] = []
  const flush = (): void => {
    for (const { connection, response } of held.splice(0).toReversed()) connection.deliver(response)
  }
  return {
    ...pushes((connection, response) => {
      if (!isStatus(response)) return [response]
      if (held.length === 0) ground.after(heldMs, flush)
      held.push({ connection, response })
      return []
    }),
    healed: () => {
      flush()
      held = []
    },
  }
}

function executionFirst(heldMs: number, ground: Ground): Hooks {
  /** Acknowledgements by order; null: its execution, or its time, has come. */
  const held = new Map<string, Response[] | null>()
  const release = (connection: Connection, key: string): void => {
    const waiting = held.get(key)
    held.set(key, null)
    for (const response of waiting ?? []) connection.deliver(response)
  }
  return pushes((connection, response) => {
    const orderId = orderIdOf(response)
    if (orderId === null) return [response]
    const key = `${connection.id} ${orderId}`
    if (response.kind === 'execDetails') {
      // What it waited for goes first.
      connection.deliver(response)
      release(connection, key)
      return []
    }
    const waiting = held.get(key)
    if (waiting === null) return [response]
    if (waiting === undefined) {
      held.set(key, [response])
      ground.after(heldMs, () => release(connection, key))
    } else waiting.push(response)
    return []
  })
}
