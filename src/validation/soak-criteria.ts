import { held, open, seconds } from './criterion.ts'
import type { Criterion, Judgement } from './criterion.ts'
import { decisions, defects, violations } from './data-criteria.ts'
import { watchedMs } from './facts.ts'
import type { Setup } from './facts.ts'
import { recoveredAfterMs } from './outages.ts'
import { cpu, LOOP_MS_MAX, median } from './process-criteria.ts'
import { slopePerHour } from './slope.ts'
import type { Point } from './points.ts'

/**
 * What a bot of three symbols at 60 s sends on a normal day, a second: 15 159 messages in 390
 * minutes (docs/gateway.md).
 */
export const NORMAL_MESSAGES_PER_SECOND = 15_159 / (390 * 60)
/** P10: by a ping each 5 s, whatever else is said. */
const NOTICED_MS_MAX = 15_000
/** P11: half of all within so long of the Gateway's answering again, and each within so long. */
const RECOVERED_MS = { middle: 5_000, most: 60_000, accepted: 90_000 } as const
/** Connections were accepted and then failed, so the backoff of P12 applies. */
const ACCEPTED: ReadonlySet<string> = new Set([
  'half-open',
  'blackhole',
  'lose-replies',
  'accept-then-close',
  'garbage',
  'client-id-in-use',
  'zombie',
  'stopped',
])
/** A bar closes each minute and is decided within seconds; a repair before it may take some. */
const RESUMED_MS_MAX = 90_000
/** What a start leaves behind takes minutes; what leaks shows in tens of them. */
const FLAT_MS_MIN = 30 * 60_000

/** What must hold of hours in real time, under load, with faults. */
export function soakCriteria(of: Exclude<Setup['soak'], undefined>): readonly Criterion[] {
  return [
    duration,
    load(of.loadWanted),
    faults(of.faults),
    detection,
    recovery,
    resumed,
    nothingElse,
    decisions,
    violations,
    defects,
    ...FLAT.map(flat),
    loop,
    cpu,
  ]
}

const duration: Criterion = {
  name: 'duration',
  wanted: 'to the end',
  needsData: false,
  judge: (facts) => {
    const [minutes, wanted] = [watchedMs(facts), facts.setup.wantedMs].map((ms) => ms / 60_000)
    const text = `${minutes?.toFixed(1)} of ${wanted?.toFixed(1)} minutes`
    return facts.interrupted ? open(`interrupted after ${text}`) : held(true, text)
  },
}

function load(wanted: number): Criterion {
  const least = wanted * NORMAL_MESSAGES_PER_SECOND
  const normal = NORMAL_MESSAGES_PER_SECOND.toFixed(2)
  return {
    name: 'load',
    wanted:
      `${wanted} times a normal day while the market is open: ` +
      `${least.toFixed(2)} messages a second, not ${normal}`,
    needsData: false,
    judge: ({ soak }) => {
      if (soak === undefined || soak.messagesPerSecond === 0) return open('nothing was counted')
      const times = soak.messagesPerSecond / NORMAL_MESSAGES_PER_SECOND
      const text = `${soak.messagesPerSecond.toFixed(2)} a second, ${times.toFixed(1)} times`
      return times >= wanted ? held(true, text) : open(`${text}: take more symbols`)
    },
  }
}

function faults(count: number): Criterion {
  return {
    name: 'faults',
    wanted: `${count}, each begun and over`,
    needsData: false,
    judge: ({ outages }) => {
      const planted = outages.flatMap(({ planted: each }) => (each === null ? [] : [each]))
      const over = planted.filter(({ healedAt }) => healedAt !== null).length
      const text = `${planted.length} begun, ${over} over`
      return over >= count ? held(true, text) : open(text)
    },
  }
}

const detection: Criterion = {
  name: 'detection',
  wanted: `an incident is told within ${seconds(NOTICED_MS_MAX)} of each fault's beginning`,
  needsData: false,
  judge: ({ outages, periods }) => {
    const end = periods.at(-1)?.to ?? Infinity
    const all = outages.flatMap(({ planted, noticed }) => {
      if (planted === null) return []
      // It was stopped before that could be told.
      if (noticed.length === 0 && end - planted.beganAt < NOTICED_MS_MAX) return []
      const first = Math.min(...noticed.flatMap(({ named }) => named.map(({ at }) => at)))
      return [{ name: planted.name, ms: first - planted.beganAt }]
    })
    if (all.length === 0) return open('nothing was broken')
    const late = all.filter(({ ms }) => ms > NOTICED_MS_MAX)
    const times = all.map(({ name, ms }) => `${name} ${isFinite(ms) ? seconds(ms) : 'never'}`)
    return held(late.length === 0, `${late.length} of ${all.length} late: ${times.join(', ')}`)
  },
}

const recovery: Criterion = {
  name: 'recovery',
  wanted:
    `within ${seconds(RECOVERED_MS.most)} of the Gateway's answering again, ` +
    `${seconds(RECOVERED_MS.accepted)} where it accepted connections and failed; ` +
    `the middle within ${seconds(RECOVERED_MS.middle)}`,
  needsData: false,
  judge: ({ outages, periods }) => {
    const end = periods.at(-1)?.to ?? Infinity
    const all = outages.flatMap((outage) => {
      const { planted } = outage
      if (planted?.healedAt == null) return []
      const most = ACCEPTED.has(planted.name) ? RECOVERED_MS.accepted : RECOVERED_MS.most
      const ms = recoveredAfterMs(outage)
      if (ms === null && end - planted.healedAt < most) return []
      return [{ name: planted.name, ms, most }]
    })
    if (all.length === 0) return open('nothing was broken')
    const middle = median(all.map(({ ms }) => ms ?? Infinity))
    const missed = all.filter(({ ms, most }) => ms === null || ms > most)
    const times = all.map(({ name, ms }) => `${name} ${ms === null ? 'never' : seconds(ms)}`)
    const text = `${missed.length} of ${all.length} missed, the middle ${seconds(middle)}`
    const isHeld = missed.length === 0 && middle <= RECOVERED_MS.middle
    return held(isHeld, `${text}: ${times.join(', ')}`)
  },
}

