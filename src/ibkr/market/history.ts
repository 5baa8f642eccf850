import type { EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import { barEnd, barMs, barStart } from '../../domain/bar.ts'
import type { Bar, BarSize, BarSpan } from '../../domain/bar.ts'
import { newYorkDate, sessionAt, sessionOf } from '../../domain/calendar.ts'
import type { Hours } from '../../domain/calendar.ts'
import type { Contract, IndexContract, StockContract } from '../../domain/contract.ts'
import { addDays } from '../../domain/date.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import { price } from '../../domain/money.ts'
import type { BarListener, Fault } from '../../engine/ports.ts'
import type { Request } from '../../wire/requests.ts'
import type { Question } from '../session/question.ts'
import { contractToWire } from '../translate/translate-contract.ts'

const BAR_SIZES: Readonly<Record<BarSize, string>> = {
  '1m': '1 min',
  '5m': '5 mins',
  '1h': '1 hour',
}

/** At most 2,000 bars a request (H23): so many sessions of 390 minutes, or of 960. */
const SESSIONS_MAX: Readonly<Record<Hours, Readonly<Record<BarSize, number>>>> = {
  regular: { '1m': 5, '5m': 25, '1h': 250 },
  all: { '1m': 2, '5m': 10, '1h': 125 },
}
/** The longest duration in seconds that every table allows (limits-and-codes.md section 3). */
const SECONDS_MAX = 28_800
/** What a stream tells first: enough to close a small gap. */
const STREAM_DURATION: Readonly<Record<BarSize, string>> = {
  '1m': '1800 S',
  '5m': '1800 S',
  '1h': '14400 S',
}

export interface HistoryStep {
  readonly endDateTime: string
  readonly duration: string
  readonly short: boolean
}

/**
 * The requests that cover a span, latest last. Durations count back over trading time: seconds
 * within one session, else sessions.
 */
export function historySteps(
  size: BarSize,
  { from, to }: BarSpan,
  hours: Hours = 'regular',
): readonly HistoryStep[] {
  const sessions: { readonly open: EpochMs; readonly close: EpochMs }[] = []
  for (let date = newYorkDate(from); date <= newYorkDate(to); date = addDays(date, 1)) {
    const session = sessionOf(date, hours)
    if (session !== null && session.open < to && session.close > from) sessions.push(session)
  }
  const [only, ...more] = sessions
  if (only === undefined) return []
  if (more.length === 0) {
    const end = Math.min(to, only.close)
    const seconds = Math.ceil(Math.max(end - Math.max(from, only.open), barMs(size)) / 1_000)
    const duration = seconds > SECONDS_MAX ? '1 D' : `${seconds} S`
    return [{ endDateTime: endText(end as EpochMs), duration, short: true }]
  }
  const steps: HistoryStep[] = []
  for (let left = sessions.length; left > 0; left -= SESSIONS_MAX[hours][size]) {
    const count = Math.min(left, SESSIONS_MAX[hours][size])
    const end = Math.min(to, sessions[left - 1]?.close ?? to) as EpochMs
    steps.unshift({ endDateTime: endText(end), duration: `${count} D`, short: count === 1 })
  }
  return steps
}

function endText(at: EpochMs): string {
  return formatIbTime((Math.ceil(at / 1_000) * 1_000) as EpochMs, 'utc')
}

export interface Asked {
  readonly contract: Contract
  readonly size: BarSize
  /** Default: regular. */
  readonly hours?: Hours
  /** From 196 on the end marker is a frame of its own. */
  readonly version: number
}

/** One bounded answer. `2,000 bars, formatDate 2` are the same for all. */
export function historyQuestion(asked: Asked, step: HistoryStep): Question<readonly Bar[]> {
  let bars: readonly Bar[] = []
  return {
    kind: step.short ? 'shortHistory' : 'longHistory',
    lane: 6,
    request: (reqId) => barsRequest(reqId, asked, { ...step, keepUpToDate: false }),
    cancel: (reqId) => ({ kind: 'cancelHistoricalData', reqId }),
    empty: () => ok([]),
    answer: (response) => {
      if (response.kind === 'historicalData') {
        bars = response.bars.flatMap(barFrom)
        return asked.version < 196 ? ok(bars) : null
      }
      return response.kind === 'historicalDataEnd' ? ok(bars) : null
    },
  }
}

type Underlying = Pick<StockContract | IndexContract, 'symbol' | 'exchange'>

/** Contract, exchange and data, as P4 tells them apart. */
export function tapeOf({ symbol, exchange }: Underlying): string {
  return `${symbol} ${exchange} TRADES`
}

/** What the guards of P3 and P4 tell requests apart by; the rest is the same for all. */
export function identityOf(
  {
    contract,
    size,
    hours = 'regular',
  }: { readonly contract: Underlying; readonly size: BarSize; readonly hours?: Hours },
  { endDateTime, duration }: Pick<HistoryStep, 'endDateTime' | 'duration'>,
): { readonly identity: string; readonly tape: string; readonly series: string } {
  const tape = tapeOf(contract)
  const series = `${tape} ${size} ${hours}`
  return { tape, series, identity: `${series} ${endDateTime} ${duration}` }
}

export interface StreamWanted {
  readonly listener: BarListener
  readonly now: () => EpochMs
  /** Default: only what a stream happens to tell. */
  readonly past?: StreamPast
}

/** How far back a stream tells, and what that covers once it has; null: only what it happens to. */
export interface StreamPast {
  readonly duration: string
  readonly span: ((now: EpochMs) => BarSpan) | null
}

/** One request for the past and the stream, where one can reach that far. */
export function streamPast(
  { size, hours = 'regular' }: Pick<Asked, 'size' | 'hours'>,
  from: EpochMs | null,
  now: EpochMs,
): StreamPast {
  const otherwise = { duration: STREAM_DURATION[size], span: null }
  if (from === null) return otherwise
  const steps = historySteps(size, { from, to: now }, hours)
  const [step] = steps
  if (steps.length > 1) return otherwise
  // Seconds count back from now, so out of hours whole sessions are asked for.
  const seconds = Math.ceil((now - from) / 1_000) + barMs(size) / 1_000
  const inSeconds = step?.duration.endsWith(' S') === true && sessionAt(now, hours) !== null
  const least = Number.parseInt(STREAM_DURATION[size], 10)
  const duration = inSeconds
    ? `${Math.min(Math.max(seconds, least), SECONDS_MAX)} S`
    : step === undefined || step.duration.endsWith(' S')
      ? '1 D'
      : step.duration
  return { duration, span: (at) => ({ from, to: barStart(at, size, hours) }) }
}

/** Bars as they form, until its asker cancels or the Gateway ends it (10182). */
export function streamQuestion(
  asked: Asked,
  { listener, now, past = streamPast(asked, null, now()) }: StreamWanted,
): Question<never> {
  let open: Bar | null = null
  const hear = (bar: Bar): void => {
    if (open !== null && bar.start > open.start) listener.bar(open, true)
    if (open !== null && bar.start < open.start) return // of a bar that is closed already
    open = bar
    listener.bar(bar, false)
  }
  return {
    kind: 'barStream',
    lane: 6,
    streams: true,
    request: (reqId) => {
      const { duration } = past
      return barsRequest(reqId, asked, { endDateTime: '', duration, keepUpToDate: true })
    },
    cancel: (reqId) => ({ kind: 'cancelHistoricalData', reqId }),
    // Nothing yet, as before the first trade of a day, is an answer that ends the request.
    empty: () => fail(NO_BARS),
    answer: (response) => {
      if (response.kind === 'historicalData') {
        const bars = response.bars.flatMap(barFrom)
        const last = bars.at(-1)
        const isOpen = last !== undefined && barEnd(last.start, asked.size, asked.hours) > now()
        const closed = bars.filter((bar) => barEnd(bar.start, asked.size, asked.hours) <= now())
        if (past.span !== null) listener.filled?.(closed, past.span(now()))
        else for (const bar of closed) listener.bar(bar, true)
        if (isOpen) hear(last)
      }
      // On the wire in the order open, close, high, low (trap 3); the codec has named them.
      if (response.kind === 'historicalDataUpdate') for (const bar of barFrom(response)) hear(bar)
      return null
    },
  }
}

const NO_BARS: Fault = {
  code: 'no-data',
  retry: 'later',
  detail: 'the stream began with "no data"',
  vendorCode: 162,
}

function barsRequest(
  reqId: number,
  { contract, size, hours = 'regular' }: Asked,
  step: { readonly endDateTime: string; readonly duration: string; readonly keepUpToDate: boolean },
): Request {
  return {
    kind: 'reqHistoricalData',
    reqId,
    contract: contractToWire(contract),
    endDateTime: step.endDateTime,
    barSize: BAR_SIZES[size],
    duration: step.duration,
    useRTH: hours === 'regular',
    whatToShow: 'TRADES',
    formatDate: 2, // epoch seconds, whatever the Gateway's zone
    comboLegs: [],
    keepUpToDate: step.keepUpToDate,
    options: [],
  }
}

interface WireBar {
  readonly date: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** One bar, or none: a row that carries no time or no price is no bar (H29). */
function barFrom(row: WireBar): readonly Bar[] {
  const seconds = /^\d{9,11}$/.test(row.date) ? Number(row.date) : null
  const prices = [row.open, row.high, row.low, row.close]
  if (seconds === null || prices.some((each) => !(each > 0))) return []
  return [
    {
      start: (seconds * 1_000) as EpochMs,
      open: price(row.open),
      high: price(row.high),
      low: price(row.low),
      close: price(row.close),
      volume: Math.max(0, row.volume), // -1 where there is none, as for an index
    },
  ]
}

/** Those that lie in the span and are closed, each once, oldest first. */
export function closedBars(
  bars: readonly Bar[],
  wanted: {
    readonly size: BarSize
    readonly span: BarSpan
    readonly hours?: Hours
    readonly now: EpochMs
  },
): readonly Bar[] {
  const { size, span, hours, now } = wanted
  const byStart = new Map<EpochMs, Bar>()
  for (const bar of bars) {
    const inside = bar.start >= span.from && bar.start < span.to
    if (inside && barEnd(bar.start, size, hours) <= now) byStart.set(bar.start, bar)
  }
  return [...byStart.values()].sort((a, b) => a.start - b.start)
}
