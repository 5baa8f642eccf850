import { VirtualClock } from '../src/base/clock.ts'
import type { EpochMs } from '../src/base/clock.ts'
import { planOf } from '../test/simulation/plan.ts'
import { played } from '../test/simulation/play.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { interleaved, medianOf, millis, roundsOf } from './measure.ts'
import type { Side } from './measure.ts'
import { at, codecWorld, directWorld } from './worlds.ts'
import type { Running } from './worlds.ts'

const CLOCK = 'the clock alone'
const START = '10:00'
/** Of market time a seed, as `npm test` plays them. */
const SEED_MINUTES = 6

export const simulation: Bench = {
  name: 'simulation',
  what: 'Simulated seconds of a morning in a second of processor time; seeds with checkers.',
  peers: [CLOCK],
  goal: 'at least 100,000 simulated seconds a second on one core',
  async run(effort) {
    return [...(await tiers(effort)), ...(await seeds(effort))]
  },
}

/** Each side goes on with its own morning, a piece a round: the market gets no younger again. */
async function tiers(effort: Effort): Promise<readonly Row[]> {
  const worlds: readonly (readonly [string, Running])[] = [
    ['direct tier, 1 symbol', directWorld({ symbols: 1, time: START })],
    ['direct tier, 3 symbols', directWorld({ symbols: 3, time: START })],
    ['codec tier, 1 symbol', codecWorld({ symbols: 1, time: START })],
    ['codec tier, 3 symbols', codecWorld({ symbols: 3, time: START })],
  ]
  const seconds = effort === 'full' ? 600 : 2
  const turns = roundsOf(effort)
  const settled = () => true
  const idle = new VirtualClock({ start: at(START), speed: null, settled, bytes: 'in-memory' })
  beat(idle)
  const samples = await interleaved(
    [...worlds.map(([name, { clock }]) => passing(name, clock)), passing(CLOCK, idle)].map(
      (side) => ({ ...side, operations: seconds }),
    ),
    { ...turns, clock: 'cpu' },
  )
  for (const [, world] of worlds) await world.close()
  return worlds.map(([name]) => ({
    name,
    unit: 'simulated s/s',
    better: 'higher',
    clock: 'cpu',
    samples: turns.rounds,
    operations: seconds,
    ours: { name: 'ours', value: medianOf(samples, name, (each) => 1 / each) },
    peers: [
      {
        name: CLOCK,
        value: medianOf(samples, CLOCK, (each) => 1 / each),
        note: 'a beat a second, nothing else',
      },
    ],
    goal: { text: 'at least 100,000', limit: 100_000 },
  }))
}

function passing(name: string, clock: VirtualClock): Side {
  return {
    name,
    operations: 1,
    async work(seconds) {
      await clock.runUntil((clock.now() + seconds * 1e3) as EpochMs)
    },
  }
}

function beat(clock: VirtualClock): void {
  clock.after(1_000, () => beat(clock))
}

/** What a seed costs, however many there are. */
async function seeds(effort: Effort): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const count of effort === 'full' ? [1, 10] : []) {
    const turns = roundsOf(effort, 5)
    let next = 1
    const samples = await interleaved(
      [
        {
          name: 'ours',
          operations: count,
          async work(many) {
            for (let i = 0; i < many; i++) await played(planOf(next++, SEED_MINUTES))
          },
        },
      ],
      { ...turns, clock: 'cpu' },
    )
    rows.push({
      name: `seeds of six minutes with checkers, ${count} at a time`,
      unit: 'ms a seed',
      better: 'lower',
      clock: 'cpu',
      samples: turns.rounds,
      operations: count,
      ours: { name: 'ours', value: medianOf(samples, 'ours', millis) },
      peers: [],
      goal: null,
    })
  }
  return rows
}
