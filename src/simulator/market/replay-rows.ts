import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import type { Price } from '../../domain/money.ts'
import { price } from '../../domain/money.ts'
import { UNWATCHED } from './market.ts'
import type { Adverse } from './market.ts'

/** Rule 3: a minute is walked in four steps, each in force for this long. */
export const STEP_MS = 15_000
export const STEPS = 4
export const MINUTE_MS = STEP_MS * STEPS

/** Open, high, low and close of one minute; NaN where nothing was quoted. */
export interface Minute {
  readonly start: EpochMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

export interface TradeMinute extends Minute {
  readonly volume: number
  /** Of the minutes before this one, in the session. */
  readonly before: { readonly volume: number; readonly high: number; readonly low: number }
}

/** Minutes with what came before each of them. */
export function inOrder(
  minutes: readonly (Minute & { readonly volume: number })[],
): readonly TradeMinute[] {
  let before = { volume: 0, high: -Infinity, low: Infinity }
  return minutes.map((minute) => {
    const placed = { ...minute, before }
    before = {
      volume: before.volume + minute.volume,
      high: Math.max(before.high, minute.high),
      low: Math.min(before.low, minute.low),
    }
    return placed
  })
}

export interface QuoteMinute {
  readonly start: EpochMs
  readonly bid: Minute
  readonly ask: Minute
  /** At the end of the minute; 0 where a side is not quoted. */
  readonly bidSize: number
  readonly askSize: number
}

/** Where a walk stands: a minute, and the step it has come to. */
export interface Stand {
  readonly row: number
  readonly step: number
  /** When this step began: the age of what it shows. */
  readonly since: EpochMs
}

interface Started {
  readonly start: EpochMs
}

/** The last minute that has begun by `at`, forward-filled; null before the first. */
export function standAt(rows: readonly Started[], at: EpochMs): Stand | null {
  const row = lastBy(rows, at)
  const minute = rows[row]
  if (minute === undefined) return null
  const step = Math.min(STEPS - 1, Math.floor((at - minute.start) / STEP_MS))
  return { row, step, since: (minute.start + step * STEP_MS) as EpochMs }
}

/** When the walk takes its next step, strictly after `at`; null after the last. */
export function nextStepAfter(rows: readonly Started[], at: EpochMs): EpochMs | null {
  const stand = standAt(rows, at)
  if (stand !== null && stand.step < STEPS - 1) return (stand.since + STEP_MS) as EpochMs
  return rows[(stand?.row ?? -1) + 1]?.start ?? null
}

function lastBy(rows: readonly Started[], at: EpochMs): number {
  let low = -1
  let high = rows.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.start ?? Infinity) <= at) low = middle
    else high = middle
  }
  return low
}

/** Rule 3: open, the adverse extreme, the favourable one, close. */
function walkOf({ open, high, low, close }: Minute, adverse: Adverse): readonly number[] {
  return adverse === 'low-first' ? [open, low, high, close] : [open, high, low, close]
}

/** Null where the side is not quoted. */
export function priceAt(minute: Minute, step: number, adverse: Adverse): Price | null {
  const amount = walkOf(minute, adverse)[step] ?? NaN
  return Number.isNaN(amount) ? null : price(amount)
}

/** Volume of the minutes that have ended by `at`. */
export function volumeBy(rows: readonly TradeMinute[], at: EpochMs): number {
  const minute = rows[lastBy(rows, (at - MINUTE_MS) as EpochMs)]
  return minute === undefined ? 0 : minute.before.volume + minute.volume
}

/** Rule 4: when the volume of the minute that is running becomes known. */
export function nextEndAfter(rows: readonly TradeMinute[], at: EpochMs): EpochMs | null {
  const running = rows[lastBy(rows, (at - MINUTE_MS) as EpochMs) + 1]
  return running === undefined ? null : ((running.start + MINUTE_MS) as EpochMs)
}

export function barOf(minute: TradeMinute): Bar {
  const { start, volume } = minute
  const [open, high, low] = [price(minute.open), price(minute.high), price(minute.low)]
  return { start, open, high, low, close: price(minute.close), volume }
}

/**
 * The minute that is running, from the steps it has taken so far. How much was traded is not known
 * before it has ended.
 */
export function runningBar(rows: readonly TradeMinute[], at: EpochMs): Bar | null {
  const stand = standAt(rows, at)
  const minute = stand === null ? undefined : rows[stand.row]
  if (stand === null || minute === undefined || at >= minute.start + MINUTE_MS) return null
  const walked = walkOf(minute, UNWATCHED).slice(0, stand.step + 1)
  return {
    start: minute.start,
    open: price(minute.open),
    high: price(Math.max(...walked)),
    low: price(Math.min(...walked)),
    close: price(walked.at(-1) ?? minute.open),
    volume: 0,
  }
}

/** Open, high and low of the session as far as its walk has come. */
export function extremesBy(
  rows: readonly TradeMinute[],
  stand: Stand | null,
  adverse: Adverse,
): { readonly open: Price | null; readonly high: Price | null; readonly low: Price | null } {
  const [first] = rows
  const minute = stand === null ? undefined : rows[stand.row]
  if (stand === null || first === undefined || minute === undefined) {
    return { open: null, high: null, low: null }
  }
  const walked = walkOf(minute, adverse).slice(0, stand.step + 1)
  const high = price(Math.max(minute.before.high, ...walked))
  const low = price(Math.min(minute.before.low, ...walked))
  return { open: price(first.open), high, low }
}
