import { fail, ok } from '../../../src/base/result.ts'
import type { TradingState } from '../../../src/domain/account.ts'
import { money, price } from '../../../src/domain/money.ts'
import type { Money } from '../../../src/domain/money.ts'
import type { Fault } from '../../../src/engine/ports.ts'
import type { Event } from '../../../src/trading/event.ts'
import { encodeRequest } from '../../../src/wire/requests.ts'
import type { Request } from '../../../src/wire/requests.ts'
import { CANARIES } from '../checkers/no-secrets.ts'
import type { World } from '../world.ts'
import { at, brokerWith, farAway, storing } from './bug.ts'
import type { Plant, Planted } from './bug.ts'

const LENGTH_BYTES = 4
const SECOND = 1_000
const REFUSED: Fault = {
  code: 'refused',
  retry: 'later',
  vendorCode: null,
  detail: 'planted: a gate is set',
}

/** Somebody else's order, and every cancel of ours names it. */
function cancelsTheirs(): Pick<Planted, 'plant' | 'meanwhile'> {
  return {
    plant: {
      alter(request: Request, payload: Uint8Array) {
        if (request.kind !== 'placeOrder' || request.order.whatIf) return [payload]
        const cancel = { manualCancelTime: '', extOperator: '', manualOrderIndicator: null }
        const named = encodeRequest({ kind: 'cancelOrder', orderId: 900, ...cancel }, 193)
        return named.ok ? [payload, named.value.subarray(LENGTH_BYTES)] : [payload]
      },
    },
    meanwhile({ remains: { gateway } }: World) {
      const { core } = gateway
      const listed = core.market.underlyings[0]
      if (listed?.contract.kind !== 'stock') return
      core.place({
        clientId: 0,
        orderId: 900,
        parentId: 0,
        contract: listed.contract,
        side: 'BUY',
        quantity: 1,
        type: 'LMT',
        limit: price(1),
        trigger: null,
        timeInForce: 'DAY',
        transmit: true,
        ocaGroup: '',
        ocaType: 0,
        outsideRth: false,
        orderRef: '',
        account: core.accountId,
      })
    },
  }
}

/** The same question twice, under one id. */
function askedTwice(request: Request, payload: Uint8Array): readonly Uint8Array[] {
  return request.kind === 'reqContractDetails' ? [payload, payload] : [payload]
}

/** With every second timers that nobody takes back, or listeners that never leave. */
function piling(pile: (ports: Parameters<NonNullable<Plant['wrap']>>[0]) => void): Plant {
  return {
    wrap: (ports) => {
      const { clock } = ports
      const again = (): void => {
        pile(ports)
        clock.after(SECOND, again)
      }
      clock.after(SECOND, again)
      return {}
    },
  }
}

/** The day's profit as the broker never said it. */
function anotherProfit(): Plant {
  return brokerWith((port) => ({
    async snapshot(signal, known) {
      const taken = await port.snapshot(signal, known)
      const account = taken.ok ? taken.value.account : null
      if (!taken.ok || account === null || account.dailyPnl === null) return taken
      const dailyPnl = (account.dailyPnl + money(1_000)) as Money
      return ok({ ...taken.value, account: { ...account, dailyPnl } })
    },
  }))
}

/** Exits are refused while a gate is set, as only an entry may be. */
function gatedExits(): Pick<Planted, 'plant' | 'meanwhile'> {
  const gated = { is: false }
  return {
    plant: brokerWith((port) => ({
      place: (orders) =>
        gated.is && orders.every(({ role }) => role !== 'entry')
          ? fail(REFUSED)
          : port.place(orders),
    })),
    meanwhile: at('OrderFilled', (world) => {
      const { bot, clock } = world
      const gate = { gate: 'skew', symbol: null, since: clock.now(), reason: 'planted' } as const
      gated.is = true
      bot.engine.setGates('planted', [gate])
      clock.after(SECOND, () => world.say('close'))
    }),
  }
}

/**
 * After the trigger nothing more is done while the level is reduce-only: as if the turn ended there.
 * What rests stays, and none of it closes.
 */
