import { assert } from '../../src/base/assert.ts'
import type { Prng } from '../../src/base/prng.ts'
import type { FaultName } from '../../src/simulator/faults/faults.ts'
import type { Scenario, Step } from '../../src/simulator/faults/scenario.ts'
import { SCENARIOS } from '../../src/simulator/faults/scenarios.ts'
import { pick } from './pick.ts'
import type { Written } from '../simulation/config-text.ts'

/** When the outage begins: a while after the start, before it, or once a position is held. */
export type Lead = 'settled' | 'before-start' | 'held'

/** In which minutes of which day the bot starts, New York. */
interface Hours {
  readonly from: string
  readonly to: string
  readonly date?: string
}

type Parameters = Readonly<Record<string, unknown>>

export interface Kind {
  readonly name: string
  readonly label: string
  readonly scenario: (prng: Prng, durationMs: number) => Scenario
  readonly hours: (prng: Prng) => Hours
  readonly shortestMs: number
  readonly longestMs: number
  /** It may last from a second to days. */
  readonly anyLength: boolean
  /** But no longer than this. */
  readonly atMostMs: number
  readonly momentary?: boolean
  readonly lead?: Lead
  readonly leadMs?: (prng: Prng) => number
  readonly operator?: 'close' | 'cancel'
  readonly written?: Partial<Written>
  /** So many symbols, where a few would ask for too little. */
  readonly crowd?: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** What differs from one draw of a named scenario to the next, and from one kind to another. */
interface Told {
  readonly label?: string
  readonly with?: (prng: Prng, durationMs: number) => Parameters
  readonly hours?: Kind['hours']
  readonly shortestMs?: number
  readonly longestMs?: number
  readonly anyLength?: boolean
  readonly atMostMs?: number
  readonly momentary?: boolean
  readonly lead?: Lead
  readonly leadMs?: (prng: Prng) => number
  readonly operator?: 'close' | 'cancel'
  readonly written?: Partial<Written>
  readonly crowd?: number
  /** The connections are closed so long after its beginning: whoever comes back asks anew. */
  readonly closesAfterMs?: number
}

const inSession = (): Hours => ({ from: '09:40', to: '15:20' })
const early = (): Hours => ({ from: '10:00', to: '13:30' })
/** Mostly while the market is open, and outside every announced restart. */
const anyTime = (prng: Prng): Hours => {
  const where = prng.next()
  if (where < 0.7) return inSession()
  return where < 0.85 ? { from: '03:30', to: '08:50' } : { from: '16:30', to: '22:00' }
}

/** A connection that is cut, or a session that is not answered: at any time of the day. */
const ofConnection: Told = { hours: anyTime, anyLength: true }
/** One of its services: seen while the market is open. */
const ofService: Told = { anyLength: true }
const cut: Told = { hours: anyTime, momentary: true }
/** A question that the bot asks when it starts: its bars. */
const whenStarting: Told = { lead: 'before-start', leadMs: (prng) => prng.int(1_000, 20_000) }
const withOrders: Told = { lead: 'held', leadMs: () => 5_000, hours: early, shortestMs: 90_000 }

const LENGTHS = [-4, -1, 0, 1, 2_147_483_647, 17_825_792] as const
const cutting = (prng: Prng): Parameters => ({
  direction: pick(prng, ['requests', 'replies']),
  keepBytes: pick(prng, [null, 1, 3, 6]),
})

/** Of the scenarios that have a name; those that are not here are drawn as they stand. */
const TOLD: Readonly<Record<string, Told>> = {
  'founding-incident': {
    lead: 'before-start',
    leadMs: () => 0,
    written: { symbols: 'SPY, QQQ, AAPL' },
  },
  S0: ofConnection,
  'S0-detached': ofConnection,
  S0w: ofConnection,
  S1: { ...whenStarting, leadMs: (prng) => prng.int(60_000, 90_000), shortestMs: 3 * MINUTE },
  // Late answers alone prove nothing: by its own budget the bot must have asked for too much.
  'S1-soft': {
    crowd: 32,
    leadMs: (prng) => prng.int(3 * MINUTE, 4 * MINUTE),
    closesAfterMs: 65_000,
    shortestMs: 4 * MINUTE,
  },
  'S1-100': { hours: anyTime },
  S2: ofService,
  'S2-1100': ofConnection,
  'S2-F30': ofConnection,
  'S2-F31': ofService,
  'S2-F31-all': ofService,
  // A client with a hundred lines costs more to simulate than everything else.
  // What is held has its line: the bot must want one more, for its first signal.
  // What is held has its line: the lack of others shows with the next signal, so there must be one.
  S3: {
    written: { symbols: 'SPY, QQQ, AAPL', interval: '60s', structuresMax: 9 },
    leadMs: (prng) => prng.int(5_000, 20_000),
    anyLength: true,
    atMostMs: 20 * MINUTE,
    shortestMs: 5 * MINUTE,
    longestMs: 12 * MINUTE,
  },
  S4: { shortestMs: 2 * MINUTE },
  S5: { ...whenStarting, hours: () => ({ from: '16:30', to: '19:30' }) },
  'nightly-restart': {
    hours: () => ({ from: '23:44', to: '23:44' }),
    leadMs: (prng) => prng.int(70_000, 90_000),
    with: (prng, durationMs) => ({ ...restart(prng, durationMs), warnings: prng.int(0, 3) }),
    longestMs: 7 * MINUTE,
  },
  'nightly-restart-unannounced': {
    hours: anyTime,
    anyLength: true,
    with: (prng, durationMs) => ({ ...restart(prng, durationMs), warnings: prng.int(0, 3) }),
  },
  'weekly-login': {
    hours: () => ({ from: '23:02', to: '23:20', date: '2026-03-13' }),
    with: (_, durationMs) => ({ downMs: durationMs }),
    longestMs: 3 * 60 * MINUTE,
  },
  'F1-reset-mid-frame': { ...cut, with: cutting },
  'F2-close-mid-frame': { ...cut, with: cutting },
  'F3-half-open': ofConnection,
  'F4-blackhole': ofConnection,
  'F5-lose-replies': ofConnection,
  'F6-lose-requests': ofConnection,
  'F7-slow-link': {
    ...ofConnection,
    with: (prng) => ({ latencyMs: [prng.int(8, 15) * SECOND, prng.int(15, 30) * SECOND] }),
  },
  'F9-corrupt-length': { ...ofConnection, with: (prng) => ({ length: pick(prng, LENGTHS) }) },
  'F10-refuse': ofConnection,
  'F10-accept-then-close': {
    ...ofConnection,
    with: (prng) => ({ afterMs: pick(prng, [0, 50, 2_000]) }),
  },
  'F10-garbage': { ...ofConnection, with: (prng) => ({ bytes: pick(prng, ['tls', 'random']) }) },
  'F11-clog': ofService,
  'F20-handshake-hang': ofConnection,
  'F21-no-next-valid-id': ofConnection,
  'F23-client-id-in-use': ofConnection,
  'F24-restart': {
    ...ofConnection,
    with: (prng, durationMs) => ({ ...restart(prng, durationMs), warnings: 0 }),
  },
  'F25-connectivity-lost': ofConnection,
  'F26-data-lost': ofConnection,
  'F27-farm-down': { ...ofService, with: (prng) => ({ saysRestored: prng.chance(0.7) }) },
  'F28-hmds-idle': whenStarting,
  'F29-farm-not-ready': {
    with: (_, durationMs) => ({ readyAfterMs: durationMs }),
    anyLength: true,
  },
  'F30-zombie': ofConnection,
  'F31-history-dead': ofService,
  // Who holds nothing and orders nothing asks nothing of them.
  'F32-orders-dead': {
    ...withOrders,
    anyLength: true,
    with: (prng) => ({ executes: prng.chance(0.5) }),
  },
  'F33-output-dropped': ofConnection,
  'F34-drift': {
    ...ofService,
    with: (prng) => ({ messages: [pick(prng, ['currentTime', 'historicalDataUpdate'])] }),
  },
  'F35-rate-exceeded': { hours: anyTime },
  'F36-no-data-rights': {
    ...ofService,
    with: (prng) => ({ why: pick(prng, ['competing', 'not-subscribed']) }),
    shortestMs: 5 * MINUTE,
    longestMs: 12 * MINUTE,
  },
  'F37-order-held': { ...withOrders, operator: 'close', with: () => ({ count: null }) },
  'F38-read-only': { ...withOrders, operator: 'close' },
  'F39-cancel-ignored': { ...withOrders, operator: 'cancel' },
}

const restart = (prng: Prng, durationMs: number): Parameters => ({
  downMs: durationMs,
  restored: pick(prng, [1101, 1102, null]),
})

/** Forms of a fault that have another verdict, or that no named scenario plays. */
const MORE: readonly (Told & { readonly name: string; readonly of: string })[] = [
  {
    ...ofService,
    name: 'F27-2105',
    of: 'F27-farm-down',
    label: 'HMDS_DOWN',
    with: (prng) => ({ farm: 'history', saysRestored: prng.chance(0.7) }),
  },
  {
    ...ofService,
    name: 'F27-2157',
    of: 'F27-farm-down',
    with: (prng) => ({ farm: 'contracts', saysRestored: prng.chance(0.7) }),
  },
  {
    ...ofConnection,
    name: 'F27-2110',
    of: 'F27-farm-down',
    with: (prng) => ({ farm: 'server', saysRestored: prng.chance(0.7) }),
  },
  {
    ...ofService,
    name: 'F31-everything',
    of: 'S2-F31-all',
    with: () => ({ services: ['history', 'quotes', 'contracts'] }),
  },
  {
    name: 'F24-night',
    of: 'nightly-restart',
    label: 'PLANNED_RESTART',
    hours: () => ({ from: '00:20', to: '00:40' }),
    with: (prng, durationMs) => ({ ...restart(prng, durationMs), warnings: prng.int(0, 3) }),
    longestMs: 50 * MINUTE,
  },
]

/** Of the named scenarios with a label, those that this campaign does not play, and why. */
export const NOT_PLAYED: Readonly<Record<string, string>> = {
  'retry-storm':
    'a load for 100 symbols: each question is refused while streams, heartbeats and fills go on: ' +
    'test/simulation/storm.test.ts plays it, and `validate phase3 --scenario retry-storm`',
  ...Object.fromEntries(
    [...SCENARIOS.keys()]
      .filter((name) => /^R\d+-/.test(name))
      .map((name) => [name, 'several faults, one after the other: test/incidents plays it']),
  ),
}

function kindOf(name: string, of: Scenario, told: Told): Kind {
  const { label = of.label, with: drawn, closesAfterMs = null, hours, ...own } = told
  const { shortestMs, longestMs, anyLength, atMostMs, ...more } = own
  assert(label !== null, `${name} has a label`)
  return {
    ...more,
    name,
    label,
    scenario: (prng, durationMs) => {
      const scenario = stretched(of, durationMs, drawn?.(prng, durationMs) ?? {})
      if (closesAfterMs === null) return scenario
      const action = { kind: 'fault', fault: { name: 'refuse' } } as const
      const closing = { after: closesAfterMs, lasts: SECOND, onceHistory: null, action }
      return { ...scenario, steps: [...scenario.steps, closing] }
    },
    hours: hours ?? inSession,
    shortestMs: shortestMs ?? MINUTE,
    longestMs: longestMs ?? 10 * MINUTE,
    anyLength: anyLength ?? false,
    atMostMs: atMostMs ?? Infinity,
  }
}

/** Its first step at once, and all that lasts for so long. */
function stretched(of: Scenario, durationMs: number, parameters: Parameters): Scenario {
  const first = Math.min(...of.steps.map(({ after }) => after))
  const longest = Math.max(0, ...of.steps.map(({ lasts }) => lasts ?? 0))
  const steps = of.steps.map((step, index): Step => {
    const { action, lasts, after } = step
    const isRestart = action.kind === 'fault' && action.fault.name === ('restart' as FaultName)
    // What only serves another step keeps its length; a restart ends by itself.
    const isShort = lasts !== null && lasts <= 5 * SECOND
    const lastsNow = isRestart ? null : isShort ? lasts : durationMs + (lasts ?? longest) - longest
    const told =
      index === 0 && action.kind === 'fault'
        ? { ...action, fault: { ...action.fault, ...parameters } }
        : action
    return { ...step, after: after - first, lasts: lastsNow, action: told }
  })
  return { ...of, time: null, steps }
}

const labelled = [...SCENARIOS.values()].filter(({ label }) => label !== null)

/** Everything that interrupts data or orders, each with the verdict it must get. */
export const KINDS: readonly Kind[] = [
  ...labelled
    .filter(({ name }) => NOT_PLAYED[name] === undefined)
    .map((of) => kindOf(of.name, of, TOLD[of.name] ?? {})),
  ...MORE.map(({ name, of, ...told }) => {
    const scenario = SCENARIOS.get(of)
    assert(scenario !== undefined, `${of} is a scenario`)
    return kindOf(name, scenario, told)
  }),
]

export const LABELS: readonly string[] = [...new Set(KINDS.map(({ label }) => label))].sort()
