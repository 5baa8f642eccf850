import { parseArgs } from 'node:util'
import type { World } from '../simulation/world.ts'
import { DAYS, dayOf } from './days.ts'
import { staged } from './day.ts'
import type { Day, Tier } from './day.ts'
import { DELAYS } from './delays.ts'
import { enumerateCrashes } from './enumerate.ts'
import { nameOfPair, playPair } from './pairs.ts'
import { asPart, PROCESSES, playPart } from './parts.ts'
import type { Part } from './parts.ts'
import { KINDS, linesOf, sumOf, tallyOf } from './tally.ts'
import type { Tally } from './tally.ts'

/**
 * Every effect of every day, each with two times of a restart, or with `--delays all` with each.
 * `--tier direct`: without a wire, the days that need none. `--pairs N`: so many crashes, each with another one after it.
 */
const { values } = parseArgs({
  options: {
    day: { type: 'string', multiple: true, default: [] },
    every: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    delays: { type: 'string', default: 'some' },
    tier: { type: 'string', default: 'codec' },
    only: { type: 'string' },
    pair: { type: 'string' },
    json: { type: 'boolean', default: false },
    part: { type: 'string' },
  },
})

if (!['some', 'all'].includes(values.delays))
  throw new Error(`expected --delays some, or all, came ${values.delays}`)
if (!['codec', 'direct'].includes(values.tier))
  throw new Error(`expected --tier codec, or direct, came ${values.tier}`)
const tier = values.tier as Tier
const isAll = values.delays === 'all'
const [every, pairs, seed] = [whole('every', 1), whole('pairs', 0), whole('seed', 0)]
if (values.part !== undefined) await asPart(JSON.parse(values.part) as Part)
else if (values.only !== undefined || values.pair !== undefined) await asOne()
else await asCampaign()

function whole(name: 'every' | 'pairs' | 'seed', least: number): number {
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
  const tallies: Tally[] = []
  const played = days()
  for (const [i, day] of played.entries()) {
    const share =
      Math.floor((pairs * (i + 1)) / played.length) - Math.floor((pairs * i) / played.length)
    if (pairs > 0 && share === 0) continue
    const tally = await campaignOf(day, share)
    tallies.push(tally)
    if (!values.json) for (const line of linesOf(tally)) console.log(line)
  }
  const sum = sumOf(tallies)
  console.log(
    values.json ? JSON.stringify({ seed, tier, every, pairs, tallies, sum }, null, 1) : sum,
  )
  const isClean = tallies.every(({ found }) => KINDS.every((kind) => found[kind] === 0))
  process.exitCode = isClean ? 0 : 1
}

async function campaignOf(day: Day, share: number): Promise<Tally> {
  const begun = performance.now()
  const { number: plan } = await staged(day, tier)
  const parts = await Promise.all(
    Array.from({ length: PROCESSES }, (_, part) =>
      playPart(
        { day: day.name, plan, tier, part, every, pairs: share, seed, isAll },
        (crash, pair) => {
          const { number, effect, at, delay, violations } = crash
          const name = pair === null ? `--only ${number}` : `--pair '${nameOfPair(pair)}'`
          const place = `--day ${day.name} --tier ${tier} ${name}: ${effect} at ${new Date(at).toISOString()}`
          for (const { checker, text } of violations) {
            console.error(`${place}, restart after ${delay}: ${checker}: ${text}`)
          }
        },
      ),
    ),
  )
  return tallyOf({ day, plan, parts, tookMs: performance.now() - begun })
}
