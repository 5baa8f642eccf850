import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork, newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate, OptionContract, Ticker } from '../domain/contract.ts'
import { ledgerOf as holdingsOf } from '../domain/ledger.ts'
import { addMoney, money, type Money } from '../domain/money.ts'
import type { PositionCause } from '../domain/position.ts'
import type { Event } from '../trading/event.ts'
import { GROUP_NAMES, reportFor } from './performance.ts'
import { dailyRatio, drawdownOf } from './performance-figures.ts'
import { END, journalOf, told, type Told } from './performance.testing.ts'
import { realizationsOf } from './realized.ts'
import { ledgerOf } from './trades.ts'

const many = fc.array(told, { maxLength: 12 })
const all = { period: 'all', now: END } as const

const one: Told = {
  symbol: 'SPY',
  strategy: 'scalp',
  day: 3,
  minute: 600,
  quantity: 2,
  bought: 100,
  sold: 150,
  closed: 2,
  exit: 'take-profit',
  commission: 100,
}
const won = one
const lost: Told = { ...one, minute: 700, sold: 60, exit: 'stop-loss', symbol: 'QQQ' }

describe('laws', () => {
  test('the groups of every kind add up to all of it', () => {
    fc.assert(
      fc.property(many, (of) => {
        const report = reportFor(journalOf(of), all)
        for (const name of GROUP_NAMES) {
          const groups = report.by[name]
          expect(addMoney(...groups.map((each) => each.realized))).toBe(report.all.realized)
          expect(addMoney(...groups.map((each) => each.commissions))).toBe(report.all.commissions)
          for (const count of ['opened', 'closed', 'wins', 'losses', 'even'] as const) {
            expect(groups.reduce((sum, each) => sum + each[count], 0)).toBe(report.all[count])
          }
        }
        const { wins, losses, even, closed } = report.all
        expect(wins + losses + even).toBe(closed)
        expect(report.exits.reduce((sum, each) => sum + each.closed, 0)).toBe(closed)
      }),
    )
  })

  test('the curve ends at what was realised, and that is what the ledger says', () => {
    fc.assert(
      fc.property(many, (of) => {
        const entries = journalOf(of)
        const { curve, all: figures, days } = reportFor(entries, all)
        const ledger = ledgerOf(entries)
        const { realized } = holdingsOf(ledger.fills.values(), ledger.commissions)
        expect(curve.at(-1)?.realized ?? 0).toBe(realized)
        expect(figures.realized).toBe(realized)
        expect(addMoney(...days.map((day) => day.realized))).toBe(realized)
      }),
    )
  })

  test('the days of a period, one by one, add up to the period', () => {
    fc.assert(
      fc.property(many, (of) => {
        const entries = journalOf(of)
        const whole = reportFor(entries, all)
        const dates = [...new Set(entries.map(({ at }) => newYorkDate(at)))]
        const single = dates.map((date) =>
          reportFor(entries, { ...all, period: 'day', from: date, to: date }),
        )
        const sum = (pick: (of: typeof whole) => Money) => addMoney(...single.map(pick))
        expect(sum((each) => each.all.realized)).toBe(whole.all.realized)
        expect(sum((each) => each.all.commissions)).toBe(whole.all.commissions)
        expect(single.reduce((n, each) => n + each.all.closed, 0)).toBe(whole.all.closed)
      }),
    )
  })

  test('no fall is deeper than the drawdown, and its ends are points of the curve', () => {
    const curves = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 15 })
    fc.assert(
      fc.property(curves, (values) => {
        const curve = values.map((each, i) => ({ at: (i + 1) as EpochMs, realized: money(each) }))
        const found = drawdownOf(curve, { start: 0 as EpochMs, equity: money(10_000) })
        const whole = [{ at: 0, realized: 0 as Money }, ...curve]
        const falls = whole.flatMap((a, i) => whole.slice(i).map((b) => a.realized - b.realized))
        expect(found?.amount ?? 0).toBe(Math.max(0, ...falls))
        if (found === null) return
        const valueAt = (at: number) => whole.find((each) => each.at === at)?.realized ?? NaN
        expect(valueAt(found.peakAt) - valueAt(found.troughAt)).toBe(found.amount)
      }),
    )
  })

  test('realisations of fills add up to what the ledger has of them', () => {
    fc.assert(
      fc.property(many, (of) => {
        const { fills, commissions } = ledgerOf(journalOf(of))
        const { realized } = holdingsOf(fills.values(), commissions)
        const parts = realizationsOf(fills.values(), commissions)
        expect(addMoney(...parts.map(({ amount }) => amount))).toBe(realized)
      }),
    )
  })
})

