import { asked } from '../options.ts'
import { PLANTED_COMMAND } from './command.ts'
import { Copy } from './plant.ts'
import type { Seen } from './plant.ts'
import { PLANTED } from './planted.ts'

/** One processor each; more would not be faster on two. */
const COPIES = 2

const { only } = asked(PLANTED_COMMAND).values
const wanted = PLANTED.filter(({ id }) => only === null || only.includes(id))
const begun = performance.now()
const waiting = [...wanted]
const seen: Seen[] = []
await Promise.all(Array.from({ length: Math.min(COPIES, wanted.length) }, () => plantAll()))
const unseen = seen.filter(({ red }) => red.length === 0)
console.log(
  `${seen.length} defects planted, ${seen.length - unseen.length} seen by their test; ` +
    `${((performance.now() - begun) / 1_000).toFixed(0)} s`,
)
process.exitCode = unseen.length === 0 ? 0 : 1

async function plantAll(): Promise<void> {
  const copy = new Copy()
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const found = await copy.seen(next)
    seen.push(found)
    const { id, what } = next
    const [first] = found.red
    const says = first === undefined ? 'NOT SEEN' : `red: ${first}`
    console.log(`${id.padEnd(4)}${what.padEnd(66)}${says}`)
  }
  copy.remove()
}
