import { execFileSync, spawn } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../src/base/assert.ts'
import type { Bench, Effort, Figure, Row } from './bench.ts'
import { packageVersion } from './machine.ts'
import { interleaved, median, medianOf, micros, quantile, roundsOf } from './measure.ts'
import { nodeWith } from './child.ts'
import { compiled, compilerVersion, NO_COMPILER } from './peers/c.ts'
import { pingFromNode } from './peers/ping.ts'
import { STOQEY } from './peers/stoqey.ts'
import { serve } from './serve.ts'
import type { Served } from './serve.ts'
import { FRAMES, tickFrame, tickTurn } from './tick-turn.ts'

const NODE = 'bare Node loop'
const C = 'C echo'
const OURS = 'ours'
const DURABLE = 'ours, durable'
const FSYNC = 'append + fdatasync'

export const tickToOrder: Bench = {
  name: 'tick-to-order',
  what:
    'A tick in, a bracket of three orders out, over a loopback socket: decode, decide with risk, ' +
    'journal, encode.',
  peers: [NODE, STOQEY, C, FSYNC],
  goal: 'p50 at most 1.4x the bare Node loop, plus the fsync; p99 at most 3x',
  versions: () => ({ [STOQEY]: packageVersion(STOQEY), cc: compilerVersion() }),
  async run(effort) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-tick-'))
    try {
      return [...(await overSocket(folder, effort)), ...(await inProcess(effort))]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Microseconds of each round trip, one list for each round. */
type Trips = Map<string, number[][]>

async function overSocket(folder: string, effort: Effort): Promise<readonly Row[]> {
  const answerPath = join(folder, 'answer')
  const tickPath = join(folder, 'tick')
  const answer = tickTurn(null).answer(tickFrame())
  writeFileSync(answerPath, answer)
  writeFileSync(tickPath, tickFrame())
  const ours = { side: 'ours', answerPath, journalPath: null } as const
  const journalPath = join(folder, 'journal.sqlite')
  const [ping, echo] = [effort === 'full' ? compiled('ping') : null, compiled('echo')]
  const sides: readonly Answering[] = [
    await started(NODE, { ...ours, side: 'node' }, effort),
    await started(OURS, ours, effort),
    await started(STOQEY, { ...ours, side: 'stoqey' }, effort),
    await started(DURABLE, { ...ours, journalPath }, effort),
    ...(echo === null ? [] : [await child(C, echo.path, [answerPath])]),
  ]
  const times = effort === 'full' ? 1_000 : 3
  const { rounds, warmUp } = roundsOf(effort)
  const trips: Trips = new Map()
  const log = openSync(join(folder, 'log'), 'a')
  try {
    for (let round = warmUp ? -1 : 0; round < rounds; round++) {
      for (const { name, port } of sides) {
        const took =
          ping === null
            ? await pingFromNode(port, { tick: tickFrame(), frames: FRAMES, times })
            : pingFromC(ping.path, [port, tickPath, FRAMES, times])
        if (round >= 0) add(trips, name, took)
      }
      if (round >= 0) add(trips, FSYNC, syncs(log, answer, Math.min(times, 200)))
    }
  } finally {
    closeSync(log)
    for (const side of sides) side.end()
    for (const program of [ping, echo]) program?.remove()
  }
  return rowsOf(trips, { rounds, times, driver: ping === null ? 'driven by Node' : 'driven by C' })
}

function add(trips: Trips, name: string, took: number[]): void {
  trips.set(name, [...(trips.get(name) ?? []), took])
}

function pingFromC(path: string, args: readonly (string | number)[]): number[] {
  const said = execFileSync(path, args.map(String), { maxBuffer: 2 ** 24 })
  return said
    .toString()
    .trimEnd()
    .split('\n')
    .map((ns) => Number(ns) / 1e3)
}

function syncs(file: number, bytes: Uint8Array, times: number): number[] {
  return Array.from({ length: times }, () => {
    const from = performance.now()
    writeSync(file, bytes)
    fdatasyncSync(file)
    return (performance.now() - from) * 1e3
  })
}

interface Answering {
  readonly name: string
  readonly port: number
  readonly end: () => void
}

/** In a process of its own; of a tiny run in this one, which is sooner there. */
async function started(name: string, served: Served, effort: Effort): Promise<Answering> {
  if (effort === 'tiny') {
    const server = await serve(served)
    return { name, port: server.port, end: () => server.close() }
  }
  const [command, args] = nodeWith('peers/answer')
  return child(name, command, [...args, JSON.stringify(served)])
}

function child(name: string, command: string, args: readonly string[]): Promise<Answering> {
  // Its stdin ends with us, and it with that.
  const process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    process.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    process.stdout.once('data', (text: Buffer) => {
      resolve({ name, port: Number(text.toString()), end: () => void process.kill() })
    })
  })
}

