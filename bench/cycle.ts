import type { EpochMs } from '../src/base/clock.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { median, ROUNDS } from './measure.ts'
import { profiled } from './profile.ts'
import { at, tcpWorld } from './worlds.ts'
import type { Running } from './worlds.ts'

const GATEWAY = 'the simulated Gateway'
const INTERVAL_MS = 60_000
const SYMBOLS = [1, 10, 100] as const

interface Crowd {
  readonly symbols: number
  readonly world: Running
  readonly ours: number[]
  readonly simulator: number[]
  readonly busy: number[]
}

export const cycle: Bench = {
  name: 'cycle',
  what:
    'Processor time of the bot in a minute in which every symbol is decided once, over loopback ' +
    'TCP with a SQLite journal; what the Gateway in the same process takes is told apart.',
  peers: [GATEWAY],
  goal: 'at most 1 ms a symbol and cycle; 100 symbols at 60 s at most 5 % of a core',
  async run(effort) {
    const crowds: Crowd[] = []
    for (const symbols of effort === 'full' ? SYMBOLS : SYMBOLS.slice(0, 1)) {
      const world = await tcpWorld({ symbols, time: '10:00' })
      crowds.push({ symbols, world, ours: [], simulator: [], busy: [] })
    }
    // Backfilled and reconciled first; then a minute of each in turn, bar to bar.
    const settled = effort === 'full' ? at('10:03') : at('10:01')
    for (const { world } of crowds) await world.clock.runUntil((settled + 35_000) as EpochMs)
    const rounds = effort === 'full' ? ROUNDS : 1
    for (let round = 0; round < rounds; round++) {
      for (const crowd of crowds) await minute(crowd)
    }
    for (const { world } of crowds) await world.close()
    return [...crowds.flatMap((crowd) => rowsOf(crowd, rounds, effort)), ...eachMore(crowds)]
  },
}

/** What a symbol adds to what a bot does in a minute anyway: beats, heartbeats, the lock-step. */
function eachMore(crowds: readonly Crowd[]): readonly Row[] {
  const [one] = crowds
  const most = crowds.at(-1)
  if (one === undefined || most === undefined || one === most) return []
  const more = most.symbols - one.symbols
  const added = (of: 'ours' | 'simulator'): number =>
    (median(most[of]) * most.symbols - median(one[of]) * one.symbols) / more
  return [
    {
      name: `each of ${more} symbols more`,
      unit: 'ms a symbol-cycle',
      better: 'lower',
      clock: 'cpu',
      samples: one.ours.length,
      operations: more,
      ours: { name: 'ours', value: added('ours') },
      peers: [{ name: GATEWAY, value: added('simulator') }],
      goal: { text: 'at most 1 ms', limit: 1 },
    },
  ]
}

async function minute({ world, ours, simulator, busy }: Crowd): Promise<void> {
  const before = world.cycles()
  const until = (world.clock.now() + INTERVAL_MS) as EpochMs
  const shares = await profiled(() => world.clock.runUntil(until))
  const cycles = world.cycles() - before
  ours.push((1e3 * shares.ours) / cycles)
  simulator.push((1e3 * shares.simulator) / cycles)
  busy.push((100 * shares.ours) / (INTERVAL_MS / 1e3))
}

function rowsOf(crowd: Crowd, samples: number, effort: Effort): readonly Row[] {
  const { symbols, ours, simulator, busy } = crowd
  const common = { better: 'lower', clock: 'cpu', samples, operations: symbols } as const
  const name = symbols === 1 ? '1 symbol' : `${symbols} symbols`
  const rows: Row[] = [
    {
      ...common,
      name,
      unit: 'ms a symbol-cycle',
      ours: { name: 'ours', value: median(ours) },
      peers: [{ name: GATEWAY, value: median(simulator) }],
      goal: { text: 'at most 1 ms', limit: 1 },
    },
  ]
  if (symbols < 100 && effort === 'full') return rows
  return [
    ...rows,
    {
      ...common,
      name: `${name}, share of a core`,
      unit: '%',
      ours: { name: 'ours', value: median(busy) },
      peers: [],
      goal: { text: '100 symbols at 60 s: at most 5 %', limit: 5 },
    },
  ]
}
