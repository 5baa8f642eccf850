import { parseArgs } from 'node:util'
import { benches } from './all.ts'
import type { Bench } from './bench.ts'
import { machine, pin } from './machine.ts'
import { reportOf, textOf } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
  },
})

const strangers = positionals.filter((name) => !benches.some((each) => each.name === name))
if (strangers.length > 0) {
  const known = benches.map(({ name }) => name).join(', ')
  console.error(`expected some of ${known}; came ${strangers.join(', ')}`)
  process.exit(2)
}
const wanted =
  positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name))

if (values.list) for (const { name, what } of benches) console.log(`${name}: ${what}`)
else await all()
process.exit(0) // a child that still drains holds nobody up

async function all(): Promise<void> {
  if (!values.json && positionals.length === 0) {
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
