import type { Prng } from '../../src/base/prng.ts'
import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import type { Written } from '../simulation/config-text.ts'
import { pick } from '../outages/pick.ts'
import type { Act, Strike } from './strike.ts'

export type Tier = 'direct' | 'codec'

/** A kind of thing that goes wrong, and what is drawn of it. */
export interface Kind {
  readonly number: string
  readonly name: string
  readonly tiers: readonly Tier[]
  /** `lengthMs`: of the day, from its start. */
  readonly draw: (prng: Prng, lengthMs: number) => Drawn
  readonly excuses?: Strike['excuses']
  /** What it leaves behind goes on for so long; default 5 s. */
  readonly tailMs?: number
  /** At least once so long where a seed is promised it, for it to meet what it is about. */
  readonly longMs?: number
  /** What the bot must be told to do for it to mean anything, where a seed is promised it. */
  readonly needs?: Need
  readonly written?: Partial<Written>
  /** Makes a day unlike others: once on the days of a seed that is promised it, and on no other. */
  readonly rare?: true
  /** Nothing is decided on such a day: of several it is the first, and the others show what it left. */
  readonly firstDay?: true
  /** So many days in a row at least, where a seed is promised it: what it leaves shows overnight. */
  readonly days?: number
}

/** `trades`: that it enters and leaves all day; `cancels`: with limits that are seldom met. */
export type Need = 'trades' | 'cancels'

/** Of a cash account what is sold today is no money before tomorrow. */
const TRADES: Partial<Written> = {
  more: 'account_kind: margin',
  strike: 'otm1',
  candidates: 2,
  volumeMin: 0,
  openInterestMin: 0,
  spreadMax: '20%',
  takeProfit: '8%',
  stopLoss: '8%',
  riskMax: '1%',
  premiumMax: '50%',
  dailyLossMax: '20%',
  structuresMax: 2,
  orderCostMax: '$20000',
  structureLossMax: '$20000',
}

export const NEEDED: Readonly<Record<Need | 'calm', Partial<Written>>> = {
  trades: { ...TRADES, entry: '{ start: 100% }' },
  cancels: {
    ...TRADES,
    entry: '{ start: 0%, step: 1 tick, every: 5s, worst: 50%, time_to_live: 15s }',
  },
  calm: { ...TRADES, takeProfit: '20%', stopLoss: '20%', structuresMax: 3 },
}

export interface Drawn extends Pick<Strike, 'act' | 'lastsMs' | 'excuses'> {
  readonly form?: string
  /** Into the day; default at any time that leaves its end to show what came of it. */
  readonly atMs?: number
  /** What must go wrong with it for it to mean anything. */
  readonly along?: readonly Along[]
}

/** Begins so long after what it goes with. */
export interface Along extends Omit<Strike, 'atMs' | 'tailMs'> {
  readonly afterMs: number
}

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const BOTH: readonly Tier[] = ['direct', 'codec']
export const DIRECT: readonly Tier[] = ['direct']
export const CODEC: readonly Tier[] = ['codec']

/** Most are short, some last minutes: drawn evenly over the powers of ten. */
export function lasting(prng: Prng, from: number, to: number): number {
  return Math.round(from * (to / from) ** prng.next())
}

/** Connections end, and those that follow meet what has begun: handshakes, first questions. */
export const ANEW: readonly Along[] = [
  {
    number: 'F10',
    name: 'refuse',
    act: { do: 'fault', spec: { name: 'refuse' } },
    afterMs: SECOND,
    lastsMs: 2 * SECOND,
  },
]

type Parameters = Readonly<Record<string, unknown>>

export interface Told {
  /** Where it goes by another name than the fault of the Gateway that it is. */
  readonly spec?: FaultSpec['name']
  readonly tiers?: readonly Tier[]
  readonly with?: (prng: Prng) => Parameters
  readonly from?: number
  readonly to?: number
  readonly excuses?: Strike['excuses']
  readonly tailMs?: number
  readonly along?: readonly Along[]
  readonly needs?: Need
  readonly written?: Partial<Written>
  readonly rare?: true
  readonly firstDay?: true
  /** Into the day, of its length. */
  readonly at?: (prng: Prng, lengthMs: number) => number
}

/** Of what is not brief: by then an order, a question or a signal has met it. */
export const LONG_MS = 20 * MINUTE

/** Of what comes seldom: it is there for long enough to meet an order. */
export function seldom(number: string, name: string, told: Told = {}): Kind {
  return fault(number, name, { from: 30 * SECOND, to: LONG_MS, needs: 'trades', ...told })
}

/** A fault of the Gateway; `with`: its parameters, which are also its form. */
export function fault(number: string, name: string, of: Told = {}): Kind {
  const { tiers = CODEC, with: drawn, from = SECOND, to = 3 * MINUTE, ...told } = of
  const { along, at, spec, ...more } = told
  return {
    ...more,
    number,
    name,
    tiers,
    ...(to >= 3 * MINUTE && to > from && { longMs: LONG_MS }),
    draw: (prng, lengthMs) => {
      const parameters = drawn?.(prng) ?? {}
      const faultName = spec ?? (name as FaultSpec['name'])
      const act: Act = { do: 'fault', spec: { ...parameters, name: faultName } }
      const lastsMs = lasting(prng, from, to)
      const atMs = at?.(prng, lengthMs)
      const own = { act, lastsMs, form: formOf(parameters) }
      return { ...own, ...(atMs !== undefined && { atMs }), ...(along && { along }) }
    },
  }
}

export function formOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .flatMap(([key, value]) => (typeof value === 'string' ? [value] : [`${key} ${String(value)}`]))
    .join(' ')
}

export const oneOf =
  (key: string, values: readonly unknown[], more: Parameters = {}) =>
  (prng: Prng): Parameters => ({ [key]: pick(prng, values), ...more })

/** `F40 status-unreliable`: under which it is counted, whatever its form. */
export function countedAs({ number, name }: Pick<Kind, 'number' | 'name'>): string {
  return `${number} ${name.split(' ')[0] ?? ''}`
}