const resumed: Criterion = {
  name: 'resumed',
  wanted: `each symbol decides on a new bar within ${RESUMED_MS_MAX / 1_000} s of each fault's end`,
  needsData: false,
  judge: ({ soak }) => {
    const all = soak?.resumed ?? []
    if (all.length === 0) return open('nothing was broken')
    const missed = all.filter(({ afterMs }) => afterMs === null || afterMs > RESUMED_MS_MAX)
    const slowest = Math.max(...all.map(({ afterMs }) => afterMs ?? 0))
    const names = missed.map(({ name, afterMs }) => {
      return `${name} ${afterMs === null ? 'never' : `after ${seconds(afterMs)}`}`
    })
    const text = `${missed.length} of ${all.length} missed, the slowest after ${seconds(slowest)}`
    return held(missed.length === 0, names.length === 0 ? text : `${text}: ${names.join(', ')}`)
  },
}

const nothingElse: Criterion = {
  name: 'nothing else',
  wanted: 'no incident where nothing was broken',
  needsData: false,
  judge: ({ outages }) => {
    const own = outages.filter(({ planted }) => planted === null)
    const names = own.flatMap(({ noticed }) =>
      noticed.map(({ symptom, verdict }) => `${symptom}: ${verdict}`),
    )
    return held(own.length === 0, names.length === 0 ? 'none' : names.join('; '))
  },
}

interface Flat {
  readonly name: string
  readonly unit: string
  readonly of: (point: Point) => number | null
  /** The middle of the last quarter over that of the second: at most this share and so much. */
  readonly share: number
  readonly over: number
  /** Of the second half. */
  readonly perHourMax: number
}

/** The first quarter is the start: code is compiled, caches and histograms fill. */
const FLAT: readonly Flat[] = [
  {
    name: 'memory is flat',
    unit: 'MB',
    of: ({ rssMb }) => rssMb,
    share: 0.1,
    over: 0,
    perHourMax: 30,
  },
  {
    name: 'sockets are flat',
    unit: 'sockets',
    of: ({ outside }) => outside?.sockets ?? null,
    share: 0,
    over: 1,
    perHourMax: 2,
  },
  {
    name: 'file handles are flat',
    unit: 'handles',
    of: ({ outside }) => outside?.handles ?? null,
    share: 0,
    over: 1,
    perHourMax: 2,
  },
]

function flat({ name, unit, of, share, over, perHourMax }: Flat): Criterion {
  const more = share > 0 ? `${share * 100} %` : `${over}`
  return {
    name,
    wanted:
      `the middle of the last quarter at most ${more} over that of the second; ` +
      `the slope of the second half at most ${perHourMax} ${unit} an hour`,
    needsData: false,
    judge: ({ tally: { points } }) => {
      const seen = points.flatMap((point) => {
        const value = of(point)
        return value === null ? [] : [{ at: point.at, value }]
      })
      return flatness(seen, { limit: (before) => before * (1 + share) + over, perHourMax, unit })
    },
  }
}

function flatness(
  seen: readonly { readonly at: number; readonly value: number }[],
  of: { limit: (before: number) => number; perHourMax: number; unit: string },
): Judgement {
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined) return open('the platform does not show it')
  if (last.at - first.at < FLAT_MS_MIN) return open(`too short: ${FLAT_MS_MIN / 60_000} minutes`)
  const { before, after } = quarters(seen.map(({ value }) => value))
  const slope = slopePerHour(seen.slice(Math.floor(seen.length / 2)))
  const change = `${before.toFixed(1)}, then ${after.toFixed(1)} ${of.unit}`
  const text = `${change}; ${slope.toFixed(2)} an hour`
  return held(after <= of.limit(before) && slope <= of.perHourMax, text)
}

/** The middles of the second and of the last quarter. */
function quarters(values: readonly number[]): { readonly before: number; readonly after: number } {
  const quarter = Math.floor(values.length / 4)
  const before = median(values.slice(quarter, 2 * quarter))
  return { before, after: median(values.slice(-quarter)) }
}

/** Busy machines are late now and then; a bot that gets later is not flat. */
const LOOP_LATER_MS_MAX = 20

const loop: Criterion = {
  name: 'event loop is flat',
  wanted:
    `late by at most ${LOOP_MS_MAX} ms, p99 of 10 s, in the middle of all; in that of the last ` +
    `quarter at most ${LOOP_LATER_MS_MAX} ms more than in that of the second`,
  needsData: false,
  judge: ({ tally: { points } }) => {
    const seen = points.map(({ loopMs }) => loopMs)
    if (seen.length < 8) return open('too short')
    const [whole, { before, after }] = [median(seen), quarters(seen)]
    const most = Math.max(...points.map(({ loopMs, loopMsMost }) => loopMsMost ?? loopMs))
    const change = `${before.toFixed(1)}, then ${after.toFixed(1)} ms`
    const text = `${whole.toFixed(1)} ms: ${change}; at most ${most.toFixed(0)} ms`
    return held(whole <= LOOP_MS_MAX && after <= before + LOOP_LATER_MS_MAX, text)
  },
}
