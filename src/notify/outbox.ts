import type { EpochMs } from '../base/clock.ts'
import type { AlertLevel, AlertName, NoticeCommand } from '../domain/alert.ts'

export type NotifyCommand = NoticeCommand
export type Level = AlertLevel

/** One message for a person: what happened, and how often. */
export interface Told {
  readonly key: string
  readonly alert: AlertName
  readonly level: Level
  readonly message: string
  /** When it happened first, by the wall clock. */
  readonly at: EpochMs
  /** How often since this was last told. */
  readonly count: number
}

export interface OutboxRules {
  /** The same key is told once in this time; then once more with its count, if it came again. */
  readonly repeatMs: number
  /** Attempts in 60 s. The last third of them is kept for what is critical. */
  readonly perMinute: number
  readonly queueMax: number
}

/** What waits to be told. Pure; times are monotonic milliseconds unless said otherwise. */
export interface Outbox {
  /** In the order in which it is told, but that the critical goes first. */
  readonly queue: readonly Told[]
  readonly windows: ReadonlyMap<string, Window>
  readonly sentAt: readonly number[]
  /** Not told: the queue was full, or nobody took it. Counted until somebody can be told so. */
  readonly dropped: number
}

interface Window {
  readonly until: number
  /** What came again since it was told. */
  readonly again: Told | null
}

export const EMPTY_OUTBOX: Outbox = { queue: [], windows: new Map(), sentAt: [], dropped: 0 }

const MINUTE_MS = 60_000
/** A repeat of what is critical is no news for so long, whatever the rules say of the rest. */
const CRITICAL_REPEAT_MS_MAX = 300_000
/** As many different words at a time are remembered: each costs memory, and time in every turn. */
const WINDOWS_MAX = 500

export interface Moment {
  readonly nowMs: number
  readonly at: EpochMs
}

/** Something to tell: at once, or counted when the same was told a moment ago. */
export function offered(
  outbox: Outbox,
  notice: NotifyCommand,
  { rules, nowMs, at }: Moment & { readonly rules: OutboxRules },
): Outbox {
  const swept = sweptAt(outbox, rules, nowMs)
  const { alert, level, message } = notice
  const key = `${level} ${notice.key ?? message}`
  const told: Told = { key, alert, level, message, at, count: 1 }
  const window = swept.windows.get(key)
  if (window === undefined) return queued(opened(swept, told, { nowMs, rules }), told, rules)
  const again = { ...told, at: window.again?.at ?? at, count: (window.again?.count ?? 0) + 1 }
  return { ...swept, windows: new Map(swept.windows).set(key, { ...window, again }) }
}

/** Windows that are over: what came again in one is told, with its count, and opens the next. */
export function sweptAt(outbox: Outbox, rules: OutboxRules, nowMs: number): Outbox {
  const over = [...outbox.windows].filter(([, { until }]) => until <= nowMs)
  if (over.length === 0) return outbox
  const windows = new Map(outbox.windows)
  for (const [key] of over) windows.delete(key)
  return over.reduce<Outbox>(
    (box, [, { again }]) =>
      again === null ? box : queued(opened(box, again, { nowMs, rules }), again, rules),
    { ...outbox, windows },
  )
}

/** The end of this process: what came again waits for no window any more. */
export function withRepeats(outbox: Outbox, rules: OutboxRules): Outbox {
  return sweptAt(outbox, rules, Infinity)
}

/** What an earlier process did not get told, before what this one has to say. */
export function restored(outbox: Outbox, waiting: readonly Told[], rules: OutboxRules): Outbox {
  return waiting.reduce((box, told) => queued(box, told, rules), outbox)
}

/** An attempt counts against the rate, whatever comes of it. */
export function attempted(outbox: Outbox, nowMs: number): Outbox {
  const recent = outbox.sentAt.filter((sent) => sent > nowMs - MINUTE_MS)
  return { ...outbox, sentAt: [...recent, nowMs] }
}

/** Told, or given up. */
export function without(outbox: Outbox, gone: readonly Told[]): Outbox {
  return { ...outbox, queue: outbox.queue.filter((each) => !gone.includes(each)) }
}

/** Others may fare better: these are tried again after them. */
export function movedBack(outbox: Outbox, batch: readonly Told[]): Outbox {
  return { ...outbox, queue: [...without(outbox, batch).queue, ...batch] }
}

/** Milliseconds until the first window ends in which something came again; null: there is none. */
export function repeatIn({ windows }: Outbox, nowMs: number): number | null {
  const waits = [...windows.values()].flatMap(({ until, again }) =>
    again === null ? [] : [Math.max(0, until - nowMs)],
  )
  return waits.length === 0 ? null : Math.min(...waits)
}

/** Until the rate allows one more of this level. */
export function waitFor(
  { sentAt }: Outbox,
  { level }: Pick<Told, 'level'>,
  { rules, nowMs }: { readonly rules: OutboxRules; readonly nowMs: number },
): number {
  const kept = level === 'critical' ? 0 : Math.floor(rules.perMinute / 3)
  const room = Math.max(1, rules.perMinute - kept)
  const recent = sentAt.filter((sent) => sent > nowMs - MINUTE_MS)
  const oldest = recent.at(-room)
  return oldest === undefined ? 0 : oldest + MINUTE_MS - nowMs
}

function opened(
  outbox: Outbox,
  { key, level }: Told,
  { nowMs, rules }: { readonly nowMs: number; readonly rules: OutboxRules },
): Outbox {
  const forMs =
    level === 'critical' ? Math.min(rules.repeatMs, CRITICAL_REPEAT_MS_MAX) : rules.repeatMs
  const windows = new Map(outbox.windows).set(key, { until: nowMs + forMs, again: null })
  if (windows.size <= WINDOWS_MAX) return { ...outbox, windows }
  // The oldest ends before its time: what came again in it is told, and not forgotten.
  const [first = ['', null]] = [...windows].filter(([of]) => !of.startsWith('critical '))
  const [oldest, window] = first[1] === null ? ([...windows][0] ?? first) : first
  windows.delete(oldest)
  const again = window?.again ?? null
  return again === null ? { ...outbox, windows } : queued({ ...outbox, windows }, again, rules)
}

/** A full queue loses its oldest message of the least weight. */
function queued(outbox: Outbox, told: Told, { queueMax }: OutboxRules): Outbox {
  const queue = [...outbox.queue, told]
  if (queue.length <= queueMax) return { ...outbox, queue }
  const levels: readonly Level[] = ['info', 'warning', 'critical']
  const least = levels.find((level) => queue.some((each) => each.level === level))
  const lost = queue.findIndex((each) => each.level === least)
  return { ...outbox, queue: queue.filter((_, i) => i !== lost), dropped: outbox.dropped + 1 }
}
