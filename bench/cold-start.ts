import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemClock } from '../src/base/clock.ts'
import { atNewYork } from '../src/domain/calendar.ts'
import type { CalendarDate } from '../src/domain/contract.ts'
import { SimulatedGateway } from '../src/simulator/gateway.ts'
import { MAIN } from '../test/built.ts'
import { paperConfig } from '../test/scenarios/cli-config.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { isSource } from './child.ts'
import { packageVersion } from './machine.ts'
import { interleaved, median, medianOf, millis, roundsOf } from './measure.ts'
import { STOQEY } from './peers/stoqey.ts'

const EMPTY = 'empty Node'
/** The command line as it is installed; the tests build it in a folder of its own. */
const COMMAND = isSource ? MAIN : join(import.meta.dirname, '../src/cli/main.js')
const READY_MS_MAX = 60_000
const ROUNDS = 11

export const coldStart: Bench = {
  name: 'cold-start',
  what: 'From the start of a process to what it says: its version, or that it is ready.',
  peers: [EMPTY, `Node with ${STOQEY}`],
  goal: '--version at most 2x empty Node; ready on the simulator within 1 s',
  versions: () => ({ [STOQEY]: packageVersion(STOQEY) }),
  async run(effort) {
    return [await versionRow(effort), ...(await readyRows(effort))]
  },
}

async function versionRow(effort: Effort): Promise<Row> {
  const turns = roundsOf(effort, ROUNDS)
  const side = (name: string, args: readonly string[]) => ({
    name,
    operations: 1,
    work: () => ended(args),
  })
  const samples = await interleaved(
    [
      side(EMPTY, ['-e', '0']),
      side('ours', [COMMAND, '--version']),
      side(STOQEY, ['-e', `require('${STOQEY}')`]),
      side('--help', [COMMAND, '--help']),
    ],
    { ...turns, clock: 'wall' },
  )
  const empty = medianOf(samples, EMPTY, millis)
  return {
    name: '--version',
    unit: 'ms',
    better: 'lower',
    clock: 'wall',
    samples: turns.rounds,
    operations: 1,
    ours: { name: 'ours', value: medianOf(samples, 'ours', millis) },
    peers: [
      { name: EMPTY, value: empty },
      { name: `Node with ${STOQEY}`, value: medianOf(samples, STOQEY, millis) },
      { name: 'ours, --help', value: medianOf(samples, '--help', millis) },
    ],
    goal: { text: 'at most 2x empty Node', limit: 2 * empty },
  }
}

/** Rejects what ends otherwise than asked for: a peer that is not there would be fast. */
function ended(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${args.join(' ')} ended with ${code}`))
    })
  })
}

/** Until it says so: connected, its first picture reconciled, entries may follow. */
async function readyRows(effort: Effort): Promise<readonly Row[]> {
  const turns = roundsOf(effort, 5)
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'))
  const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
  const gateway = new SimulatedGateway({ clock, seed: 1, rateMode: 'pace' })
  const listener = await gateway.listen(0)
  const config = join(folder, 'bot.yaml')
  const own: number[] = []
  writeFileSync(config, paperConfig({ port: listener.port }))
  const samples = await interleaved(
    [
      { name: EMPTY, operations: 1, work: () => ended(['-e', '0']) },
      {
        name: 'ours',
        operations: 1,
        async work() {
          const { seconds, cpuMs } = await ready(folder, config)
          if (cpuMs !== null) own.push(cpuMs)
          return seconds
        },
      },
    ],
    { ...turns, clock: 'wall' },
  )
  await listener.close()
  rmSync(folder, { recursive: true, force: true })
  const name = 'ready on the simulator'
  const common = { unit: 'ms', better: 'lower', samples: turns.rounds, operations: 1 } as const
  return [
    {
      ...common,
      name,
      clock: 'wall',
      ours: { name: 'ours', value: medianOf(samples, 'ours', millis) },
      peers: [{ name: EMPTY, value: medianOf(samples, EMPTY, millis) }],
      goal: { text: 'within 1 s', limit: 1_000 },
    },
    {
      ...common,
      name: `${name}, processor time`,
      clock: 'cpu',
      ours: {
        name: 'ours',
        value: own.length === 0 ? null : median(own),
        note: own.length === 0 ? 'only Linux tells' : undefined,
      },
      peers: [],
      goal: null, // what a busy machine does not blur
    },
  ]
}

interface Ready {
  readonly seconds: number
  readonly cpuMs: number | null
}

/** Until then; the end of the process is waited for and not counted. */
async function ready(folder: string, config: string): Promise<Ready> {
  const from = performance.now()
  const args = [COMMAND, 'run', '--config', config, '--gateway-time', '--state', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const over = new Promise((resolve) => child.once('exit', resolve))
  let said = ''
  const found = await new Promise<Ready>((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`not ready: ${said}`)), READY_MS_MAX)
    void over.then(() => reject(new Error(`it ended: ${said}`)))
    const heard = (text: Buffer): void => {
      said += text.toString()
      if (!said.includes('link up')) return
      clearTimeout(deadline)
      resolve({ seconds: (performance.now() - from) / 1e3, cpuMs: processorMs(child.pid ?? 0) })
    }
    child.stdout.on('data', heard)
    child.stderr.on('data', heard)
  })
  child.kill('SIGTERM')
  await over
  return found
}

/** Of another process, in the ticks of 10 ms that Linux counts; null elsewhere. */
function processorMs(pid: number): number | null {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return null
  // Behind the name, which may hold blanks: field 14 is user time, 15 the kernel's.
  const [, text = ''] = readFileSync(path, 'utf8').split(/\) (?=[A-Z] )/)
  const fields = text.split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
