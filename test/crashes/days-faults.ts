import type { EpochMs } from '../../src/base/clock.ts'
import type { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { ok } from '../../src/base/result.ts'
import { withCourse } from './course.ts'
import { at, fillsOf, into, LARGE, SECOND, TIMES, told } from './day.ts'
import type { Day } from './day.ts'
import { faulty, scriptOf } from './script.ts'

/** Connectivity of the Gateway itself is lost twice: what it held back comes, then what it forgot. */
const CUT = { maintained: [100, 145], lost: [190, 215] } as const
const FULL = [70, 170] as const

function within(when: number, start: number, [from, until]: readonly [number, number]): boolean {
  return when >= start + from * SECOND && when < start + until * SECOND
}

/** A person cancels the stop at the broker. */
function stopCancelled({ core }: SimulatedGateway): void {
  const stop = core.openOrders().find(({ type, clientId }) => type === 'STP' && clientId > 0)
  if (stop !== undefined) core.cancel(0, stop.clientId, stop.orderId)
}

/** A person buys ten of the shares. */
function sharesBought({ core, market }: SimulatedGateway): void {
  const stock = market.underlyings.find(({ contract }) => contract.kind === 'stock')?.contract
  if (stock?.kind !== 'stock') throw new Error('expected a stock')
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  const alone = {
    parentId: 0,
    ocaGroup: '',
    ocaType: 0,
    transmit: true,
    outsideRth: false,
  } as const
  const of = { clientId: 0, orderId: 900, orderRef: '', account: core.accountId } as const
  core.place({ ...of, ...alone, ...terms, contract: stock, side: 'BUY', quantity: 10 })
}

/** What the broker, the network, the disk or another person does to orders that are out. */
export const faults: readonly Day[] = [
  {
    name: 'cut-off',
    isOfWire: true,
    describe:
      'a target fills at the exchange after 1100 and is told after 1102; then 1100 and 1101',
    plans: TIMES.map((time) => () => {
      const plan = at(time, 5, { ...LARGE, takeProfit: '30%' })
      return withCourse(plan, [
        { at: into(plan, 110), factor: 1.5 },
        { at: into(plan, 160), factor: 1 },
      ])
    }),
    script: (plan) => {
      const [from, until] = CUT.maintained
      const [again, end] = CUT.lost
      return scriptOf({
        spans: [
          faulty(into(plan, from), (until - from) * SECOND, { name: 'connectivity-lost' }),
          faulty(into(plan, again), (end - again) * SECOND, { name: 'data-lost' }),
        ],
      })
    },
    reached: (world) => {
      const { start } = world.plan
      return fillsOf(world).some(
        ({ order, fill }) => order.role === 'take-profit' && within(fill.at, start, CUT.maintained),
      )
    },
  },
  {
    name: 'broken',
    describe:
      'the stop of a bracket is refused with the first fill, and another one takes its place',
    plans: TIMES.map((time) => () => at(time, 3, LARGE)),
    script: (plan) =>
      scriptOf({ spans: [faulty(plan.start, 150 * SECOND, { name: 'bracket-broken' })] }),
    reached: (world) => {
      const refused = told(world, 'OrderMoved').some(({ to }) => to === 'rejected')
      const stops = told(world, 'OrderIntended').filter(({ order }) => order.role === 'stop-loss')
      return refused && stops.length > 1 && fillsOf(world).length > 0
    },
  },
  {
    name: 'resent',
    isOfWire: true,
    describe: '10006: both children come before their parent and are sent once more',
    plans: TIMES.map((time) => () => at(time, 3, { orderCostMax: '$2000' })),
    script: (plan) => {
      const fault = {
        name: 'order-error',
        code: 10_006,
        on: 'new',
        which: 'child',
        count: 2,
      } as const
      return scriptOf({ spans: [faulty(plan.start, 150 * SECOND, fault)] })
    },
    reached: (world) => told(world, 'ChildResent').length > 1,
  },
  {
    name: 'by-hand',
    describe: 'a person cancels the stop in TWS, and later buys shares there',
    plans: TIMES.map((time) => () => at(time, 4, { orderCostMax: '$2000' })),
    script: (plan) =>
      scriptOf({
        acts: [
          { at: into(plan, 100), act: stopCancelled },
          { at: into(plan, 160), act: sharesBought },
        ],
      }),
    reached: (world) => {
      const stops = told(world, 'OrderIntended').filter(({ order }) => order.role === 'stop-loss')
      const theirs = told(world, 'PositionAdjusted').some(({ cause }) => cause === 'foreign-trade')
      return stops.length > 1 && theirs
    },
    except: {
      'books-agree': {
        says: /foreign-trade|^conId 756733: broker 10, journal 0, memory 10$/,
        why: 'the shares are in none of our books',
      },
      protected: { says: /^10 of conId 756733 /, why: 'the shares are not ours to protect (P25)' },
    },
  },
  {
    name: 'full-disk',
    describe: 'the journal is in an emergency: no entries, and what is held is closed all the same',
    plans: TIMES.map((time) => () => {
      const plan = at(time, 4, { ...LARGE, exits: '  time_stop: 1m', symbols: 'SPY, QQQ' })
      return withCourse(plan, [{ at: into(plan, 200), factor: 1.1 }])
    }),
    script: (plan) => scriptOf({ until: into(plan, FULL[1]) }),
    wrap:
      (plan) =>
      ({ journal }) => ({
        journal: {
          read: () => journal.read(),
          append(when: EpochMs, events) {
            const stored = journal.append(when, events)
            // As the emergency log has it: durable, and read with the rest at the next start.
            return within(when, plan.start, FULL) ? ok('emergency') : stored
          },
        },
      }),
    reached: (world) => {
      const { start } = world.plan
      const closed = fillsOf(world).some(
        ({ order, fill }) => order.role === 'close' && within(fill.at, start, FULL),
      )
      return closed && told(world, 'GateSet').some(({ set }) => set.gate === 'journal')
    },
  },
]
