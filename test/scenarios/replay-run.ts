import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DemoResult } from '../../src/cli/demo-report.ts'
import type { Entry } from '../../src/journal/rows.ts'
import { readJournal } from '../../src/journal/sqlite.ts'
import { MAIN } from '../built.ts'
import { RECORDINGS } from './replay-recording.ts'
import { scratch } from './scratch.ts'

export interface ReplayRun {
  readonly result: DemoResult
  readonly journal: readonly Entry[]
}

/** The command as a user types it, in a process of its own, as fast as it goes. */
export async function replay(symbols: string, date: string, days = 1): Promise<ReplayRun> {
  const state = scratch('replay')
  const command = `demo --replay ${RECORDINGS} --symbols ${symbols} --date ${date} --days ${days}`
  const more = ['--speed', '0', '--seed', '1', '--state', state, '--json']
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', MAIN, ...command.split(' '), ...more],
      { maxBuffer: 2 ** 24 },
    )
    const journal = readJournal(join(state, 'demo', 'journal.db'))
    if (!journal.ok) throw new Error(journal.error.detail)
    const last = stdout.trimEnd().split('\n').at(-1) ?? ''
    return { result: JSON.parse(last) as DemoResult, journal: journal.value }
  } finally {
    rmSync(state, { recursive: true })
  }
}
