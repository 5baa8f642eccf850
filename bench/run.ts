import { asked } from '../test/options.ts'
import { benches } from './all.ts'
import type { Bench } from './bench.ts'
import { BENCH } from './command.ts'
import { machine, pin } from './machine.ts'
import { reportOf, textOf } from './report.ts'

const { values, words } = asked(BENCH)
const wanted = words.length === 0 ? benches : benches.filter(({ name }) => words.includes(name))

if (values.list) for (const { name, what } of benches) console.log(`${name}: ${what}`)
else await all()
process.exit(0) // a child that still drains holds nobody up

async function all(): Promise<void> {
  if (!values.json && words.length === 0) {
    console.log(`${benches.map(({ name }) => name).join(', ')}: all of them, one after the other\n`)
  }
  const core = pin()
  for (const bench of wanted) await one(bench, core)
}

async function one(bench: Bench, core: number | null): Promise<void> {
  const before = machine(core)
  const from = performance.now()
  const rows = await bench.run(values.tiny ? 'tiny' : 'full')
  const seconds = (performance.now() - from) / 1e3
  const report = reportOf(bench, { machine: before, rows, seconds })
  console.log(values.json ? JSON.stringify(report) : textOf(report))
}
