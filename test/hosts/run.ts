import { parseArgs } from 'node:util'
import { HOST_ROWS } from './index.ts'
import { complaintsOf } from './row.ts'

/** Every row of the room, or those whose name holds a text: `npm run hosts -- --only F82`. */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const { only } = values

const counts = new Map<string, { played: number; red: number }>()
for (const row of Object.values(HOST_ROWS).flat()) {
  if (!row.name.includes(only)) continue
  const complaints = await complaintsOf(row)
  const [fault = ''] = row.name.split(' ')
  const count = counts.get(fault) ?? { played: 0, red: 0 }
  counts.set(fault, count)
  count.played++
  if (complaints.length === 0) continue
  count.red++
  console.log(`${row.name}\n  ${complaints.join('\n  ')}`)
}
for (const [fault, { played, red }] of counts) console.log(`${fault}: ${played} played, ${red} red`)
const all = [...counts.values()]
process.exitCode = all.length > 0 && all.every(({ red }) => red === 0) ? 0 : 1
