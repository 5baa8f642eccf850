import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { OptionContract } from '../domain/contract.ts'
import { journalOf, told, type Told } from '../journal/performance.testing.ts'
import { tradesOf } from '../journal/trades.ts'
import type { Event } from '../trading/event.ts'
import { TradesShown } from './trades-shown.ts'

test('kept while following, trades are what a look at the whole journal finds', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (of, every) => {
      const entries = journalOf(of)
      const kept = new TradesShown()
      for (const [index, entry] of entries.entries()) {
        kept.saw(entry)
        if (index % every !== 0) continue // looked at in between, or not
        const all = tradesOf(entries.slice(0, index + 1))
        expect(kept.trades()).toEqual(all.toSorted((a, b) => b.openedAt - a.openedAt))
      }
    }),
  )
})

const BOUGHT: Told = {
  symbol: 'SPY',
  strategy: 'scalp',
  day: 1,
  minute: 600,
  quantity: 2,
  bought: 100,
  sold: 50,
  closed: 0,
  exit: 'close',
  commission: 65,
}

test('a commission that comes before its fill counts', () => {
  const entries = journalOf([BOUGHT])
  const early = entries.toSorted(
    (a, b) =>
      Number(b.event.type === 'CommissionReported') - Number(a.event.type === 'CommissionReported'),
  )
  const kept = new TradesShown()
  for (const entry of early) kept.saw(entry)
  expect(kept.trades()).toEqual(tradesOf(entries))
})

test('what expired worthless is closed, and is not said to be held for ever', () => {
  const entries = journalOf([BOUGHT])
  const kept = new TradesShown()
  for (const entry of entries) kept.saw(entry)
  expect(kept.trades()).toMatchObject([{ closedAt: null }])
  const bought = entries.flatMap(({ event }) => (event.type === 'OrderFilled' ? [event.fill] : []))
  const contract = bought[0]?.contract as OptionContract
  const event = {
    type: 'PositionAdjusted',
    position: { contract, quantity: 0 },
    cause: 'expired',
    detail: 'gone',
  } as unknown as Event
  kept.saw({ seq: 99, at: (contract.lastTradingAt + 1) as EpochMs, event })
  expect(kept.trades()).toMatchObject([
    { closedAt: contract.lastTradingAt, pnl: -200_650_000, fills: [{}, { role: 'expiry' }] },
  ])
})