function rowsOf(
  trips: Trips,
  run: { readonly rounds: number; readonly times: number; readonly driver: string },
): readonly Row[] {
  const at = (name: string, share: number): number =>
    median((trips.get(name) ?? []).map((took) => quantile(took, share)))
  const has = (name: string): boolean => trips.has(name)
  const figure = (name: string, share: number): Figure =>
    has(name) ? { name, value: at(name, share) } : { name, value: null, note: NO_COMPILER }
  const common = {
    unit: 'us',
    better: 'lower',
    clock: 'wall',
    samples: run.rounds,
    operations: run.times,
  } as const
  const row = (name: string, share: number, of: string): Omit<Row, 'goal'> => ({
    ...common,
    name,
    ours: { name: 'ours', value: at(of, share), note: run.driver },
    peers: [NODE, STOQEY, C, ...(of === DURABLE ? [FSYNC] : [])].map((each) => {
      return figure(each, share)
    }),
  })
  const [node50, node99] = [at(NODE, 0.5), at(NODE, 0.99)]
  return [
    {
      ...row('p50, journal encoded', 0.5, OURS),
      goal: { text: 'at most 1.4x the bare Node loop', limit: 1.4 * node50 },
    },
    {
      ...row('p99, journal encoded', 0.99, OURS),
      goal: { text: 'at most 3x the bare Node loop', limit: 3 * node99 },
    },
    {
      ...row('p50, journal on the disk', 0.5, DURABLE),
      goal: {
        text: 'at most 1.4x the bare Node loop, plus the fsync',
        limit: 1.4 * node50 + at(FSYNC, 0.5),
      },
    },
    {
      ...row('p99, journal on the disk', 0.99, DURABLE),
      goal: {
        text: 'at most 3x the bare Node loop, plus the fsync',
        limit: 3 * node99 + at(FSYNC, 0.99),
      },
    },
  ]
}

/** Where our own time goes, without a socket. */
async function inProcess(effort: Effort): Promise<readonly Row[]> {
  const { steps } = tickTurn(null)
  const { quoteOf, decided, journaled, evolved, framed } = steps
  const tick = tickFrame()
  const quote = quoteOf(tick)
  const decision = decided(quote)
  const parts: readonly (readonly [string, () => unknown])[] = [
    ['decode and quote', () => quoteOf(tick)],
    ['decide', () => decided(quote)],
    ['journal rows', () => journaled(decision)],
    ['evolve', () => evolved(decision)],
    ['translate and encode', () => framed(decision)],
  ]
  const operations = effort === 'full' ? 3_000 : 3
  const turns = roundsOf(effort)
  const samples = await interleaved(
    parts.map(([name, part]) => ({
      name,
      operations,
      work(times) {
        for (let i = 0; i < times; i++) assert(part() !== null, 'each step does its work')
      },
    })),
    { ...turns, clock: 'cpu' },
  )
  return parts.map(([name]) => ({
    name: `of which ${name}`,
    unit: 'us',
    better: 'lower',
    clock: 'cpu',
    samples: turns.rounds,
    operations,
    ours: { name: 'ours', value: medianOf(samples, name, micros) },
    peers: [],
    goal: null,
  }))
}
