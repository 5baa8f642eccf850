import { spawn } from 'node:child_process'
import { asked } from '../options.ts'
import { DETERMINISM } from './command.ts'
import { differences } from './compare.ts'
import type { Run } from './compare.ts'
import { traceBy } from './trace.ts'

/**
 * The same seeds twice on this Node (`--runs N`), and once on another one where `--node PATH` names
 * it: every hash must be the same. `--plans direct` or `codec`: whole days of `npm run prove`.
 * `--hashes` plays them once, here, and prints `seed hash`.
 */
const { values } = asked(DETERMINISM)
const { seeds: count, from, runs: times, plans } = values

if (values.hashes) await asRun()
else process.exitCode = await asComparison()

async function asRun(): Promise<void> {
  for (let seed = from; seed < from + count; seed++)
    console.log(`${seed} ${await traceBy(plans, seed)}`)
}

async function asComparison(): Promise<number> {
  const here = process.execPath
  const runs: Run[] = []
  const own = Array.from({ length: times }, () => here)
  for (const node of [...own, ...(values.node === null ? [] : [values.node])]) {
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
  const seeds = ['--seeds', String(count), '--from', String(from), '--plans', plans]
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