describe('figures', () => {
  const report = reportFor(journalOf([won, lost]), all)

  test('of one win and one loss', () => {
    // 2 x 100 x $0.50 less $2, and 2 x 100 x -$0.40 less $2
    expect(report.all).toEqual({
      opened: 2,
      closed: 2,
      wins: 1,
      losses: 1,
      even: 0,
      winRate: 0.5,
      grossProfit: money(98),
      grossLoss: money(82),
      profitFactor: 98 / 82,
      profitFactorWhy: null,
      expectancy: money(8),
      averageWin: money(98),
      averageLoss: money(-82),
      realized: money(16),
      commissions: money(4),
      fillsWithoutCommission: 0,
    })
    expect(report.by.hour.map(({ key }) => key)).toEqual(['10:00', '11:00'])
    expect(report.by.weekday.map(({ key }) => key)).toEqual(['Tuesday'])
    expect(report.exits.map(({ key }) => key)).toEqual(['stop-loss', 'take-profit'])
    expect(report.drawdown).toMatchObject({ amount: money(82), ofEquity: null, recoveredAt: null })
  })

  test('a profit factor without losses is unknown, and says why', () => {
    const { all: figures } = reportFor(journalOf([won]), all)
    expect(figures).toMatchObject({ profitFactor: null, profitFactorWhy: 'nothing was lost' })
    const none = reportFor([], all)
    expect(none.all).toMatchObject({ winRate: null, profitFactorWhy: 'nothing was closed' })
    expect(none.drawdown).toBeNull()
  })

  test('what is still held counts for what was sold of it, and is neither won nor lost', () => {
    const { all: figures, open } = reportFor(journalOf([{ ...won, closed: 1 }]), all)
    expect(figures).toMatchObject({ opened: 1, closed: 0, wins: 0, realized: money(48.5) })
    expect(open).toBe(1)
  })

  test('weeks begin on Monday; a day is one date of New York', () => {
    const entries = journalOf([{ ...won, day: 1 }, won])
    const now = atNewYork('2026-03-11' as CalendarDate, '12:00')
    const week = reportFor(entries, { period: 'week', now })
    expect([week.from, week.to, week.all.closed]).toEqual(['2026-03-09', '2026-03-11', 1])
    expect(reportFor(entries, { period: 'day', now }).all.closed).toBe(0)
    expect(reportFor(entries, { period: 'all', now }).from).toBe('2026-03-06')
  })

  test('equity and its share are of the first day that is known', () => {
    const baseline = {
      date: '2026-03-05' as CalendarDate,
      amount: money(1_000),
      netLiquidation: money(1_000),
      dailyPnl: money(0),
      at: 0 as EpochMs,
    }
    const opened: Event = { type: 'DayOpened', baseline }
    const { equity, drawdown } = reportFor(journalOf([won, lost], [opened]), all)
    expect(equity).toBe(money(1_000))
    expect(drawdown?.ofEquity).toBeCloseTo(82 / 1_098, 9)
  })

  /** The journal of one that was held, the first, and of others, with what became of it. */
  function overAs(cause: PositionCause, of: readonly Told[], of_: Partial<OptionContract> = {}) {
    const told = journalOf(of).map(({ event, ...rest }) => ({
      ...rest,
      event:
        event.type === 'OrderFilled' && event.fill.contract.kind === 'option'
          ? {
              ...event,
              fill: { ...event.fill, contract: { ...event.fill.contract, ...of_ } },
            }
          : event,
    }))
    const fills = told.flatMap(({ event }) => (event.type === 'OrderFilled' ? [event.fill] : []))
    const contract = fills.find(({ execId }) => execId === 'FE0')?.contract
    const position = { contract, quantity: 0, cost: money(0) }
    const over = { type: 'PositionAdjusted', position, cause, detail: '' } as Event
    // As the first list after a weekend shows it.
    const at = atNewYork('2026-03-16' as CalendarDate, '09:00')
    return [...told, { seq: 99, at, event: over }]
  }
  const heldOne: Told = { ...won, closed: 0 }
  const whole = { period: 'all', now: atNewYork('2026-03-16' as CalendarDate, '10:00') } as const
  const EXPIRY = { lastTradingAt: atNewYork('2026-03-13' as CalendarDate, '16:00') }

  test('what expired with nothing delivered is lost whole, on the day that it expired', () => {
    const entries = overAs('expired', [heldOne, { ...won, minute: 700, symbol: 'QQQ' }], EXPIRY)
    const found = reportFor(entries, whole)
    // $98 were won; $200 and a commission of $1 were lost.
    expect(found.all).toMatchObject({
      closed: 2,
      wins: 1,
      losses: 1,
      winRate: 0.5,
      profitFactor: 98 / 201,
      realized: money(-103),
      commissions: money(3),
    })
    expect(found).toMatchObject({ open: 0, closedByExpiry: 1, endedWithoutFill: 0 })
    expect(found.drawdown?.amount).toBe(money(201))
    expect(found.trades[0]).toMatchObject({ exit: 'expiry', closedAt: EXPIRY.lastTradingAt })
    const friday = '2026-03-13' as CalendarDate
    const ofDay = reportFor(entries, { ...whole, period: 'day', from: friday, to: friday })
    expect(ofDay.all).toMatchObject({ closed: 1, realized: money(-201) })
    expect(reportFor(entries, { ...whole, period: 'day' }).all.closed).toBe(0)
  })

  test.each([
    ['exercised', EXPIRY],
    ['assigned', EXPIRY],
    ['foreign-trade', EXPIRY],
    ['expired', { ...EXPIRY, symbol: 'SPX' as Ticker }],
    ['expired', { ...EXPIRY, settlement: 'AM' }],
  ] as const)('what was %s of %j has no known value: in no rate, and it is said', (cause, of) => {
    const found = reportFor(overAs(cause, [heldOne, { ...won, minute: 700 }], of), whole)
    expect(found.all).toMatchObject({ closed: 1, wins: 1, losses: 0, realized: money(98) })
    expect(found).toMatchObject({ open: 0, closedByExpiry: 0, endedWithoutFill: 1 })
    expect(found.endedCost).toBe(money(201))
    expect(found.trades[0]).toMatchObject({ unvaluedBy: cause, isClosedHere: false })
    const later = atNewYork('2026-03-17' as CalendarDate, '12:00')
    const entries = overAs(cause, [heldOne], of)
    expect(reportFor(entries, { period: 'day', now: later }).endedWithoutFill).toBe(0)
  })

  test('a part that was sold before the rest expired counts with it', () => {
    const found = reportFor(overAs('expired', [{ ...won, closed: 1 }], EXPIRY), whole)
    // It cost $201 with its commission; $149 came back.
    expect(found.all).toMatchObject({ closed: 1, losses: 1, realized: money(-52) })
  })

  test('a commission that was not told is not zero: its fills are counted', () => {
    const entries = journalOf([won, lost]).filter(
      ({ event }) => event.type !== 'CommissionReported' || event.execId !== 'FX0',
    )
    const found = reportFor(entries, all)
    expect(found.all).toMatchObject({ commissions: money(3), fillsWithoutCommission: 1 })
    expect(found.trades.map((each) => each.fillsWithoutCommission)).toEqual([1, 0])
    expect(report.all.fillsWithoutCommission).toBe(0)
  })

  test('a ratio of days needs twenty of them, and a spread', () => {
    const days = Array.from({ length: 20 }, (_, i) => money(i % 2 === 0 ? 30 : -10))
    expect(dailyRatio(days.slice(1))).toEqual({
      value: null,
      why: '19 of 20 trading days that it takes',
    })
    expect(dailyRatio(days).value).toBeCloseTo((10 / 20.5196) * Math.sqrt(252), 3)
    expect(dailyRatio(days.map(() => money(1))).why).toBe('no day differs from another')
  })

  test('refusals are counted by rule, an entry once by each', () => {
    const refused = {
      type: 'EntryRefused',
      request: { signalKey: 'k' },
      refusals: [
        { rule: 'funds', detail: 'a' },
        { rule: 'funds', detail: 'b' },
        { rule: 'hours', detail: 'c' },
      ],
    } as unknown as Event
    const { refused: count, refusals } = reportFor(journalOf([], [refused, refused]), all)
    expect(count).toBe(2)
    expect(refusals).toEqual([
      { key: 'funds', count: 2 },
      { key: 'hours', count: 2 },
    ])
  })
})
