import { fork, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { asked } from '../options.ts'
import { OUTAGES } from './command.ts'
import { NOT_PLAYED } from './kinds.ts'
import { pageOf, replay } from './page.ts'
import { play } from './play.ts'
import type { Outcome } from './play.ts'
import { recoveryOf, recoveryShortfalls } from './recovery.ts'
import { RECOVERIES_FROM, sampleOf, seedAt } from './sample.ts'
import { bare, isRight, scoreOf, shortfalls } from './score.ts'

/** One processor each; more would not be faster on two. */
const PROCESSES = 2
const HEAD = `# How well the bot names an outage, and how soon it is back

Written by \`npm run outages -- --write docs/diagnosis.md\`: labelled outages of the simulated Gateway, drawn from a seed, against the
whole bot over memory sockets in virtual time. Every named scenario of \`docs/scenarios.md\` that has a verdict is among them, in many
forms: another time of day, length, symbols, parameters. Nothing here is of a real Gateway.
`

const { values } = asked(OUTAGES)

const parts: ChildProcess[] = []
let isStopped = false

/** Whoever stops it is told what has been played; a second request ends it at once. */
function stop(): void {
  isStopped = true
  for (const part of parts) part.kill()
}

if (values.part !== null) await asPart(values.part)
else if (values.only !== null) await asOne(values.only)
else await asCampaign()

/** This process's share of the seeds. */
async function asPart(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const outcome = await play(sampleOf(seed))
    process.send?.(outcome)
  }
  process.disconnect()
}

async function asOne(seed: number): Promise<void> {
  const sample = sampleOf(seed)
  console.log(JSON.stringify(sample, null, 1))
  const { told, ...outcome } = await play(sample)
  for (const line of told) console.log(line)
  console.log(JSON.stringify(outcome, null, 1))
}

async function asCampaign(): Promise<void> {
  const begun = Date.now()
  const seed = values.seed ?? begun % 100_000_000
  const { count, recoveries } = values
  const places = [
    ...Array.from({ length: count }, (_, i) => i),
    ...Array.from({ length: recoveries }, (_, i) => RECOVERIES_FROM + i),
  ]
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const outcomes = await playAll(places.map((place) => seedAt(seed, place)))
  const isRecovery = (of: Outcome): boolean => of.seed >= seedAt(seed, RECOVERIES_FROM)
  const outages = outcomes.filter((each) => !isRecovery(each))
  const recovered = outcomes.filter(isRecovery)
  const tookS = Math.round((Date.now() - begun) / 1_000)
  const page = pageOf({ seed, outages, recoveries: recovered, notPlayed: NOT_PLAYED, tookS })
  for (const line of page) console.log(line)
  if (values.write !== null && !isStopped) {
    writeFileSync(values.write, `${[HEAD, ...page].join('\n').trimEnd()}\n`)
  }
  const short = [
    ...(isStopped ? [`stopped after ${outcomes.length} of ${places.length}`] : []),
    ...(count > 0 ? shortfalls(scoreOf(outages)) : []),
    ...(recovered.length > 0 ? recoveryShortfalls(recoveryOf(recovered)) : []),
  ]
  for (const line of short) console.log(`not met: ${line}`)
  process.exitCode = short.length === 0 ? 0 : 1
}

/** In the order of their seeds, whichever process played them. */
async function playAll(seeds: readonly number[]): Promise<readonly Outcome[]> {
  const outcomes = new Map<number, Outcome>()
  const heard = (outcome: Outcome): void => {
    outcomes.set(outcome.seed, outcome)
    if (!isRight(outcome) && outcome.seed % 10_000 < RECOVERIES_FROM) {
      const { kind, label, verdict } = outcome
      console.log(`wrong: ${kind} ${label} was called ${bare(verdict)}; ${replay(outcome.seed)}`)
    }
    if ((outcome.recoveredMs ?? Infinity) > 30_000) {
      const { kind, recoveredMs } = outcome
      console.log(`late: ${kind} was ready after ${recoveredMs} ms; ${replay(outcome.seed)}`)
    }
    if (outcomes.size % 50 === 0) console.log(`${outcomes.size} of ${seeds.length}`)
  }
  const shares = Array.from({ length: PROCESSES }, (_, part) =>
    seeds.filter((_, index) => index % PROCESSES === part),
  ).filter((share) => share.length > 0)
  await Promise.all(shares.map((share) => playPart(share, heard)))
  return seeds.flatMap((seed) => outcomes.get(seed) ?? [])
}

function playPart(seeds: readonly number[], heard: (of: Outcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--part', JSON.stringify(seeds)])
    parts.push(child)
    child.on('message', (outcome) => heard(outcome as Outcome))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0 || isStopped) resolve()
      else reject(new Error(`expected a part to end with 0, came ${code}`))
    })
  })
}
