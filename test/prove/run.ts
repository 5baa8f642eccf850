import { writeFileSync } from 'node:fs'
import { commit } from '../../src/cli/version.ts'
import { mutantsOf } from '../mutants/command.ts'
import { killAll } from '../mutants/kill.ts'
import { asked, refuse } from '../options.ts'
import { campaign } from './campaign.ts'
import { keptOf, PROVE } from './command.ts'
import { isForAll, unreached } from './coverage.ts'
import type { Tier } from './kinds.ts'
import { pageOf } from './page.ts'
import { profileLines } from './profile.ts'
import { linesOf, sumOf } from './report.ts'
import type { Sum } from './report.ts'
import { storyOf, strikesIn } from './story.ts'
import type { SeedTally } from './tally.ts'
import { tasksOf, tierOf } from './tasks.ts'

const { values } = asked(PROVE)
const { seeds, days, tier: on, processes, stories, plant } = values

/** Of the commit: every commit brings seeds of its own. */
function firstSeed(): number {
  if (values.seed !== null) return values.seed
  const hash = values.commit ? commit() : null
  if (values.commit && hash === null) {
    return refuse(PROVE, 'expected a checkout with its history; say --seed N instead')
  }
  return hash === null ? 1 : Number.parseInt(hash.slice(0, 8), 16)
}

if (values.mutants) {
  const mutants = mutantsOf(values.only)
  const { isAll } = await killAll({ mutants, copies: processes, say: console.log })
  process.exit(isAll ? 0 : 1)
}
const begun = performance.now()
const first = firstSeed()
const planted = plant === null ? {} : { plant }
if (values.keep !== null) {
  const keep = keptOf(values.keep)
  const of = { seed: first, tier: tierOf(first, on), days }
  const last = strikesIn(of) - 1
  const beyond = keep?.find((number) => number > last)
  if (beyond !== undefined) {
    refuse(PROVE, `expected --keep with numbers of strikes from 0 to ${last}, came ${beyond}`)
  }
  const story = await storyOf(of, { ...planted, ...(keep !== null && { keep }) })
  console.log(story.text)
  process.exit(story.failures.length === 0 ? 0 : 1)
}
const tasks = tasksOf({
  first,
  seeds,
  days,
  tier: on,
  twicePct: values.twice,
  plant,
})
if (values.profile) {
  for (const line of await profileLines(tasks)) console.log(line)
  process.exit(0)
}
const tallies: SeedTally[] = []
const limitMs = values.minutes === null ? null : values.minutes * 60_000
console.error(`seeds ${first} to ${first + seeds - 1}, ${days} days each`)
await campaign({ tasks, processes, limitMs, told })
const tookS = (performance.now() - begun) / 1_000
const sum = sumOf(tallies)
const tiers = [...new Set(tasks.map(({ tier }) => tier))]
if (values.json) console.log(JSON.stringify({ first, tookS, ...sum }))
else console.log(linesOf(sum, { tookS, tiers }).join('\n'))
for (const { seed, tier, isStuck, same } of sum.failed.slice(0, stories)) {
  if (same === false) {
    const again = `--seeds 1 --seed ${seed} --tier ${tier} --days ${days} --twice 100`
    console.error(`another trace with every run: npm run prove -- ${again}`)
    continue
  }
  if (isStuck === true) continue // it would not end here either
  const { text } = await storyOf({ seed, tier, days }, { ...planted, shrink: true })
  if (values.json) console.error(text)
  else console.log(text)
}
const covered = await isCovered(sum, tiers)
process.exitCode = sum.failed.length === 0 && covered ? 0 : 1

/** Writes down what was reached; from so many seeds on everything must have been. */
async function isCovered(of: Sum, on: readonly Tier[]): Promise<boolean> {
  if (values.coverage !== null) {
    const date = new Date().toISOString().slice(0, 10)
    const command = ['npm run prove --', ...process.argv.slice(2)].join(' ')
    const asked = { tiers: on, first, days, commit: commit(), date, command }
    const page = await pageOf({ sum: of, tookS, ...asked })
    writeFileSync(values.coverage, page)
  }
  const left = isForAll(of, on) ? unreached(of, on) : []
  for (const each of left) console.error(`not reached, and no reason says why: ${each}`)
  return left.length === 0
}

/** One line that is written over, and the seeds that fail on lines of their own. */
function told(tally: SeedTally): void {
  tallies.push(tally)
  const { seed, tier, failures } = tally
  for (const failure of failures) {
    console.error(`seed ${seed} ${tier}: ${failure.split('\n').slice(0, 6).join('\n')}`)
  }
  const wallS = (performance.now() - begun) / 1_000
  const played = tallies.flatMap((each) => each.days).length
  const rate = (tallies.length / wallS).toFixed(2)
  // Whatever is said next, on stdout too, begins a line of its own.
  process.stderr.write(
    `${tallies.length} of ${seeds} seeds, ${rate} a second, ${played} simulated days \r`,
  )
}
