import { join } from 'node:path'
import { withOwn } from '../../src/cli/own-load.ts'
import { money } from '../../src/domain/money.ts'
import { fixedPlan } from '../simulation/plan.ts'
import type { Command, Plan } from '../simulation/plan.ts'
import { withCourse } from './course.ts'
import { at, fillsOf, into, LARGE, TIMES, told } from './day.ts'
import type { Day } from './day.ts'

const QUIET_HOUR = join(import.meta.dirname, '../../docs/examples/quiet-hour.mjs')

function withWord(plan: Plan, seconds: number, command: Command): Plan {
  return { ...plan, operator: { at: into(plan, seconds), command } }
}

async function condor(time: string): Promise<Plan> {
  const written = {
    strategies: `{ file: ${QUIET_HOUR} }`,
    structure: 'iron-condor:$5',
    strike: 'otm3',
    expiry: 'dte:3-10',
    spreadMax: '80%',
    takeProfit: '60%',
    stopLoss: '40%',
  }
  const plan = fixedPlan({ date: '2026-03-10', time, minutes: 5, written })
  const { settings } = await withOwn(plan.settings)
  const account = { ...plan.account, cash: money(3_000_000) }
  return withCourse({ ...plan, settings, account }, [{ at: into(plan, 200), factor: 1.6 }])
}

/** Positions that end: by a person, by a limit, by an exit at the broker or one that is ours. */
export const exits: readonly Day[] = [
  {
    name: 'kill',
    describe: 'a person kills the bot while two positions are held; both are closed',
    plans: TIMES.map((time) => () => {
      const plan = at(time, 4, { ...LARGE, symbols: 'SPY, QQQ', structuresMax: 2 })
      return withWord(plan, 130, 'kill')
    }),
    reached: (world) => {
      const closed = new Set(
        fillsOf(world).flatMap(({ order }) => (order.role === 'close' ? [order.structureId] : [])),
      )
      return closed.size > 1 && world.remains.latch.read() !== null
    },
  },
  {
    name: 'loss',
    describe: 'what is held falls, and the daily loss stops all entries until tomorrow',
    plans: TIMES.map((time) => () => {
      const much = { ...LARGE, dailyLossMax: '1%', stopLoss: '90%', structuresMax: 4 }
      const plan = at(time, 4, { ...much, symbols: 'SPY, QQQ' })
      return withCourse(plan, [{ at: into(plan, 130), factor: 0.6 }])
    }),
    reached: (world) =>
      told(world, 'TradingStateChanged').some(
        ({ to, cause }) => to === 'reduce-only' && cause === 'daily-loss',
      ),
  },
  {
    name: 'condor',
    describe:
      'an iron condor is opened as one order, its stop is met here, and it is closed as one',
    plans: ['11:44', '11:34', '11:54', '12:04'].map((time) => () => condor(time)),
    reached: (world) => {
      const stopped = told(world, 'ExitTriggered').some(({ exit }) => exit === 'stop-loss')
      const roles = fillsOf(world)
        .filter(({ order }) => order.contract.kind === 'combo')
        .map(({ order }) => order.role)
      return stopped && roles.includes('entry') && roles.includes('close')
    },
  },
  {
    name: 'stop',
    describe: 'the stop that rests at the broker is elected and fills in parts',
    plans: TIMES.map((time) => () => {
      const plan = at(time, 4, { ...LARGE, stopLoss: '20%' })
      return withCourse(plan, [{ at: into(plan, 130), factor: 0.7 }])
    }),
    reached: (world) => {
      const stops = fillsOf(world).filter(({ order }) => order.role === 'stop-loss')
      return stops.length > 1
    },
  },
  {
    name: 'trail',
    describe: 'a stop is moved up behind its option several times, and then elected',
    plans: TIMES.map((time) => () => {
      const trailing = { takeProfit: '900%', stopLoss: '20%', exits: '  trailing_stop: 10%' }
      const plan = at(time, 4, { ...trailing, orderCostMax: '$2000' })
      const turns = [
        { at: into(plan, 100), factor: 1.1 },
        { at: into(plan, 112), factor: 1.25 },
        { at: into(plan, 124), factor: 1.4 },
        { at: into(plan, 150), factor: 1.1 },
      ]
      return withCourse(plan, turns)
    }),
    reached: (world) => {
      const stopped = fillsOf(world).some(({ order }) => order.role === 'stop-loss')
      return told(world, 'ReplaceIntended').length > 2 && stopped
    },
  },
]
