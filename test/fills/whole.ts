import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { groupOf } from '../../src/journal/fill-groups.ts'
import { fillLedgerOf } from '../../src/journal/fill-quality.ts'
import { readJournal } from '../../src/journal/sqlite.ts'
import { percent } from './table.ts'
import type { StudyDay } from './study.ts'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'src/cli/main.ts')

export const WHOLE_HEAD = [
  'day',
  'entry',
  'sent',
  'filled, partly, missed',
  'fills',
  'over mid',
  '$ over mid',
  '$ to far side',
  'realised $',
]

/** The whole bot over TCP on one recorded day, with the configuration that ships for it. */
export async function wholeRow(
  dir: string,
  { symbol, date }: StudyDay,
  entry: { readonly name: string; readonly written: object },
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fills-'))
  try {
    const config = join(folder, 'config.yaml')
    writeFileSync(config, stringify({ ...shipped(symbol), entry: entry.written }))
    const asked = `demo --replay ${dir} --symbols ${symbol} --date ${date} --speed 0 --seed 1`
    const more = ['--config', config, '--state', folder, '--json']
    const tsx = ['--no-warnings', '--import', import.meta.resolve('tsx'), MAIN]
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...tsx, ...asked.split(' '), ...more],
      { maxBuffer: 2 ** 24 },
    )
    const said = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { realizedPnl: number }
    const journal = readJournal(join(folder, 'demo', 'journal.db'))
    if (!journal.ok) throw new Error(journal.error.detail)
    const { fills, entries } = fillLedgerOf(journal.value)
    const opened = fills.filter(({ role }) => role === 'entry')
    const all = groupOf('all', opened)
    const came = (outcome: string) => entries.filter((each) => each.outcome === outcome).length
    const dollars = (amount: number | undefined) =>
      amount === undefined ? '-' : (amount / 1e6).toFixed(2)
    return [
      `${symbol} ${date}`,
      entry.name,
      String(entries.length),
      `${came('filled')}, ${came('partly')}, ${came('missed')}`,
      String(opened.length),
      percent(all.againstMid?.ofSpread ?? null),
      dollars(all.againstMid?.amount),
      dollars(all.againstFar?.amount),
      said.realizedPnl.toFixed(2),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function shipped(symbol: string): object {
  const folder = join(ROOT, 'config/replay')
  const files = readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), 'utf8')))
  const found = (files as { symbols: string[] }[]).find(({ symbols }) => symbols.includes(symbol))
  if (found === undefined) throw new Error(`no file of config/replay lists ${symbol}`)
  return found
}
