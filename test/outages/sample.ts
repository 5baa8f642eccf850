import { assert } from '../../src/base/assert.ts'
import { Prng, seedOf } from '../../src/base/prng.ts'
import type { Scenario } from '../../src/simulator/faults/scenario.ts'
import type { Written } from '../simulation/config-text.ts'
import { KINDS, LABELS } from './kinds.ts'
import type { Kind, Lead } from './kinds.ts'
import { pick } from './pick.ts'

/** All that one seed decides of one outage. */
export interface Sample {
  readonly seed: number
  readonly kind: string
  readonly label: string
  /** Its steps begin with the outage. */
  readonly scenario: Scenario
  readonly date: string
  /** New York, to the minute: when the bot starts. */
  readonly time: string
  readonly written: Partial<Written>
  readonly crowd: number | null
  readonly lead: Lead
  /** From the start of the bot, or from when `lead` is reached, to the outage. */
  readonly leadMs: number
  /** What the outage was made to last; a fault that ends by itself may differ. */
  readonly durationMs: number
  /** The Gateway is well again as soon as the connections have been cut. */
  readonly momentary: boolean
  readonly operator: 'close' | 'cancel' | null
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** The place of a sample within its campaign is the end of its seed. */
export const PLACES = 10_000
/** From this place on the outages are drawn for their recovery: any length, 1 s to 72 h. */
export const RECOVERIES_FROM = 5_000

/** Each day of an outage takes seconds to play, so that only some may be of any length. */
const LONG = 0.25
const LONG_MS_MAX = 72 * HOUR
const USUAL_MS_MAX = 2 * HOUR

/** Of a campaign that nobody draws. */
const SHORT_SEED = seedAt(1, PLACES - 1)

const DATES = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13'] as const
const TICKERS = ['SPY', 'QQQ', 'AAPL'] as const

/** Of a campaign's seed the outage at this place. */
export function seedAt(campaign: number, place: number): number {
  return campaign * PLACES + place
}

/** Each label in turn, and of each label its kinds in turn: none is a matter of luck. */
export function sampleOf(seed: number): Sample {
  const place = seed % PLACES
  const prng = new Prng(seedOf(seed, 'outage'))
  if (place < RECOVERIES_FROM) {
    const kind = kindAt(place)
    return drawn(seed, prng, { kind, ms: logUniform(prng, kind.shortestMs, kind.longestMs) })
  }
  const kind = recoveryKindAt(place - RECOVERIES_FROM)
  const longest = prng.chance(LONG) ? LONG_MS_MAX : USUAL_MS_MAX
  const ms = logUniform(prng, SECOND, Math.min(kind.atMostMs, longest))
  return drawn(seed, prng, { kind, ms })
}

/** The shortest of its kind that can be named, whatever its place in a campaign. */
export function shortSample(name: string): Sample {
  const kind = KINDS.find((each) => each.name === name)
  assert(kind !== undefined, `${name} is a kind of outage`)
  return drawn(SHORT_SEED, new Prng(seedOf(SHORT_SEED, name)), { kind, ms: kind.shortestMs })
}

function kindAt(place: number): Kind {
  const label = LABELS[place % LABELS.length]
  const kinds = KINDS.filter((each) => each.label === label)
  const kind = kinds[Math.floor(place / LABELS.length) % kinds.length]
  assert(kind !== undefined, `label ${label} has a kind`)
  return kind
}

const RECOVERABLE = KINDS.filter(({ anyLength }) => anyLength)

function recoveryKindAt(place: number): Kind {
  const kind = RECOVERABLE[place % RECOVERABLE.length]
  assert(kind !== undefined, 'some outages may be of any length')
  return kind
}

function drawn(
  seed: number,
  prng: Prng,
  { kind, ms }: { readonly kind: Kind; readonly ms: number },
): Sample {
  const { name, label, momentary = false, lead = 'settled', operator = null } = kind
  const { from, to, date = pick(prng, DATES) } = kind.hours(prng)
  const durationMs = Math.round(ms)
  const scenario = kind.scenario(prng, durationMs)
  const minute = prng.int(minutesOf(from), minutesOf(to))
  return {
    seed,
    kind: name,
    label,
    scenario,
    date,
    time: textOf(minute),
    written: { ...writtenBy(prng), ...kind.written },
    crowd: kind.crowd ?? null,
    lead,
    leadMs: kind.leadMs?.(prng) ?? prng.int(75_000, 240_000),
    durationMs,
    momentary,
    operator,
  }
}

function writtenBy(prng: Prng): Partial<Written> {
  const count = prng.int(1, 3)
  const from = prng.int(0, TICKERS.length - 1)
  const symbols = Array.from({ length: count }, (_, i) => TICKERS[(from + i) % TICKERS.length])
  return {
    symbols: symbols.join(', '),
    strategies: prng.chance(0.2) ? 'scalp, whale' : 'scalp',
    interval: pick(prng, ['60s', '60s', '180s']),
    candidates: prng.int(1, 4),
  }
}

function logUniform(prng: Prng, from: number, to: number): number {
  return from * (to / from) ** prng.next()
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return 60 * hour + minute
}

function textOf(minute: number): string {
  const two = (of: number): string => String(of).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
