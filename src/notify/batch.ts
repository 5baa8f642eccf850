import { assert } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import { utcText } from '../domain/calendar.ts'
import type { AlertName } from '../domain/alert.ts'
import { waitFor, type Level, type Outbox, type OutboxRules, type Told } from './outbox.ts'
import { isQuiet, quietUntil, type QuietHours } from './quiet-hours.ts'

/** What is told in one message: one word, or what waited, as one. */
export interface Batch {
  readonly of: readonly [Told, ...Told[]]
  readonly alert: AlertName | null
  readonly level: Level
  readonly message: string
  /** When it happened, or the first of it. */
  readonly at: EpochMs
  readonly count: number
}

export type Next =
  | { readonly kind: 'batch'; readonly batch: Batch }
  /** Null: nothing waits. */
  | { readonly kind: 'wait'; readonly ms: number | null }

export interface NextOf {
  readonly rules: OutboxRules
  readonly quiet: QuietHours | null
  readonly nowMs: number
  readonly at: EpochMs
}

/** What is older than this is worth one line: that it was, and how much of it. */
const OLD_MS = 24 * 3_600_000
const LINES_MAX = 20

/** What is told next. What is critical is never held back, neither by hours nor by age. */
export function nextOf(outbox: Outbox, of: NextOf): Next {
  const { quiet, at } = of
  const critical = outbox.queue.find(({ level }) => level === 'critical')
  if (critical !== undefined) return inTime(outbox, single(critical), of)
  const [first] = outbox.queue
  if (first === undefined) return { kind: 'wait', ms: null }
  if (quiet !== null && isQuiet(quiet, at)) {
    return { kind: 'wait', ms: quietUntil(quiet, at) - at }
  }
  const old = outbox.queue.filter((told) => at - told.at > OLD_MS)
  if (old.length > 0) return inTime(outbox, summary(old), of)
  const held = quiet === null ? [] : outbox.queue.filter((told) => isQuiet(quiet, told.at))
  if (held.length > 1) return inTime(outbox, digest(held, quiet?.text ?? ''), of)
  return inTime(outbox, single(first), of)
}

function inTime(outbox: Outbox, batch: Batch, { rules, nowMs }: NextOf): Next {
  const ms = waitFor(outbox, batch, { rules, nowMs })
  return ms > 0 ? { kind: 'wait', ms } : { kind: 'batch', batch }
}

function single(told: Told): Batch {
  const { alert, level, message, at, count } = told
  return { of: [told], alert, level, message, at, count }
}

/** Quiet hours are over: everything of them, in one message. */
function digest(held: readonly Told[], hours: string): Batch {
  const lines = held.slice(-LINES_MAX).map(({ at, level, message, count }) => {
    const times = count > 1 ? ` (${count} times)` : ''
    return `- ${utcText(at)} ${level}: ${message}${times}`
  })
  const more = held.length > lines.length ? [`- and ${held.length - lines.length} before them`] : []
  const head = `while it was quiet (${hours}): ${countsText(held)}`
  return together(held, [head, ...more, ...lines].join('\n'))
}

function summary(old: readonly Told[]): Batch {
  const [first, last] = [old[0], old.at(-1)]
  const text = (told: Told | undefined) => (told === undefined ? 'unknown' : utcText(told.at))
  const span = `from ${text(first)} to ${text(last)}`
  const what = `not told in time, older than a day, ${span}: ${countsText(old)}; the log has them`
  return together(old, what)
}

function together(told: readonly Told[], message: string): Batch {
  const [first, ...rest] = told
  assert(first !== undefined, 'a batch has something in it')
  const level = told.some((each) => each.level === 'warning') ? 'warning' : 'info'
  return { of: [first, ...rest], alert: null, level, message, at: first.at, count: 1 }
}

/** `3 warning, 9 info`. */
function countsText(told: readonly Told[]): string {
  const levels: readonly Level[] = ['critical', 'warning', 'info']
  return levels
    .map((level) => {
      const of = told.filter((each) => each.level === level)
      return { level, count: of.reduce((sum, { count }) => sum + count, 0) }
    })
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => `${count} ${level}`)
    .join(', ')
}
