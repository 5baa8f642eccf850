import type { EpochMs } from '../base/clock.ts'
import type { Notifier } from '../engine/ports.ts'

export type NotifyCommand = Parameters<Notifier['notify']>[0]
export type Level = NotifyCommand['level']

/** One message for a person: what happened, and how often. */
export interface Told {
  readonly key: string
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
  /** Not told: the queue was full. Counted until somebody can be told so. */
  readonly dropped: number
}

interface Window {
  readonly until: number
  /** What came again since it was told. */
  readonly again: Told | null
}

export const EMPTY_OUTBOX: Outbox = { queue: [], windows: new Map(), sentAt: [], dropped: 0 }

const MINUTE_MS = 60_000

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
  const { level, message } = notice
  const key = `${level} ${notice.key ?? message}`
  const told: Told = { key, level, message, at, count: 1 }
  const window = swept.windows.get(key)
  if (window === undefined) return queued(opened(swept, key, nowMs + rules.repeatMs), told, rules)
  const again = { ...told, at: window.again?.at ?? at, count: (window.again?.count ?? 0) + 1 }
  return { ...swept, windows: new Map(swept.windows).set(key, { ...window, again }) }
}

/** What may be sent now, and the outbox once it is tried; null when it must wait. */
export function takenFrom(
  outbox: Outbox,
  rules: OutboxRules,
  nowMs: number,
): { readonly told: Told; readonly rest: Outbox } | null {
  const swept = sweptAt(outbox, rules, nowMs)
  const told = swept.queue.find(({ level }) => level === 'critical') ?? swept.queue[0]
  if (told === undefined || waitFor(swept, told, { rules, nowMs }) > 0) return null
  return {
    told,
    rest: {
      ...swept,
      queue: swept.queue.filter((each) => each !== told),
      sentAt: [...swept.sentAt.filter((sent) => sent > nowMs - MINUTE_MS), nowMs],
    },
  }
}

/** An attempt that counts against the rate without taking anything: a retry. Null: it must wait. */
export function triedAgain(
  outbox: Outbox,
  told: Told,
  { rules, nowMs }: { readonly rules: OutboxRules; readonly nowMs: number },
): Outbox | null {
  if (waitFor(outbox, told, { rules, nowMs }) > 0) return null
  return {
    ...outbox,
    sentAt: [...outbox.sentAt.filter((sent) => sent > nowMs - MINUTE_MS), nowMs],
  }
}

/** Milliseconds until there is something to do: a message that may go, a window that ends. */
export function nextIn(outbox: Outbox, rules: OutboxRules, nowMs: number): number | null {
  const waits = [...outbox.windows.values()].flatMap(({ until, again }) =>
    again === null ? [] : [until - nowMs],
  )
  const first = outbox.queue.find(({ level }) => level === 'critical') ?? outbox.queue[0]
  if (first !== undefined) waits.push(waitFor(outbox, first, { rules, nowMs }))
  return waits.length === 0 ? null : Math.max(0, Math.min(...waits))
}

/** Windows that are over: what came again in one is told, with its count, and opens the next. */
function sweptAt(outbox: Outbox, rules: OutboxRules, nowMs: number): Outbox {
  const over = [...outbox.windows].filter(([, { until }]) => until <= nowMs)
  if (over.length === 0) return outbox
  const windows = new Map(outbox.windows)
  for (const [key] of over) windows.delete(key)
  return over.reduce<Outbox>(
    (box, [key, { again }]) =>
      again === null ? box : queued(opened(box, key, nowMs + rules.repeatMs), again, rules),
    { ...outbox, windows },
  )
}

function opened(outbox: Outbox, key: string, until: number): Outbox {
  return { ...outbox, windows: new Map(outbox.windows).set(key, { until, again: null }) }
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

/** Until the rate allows one more of this level. */
function waitFor(
  { sentAt }: Outbox,
  { level }: Told,
  { rules, nowMs }: { readonly rules: OutboxRules; readonly nowMs: number },
): number {
  const kept = level === 'critical' ? 0 : Math.floor(rules.perMinute / 3)
  const room = Math.max(1, rules.perMinute - kept)
  const recent = sentAt.filter((sent) => sent > nowMs - MINUTE_MS)
  const oldest = recent.at(-room)
  return oldest === undefined ? 0 : oldest + MINUTE_MS - nowMs
}
