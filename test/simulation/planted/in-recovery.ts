import { fail, ok } from '../../../src/base/result.ts'
import type { Fault } from '../../../src/engine/ports.ts'
import type { World } from '../world.ts'
import { brokerWith, farAway, storing } from './bug.ts'
import type { Plant, Planted } from './bug.ts'

const NO_ANSWER: Fault = {
  code: 'timeout',
  retry: 'later',
  vendorCode: null,
  detail: 'planted',
}
const SECOND = 1_000

/** Connections end after half a minute, and for a moment nobody listens. */
function cut(world: World): void {
  const { clock, remains } = world
  clock.after(30 * SECOND, () => {
    const heal = world.failing(remains.gateway.inject({ name: 'refuse' }))
    clock.after(SECOND, heal)
  })
}

/** Which pictures come, counted from one; the others are asked for and never come. */
function picturing(comes: (number: number) => boolean): Plant {
  return brokerWith((port) => {
    let taken = 0
    return {
      snapshot: async (signal, known) =>
        comes(++taken) ? port.snapshot(signal, known) : fail(NO_ANSWER),
    }
  })
}

/** Entries rest far from the market; cancels never leave, nobody asks any more, or says so. */
function forgottenCancels(): Plant {
  const { wrap } = brokerWith((port) => {
    let taken = 0
    return {
      place: (orders) => port.place(orders.map(farAway)),
      cancel: () => ok(undefined),
      snapshot: async (signal, known) =>
        ++taken < 3 ? port.snapshot(signal, known) : fail(NO_ANSWER),
    }
  })
  const silent = { notify: () => undefined }
  return { wrap: (ports) => ({ ...wrap?.(ports), notifier: silent }) }
}

/** Bought, and neither a report nor a picture says so. */
function unseenFills(): Plant {
  return brokerWith((port) => ({
    onReport: (listener) =>
      port.onReport((report) => {
        if (report.kind !== 'filled') listener(report)
      }),
    snapshot: async (signal, known) => {
      const taken = await port.snapshot(signal, known)
      return taken.ok ? ok({ ...taken.value, fills: [], positions: [] }) : taken
    },
  }))
}

/** What became of the first order that was sent is lost, and asked about in vain. */
function outcomeLost({ bot, clock }: World): void {
  const leave = bot.engine.subscribe((event) => {
    if (event.type !== 'OrderIntended') return
    leave()
    const evidence = { kind: 'outcome-lost', reason: 'planted' } as const
    const report = { kind: 'evidence', orderId: event.order.id, evidence } as const
    clock.after(SECOND, () => {
      bot.engine.dispatch({ kind: 'order-reported', at: clock.now(), report })
    })
  })
}

export const bugsInRecovery: readonly Planted[] = [
  {
    bug: 'a second connection is not noticed',
    caughtBy: 'connected-soon',
    plant: brokerWith((port) => ({
      onLink: (listener) =>
        port.onLink((up, epoch) => {
          if (!up || epoch === 1) listener(up, epoch)
        }),
    })),
    meanwhile: cut,
  },
  {
    bug: 'after a second connect the picture never comes',
    caughtBy: 'reconciled-soon',
    saying: 'after the connect',
    plant: picturing((number) => number < 2),
    meanwhile: cut,
  },
  {
    bug: 'what is held is seen by nobody',
    caughtBy: 'reconciled-soon',
    saying: 'in memory',
    holding: true,
    plant: unseenFills(),
  },
  {
    bug: 'a cancel is never sent, and nobody asks what became of it, or is told',
    caughtBy: 'pending-asked',
    saying: 'nobody asked or was told',
    plant: forgottenCancels(),
  },
  {
    bug: 'a start waits for its eleventh picture',
    caughtBy: 'ready-again',
    plant: picturing((number) => number > 10),
  },
  {
    bug: 'an order whose outcome is lost stays unknown',
    caughtBy: 'unknown-resolved',
    plant: storing((event) =>
      event.type === 'OrderMoved' && event.from === 'unknown' ? [] : [event],
    ),
    meanwhile: outcomeLost,
  },
  {
    bug: 'a gate outlives its cause',
    caughtBy: 'gates-in-time',
    saying: 'skew',
    plant: {},
    meanwhile: ({ bot, clock }) => {
      const gate = { gate: 'skew', symbol: null, since: clock.now(), reason: 'planted' } as const
      bot.engine.setGates('planted', [gate])
    },
  },
]
