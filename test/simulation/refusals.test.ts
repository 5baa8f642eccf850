import { describe, expect, test } from 'vitest'
import type { Margin } from '../../src/domain/margin.ts'
import { money, price } from '../../src/domain/money.ts'
import { placing } from './planted/bug.ts'
import { firstEntry, planOf, refusedIn } from './refusals.ts'
import type { Situation } from './refusals.ts'
import { rows } from './situations.ts'
import { World } from './world.ts'

const entered = await firstEntry()

describe('without a situation the entry is made', () => {
  test('by the strategy of the bot itself', async () => {
    const { approved, violations } = await refusedIn({ request: (asked) => asked }, entered)
    expect([approved, violations]).toEqual([[entered.quantity], []])
  })

  test('and by the request that is handed over', async () => {
    const { rules, approved } = await refusedIn({ written: { strategies: 'whale' } }, entered)
    expect([rules, approved]).toEqual([[], [entered.quantity]])
  })
})

/** Nothing else refuses, so that without this check the seed would have entered. */
describe('in the situation it is refused, by these names alone', () => {
  test.each(rows.map((row) => [row.of, row.rules.join(', '), row] as const))(
    '%s: %s',
    async (_of, _rules, { rules, situation, before = 0, said = [] }) => {
      const came = await refusedIn(situation, entered)
      expect(new Set(came.rules.map((names) => names.join(', ')))).toEqual(
        new Set([rules.join(', ')]),
      )
      expect(came.approved.length).toBe(before)
      expect(came.violations).toEqual(said)
    },
  )
})

test('the quantity of an entry is bounded', async () => {
  const { approved } = await refusedIn({ written: { quantityMax: 1 } }, entered)
  expect(approved).toEqual([1])
})

test('a strategy that enters over and over halts the bot until a person resumes (P48)', async () => {
  const exits = { takeProfit: '1%', stopLoss: '1%' }
  const plan = planOf({ written: { ...exits, repeatsMax: 2, riskMax: '1%' } })
  const world = new World({ plan, checkers: [] })
  const { engine } = world.bot
  const count = (type: string) =>
    world.remains.journal.read().filter(({ event }) => event.type === type).length
  const hour = (plan.start + 3_600_000) as typeof plan.start
  // In vain it asks once more, and that is when a person is needed.
  engine.subscribe((event) => {
    if (event.type === 'TradingStateChanged') world.clock.stop()
  })
  await world.runUntil(hour)
  expect(count('EntryApproved')).toBe(2)
  expect([engine.state.tradingState, engine.state.levelCause]).toEqual([
    'halt',
    'repeated-execution',
  ])
  const refused = world.remains.journal.read().flatMap(({ event }) => {
    return event.type === 'EntryRefused' ? [event.refusals.map(({ rule }) => rule).join()] : []
  })
  expect(refused).toEqual(['repeated-execution'])
  const { accountId } = engine.state
  engine.view().command('me', { kind: 'resume', accountId, reason: 'looked' })
  engine.subscribe((event) => {
    if (event.type === 'EntryApproved') world.clock.stop()
  })
  await world.runUntil((hour + 3_600_000) as typeof plan.start)
  expect(count('EntryApproved')).toBe(3)
})

/** The risk engine lets everything through; what the encoder is told comes from the plan. */
const NO_RISK = {
  riskPerTradePct: 1,
  premiumPctMax: 1,
  orderCostMax: money(100_000),
  structureLossMax: money(100_000),
  quantityMax: 1_000,
  openStructuresMax: 100,
  perUnderlyingMax: 100,
  perExpiryMax: 100,
  quoteAgeMsMax: 60_000,
} as const

/** Of a broker that is asked about so many units, and would carry them. */
const CARRIES_ALL: Margin = {
  kind: 'answered',
  at: entered.at,
  quantity: 1_000,
  limit: price(100),
  initialMarginAfter: money(0),
  equityAfter: money(1_000_000),
  commission: null,
  warning: '',
}

describe('with the risk engine disabled the last look still stops it (P47)', () => {
  const planted: readonly (readonly [string, Situation, RegExp])[] = [
    ['units', { written: { lookQuantityMax: 2 } }, /units, at most 2/],
    ['money', { written: { lookNotionalMax: '$2000' } }, /of notional, at most \$2000/],
    [
      'units that never close',
      { written: { lookOutstandingMax: 1 } },
      /opened and not seen closed/,
    ],
    [
      'an old quote',
      {
        written: { strategies: 'whale', lookQuoteAgeMax: '2s' },
        request: ({ candidate, ...asked }) => {
          const { quote } = candidate
          const aliveAt = (quote.aliveAt - 3_000) as typeof quote.aliveAt
          return { ...asked, candidate: { ...candidate, quote: { ...quote, aliveAt } } }
        },
      },
      /its quote is 300\d ms old/,
    ],
    [
      'a limit a third through the quote',
      {
        options: placing((group) =>
          group.map((order) =>
            order.role === 'entry' && order.terms.type === 'LMT'
              ? { ...order, terms: { type: 'LMT', limit: price(10.4) } as const }
              : order,
          ),
        ),
      },
      /past the worst it was allowed/,
    ],
    [
      'an entry at the market',
      {
        options: placing((group) =>
          group.map((order) =>
            order.role === 'entry' ? { ...order, terms: { type: 'MKT' } as const } : order,
          ),
        ),
      },
      /an order that opens has a limit/,
    ],
    [
      'an entry of the epoch before',
      {
        options: placing((group) =>
          group.map((order) =>
            order.fence === undefined ? order : { ...order, fence: { ...order.fence, epoch: 0 } },
          ),
        ),
      },
      /of epoch 0, the connection is 1/,
    ],
    [
      'a purchase that is called a way out',
      {
        options: placing((group) =>
          group.map((order) =>
            order.role === 'entry' ? { ...order, role: 'close' as const } : order,
          ),
        ),
      },
      /is called a way out/,
    ],
  ]

  test.each(planted)('%s', async (_what, situation, says) => {
    const { settings } = planOf(situation)
    const { rules } = settings
    const loose = { ...settings, rules: { ...rules, limits: { ...rules.limits, ...NO_RISK } } }
    const options = { ...situation.options, settings: loose }
    const request = { ...entered.request, margin: CARRIES_ALL }
    const { world } = await refusedIn({ ...situation, options }, { ...entered, request })
    const denied = world.remains.journal.read().flatMap(({ event }) => {
      return event.type === 'OrderMoved' && event.evidence.kind === 'denied'
        ? [event.evidence.reason]
        : []
    })
    expect(denied).toContainEqual(expect.stringMatching(says))
    expect(world.remains.gateway.core.openOrders()).toEqual([])
  })
})
