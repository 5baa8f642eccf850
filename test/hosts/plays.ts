import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wrongKeys, wrongValues } from './config-table.ts'
import { Copies, JOURNAL_FILES, writtenJournal } from './copies.ts'
import { HOST_ROWS } from './index.ts'
import { playedPower } from './power.ts'
import { restartComplaintsOf, restarts } from './restarts.ts'
import { complaintsOf } from './row.ts'

/** What was played under a name; `note`: what it came to, where that is a line of its own. */
export type Counted = (name: string, complaints: readonly string[], note?: string) => void

/** What one name of the room plays. */
export interface Play {
  readonly name: string
  readonly play: (counted: Counted) => Promise<void> | void
}

const rows = Object.values(HOST_ROWS).flat()
const PLAYS: readonly Play[] = [
  ...rows.map((row) => one(row.name, () => complaintsOf(row))),
  ...restarts.map((row) => one(row.name, () => restartComplaintsOf(row))),
  ...(['drop', 'garble'] as const).map((how): Play => {
    const name = `F81 ${how} at every effect`
    return { name, play: (counted) => atEveryEffect(name, how, counted) }
  }),
  tried('F93 config: absurd values and wrong units', () => wrongValues(1)),
  tried('F91 config: misspelt keys', () => wrongKeys(1)),
  { name: 'F81 files', play: ofFiles },
]

/** Those whose name holds this text. */
export function playsOf(only: string): readonly Play[] {
  return PLAYS.filter(({ name }) => name.includes(only))
}

function one(name: string, complaints: () => Promise<readonly string[]>): Play {
  return { name, play: async (counted) => counted(name, await complaints()) }
}

function tried(name: string, all: () => ReturnType<typeof wrongValues>): Play {
  return {
    name,
    play(counted) {
      const { tried: times, complaints } = all()
      counted(name, complaints, `${times} tried`)
    },
  }
}

async function atEveryEffect(
  name: string,
  how: 'drop' | 'garble',
  counted: Counted,
): Promise<void> {
  const { points, atStake, rowsLost, complaints } = await playedPower({ how, every: 1 })
  const note = `${points} points, ${atStake} with rows at stake, ${rowsLost} rows lost`
  counted(name, complaints, note)
}

function ofFiles(counted: Counted): void {
  const folder = mkdtempSync(join(tmpdir(), 'power-'))
  const copies = new Copies(folder, writtenJournal(folder, 60))
  for (const file of JOURNAL_FILES) {
    for (const how of ['cut', 'flipped'] as const) {
      const { opened, refused, rowsLost, wrong } = copies[how](file)
      const note = `${opened} opened as a prefix (${rowsLost} rows short), ${refused} refused`
      counted(`F81 files: ${file}, ${how} anywhere`, wrong, note)
    }
  }
  rmSync(folder, { recursive: true })
}
