import { held, open } from './criterion.ts'
import type { Criterion } from './criterion.ts'
import type { Setup } from './facts.ts'
import type { Point } from './points.ts'

/** Resident, megabytes: a small computer has room for it; a simulator is in the same process. */
const RSS_MB_MAX = { gateway: 400, simulator: 1_200 } as const
/** Of one core, on average. */
const CPU_MAX = 0.25
/** 99th percentile, milliseconds (client-library.md S13). */
export const LOOP_MS_MAX = 100
/** A start is not what goes on for hours. */
const POINTS_MIN = 3
/** Megabytes an hour, once it runs: of hours, not of minutes. */
const GROWTH_MB_MAX = 60
const GROWTH_POINTS_MIN = 60

/**
 * What it costs the machine it runs on. A late event loop costs nothing where time is virtual and
 * stands still meanwhile: there it is told, and judged only where a Gateway waits.
 */
export function processCriteria({ on, wantedMs }: Setup): readonly Criterion[] {
  const all = [memory(RSS_MB_MAX[on]), cpu, ...(on === 'gateway' ? [loop] : [])]
  return wantedMs >= GROWTH_POINTS_MIN * 60_000 ? [...all, growth] : all
}

function memory(limit: number): Criterion {
  return {
    name: 'memory',
    wanted: `at most ${limit} MB resident`,
    needsData: false,
    judge: ({ tally: { points } }) => {
      const most = Math.max(0, ...points.map(({ rssMb }) => rssMb))
      if (points.length === 0) return open('never looked at')
      return held(most <= limit, `at most ${Math.round(most)} MB`)
    },
  }
}

export const cpu: Criterion = {
  name: 'processor',
  wanted: `at most ${CPU_MAX * 100} % of one core, against the clock of the run`,
  needsData: false,
  judge: ({ tally: { points } }) => {
    if (points.length < POINTS_MIN) return open('too short')
    const mean = points.reduce((sum, each) => sum + each.cpu, 0) / points.length
    return held(mean <= CPU_MAX, `${(mean * 100).toFixed(1)} % on average`)
  },
}

const loop: Criterion = {
  name: 'event loop',
  wanted: `delayed by at most ${LOOP_MS_MAX} ms: p99 of each minute, in the middle of all minutes`,
  needsData: false,
  judge: ({ tally: { points } }) => {
    if (points.length < POINTS_MIN) return open('too short')
    return held(median(points.map(({ loopMs }) => loopMs)) <= LOOP_MS_MAX, loopText(points))
  },
}

/** How late the event loop was; under a simulator that shows how busy the machine is. */
export function loopText(points: readonly Point[]): string {
  const all = points.map(({ loopMs }) => loopMs)
  const most = Math.max(0, ...points.map(({ loopMs, loopMsMost }) => loopMsMost ?? loopMs))
  return `${median(all).toFixed(1)} ms, at most ${most.toFixed(1)} ms`
}

const growth: Criterion = {
  name: 'growth of memory',
  wanted: `at most ${GROWTH_MB_MAX} MB of heap an hour`,
  needsData: false,
  judge: ({ tally: { points } }) => {
    if (points.length < GROWTH_POINTS_MIN) return open('too short')
    const mbAnHour = heapGrowth(points)
    return held(mbAnHour <= GROWTH_MB_MAX, `${mbAnHour.toFixed(1)} MB an hour`)
  },
}

/**
 * What is left after a collection: the least of each quarter. The first quarter is the start; from
 * the second to the last.
 */
export function heapGrowth(points: readonly Point[]): number {
  const quarter = Math.floor(points.length / 4)
  const [second, last] = [points.slice(quarter, 2 * quarter), points.slice(-quarter)]
  const least = (of: readonly Point[]): number => Math.min(...of.map(({ heapMb }) => heapMb ?? 0))
  const from = second[0]?.at ?? 0
  const to = last[0]?.at ?? 0
  return to <= from ? 0 : (least(last) - least(second)) / ((to - from) / 3_600_000)
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
