import { asked, nothing } from '../options.ts'
import type { World } from '../simulation/world.ts'
import { CRASHES, daysOf } from './command.ts'
import { staged } from './day.ts'
import type { Day } from './day.ts'
import { DELAYS } from './delays.ts'
import { enumerateCrashes } from './enumerate.ts'
import type { Crash } from './enumerate.ts'
import { nameOfPair, playPair } from './pairs.ts'
import type { Pair } from './pairs.ts'
import { asPart, PROCESSES, playPart } from './parts.ts'
import { KINDS, linesOf, sumOf, tallyOf } from './tally.ts'
import type { Tally } from './tally.ts'

/**
 * Every effect of every day, each with two times of a restart, or with `--delays all` with each.
 * `--tier direct`: without a wire, the days that need none. `--pairs N`: so many crashes, each with another one after
 * it, and with `--minutes M` no round of them is begun after so long.
 */
const { values } = asked(CRASHES)
const { tier, every, pairs, seed } = values
const days = daysOf(values.day, tier)
const isAll = values.delays === 'all'

/** Each round draws some of every day, so that a night that is over too soon has seen them all. */
const PAIRS_A_ROUND = 3_200

if (values.part !== null) await asPart(values.part)
else if (values.only !== null || values.pair !== null) await asOne()
else await asCampaign()

/** One crash, with all that was journaled around it: `--day NAME --only 165`. */
async function asOne(): Promise<void> {
  const [day] = days
  if (day === undefined) return
  let [played, wrong] = [0, 0]
  const told = (crash: Crash | Pair, world: World): void => {
    played++
    wrong += ('second' in crash ? crash.second : crash).violations.length
    console.log(JSON.stringify(crash, null, 1))
    for (const { at, event } of world.remains.journal.read()) {
      console.log(new Date(at).toISOString(), JSON.stringify(event))
    }
  }
  const of = await staged(day, tier)
  if (values.pair === null) {
    const isMine = (point: number): boolean => point === values.only
    await enumerateCrashes({ ...of, delays: () => DELAYS, isMine, told })
  } else await playPair({ ...of, told }, values.pair)
  if (played === 0) nothing(`${day.name} has no crash ${values.pair ?? values.only ?? ''}`)
  process.exitCode = wrong === 0 ? 0 : 1
}

async function asCampaign(): Promise<void> {
  const tallies = pairs === null ? await oneByOne() : await inRounds(pairs)
  const sum = sumOf(tallies)
  console.log(
    values.json
      ? JSON.stringify({ seed, tier, every, pairs: pairs ?? 0, tallies, sum }, null, 1)
      : sum,
  )
  const isClean = tallies.every(({ found }) => KINDS.every((kind) => found[kind] === 0))
  process.exitCode = isClean ? 0 : 1
}

async function oneByOne(): Promise<readonly Tally[]> {
  const tallies: Tally[] = []
  for (const day of days) {
    const tally = tallyOf(await playedOf(day, { pairs: 0, round: 0 }))
    tallies.push(tally)
    if (!values.json) for (const line of linesOf(tally)) console.log(line)
  }
  return tallies
}

async function inRounds(count: number): Promise<readonly Tally[]> {
  const begun = performance.now()
  const msMax = (values.minutes ?? Infinity) * 60_000
  const all = new Map<string, DayPlayed>()
  for (let [left, round] = [count, 0]; left > 0; round++) {
    if (performance.now() - begun > msMax) break
    const now = Math.min(left, PAIRS_A_ROUND)
    left -= now
    for (const [i, day] of days.entries()) {
      const { length } = days
      const share = Math.floor((now * (i + 1)) / length) - Math.floor((now * i) / length)
      if (share === 0) continue
      const { parts, tookMs, ...of } = await playedOf(day, { pairs: share, round })
      const before = all.get(day.name)
      all.set(day.name, {
        ...of,
        parts: [...(before?.parts ?? []), ...parts],
        tookMs: (before?.tookMs ?? 0) + tookMs,
      })
    }
  }
  const tallies = [...all.values()].map(tallyOf)
  if (!values.json) for (const line of tallies.flatMap(linesOf)) console.log(line)
  return tallies
}

type DayPlayed = Parameters<typeof tallyOf>[0]

async function playedOf(
  day: Day,
  of: { readonly pairs: number; readonly round: number },
): Promise<DayPlayed> {
  const begun = performance.now()
  const { number: plan } = await staged(day, tier)
  const shared = { day: day.name, plan, tier, every, seed, isAll, ...of }
  const parts = await Promise.all(
    Array.from({ length: PROCESSES }, (_, part) =>
      playPart({ ...shared, part }, (crash, pair) => {
        for (const line of complaintsOf(day, crash, pair)) console.error(line)
      }),
    ),
  )
  return { day, plan, parts, tookMs: performance.now() - begun }
}

/** With the words that play it again. */
function complaintsOf(day: Day, crash: Crash, pair: Pair | null): readonly string[] {
  const { number, effect, at, delay, violations } = crash
  const name = pair === null ? `--only ${number}` : `--pair '${nameOfPair(pair)}'`
  const when = new Date(at).toISOString()
  const place = `--day ${day.name} --tier ${tier} ${name}: ${effect} at ${when}`
  return violations.map(({ checker, text }) => {
    return `${place}, restart after ${delay}: ${checker}: ${text}`
  })
}
