import { existsSync, statSync } from 'node:fs'
import type { EpochMs } from '../base/clock.ts'
import { plain } from '../base/plain.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { TradingState } from '../domain/account.ts'
import { JournalReader } from '../journal/follow.ts'
import { FileLatch } from '../journal/latch.ts'
import { timeText } from '../cockpit/describe.ts'
import type { StateFolder } from './state-folder.ts'
import { typed } from './typed.ts'

type Level = Exclude<TradingState, 'active'>

interface Latching {
  readonly level: Level
  /** Null: it cannot be known. */
  readonly since: string | null
  readonly by: string
  /** Null: nobody said. */
  readonly why: string | null
}

const MEANS: Readonly<Record<Level, string>> = {
  'reduce-only': 'nothing is entered',
  halt: 'nothing is entered',
  kill: 'nothing is entered, and what is held is closed',
}

/**
 * What a start finds latched, for its first lines: what, since when, by whom, why, and the one
 * command that lifts it. Null: nothing is.
 */
export function latchText(folder: StateFolder, now: EpochMs): string | null {
  const latching = latchingIn(folder)
  if (latching === null) return null
  const { level, since, by, why } = latching
  const head = `LATCHED: level ${level} since ${since ?? 'an unknown time'}, by ${by}`
  const text = `${head}${why === null ? ', without a reason' : `: "${plain(why)}"`}`
  return `${text}. ${MEANS[level]}${wayOut(folder, { ...latching, now })}`
}

function wayOut(
  folder: StateFolder,
  { by, since, now }: Latching & { readonly now: EpochMs },
): string {
  if (by !== DAILY_LOSS) return `, until a person types: ${typed('resume', folder)}`
  const isToday = since?.startsWith(newYorkDate(now)) ?? true
  return isToday ? ', until the New York date ends; a resume does not lift it' : '; it ends now'
}

const DAILY_LOSS = 'the daily loss'

/** The journal says most; the file alone is left by a kill or a panic that no bot heard. */
function latchingIn(folder: StateFolder): Latching | null {
  const journaled = existsSync(folder.journal) ? inJournal(folder.journal) : null
  if (journaled?.level === 'kill') return journaled
  const latched = new FileLatch(folder.latch).read()
  if (latched === null) return journaled
  return { level: 'kill', since: writtenAt(folder.latch), ...signed(latched.reason) }
}

function inJournal(path: string): Latching | null {
  const reader = new JournalReader(path)
  try {
    const all = { types: ['TradingStateChanged'], limit: 1, span: Number.MAX_SAFE_INTEGER }
    const [changed] = reader.before(null, all).entries
    if (changed?.event.type !== 'TradingStateChanged' || changed.event.to === 'active') return null
    const { to: level, cause, reason } = changed.event
    const since = timeText(changed.at)
    if (cause !== 'operator' && cause !== 'panic') {
      const by = cause === 'daily-loss' ? DAILY_LOSS : `the bot (${cause})`
      return { level, since, by, why: reason }
    }
    return { level, since, ...signed(reason) }
  } finally {
    reader.close()
  }
}

/** A kill that the bot found in the latch file was said by the person whom the file names. */
function signed(reason: string): Pick<Latching, 'by' | 'why'> {
  const words = reason.replace(/^kill by (?:latch|panic): (?=(?:kill|panic) by )/, '')
  const [, by, why] = /^(?:kill|halt|reduce|panic) by ([^:]+)(?:: (.*))?$/s.exec(words) ?? []
  return by === undefined ? { by: 'an operator', why: words } : { by, why: why ?? null }
}

/** By the wall clock of this machine; null: only a marker beside it is there. */
function writtenAt(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? null : timeText(stat.mtimeMs as EpochMs)
}
