import { z } from 'zod'
import { cancelAlone, reject } from '../broker/acts.ts'
import { childrenOf } from '../broker/family.ts'
import { isLive, orderOf } from '../broker/desk.ts'
import { fault } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'

/** Families of orders that come apart: F51. */
export const bracketFaults = {
  'bracket-broken': fault({
    number: 'F51',
    line: 'a family comes apart: a child is rejected, the parent alone is cancelled, one is lost',
    label: null,
    parameters: {
      how: z
        .enum(['child-rejected', 'parent-cancelled', 'last-lost'])
        .default('child-rejected')
        .describe(
          'a child with the first fill; the parent once it rests; the frame that transmits',
        ),
      child: z.enum(['LMT', 'STP']).default('STP').describe('which child is rejected, by its type'),
      count: z.number().int().min(1).nullable().default(1).describe('how many; null is all'),
    },
    begin: ({ how, child, count }, ground) => {
      const left = count ?? Infinity
      if (how === 'last-lost') return lastLost(left)
      return how === 'child-rejected'
        ? childRejected(child, left, ground)
        : parentGone(left, ground)
    },
  }),
}

function lastLost(count: number): Hooks {
  let left = count
  return {
    takes: (_, request) =>
      request.kind === 'placeOrder' &&
      request.order.parentId !== 0 &&
      request.order.transmit === true &&
      left-- > 0,
  }
}

function childRejected(type: 'LMT' | 'STP', count: number, ground: Ground): Hooks {
  const { core } = ground.house
  let left = count
  const stop = core.subscribe((event) => {
    if (event.kind !== 'execution' || left <= 0) return
    const { clientId, orderId } = event.execution
    core.act((desk) => {
      const parent = orderOf(desk, clientId, orderId)
      if (parent === null) return
      const child = childrenOf(desk, parent).find((each) => each.type === type && isLive(each))
      if (child === undefined) return
      left--
      ground.did()
      reject(desk, child, 'The exchange has refused the order')
    })
  })
  return { healed: stop }
}

function parentGone(count: number, ground: Ground): Hooks {
  const { core } = ground.house
  let left = count
  const stop = core.subscribe((event) => {
    if (event.kind !== 'open-order' || left <= 0) return
    const { clientId, orderId, filled, staged } = event.order
    core.act((desk) => {
      const parent = orderOf(desk, clientId, orderId)
      if (parent === null || staged || filled > 0 || !isLive(parent)) return
      if (parent.status !== 'Submitted' || childrenOf(desk, parent).length === 0) return
      left--
      ground.did()
      cancelAlone(desk, parent)
    })
  })
  return { healed: stop }
}
