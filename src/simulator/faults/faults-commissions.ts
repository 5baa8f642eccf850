import { z } from 'zod'
import type { Response } from '../../wire/responses.ts'
import { fault, ms } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'
import { pushes } from './pushes.ts'

/** Commission reports that are early, late, unknown or missing: F43. */
export const commissionFaults = {
  'commissions-odd': fault({
    number: 'F43',
    line: 'a commission report comes before its execution, late, as -1, as unset, or never',
    label: null,
    parameters: {
      how: z
        .enum(['early', 'late', 'minus-one', 'unset', 'missing'])
        .default('minus-one')
        .describe('of -1 and unset, and of late ones, the right one follows'),
      afterMs: ms.default(30_000).describe('how late the right one is'),
    },
    begin: ({ how, afterMs }, ground) => {
      if (how === 'early') return early()
      return how === 'missing'
        ? pushes((_, each) => (each.kind === 'commissionReport' ? [] : [each]))
        : later({ how, afterMs }, ground)
    },
  }),
}

/** An execution waits for its commission, which goes first. */
function early(): Hooks {
  const waiting = new Map<string, Response>()
  return {
    ...pushes((_, response) => {
      if (response.kind === 'execDetails') {
        waiting.set(response.execId, response)
        return []
      }
      if (response.kind !== 'commissionReport') return [response]
      const execution = waiting.get(response.execId)
      waiting.delete(response.execId)
      return execution === undefined ? [response] : [response, execution]
    }),
  }
}

function later(
  { how, afterMs }: { readonly how: 'late' | 'minus-one' | 'unset'; readonly afterMs: number },
  ground: Ground,
): Hooks {
  return pushes((connection, response) => {
    if (response.kind !== 'commissionReport') return [response]
    ground.after(afterMs, () => connection.deliver(response))
    if (how === 'late') return []
    return [{ ...response, commission: how === 'unset' ? null : -1 }]
  })
}
