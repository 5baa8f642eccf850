import { parseArgs } from 'node:util'
import type { World } from '../simulation/world.ts'
import { DAYS, dayOf } from './days.ts'
import { staged } from './day.ts'
import type { Day, Tier } from './day.ts'
import { DELAYS } from './delays.ts'
import { enumerateCrashes } from './enumerate.ts'
import type { Crash } from './enumerate.ts'
import { nameOfPair, playPair } from './pairs.ts'
import type { Pair } from './pairs.ts'
import { asPart, PROCESSES, playPart } from './parts.ts'
import type { Part } from './parts.ts'
import { KINDS, linesOf, sumOf, tallyOf } from './tally.ts'
import type { Tally } from './tally.ts'

/**
 * Every effect of every day, each with two times of a restart, or with `--delays all` with each.
 * `--tier direct`: without a wire, the days that need none. `--pairs N`: so many crashes, each with another one after
 * it, and with `--minutes M` no round of them is begun after so long.
 */
const { values } = parseArgs({
  options: {
    day: { type: 'string', multiple: true, default: [] },
    every: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '0' },
    delays: { type: 'string', default: 'some' },
    tier: { type: 'string', default: 'codec' },
    only: { type: 'string' },
    pair: { type: 'string' },
    json: { type: 'boolean', default: false },
    part: { type: 'string' },
  },
})

/** Each round draws some of every day, so that a night that is over too soon has seen them all. */
const PAIRS_A_ROUND = 3_200

if (!['some', 'all'].includes(values.delays))
  throw new Error(`expected --delays some, or all, came ${values.delays}`)
if (!['codec', 'direct'].includes(values.tier))
  throw new Error(`expected --tier codec, or direct, came ${values.tier}`)
const tier = values.tier as Tier
const isAll = values.delays === 'all'
const [every, pairs, seed] = [whole('every', 1), whole('pairs', 0), whole('seed', 0)]
const minutes = whole('minutes', 0)
if (values.part !== undefined) await asPart(JSON.parse(values.part) as Part)
else if (values.only !== undefined || values.pair !== undefined) await asOne()
else await asCampaign()

function whole(name: 'every' | 'pairs' | 'seed' | 'minutes', least: number): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= least) return number
  throw new Error(`expected --${name} with a number from ${least} on, came ${values[name]}`)
}

function days(): readonly Day[] {
  const named = values.day.length === 0 ? DAYS : values.day.map(dayOf)
  return tier === 'codec' ? named : named.filter(({ isOfWire }) => isOfWire !== true)
}

/** One crash, with all that was journaled around it: `--day NAME --only 165`. */
async function asOne(): Promise<void> {
  const [day] = days()
  if (day === undefined || values.day.length !== 1) throw new Error('expected one --day')
  const told = (crash: unknown, world: World): void => {
    console.log(JSON.stringify(crash, null, 1))
    for (const { at, event } of world.remains.journal.read()) {
      console.log(new Date(at).toISOString(), JSON.stringify(event))
    }
  }
  const of = await staged(day, tier)
  if (values.pair !== undefined) return playPair({ ...of, told }, values.pair)
  const isMine = (point: number): boolean => point === Number(values.only)
  await enumerateCrashes({ ...of, delays: () => DELAYS, isMine, told })
}

async function asCampaign(): Promise<void> {
  const tallies = pairs > 0 ? await inRounds() : await oneByOne()
  const sum = sumOf(tallies)
  console.log(
    values.json ? JSON.stringify({ seed, tier, every, pairs, tallies, sum }, null, 1) : sum,
  )
  const isClean = tallies.every(({ found }) => KINDS.every((kind) => found[kind] === 0))
  process.exitCode = isClean ? 0 : 1
}

async function oneByOne(): Promise<readonly Tally[]> {
  const tallies: Tally[] = []
  for (const day of days()) {
    const tally = tallyOf(await playedOf(day, { pairs: 0, round: 0 }))
    tallies.push(tally)
    if (!values.json) for (const line of linesOf(tally)) console.log(line)
  }
  return tallies
}

async function inRounds(): Promise<readonly Tally[]> {
  const begun = performance.now()
  const all = new Map<string, DayPlayed>()
  for (let [left, round] = [pairs, 0]; left > 0; round++) {
    if (minutes > 0 && performance.now() - begun > minutes * 60_000) break
    const now = Math.min(left, PAIRS_A_ROUND)
    left -= now
    for (const [i, day] of days().entries()) {
      const { length } = days()
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
