import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { commit } from '../../src/cli/version.ts'
import { asked } from '../options.ts'
import { Children } from './child.ts'
import { NIGHTLY, WHOLE_HOURS } from './command.ts'
import { playNight } from './night.ts'
import { isGreen, markdownOf, reportOf } from './report.ts'
import type { Report } from './report.ts'
import { STEPS } from './steps.ts'
import { seedOf } from './step.ts'
import type { Done, Night } from './step.ts'

const { out, hours, quick, node, only, ...asks } = asked(NIGHTLY).values
const date = asks.date ?? new Date().toISOString().slice(0, 10)
const steps = STEPS.filter(({ name }) => only === null || only.includes(name))
const folder = join(resolve(out), date)
mkdirSync(folder, { recursive: true })
const night: Night = {
  date,
  quick,
  folder,
  seed: seedOf(date),
  scale: hours / WHOLE_HOURS,
  node: node === null ? null : resolve(node),
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
