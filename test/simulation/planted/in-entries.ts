import type { EpochMs } from '../../../src/base/clock.ts'
import { ok } from '../../../src/base/result.ts'
import type { Settings } from '../../../src/config/settings.ts'
import { money } from '../../../src/domain/money.ts'
import type { Price } from '../../../src/domain/money.ts'
import type { RiskLimits } from '../../../src/risk/limits.ts'
import { encodeRequest } from '../../../src/wire/requests.ts'
import type { Request } from '../../../src/wire/requests.ts'
import type { World } from '../world.ts'
import { at, brokerWith, quoting, storing } from './bug.ts'
import type { Plant, Planted } from './bug.ts'

const LENGTH_BYTES = 4

/** Entries leave this much later than they were approved. */
function late(ms: number): Plant {
  return brokerWith((port, { clock }) => ({
    place(orders) {
      if (!orders.some(({ role }) => role === 'entry')) return port.place(orders)
      clock.after(ms, () => void port.place(orders))
      return ok(undefined)
    },
  }))
}

/** The latch is set between the last look and the wire. */
function latchedTooLate(): Pick<Planted, 'plant' | 'meanwhile'> {
  const watched: { world: World | null } = { world: null }
  return {
    plant: {
      alter(request, payload) {
        if (request.kind === 'placeOrder' && !request.order.whatIf) {
          watched.world?.remains.latch.set({ by: 'panic', reason: 'planted' })
        }
        return [payload]
      },
    },
    meanwhile: (world) => {
      watched.world = world
    },
  }
}

/** What the broker never said. */
const CARRIES_ALL = {
  kind: 'answered',
  initialMarginAfter: money(0),
  equityAfter: money(100_000),
  commission: null,
  warning: '',
} as const

/** Between the last look and the wire: the flag is lost. */
function asAnOrder(request: Request, payload: Uint8Array): readonly Uint8Array[] {
  if (request.kind !== 'placeOrder' || !request.order.whatIf) return [payload]
  const order = { ...request.order, whatIf: false }
  const changed = encodeRequest({ ...request, order }, 193)
  return changed.ok ? [changed.value.subarray(LENGTH_BYTES)] : [payload]
}

/** Every price of a step is another one. */
function stepping(change: (limit: number) => number): Plant {
  return brokerWith((port) => ({
    replace(of) {
      if (of.terms.type !== 'LMT') return port.replace(of)
      const terms = { ...of.terms, limit: change(of.terms.limit) as Price }
      return port.replace({ ...of, terms })
    },
  }))
}

/** From our side to the far side in small steps. */
function walking(settings: Settings): Plant {
  const { rules } = settings
  const entry = { ...rules.entry, start: 0, everyMs: 5_000, timeToLiveMs: 30_000 }
  return { settings: { ...settings, rules: { ...rules, entry } } }
}

function setGate({ bot, clock }: World): void {
  const gate = { gate: 'skew', symbol: null, since: clock.now(), reason: 'planted' } as const
  bot.engine.setGates('planted', [gate])
}

/** The bot is told looser limits than the plan says. */
function looser(settings: Settings, limits: Partial<RiskLimits>): Plant {
  const { rules } = settings
  return { settings: { ...settings, rules: { ...rules, limits: { ...rules.limits, ...limits } } } }
}

/** Entries in options that end on their day, closed so many minutes before. */
function ofToday(settings: Settings, minutes: number): Settings {
  const { rules, selection } = settings
  const expiry = { kind: 'dte', min: 0, max: 0 } as const
  return {
    ...settings,
    selection: { ...selection, expiry, sameDayExpiry: true },
    rules: { ...rules, takeProfitPct: 2, stopLossPct: 0.5, closeBeforeExpiryMs: minutes * 60_000 },
  }
}

export const bugsInEntries = (settings: Settings): readonly Planted[] => [
  {
    bug: 'an entry leaves six seconds after it was approved',
    caughtBy: 'entry-allowed',
    saying: 'ms late',
    plant: { ...late(6_000), look: null },
  },
  {
    bug: 'an entry leaves after the close',
    caughtBy: 'entry-allowed',
    saying: 'outside the session',
    time: '15:55',
    plant: { ...late(300_000), look: null },
  },
  {
    bug: 'an entry leaves after a halt',
    caughtBy: 'entry-allowed',
    saying: 'at level halt',
    plant: late(100),
    meanwhile: at('EntryApproved', (world) => world.say('halt')),
  },
  {
    bug: 'an entry leaves behind a gate',
    caughtBy: 'entry-allowed',
    saying: 'behind the gate skew',
    plant: late(100),
    meanwhile: at('EntryApproved', setGate),
  },
  {
    bug: 'an entry leaves while the latch is set',
    caughtBy: 'entry-allowed',
    saying: 'while the latch was set',
    ...latchedTooLate(),
  },
  {
    bug: 'an entry rests on a quote of ten seconds ago',
    caughtBy: 'entry-allowed',
    saying: 'its quote is',
    plant: {
      ...looser(settings, { quoteAgeMsMax: 60_000 }),
      look: null,
      ...quoting((quote) => ({ ...quote, aliveAt: (quote.aliveAt - 10_000) as EpochMs })),
    },
  },
  {
    bug: 'an entry leaves although the broker was not asked',
    caughtBy: 'asked-first',
    saying: 'nobody asked about it',
    plant: brokerWith((_, { clock }) => ({
      margin: (of) => Promise.resolve({ ...CARRIES_ALL, ...of, at: clock.now() }),
    })),
  },
  {
    bug: 'a question leaves as an order',
    caughtBy: 'asked-first',
    saying: 'has become an order',
    plant: { alter: asAnOrder },
  },
  {
    bug: 'a step of a walk passes the price that risk counted',
    caughtBy: 'walk-bounded',
    saying: 'beyond its worst price',
    plant: { ...walking(settings), ...stepping((limit) => limit + 1_000_000), look: null },
  },
  {
    bug: 'a walk goes back',
    caughtBy: 'walk-bounded',
    saying: 'came from',
    plant: { ...walking(settings), ...stepping((limit) => Math.max(10_000, limit - 500_000)) },
  },
  {
    bug: 'the limit on the cost of an order is not looked at',
    caughtBy: 'within-limits',
    saying: 'costs',
    plant: looser(settings, {
      orderCostMax: money(50_000),
      structureLossMax: money(50_000),
      riskPerTradePct: 0.5,
      premiumPctMax: 1,
    }),
  },
  {
    bug: 'the limit on open structures is not looked at',
    caughtBy: 'within-limits',
    saying: 'structures',
    holding: true,
    plant: looser(settings, { openStructuresMax: 9 }),
  },
  {
    bug: 'two entries follow one signal',
    caughtBy: 'one-entry-a-signal',
    plant: storing((event) =>
      event.type === 'EntryApproved'
        ? [{ ...event, request: { ...event.request, signalKey: 'the same' } }]
        : [event],
    ),
  },
  {
    bug: 'options of today are held until a quarter of an hour before they end',
    caughtBy: 'closed-in-time',
    time: '14:57',
    plant: { settings: ofToday(settings, 15) },
  },
  {
    bug: 'a gate is never cleared',
    caughtBy: 'gates-clear',
    plant: {},
    meanwhile: setGate,
  },
]
