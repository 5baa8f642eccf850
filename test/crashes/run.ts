import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { DAYS, dayOf, planNumberOf } from './days.ts'
import type { Day } from './days.ts'
import { enumerateCrashes } from './enumerate.ts'
import type { Crash, Delay, Enumerated } from './enumerate.ts'
import { KINDS, linesOf, tallyOf } from './tally.ts'
import type { Tally } from './tally.ts'

/** One processor each; more would not be faster on two. */
const PROCESSES = 2

const { values } = parseArgs({
  options: {
    day: { type: 'string' },
    only: { type: 'string' },
    every: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    part: { type: 'string' },
  },
})

/** Each point twice: at once, and by turns after one of two long times. */
const delaysOf = (point: number): readonly Delay[] => [
  '1 s',
  point % 2 === 0 ? 'after the close' : 'next session',
]

type Told =
  | { readonly kind: 'crash'; readonly crash: Crash }
  | { readonly kind: 'over'; readonly enumerated: Enumerated }

const every = Number(values.every)
if (!Number.isInteger(every) || every < 1)
  throw new Error(`expected --every N, came ${values.every}`)
if (values.part !== undefined) await asPart(values.part)
else if (values.only !== undefined) await asOne(Number(values.only))
else await asCampaign()

/** One crash point, with all that was journaled around it: `--day NAME --only 165`. */
async function asOne(number: number): Promise<void> {
  const day = dayOf(values.day ?? '')
  const make = day.plans[await planNumberOf(day)]
  if (make === undefined) throw new Error('a plan that was found is there')
  await enumerateCrashes({
    plan: make(),
    delays: delaysOf,
    isMine: (point) => point === number,
    told: (crash, world) => {
      console.log(JSON.stringify(crash, null, 1))
      for (const { at, event } of world.remains.journal.read()) {
        console.log(new Date(at).toISOString(), JSON.stringify(event))
      }
    },
  })
}

/** `whole 0 1`: this process plays every second crash of a day, by its first plan. */
async function asPart(text: string): Promise<void> {
  const [name = '', plan = '0', part = '0'] = text.split(' ')
  const make = dayOf(name).plans[Number(plan)]
  if (make === undefined) throw new Error(`day ${name} has no plan ${plan}`)
  const tell = (told: Told): void => void process.send?.(told)
  const enumerated = await enumerateCrashes({
    plan: make(),
    delays: delaysOf,
    isMine: (point) =>
      point % every === 0 && Math.floor(point / every) % PROCESSES === Number(part),
    told: (crash) => tell({ kind: 'crash', crash }),
  })
  tell({ kind: 'over', enumerated })
  process.disconnect()
}

async function asCampaign(): Promise<void> {
  const tallies: Tally[] = []
  for (const day of values.day === undefined ? DAYS : [dayOf(values.day)]) {
    const tally = await enumerated(day)
    tallies.push(tally)
    if (!values.json) for (const line of linesOf(tally)) console.log(line)
  }
  if (values.json) console.log(JSON.stringify(tallies, null, 1))
  else {
    const sum = (of: (tally: Tally) => number): number => tallies.reduce((n, t) => n + of(t), 0)
    const list = KINDS.map((kind) => `${sum(({ found }) => found[kind])} ${kind}`)
    console.log(`${sum(({ restarts }) => restarts)} restarts: ${list.join(', ')}`)
  }
  process.exitCode = tallies.every(({ found }) => KINDS.every((kind) => found[kind] === 0)) ? 0 : 1
}

async function enumerated(day: Day): Promise<Tally> {
  const begun = performance.now()
  const plan = await planNumberOf(day)
  const crashes: Crash[] = []
  const parts = Array.from({ length: PROCESSES }, (_, part) =>
    playPart(`${day.name} ${plan} ${part}`, (crash) => {
      crashes.push(crash)
      for (const { checker, text } of crash.violations) {
        const when = new Date(crash.at).toISOString()
        const place = `day ${day.name}, effect ${crash.number} (${crash.effect}) at ${when}`
        console.error(`${place}, restart after ${crash.delay}: ${checker}: ${text}`)
      }
    }),
  )
  const [first] = await Promise.all(parts)
  if (first === undefined) throw new Error('a day has a first part')
  return tallyOf({ day, plan, crashes, enumerated: first, tookMs: performance.now() - begun })
}

function playPart(part: string, heard: (crash: Crash) => void): Promise<Enumerated> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--part', part, '--every', String(every)])
    let over: Enumerated | null = null
    child.on('message', (told: Told) => {
      if (told.kind === 'crash') heard(told.crash)
      else over = told.enumerated
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0 && over !== null) resolve(over)
      else reject(new Error(`expected a part to end with 0, came ${code}`))
    })
  })
}
