import { addMoney, money } from '../../../src/domain/money.ts'
import { ok } from '../../../src/base/result.ts'
import type { ExecId } from '../../../src/domain/fill.ts'
import type { Event } from '../../../src/trading/event.ts'
import { at, brokerWith, reporting, storing } from './bug.ts'
import type { Plant, Planted } from './bug.ts'

/** The first is lost on both ways: as a report, and in every picture. */
function losingFills(): Plant {
  return brokerWith((port) => ({
    onReport: (listener) =>
      port.onReport((report) => {
        if (report.kind !== 'filled') listener(report)
      }),
    async snapshot(signal, known) {
      const taken = await port.snapshot(signal, known)
      return taken.ok ? ok({ ...taken.value, fills: [] }) : taken
    },
  }))
}

function also(type: Event['type'], make: (event: Event) => Event): Plant {
  return storing((event) => (event.type === type ? [event, make(event)] : [event]))
}

export const bugsInBooks: readonly Planted[] = [
  {
    bug: 'a fill counts again under another id',
    caughtBy: 'fills-once',
    saying: 'never happened',
    plant: reporting((report) => {
      if (report.kind !== 'filled') return [report]
      const execId = `${report.fill.execId}-2` as ExecId
      return [report, { ...report, fill: { ...report.fill, execId } }]
    }),
  },
  {
    bug: 'a fill is stored twice',
    caughtBy: 'fills-once',
    saying: 'journaled twice',
    plant: also('OrderFilled', (event) => event),
  },
  {
    bug: 'fills are lost',
    caughtBy: 'fills-once',
    saying: 'were lost',
    plant: losingFills(),
  },
  {
    bug: 'a fill is estimated where an execution was missed',
    caughtBy: 'books-agree',
    saying: 'had to be estimated',
    holding: true,
    plant: losingFills(),
  },
  {
    bug: 'a commission is one millionth off',
    caughtBy: 'books-agree',
    saying: 'commission ',
    holding: true,
    plant: reporting((report) =>
      report.kind === 'commission'
        ? [{ ...report, commission: addMoney(report.commission, money(0.000001)) }]
        : [report],
    ),
  },
  {
    bug: 'commissions are not stored',
    caughtBy: 'fold-is-memory',
    plant: storing((event) => (event.type === 'CommissionReported' ? [] : [event])),
  },
  {
    bug: 'a bar ends without a decision',
    caughtBy: 'every-bar-decided',
    saying: 'undecided',
    plant: storing((event) => (event.type === 'CycleEnded' ? [] : [event])),
  },
  {
    bug: 'a bar is decided twice',
    caughtBy: 'every-bar-decided',
    saying: 'decided twice',
    plant: also('CycleEnded', (event) => event),
  },
  {
    bug: 'an order that is over works again',
    caughtBy: 'statuses-follow',
    plant: storing((event) => {
      if (event.type !== 'OrderMoved' || event.to !== 'filled') return [event]
      const evidence = { kind: 'reported', as: 'working' } as const
      return [event, { ...event, from: 'filled', to: 'working', evidence }]
    }),
  },
  {
    bug: 'a level is left by itself',
    caughtBy: 'levels-latched',
    saying: 'the level went',
    plant: also('TradingStateChanged', () => {
      return { type: 'TradingStateChanged', to: 'active', cause: 'daily-loss', reason: 'planted' }
    }),
  },
  {
    bug: 'a level is set, and nobody is told',
    caughtBy: 'told-in-time',
    saying: 'another level',
    plant: { wrap: () => ({ notifier: { notify: () => undefined } }) },
    meanwhile: at('OrderFilled', (world) => world.say('halt')),
  },
  {
    bug: 'a day gets a second baseline',
    caughtBy: 'levels-latched',
    saying: 'the baseline of',
    plant: also('DayOpened', (event) => event),
  },
]
