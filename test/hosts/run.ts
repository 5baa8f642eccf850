import { asked } from '../options.ts'
import { HOSTS } from './command.ts'
import { playsOf } from './plays.ts'

/** Every row of the room, or those whose name holds a text. */
const { only } = asked(HOSTS).values

const counts = new Map<string, { played: number; red: number }>()

function counted(name: string, complaints: readonly string[], note?: string): void {
  const [fault = ''] = name.split(' ')
  const count = counts.get(fault) ?? { played: 0, red: 0 }
  counts.set(fault, count)
  count.played++
  if (complaints.length > 0) {
    count.red++
    console.log(`${name}\n  ${complaints.join('\n  ')}`)
  }
  if (note !== undefined) console.log(`${name}: ${note}`)
}

for (const { play } of playsOf(only)) await play(counted)
for (const [fault, { played, red }] of counts) console.log(`${fault}: ${played} played, ${red} red`)
process.exitCode = [...counts.values()].every(({ red }) => red === 0) ? 0 : 1
