import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { commit } from '../../src/cli/version.ts'
import { killMutants } from '../mutants/run.ts'
import { campaign } from './campaign.ts'
import { isForAll, unreached } from './coverage.ts'
import type { Tier } from './kinds.ts'
import { pageOf } from './page.ts'
import { linesOf, sumOf } from './report.ts'
import type { Sum } from './report.ts'
import { storyOf, strikesIn } from './story.ts'
import type { SeedTally } from './tally.ts'
import { tasksOf, tierOf } from './tasks.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '40' },
    days: { type: 'string', default: '1' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    tier: { type: 'string', default: 'both' },
    twice: { type: 'string', default: '10' },
    processes: { type: 'string', default: String(availableParallelism()) },
    commit: { type: 'boolean', default: false },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    coverage: { type: 'string' },
    stories: { type: 'string', default: '3' },
    plant: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})

function whole(text: string, name: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) {
    console.error(`expected --${name} N, came ${text}`)
    process.exit(2)
  }
  return number
}

function tierAsked(): Tier | 'both' {
  const { tier } = values
  if (tier === 'direct' || tier === 'codec' || tier === 'both') return tier
  console.error(`expected --tier direct, codec or both, came ${tier}`)
  return process.exit(2)
}

/** Of the commit: every commit brings seeds of its own. */
function firstSeed(): number {
  if (values.seed !== undefined) return whole(values.seed, 'seed')
  const hash = values.commit ? commit() : null
  if (values.commit && hash === null) {
    console.error('expected a checkout with its history; say --seed N instead')
    process.exit(2)
  }
  return hash === null ? 1 : Number.parseInt(hash.slice(0, 8), 16)
}

if (values.mutants) {
  const copies = whole(values.processes, 'processes')
  const only = values.only?.split(',') ?? null
  const { isAll } = await killMutants({ only, copies, say: console.log })
  process.exit(isAll ? 0 : 1)
}
const begun = performance.now()
const first = firstSeed()
const seeds = whole(values.seeds, 'seeds')
const days = whole(values.days, 'days')
const stories = whole(values.stories, 'stories')
const processes = whole(values.processes, 'processes')
if (seeds === 0 || days === 0 || processes === 0) {
  console.error('expected at least 1 seed, 1 day and 1 process: nothing would be played')
  process.exit(2)
}
const planted = values.plant === undefined ? {} : { plant: values.plant }
if (values.keep !== undefined) {
  const { keep: said } = values
  const names = said === 'none' || said === 'all' ? [] : said.split(',')
  const keep = names.map((each) => whole(each, 'keep'))
  const of = { seed: first, tier: tierOf(first, tierAsked()), days }
  const last = strikesIn(of) - 1
  const beyond = keep.find((number) => number > last)
  if (beyond !== undefined) {
    console.error(
      `expected --keep all, none, or numbers of strikes from 0 to ${last}, came ${beyond}`,
    )
    process.exit(2)
  }
  const story = await storyOf(of, { ...planted, ...(said !== 'all' && { keep }) })
  console.log(story.text)
  process.exit(story.failures.length === 0 ? 0 : 1)
}
const tasks = tasksOf({
  first,
  seeds,
  days,
  tier: tierAsked(),
  twicePct: whole(values.twice, 'twice'),
  plant: values.plant ?? null,
})
const tallies: SeedTally[] = []
const limitMs = values.minutes === undefined ? null : whole(values.minutes, 'minutes') * 60_000
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
process.exitCode = sum.failed.length === 0 && (await isCovered(sum, tiers)) ? 0 : 1

/** Writes down what was reached; from so many seeds on everything must have been. */
async function isCovered(of: Sum, on: readonly Tier[]): Promise<boolean> {
  if (values.coverage !== undefined) {
    const date = new Date().toISOString().slice(0, 10)
    const page = await pageOf({ sum: of, tiers: on, first, days, commit: commit(), date, tookS })
    writeFileSync(values.coverage, page)
  }
  return !isForAll(of, on) || unreached(of, on).length === 0
}

/** One line that is written over, and the seeds that fail on lines of their own. */
function told(tally: SeedTally): void {
  tallies.push(tally)
  const { seed, tier, failures } = tally
  for (const failure of failures) {
    console.error(`\rseed ${seed} ${tier}: ${failure.split('\n').slice(0, 6).join('\n')}`)
  }
  const wallS = (performance.now() - begun) / 1_000
  const played = tallies.flatMap((each) => each.days).length
  const rate = (tallies.length / wallS).toFixed(2)
  process.stderr.write(
    `\r${tallies.length} of ${seeds} seeds, ${rate} a second, ${played} simulated days `,
  )
}
