import { parseArgs } from 'node:util'
import { HOST_ROWS } from './index.ts'
import { playedPower } from './power.ts'
import { restartComplaintsOf, restarts } from './restarts.ts'
import { complaintsOf } from './row.ts'

/** Every row of the room, or those whose name holds a text: `npm run hosts -- --only F82`. */
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
for (const [fault, { played, red }] of counts) console.log(`${fault}: ${played} played, ${red} red`)
const all = [...counts.values()]
process.exitCode = all.length > 0 && all.every(({ red }) => red === 0) ? 0 : 1
