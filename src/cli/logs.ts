import { existsSync } from 'node:fs'
import pc from 'picocolors'
import { SystemClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { plain } from '../base/plain.ts'
import { explainable } from '../journal/explain.ts'
import { findId } from '../journal/find-id.ts'
import type { Entry } from '../journal/rows.ts'
import { timeText } from '../cockpit/describe.ts'
import { CommandError } from './exit-codes.ts'
import { journalEntries } from './journal-entries.ts'
import { atLeast, notBefore, ofIncident, ofStory, ofSymbol, type Sieve } from './log-filter.ts'
import { lineOf, LogTail, readLog, type LogLevel, type LogLine, type LogRead } from './log-lines.ts'
import { logText } from './log-text.ts'
import type { Since } from './options.ts'
import { logPath } from './outlets.ts'
import { onStopSignal } from './signals.ts'
import type { StateFolder } from './state-folder.ts'

export interface LogsCommand {
  readonly folder: StateFolder
  readonly of: 'run' | 'watchdog'
  readonly follow: boolean
  readonly level: LogLevel
  readonly since: Since | null
  readonly decision: string | null
  readonly order: string | null
  readonly incident: string | null
  readonly symbol: string | null
  /** Each line as it stands in the file. */
  readonly json: boolean
}

/** How often a log that is followed is looked at. */
const POLL_MS = 250

/** What a log says, readably; with `follow` until it is asked to stop. */
export async function logs(command: LogsCommand): Promise<void> {
  const { folder, of, follow, json } = command
  const path = logPath(folder.path, of)
  if (!existsSync(path) && !follow) {
    const who = of === 'run' ? 'run writes one, demo does not' : 'the command watchdog writes one'
    throw new CommandError(
      'usage',
      `${path}: no log there (${who}); say where by --state and --mode`,
    )
  }
  const said = (line: LogLine): void => {
    process.stdout.write(`${json ? line.raw : logText(line)}\n`)
  }
  const tail = follow ? new LogTail(path) : null
  const read = tail === null ? readLog(path) : readIn(tail, path)
  const isWanted = sieveOf(command, read)
  if (!json) for (const text of headings(command)) process.stdout.write(`${text}\n`)
  for (const line of read.lines.filter(isWanted)) said(line)
  sayUnreadable(read.unreadable)
  if (tail === null) return
  await followed(tail, (raw) => {
    const line = lineOf(raw)
    if (line === null) sayUnreadable([path])
    else if (isWanted(line)) said(line)
  })
}

/** All there is by now; what comes is told by the same tail, so that nothing is told twice. */
function readIn(tail: LogTail, path: string): LogRead {
  const read = tail.poll().lines.map(lineOf)
  const lines = read.filter((line) => line !== null)
  return { lines, unreadable: read.flatMap((line) => (line === null ? [path] : [])) }
}

function sayUnreadable(unreadable: readonly string[]): void {
  const [first] = unreadable
  if (first === undefined) return
  const count = unreadable.length === 1 ? '1 line' : `${unreadable.length} lines`
  process.stderr.write(pc.yellow(`${count} could not be read, the first in ${first}\n`))
}

/** Until Ctrl-C. */
function followed(tail: LogTail, see: (raw: string) => void): Promise<void> {
  const clock = new SystemClock()
  return new Promise((resolve) => {
    const signal = onStopSignal(() => {
      tail.close()
      signal.leave()
      resolve()
    })
    const look = (): void => {
      if (signal.asked) return
      const { lines, lost } = tail.poll()
      for (const line of lines) see(line)
      if (lost !== null) process.stderr.write(pc.yellow(`${lost}; some lines may be missing\n`))
      clock.after(POLL_MS, look)
    }
    look()
  })
}

/** All that was asked for must hold of a line. */
export function sieveOf(command: LogsCommand, { lines }: LogRead): Sieve {
  const { level, since, decision, order, incident, symbol, folder } = command
  const sieves: Sieve[] = [atLeast(level)]
  const newest = lines.at(-1)?.at ?? (0 as EpochMs)
  if (since !== null) {
    sieves.push(notBefore(since.kind === 'at' ? since.at : ((newest - since.ms) as EpochMs)))
  }
  if (symbol !== null) sieves.push(ofSymbol(symbol))
  const named = [decision, order].filter((each) => each !== null)
  if (named.length > 0 || incident !== null) {
    const entries = journalEntries(folder.journal)
    for (const id of named) sieves.push(ofStory(entries, known(entries, id)))
    if (incident !== null) sieves.push(incidentSieve(entries, incident))
  }
  return (line) => sieves.every((each) => each(line))
}

function incidentSieve(entries: readonly Entry[], id: string): Sieve {
  const sieve = ofIncident(entries, id)
  if (sieve !== null) return sieve
  throw new CommandError('usage', `no one incident is known by "${id}"; the command incidents does`)
}

function known(entries: readonly Entry[], text: string): string {
  const found = findId(entries, text)
  if (found.kind === 'id') return found.id
  if (found.kind === 'none') {
    throw new CommandError('usage', `nothing is known by the id "${text}"; explain says what is`)
  }
  const some = found.ids.slice(0, 5).join(', ')
  throw new CommandError('usage', `"${text}" begins several ids: ${some}; type more of the one`)
}

/** Of a decision: what came of it, before the lines about it. */
function headings({ decision, folder }: LogsCommand): readonly string[] {
  if (decision === null) return []
  const entries = journalEntries(folder.journal)
  return storyHead(entries, known(entries, decision))
}

/** The cycle, the entry, its orders and its fills, counted; a line each decision of the story. */
function storyHead(entries: readonly Entry[], id: string): readonly string[] {
  const related = explainable(entries, id)
  return related.flatMap(({ at, event }) => {
    if (event.type !== 'CycleEnded') return []
    const { symbol, kind, reason } = event.outcome
    const count = (type: string) => related.filter((each) => each.event.type === type).length
    const orders = `${count('OrderIntended')} orders, ${count('OrderFilled')} fills`
    const what = `${timeText(at)}  decision ${symbol}: ${kind}, ${plain(reason)}; ${orders}`
    return [pc.bold(what)]
  })
}
