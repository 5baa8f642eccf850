import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wrongKeys, wrongValues } from './config-table.ts'
import { Copies, JOURNAL_FILES, writtenJournal } from './copies.ts'
import { HOST_ROWS } from './index.ts'
import { playedPower } from './power.ts'
import { restartComplaintsOf, restarts } from './restarts.ts'
import { complaintsOf } from './row.ts'

/** Every row of the room, or those whose name holds a text: `npm run hosts -- --only F82`, `--only config`. */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const { only } = values

const counts = new Map<string, { played: number; red: number }>()

function counted(name: string, complaints: readonly string[]): void {
  const [fault = ''] = name.split(' ')
  const count = counts.get(fault) ?? { played: 0, red: 0 }
  counts.set(fault, count)
  count.played++
  if (complaints.length === 0) return
  count.red++
  console.log(`${name}\n  ${complaints.join('\n  ')}`)
}

for (const row of Object.values(HOST_ROWS).flat()) {
  if (row.name.includes(only)) counted(row.name, await complaintsOf(row))
}
for (const row of restarts) {
  if (row.name.includes(only)) counted(row.name, await restartComplaintsOf(row))
}
for (const how of ['drop', 'garble'] as const) {
  const name = `F81 ${how} at every effect`
  if (!name.includes(only)) continue
  const { points, atStake, rowsLost, complaints } = await playedPower({ how, every: 1 })
  counted(name, complaints)
  console.log(`${name}: ${points} points, ${atStake} with rows at stake, ${rowsLost} rows lost`)
}
if ('F93 config'.includes(only)) {
  for (const [what, { tried, complaints }] of [
    ['F93 config: absurd values and wrong units', wrongValues(1)],
    ['F91 config: misspelt keys', wrongKeys(1)],
  ] as const) {
    counted(what, complaints)
    console.log(`${what}: ${tried} tried`)
  }
}
if ('F81 files'.includes(only)) {
  const folder = mkdtempSync(join(tmpdir(), 'power-'))
  const copies = new Copies(folder, writtenJournal(folder, 60))
  for (const file of JOURNAL_FILES) {
    for (const how of ['cut', 'flipped'] as const) {
      const { opened, refused, rowsLost, wrong } = copies[how](file)
      const name = `F81 files: ${file}, ${how} anywhere`
      counted(name, wrong)
      console.log(
        `${name}: ${opened} opened as a prefix (${rowsLost} rows short), ${refused} refused`,
      )
    }
  }
  rmSync(folder, { recursive: true })
}
for (const [fault, { played, red }] of counts) console.log(`${fault}: ${played} played, ${red} red`)
const all = [...counts.values()]
process.exitCode = all.length > 0 && all.every(({ red }) => red === 0) ? 0 : 1
