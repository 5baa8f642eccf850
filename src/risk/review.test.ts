import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { Currency } from '../domain/money.ts'
import { money, price } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { ACCOUNT_AGE_MS_MAX } from './checks.ts'
import {
  account,
  baseline,
  held,
  limits,
  mark,
  now,
  option,
  quote,
  request,
  stock,
  view,
} from './fixtures.testing.ts'
import type { RiskView } from './limits.ts'
import { review } from './review.ts'

const ago = (ms: number): EpochMs => (now - ms) as EpochMs

function refused(
  seen: Partial<RiskView>,
  quoted: Partial<Quote> = {},
  at = limits,
): readonly string[] {
  const asked = request({ candidate: { contract: option(600, 'C'), quote: quote(quoted) } })
  const verdict = review(asked, view(seen), at)
  return verdict.kind === 'approved' ? [] : verdict.refusals.map((each) => each.rule)
}

const open = {
  id: 'other',
  strategy: 'scalp',
  contract: option(610, 'C'),
  quantity: 1,
  marks: [mark(option(610, 'C'))],
} as unknown as Structure
const elsewhere = { ...open.contract, symbol: 'QQQ' as Ticker }
const gate = { gate: 'farm', symbol: null, since: now, reason: 'usopt is down' } as const

test('a sound request is approved with its size, its worst loss and its numbers', () => {
  const verdict = review(request(), view(), limits)
  expect(verdict).toMatchObject({
    kind: 'approved',
    entry: { quantity: 8, maxLoss: money(2_000) },
    basis: {
      price: price(2.5),
      unitCost: money(250),
      unitLoss: money(250),
      netLiquidation: money(100_000),
      reserved: 0,
      quoteAgeMs: 0,
      bounds: expect.arrayContaining([{ rule: 'risk-per-trade', units: 8 }]),
    },
  })
})

describe('each check refuses by itself', () => {
  const views: readonly (readonly [string, string, Partial<RiskView>])[] = [
    ['a level above active', 'level', { tradingState: 'reduce-only' }],
    ['live that nobody armed', 'armed', { armed: false }],
    ['a gate for every symbol', 'gate', { gates: [gate] }],
    ['a gate for this symbol', 'gate', { gates: [{ ...gate, symbol: 'SPY' as Ticker }] }],
    ['an account that is not known (X12)', 'account', { account: null }],
    [
      'an old account (X12)',
      'account',
      { account: { ...account, at: ago(ACCOUNT_AGE_MS_MAX + 1) } },
    ],
    [
      'another base currency',
      'currency',
      { account: { ...account, baseCurrency: 'EUR' as Currency } },
    ],
    ['no baseline (D15)', 'baseline', { baseline: null }],
    [
      'a signal that was entered',
      'duplicate-signal',
      { signalKeys: new Map([['scalp SPY 1 rise', open.id]]) },
    ],
    ['too near to its end', 'expiry', { closeFrom: now }],
    [
      'an unknown order in the underlying',
      'unknown-order',
      { orders: [{ status: 'unknown', role: 'close', contract: open.contract } as TrackedOrder] },
    ],
    ['a position nobody explains', 'unattributed-position', { positions: [held(stock, 100)] }],
    [
      'a position that its structure says is there, and is not',
      'unattributed-position',
      { structures: [{ ...open, strategy: 'whale' }] },
    ],
  ]
  test.each(views)('%s', (_name, rule, seen) => {
    expect(refused(seen)).toEqual([rule])
  })

  test('a baseline of yesterday is none', () => {
    expect(refused({ baseline: { ...baseline, date: '2026-03-09' as CalendarDate } })).toEqual([
      'baseline',
    ])
  })

  test('the daily loss, at the limit and not before (R17)', () => {
    const at = (worth: number) => ({ account: { ...account, netLiquidation: money(worth) } })
    expect(refused(at(95_001))).toEqual([])
    expect(refused(at(95_000))).toEqual(['daily-loss'])
  })

  test('one position a symbol and strategy, three in all (D9, R21)', () => {
    const positions = [held(option(610, 'C'), 1)]
    expect(refused({ structures: [open], positions })).toEqual(['one-position'])
    expect(refused({ structures: [{ ...open, strategy: 'whale' }], positions })).toEqual([])
    const others = ['a', 'b', 'c'].map((id) => ({ ...open, id, contract: elsewhere }) as Structure)
    const three = { structures: others, positions: [held(elsewhere as typeof stock, 3)] }
    expect(refused(three)).toEqual(['open-structures'])
  })

  test('a gate and an unknown order of another symbol are no reason', () => {
    const order = { status: 'unknown', role: 'close', contract: elsewhere } as TrackedOrder
    const gates = [{ ...gate, symbol: 'QQQ' as Ticker }]
    expect(refused({ orders: [order], gates })).toEqual([])
  })
})

describe('quotes that are not traded on', () => {
  const quotes: readonly (readonly [string, Partial<Quote>, readonly string[]])[] = [
    ['no bid', { bid: null }, ['premium-unknown']],
    ['no ask', { ask: null }, ['premium-unknown']],
    ['a bid of zero', { bid: price(0) }, ['premium-unknown']],
    ['crossed', { bid: price(2.51) }, ['quote-crossed']],
    ['halted', { halted: true }, ['quote-halted']],
    ['delayed', { delayed: true }, ['quote-delayed']],
    ['older than the limit', { aliveAt: ago(2_001) }, ['quote-stale']],
    ['from the future', { aliveAt: ago(-1) }, ['quote-stale']],
    ['quiet but alive', { receivedAt: ago(600_000), aliveAt: ago(2_000) }, []],
    ['locked', { bid: price(2.5) }, []],
  ]
  test.each(quotes)('%s', (_name, quoted, rules) => {
    expect(refused({}, quoted)).toEqual(rules)
  })

  test('a delayed quote passes where dry-run allows it', () => {
    expect(refused({ allowDelayed: true }, { delayed: true })).toEqual([])
  })
})

describe('what does not fit says by how much', () => {
  test('an account of 500 does not buy a contract of 450 (D17)', () => {
    const small = { ...account, netLiquidation: money(500), availableFunds: money(500) }
    const verdict = review(
      request({
        candidate: {
          contract: option(600, 'C'),
          quote: quote({ bid: price(4.4), ask: price(4.5) }),
        },
        stopLossPct: 0.05,
      }),
      view({ account: small, baseline: { ...baseline, amount: money(500) } }),
      limits,
    )
    expect(verdict).toMatchObject({
      kind: 'refused',
      refusals: [
        { rule: 'size-zero', detail: 'one unit costs $450.00; no room in risk-per-trade' },
      ],
    })
  })

  test('order cost, structure loss and funds', () => {
    const tight = { ...limits, orderCostMax: money(200), structureLossMax: money(100) }
    const poor = {
      account: { ...account, availableFunds: money(100) },
      spentSinceAccount: money(50),
    }
    expect(refused(poor, {}, tight)).toEqual(['size-zero', 'order-cost', 'structure-loss', 'funds'])
  })

  test('a naked call has no bound', () => {
    const asked = request({ side: 'SELL' })
    const verdict = review(asked, view(), { ...limits, longOnly: false })
    expect(verdict).toMatchObject({ kind: 'refused', refusals: [{ rule: 'unbounded-loss' }] })
  })

  test('every refusal is told, not only the first', () => {
    expect(
      refused(
        { account: null, baseline: null, gates: [gate], tradingState: 'halt' },
        { bid: null },
      ),
    ).toEqual(['level', 'gate', 'account', 'baseline', 'premium-unknown'])
  })
})
