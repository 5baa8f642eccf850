import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { differences } from './compare.ts'
import type { Run } from './compare.ts'
import { PLANS, traceBy } from './trace.ts'
import type { Plans } from './trace.ts'

/**
 * The same seeds twice on this Node (`--runs N`), and once on another one where `--node PATH` names
 * it: every hash must be the same. `--plans direct` or `codec`: whole days of `npm run prove`.
 * `--hashes` plays them once, here, and prints `seed hash`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2' },
    node: { type: 'string' },
    plans: { type: 'string', default: 'minutes' },
    hashes: { type: 'boolean', default: false },
  },
})

const [count, from, times] = [Number(values.seeds), Number(values.from), Number(values.runs)]
if (![count, from, times].every((each) => Number.isInteger(each) && each > 0))
  throw new Error(
    `expected --seeds and --from with whole numbers, came ${values.seeds}, ${values.from}`,
  )
const plans = PLANS.find((each) => each === values.plans)
if (plans === undefined)
  throw new Error(`expected --plans ${PLANS.join(', ')}, came ${values.plans}`)
if (values.hashes) await asRun(plans)
else process.exitCode = await asComparison()

async function asRun(of: Plans): Promise<void> {
  for (let seed = from; seed < from + count; seed++)
    console.log(`${seed} ${await traceBy(of, seed)}`)
}

async function asComparison(): Promise<number> {
  const here = process.execPath
  const runs: Run[] = []
  const own = Array.from({ length: times }, () => here)
  for (const node of [...own, ...(values.node === undefined ? [] : [values.node])]) {
    const begun = performance.now()
    const run = await playedBy(node, runs.length + 1)
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
    console.log(`${run.name}: ${run.lines.length} seeds in ${seconds} s`)
    runs.push(run)
  }
  const found = differences(runs)
  for (const each of found) console.error(each)
  const missing = runs.filter(({ lines }) => lines.length !== count)
  for (const { name, lines } of missing)
    console.error(`${name} has played ${lines.length} of ${count}`)
  console.log(`${count} seeds from ${from}, ${runs.length} runs: ${found.length} hashes differ`)
  return found.length === 0 && missing.length === 0 ? 0 : 1
}

function playedBy(node: string, number: number): Promise<Run> {
  const seeds = ['--seeds', String(count), '--from', String(from), '--plans', String(plans)]
  const own = ['--hashes', ...seeds]
  const loader = ['--no-warnings', '--import', import.meta.resolve('tsx')]
  const version = `console.error(process.version)`
  return new Promise((resolve, reject) => {
    const child = spawn(
      node,
      [...loader, '--import', `data:text/javascript,${version}`, import.meta.filename, ...own],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [out, said] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.on('error', reject)
    child.on('exit', (code) => {
      const name = `run ${number} on Node ${said.split('\n')[0] ?? '?'}`
      if (code === 0) resolve({ name, lines: out.split('\n').filter((line) => line !== '') })
      else reject(new Error(`${name} ended with ${code}: ${said}`))
    })
  })
}
