import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { commit } from '../../src/cli/version.ts'
import { Children } from './child.ts'
import { playNight } from './night.ts'
import { isGreen, markdownOf, reportOf } from './report.ts'
import type { Report } from './report.ts'
import { STEPS } from './steps.ts'
import { seedOf } from './step.ts'
import type { Done, Night } from './step.ts'

/** A night of eight hours plays the counts of the table; another one its share of them. */
const WHOLE_HOURS = 8
const USAGE = `npm run nightly -- --out FOLDER
  --hours H      default ${WHOLE_HOURS}; counts and times are a share of those of ${WHOLE_HOURS} hours
  --quick        a few of each, in minutes
  --date D       2026-03-10; default: today in UTC. It is the seed
  --node PATH    another Node, for the same hashes
  --only A,B     some steps alone: ${STEPS.map(({ name }) => name).join(', ')}`

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    hours: { type: 'string', default: String(WHOLE_HOURS) },
    quick: { type: 'boolean', default: false },
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    node: { type: 'string' },
    only: { type: 'string' },
  },
})

const hours = Number(values.hours)
const only = values.only?.split(',') ?? null
const steps = STEPS.filter(({ name }) => only === null || only.includes(name))
if (values.out === undefined || !(hours > 0) || steps.length === 0) {
  console.error(USAGE)
  process.exit(2)
}
const folder = join(resolve(values.out), values.date)
mkdirSync(folder, { recursive: true })
const night: Night = {
  date: values.date,
  seed: seedOf(values.date),
  scale: hours / WHOLE_HOURS,
  quick: values.quick,
  folder,
  node: values.node === undefined ? null : resolve(values.node),
}
const startedAt = new Date().toISOString()
const version = commit() // whatever is committed meanwhile
const children = new Children(folder)
let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isInterrupted = true
    children.stopAll()
  })
}

const root = join(import.meta.dirname, '../..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
written([], null)
const done = await playNight(steps, {
  night,
  hours,
  hands: {
    nowMs: () => Date.now(),
    isoNow: () => new Date().toISOString(),
    scripts: new Set(Object.keys(scripts)),
    run: (of) => {
      console.log(`${of.name}: npm run ${of.script} -- ${of.args.join(' ')}`)
      return children.run(of)
    },
    told(all) {
      const last = all.length === 0 ? undefined : written(all, null).steps.at(-1)
      if (last !== undefined) console.log(`${all.length} of ${steps.length} steps are over`)
    },
    isInterrupted: () => isInterrupted,
  },
})
const report = written(done, new Date().toISOString())
console.log(markdownOf(report))
process.exitCode = isGreen(report) ? 0 : 1

/** Anew after every step: what has come stays, whatever happens to this process. */
function written(all: readonly Done[], endedAt: string | null): Report {
  const gib = (totalmem() / 2 ** 30).toFixed(1)
  const machine = `${availableParallelism()} processors, ${gib} GiB, Node ${process.versions.node}`
  const of = { night, hours, commit: version, machine, startedAt, endedAt, steps: all }
  const made = reportOf(of)
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(made, null, 1)}\n`)
  writeFileSync(join(folder, 'report.md'), markdownOf(made))
  return made
}