function closesHeldByLevel(): Pick<Planted, 'plant' | 'meanwhile'> {
  const held = new Set<string | null>()
  let level: TradingState = 'active'
  const isHeld = (id: string | null): boolean => level === 'reduce-only' && held.has(id)
  const families = new Map<string, string | null>()
  const over = new Set<string>()
  /** Whether it is written down at all. */
  function stays(event: Event): boolean {
    switch (event.type) {
      case 'TradingStateChanged':
        level = event.to
        return true
      case 'ExitTriggered':
        held.add(event.structureId)
        return true
      case 'OrderIntended': {
        const { id, structureId, role } = event.order
        families.set(id, structureId)
        if (role !== 'close' || !isHeld(structureId)) return true
        over.add(id)
        return false
      }
      case 'CancelIntended':
        return !isHeld(families.get(event.orderId) ?? null)
      case 'ReplaceIntended':
        return !isHeld(families.get(event.change.orderId) ?? null)
      case 'OrderMoved':
        return !over.has(event.orderId)
      default:
        return true
    }
  }
  const { wrap: stored } = storing((event) => (stays(event) ? [event] : []))
  const { wrap: sent } = brokerWith((port) => ({
    place: (orders) =>
      orders.every(({ id }) => over.has(id)) ? ok(undefined) : port.place(orders),
    cancel: (id) => (isHeld(families.get(id) ?? null) ? ok(undefined) : port.cancel(id)),
    replace: (change) =>
      isHeld(families.get(change.orderId) ?? null) ? ok(undefined) : port.replace(change),
  }))
  return {
    plant: { wrap: (ports) => ({ ...stored?.(ports), ...sent?.(ports) }) },
    meanwhile: at('OrderFilled', (world) => {
      world.clock.after(SECOND, () => world.say('reduce'))
      world.clock.after(2 * SECOND, () => world.say('close'))
    }),
  }
}

function longOutage(world: World): void {
  const { clock, remains } = world
  clock.after(30 * SECOND, () => {
    const heal = world.failing(remains.gateway.inject({ name: 'refuse' }))
    clock.after(60 * SECOND, heal)
  })
}

/** Entries that rest at next to nothing, good till cancelled, which nobody does. */
function forgottenEntries(): Plant {
  const terms = { type: 'LMT', limit: price(0.05) } as const
  return brokerWith((port) => ({
    place: (orders) =>
      port.place(
        orders.map((order) =>
          order.role === 'entry' ? { ...order, terms, timeInForce: 'GTC' } : order,
        ),
      ),
    replace: () => ok(undefined),
    cancel: () => ok(undefined),
  }))
}

export const bugsInProcess: readonly Planted[] = [
  {
    bug: 'a cancel names the order of somebody else',
    caughtBy: 'foreign-untouched',
    saying: 'an order of others',
    ...cancelsTheirs(),
  },
  {
    bug: 'a question is asked twice under one id',
    caughtBy: 'requests-resolved',
    saying: 'is asked under',
    plant: { alter: askedTwice },
  },
  {
    bug: 'the address of a notice is journaled',
    caughtBy: 'no-secrets',
    saying: 'RunStarted tells a secret',
    plant: storing((event) =>
      event.type === 'RunStarted' ? [{ ...event, version: CANARIES[0] }] : [event],
    ),
  },
  {
    bug: 'timers pile up',
    caughtBy: 'bounded',
    saying: 'timers wait',
    plant: piling(({ clock }) => {
      for (let i = 0; i < 10; i++) clock.after(86_400_000, () => undefined)
    }),
  },
  {
    bug: 'listeners pile up',
    caughtBy: 'bounded',
    saying: 'listeners at a port',
    plant: piling(({ broker }) => void broker.onReport(() => undefined)),
  },
  {
    bug: 'an error is written to the console and nothing else is done',
    caughtBy: 'nothing-unhandled',
    saying: 'planted',
    plant: {},
    meanwhile: ({ clock }) => {
      clock.after(SECOND, () => console.error('planted, on purpose'))
    },
  },
  {
    bug: 'a fill is stored in another quantity than the engine counts',
    caughtBy: 'shown-as-recorded',
    saying: 'positions',
    holding: true,
    plant: storing((event) => {
      if (event.type !== 'OrderFilled') return [event]
      return [{ ...event, fill: { ...event.fill, quantity: event.fill.quantity + 1 } }]
    }),
  },
  {
    bug: 'a close is refused because a gate is set',
    caughtBy: 'exits-not-held',
    saying: 'was held back',
    holding: true,
    ...gatedExits(),
  },
  {
    bug: 'a level holds back what closes: the stop goes on resting',
    caughtBy: 'exits-not-held',
    saying: 'nothing closes it',
    holding: true,
    ...closesHeldByLevel(),
  },
  {
    bug: 'a cancel is taken, and does not leave',
    caughtBy: 'exits-not-held',
    saying: 'did not leave',
    plant: brokerWith((port) => ({
      place: (orders) => port.place(orders.map(farAway)),
      cancel: () => ok(undefined),
    })),
  },
  {
    bug: 'the day begins with another amount than at the broker',
    caughtBy: 'levels-latched',
    saying: 'the baseline of',
    plant: anotherProfit(),
  },
  {
    bug: 'bars are not decided on any more',
    caughtBy: 'decisions-resume',
    plant: storing((event) => (event.type === 'CycleEnded' ? [] : [event])),
  },
  {
    bug: 'an incident is not journaled, and an outage has no verdict',
    caughtBy: 'outages-named',
    saying: 'has no verdict',
    plant: storing((event) => (event.type.startsWith('Incident') ? [] : [event])),
    meanwhile: longOutage,
  },
  {
    bug: 'an entry is left at the broker overnight',
    caughtBy: 'no-orphans',
    saying: 'outlived its day',
    time: '15:52',
    minutes: 13,
    plant: { ...forgottenEntries(), look: null },
  },
]
