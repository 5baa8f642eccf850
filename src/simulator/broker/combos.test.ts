import { describe, expect, test } from 'vitest'
import { atNewYork } from '../../domain/calendar.ts'
import { comboOf } from '../../domain/combo.ts'
import type { ComboContract, ComboLeg, Side } from '../../domain/contract.ts'
import { assert } from '../../base/assert.ts'
import { money, price } from '../../domain/money.ts'
import {
  at,
  Bench,
  CALL,
  CALL_565,
  EXPIRY,
  PUT,
  PUT_555,
  SPY,
  ticket,
} from '../market/scripted-market.testing.ts'
import type { Script, Scripted } from '../market/scripted-market.testing.ts'
import type { SimTicket } from './state.ts'

function combo(...of: readonly (readonly [Side, ComboLeg['contract'], number?])[]): ComboContract {
  const made = comboOf(of.map(([side, contract, ratio = 1]) => ({ contract, ratio, side })))
  assert(made.ok, made.ok ? '' : made.error)
  return made.value
}

const DEBIT = combo(['BUY', CALL], ['SELL', CALL_565])
const CREDIT = combo(['SELL', PUT], ['BUY', PUT_555])
const BUY_WRITE = combo(['BUY', SPY, 100], ['SELL', CALL_565])

const row = (bid: number | null, ask: number | null, more: Partial<Scripted> = {}): Scripted => ({
  at: at('09:30'),
  bid,
  ask,
  ...more,
})
const later = (bid: number, ask: number): Scripted => ({ ...row(bid, ask), at: at('10:10') })

/** The spread is worth 2.00 to 2.20 from the open, and 3.00 to 3.20 from 10:10 on. */
const QUOTES = {
  [SPY.conId]: [row(560, 560.02)],
  [CALL.conId]: [row(4, 4.1), later(5.5, 5.6)],
  [CALL_565.conId]: [row(1.9, 2), later(2.4, 2.5)],
  [PUT.conId]: [row(4, 4.1)],
  [PUT_555.conId]: [row(2, 2.1)],
}

function bench(script: Partial<Script> = {}, cash = 100_000): Bench {
  const account = { id: 'DU1', kind: 'margin', cash: money(cash) } as const
  return new Bench({ ...script, quotes: { ...QUOTES, ...script.quotes } }, { account })
}

const buy = (of: Partial<SimTicket> = {}): SimTicket =>
  ticket({ contract: DEBIT, limit: price(2.2), ...of })
const sell = (of: Partial<SimTicket> = {}): SimTicket =>
  ticket({ contract: DEBIT, side: 'SELL', orderId: 2, limit: price(3), ...of })

describe('a combo fills at what its legs trade at, all of them or none', () => {
  test('one execution of the combo, one of each leg; commissions of the legs', async () => {
    const of = bench()
    of.core.place(buy({ limit: price(2.5), quantity: 2 }))
    expect((await of.until('10:00')).story).toEqual([
      'open-order 1 Submitted 0/2',
      'execution 1 BUY 2 @ 2.2',
      'execution 1 BUY 2 @ 4.1',
      'execution 1 SELL 2 @ 1.9',
      'open-order 1 Filled 2/2',
      'position 2',
      'account',
      'position -2',
      'account',
      'commission 1 1.3 pnl -',
      'commission 1 1.3 pnl -',
    ])
    expect([of.held(CALL.conId), of.held(CALL_565.conId)]).toEqual([2, -2])
    expect(of.core.state.cash).toBe(money(100_000 - 440 - 2.6))
    expect(of.core.executions().map(({ contract }) => contract.kind)).toEqual([
      'combo',
      'option',
      'option',
    ])
  })

  test('resting, it fills at its limit and its legs add up to it', async () => {
    const of = bench()
    of.core.place(buy())
    await of.until('09:50')
    of.core.place(sell({ limit: price(2.9) }))
    await of.until('10:15')
    const [whole, long, short] = of.core.executions().slice(-3)
    expect(whole?.price).toBe(price(2.9))
    expect((long?.price ?? 0) - (short?.price ?? 0)).toBe(price(2.9))
    expect(of.core.positions()).toEqual([])
    // 70 gained, four commissions of a contract at a dollar the least.
    expect(of.core.state.realizedPnl).toBe(money(70 - 4))
  })

  test.each([
    ['a leg that is not quoted', row(null, 2)],
    ['a crossed leg', row(2.1, 2)],
    ['a halted leg', row(1.9, 2, { halted: true })],
    ['a leg that shows nothing', row(1.9, 2, { bidSize: 0 })],
  ])('not with %s', async (_, broken) => {
    const of = bench({ quotes: { [CALL_565.conId]: [broken] } })
    of.core.place(buy({ type: 'MKT', limit: null }))
    await of.until('10:05')
    expect(of.status(1)).toBe('Submitted 0/1')
  })

  test('no more than its legs show, and what one order took is gone for the next', async () => {
    const of = bench({ quotes: { [CALL_565.conId]: [row(1.9, 2, { bidSize: 3 })] } })
    of.core.place(buy({ quantity: 2 }))
    of.core.place(buy({ quantity: 2, orderId: 2 }))
    await of.until('10:05')
    expect([of.status(1), of.status(2)]).toEqual(['Filled 2/2', 'Submitted 1/2'])
  })

  test('a credit is bought at a negative price', async () => {
    const of = bench()
    of.core.place(ticket({ contract: CREDIT, limit: price(-1.9) }))
    await of.until('10:00')
    expect(of.core.executions()[0]?.price).toBe(price(-1.9))
    expect(of.core.state.cash).toBe(money(100_000 + 190 - 2))
  })

  test('shares and a call are one order too', async () => {
    const of = bench()
    of.core.place(ticket({ contract: BUY_WRITE, limit: price(559) }))
    await of.until('10:00')
    expect([of.held(SPY.conId), of.held(CALL_565.conId)]).toEqual([100, -1])
    expect(of.core.executions()[0]?.price).toBe(price(558.12))
  })
})

describe('its bracket', () => {
  test('the target waits for the entry, and follows what that filled', async () => {
    const of = bench({
      quotes: { [CALL_565.conId]: [row(1.9, 2, { bidSize: 1 }), later(2.4, 2.5)] },
    })
    of.core.place(buy({ quantity: 2, transmit: false }))
    of.core.place(sell({ quantity: 2, parentId: 1, ocaGroup: 'x', ocaType: 2, timeInForce: 'GTC' }))
    await of.until('10:00')
    expect([of.status(1), of.status(2)]).toEqual(['Submitted 1/2', 'Submitted 0/2'])
    of.core.cancel(7, 7, 1)
    await of.until('10:05')
    expect([of.status(1), of.status(2)]).toEqual(['Cancelled 1/2', 'Submitted 0/1'])
    await of.until('10:15')
    expect([of.status(2), of.core.positions()]).toEqual(['Filled 1/1', []])
  })

  test('a close in the group of the target replaces it', async () => {
    const of = bench()
    of.core.place(buy())
    await of.until('09:50')
    const tied = { ocaGroup: 'x', ocaType: 1 } as const
    of.core.place(sell({ ...tied, limit: price(4) }))
    of.core.place(sell({ ...tied, orderId: 3, limit: price(2) }))
    await of.until('10:00')
    expect([of.status(2), of.status(3)]).toEqual(['Cancelled 0/1', 'Filled 1/1'])
    expect(of.core.positions()).toEqual([])
  })
})

describe('what is refused', () => {
  test.each([
    ['a stop: no exchange rests one', buy({ type: 'STP', trigger: price(1), limit: null }), 387],
    ['a price off the grid', buy({ limit: price(2.005) }), 110],
  ])('%s', async (_, asked, code) => {
    const of = bench()
    of.core.place(asked)
    await of.until('09:50')
    expect(of.events).toMatchObject([{ kind: 'order-error', code }])
  })

  test.each([
    [
      'the long leg alone, while the other is short',
      ticket({ side: 'SELL', orderId: 2, limit: price(4) }),
    ],
    [
      'one call too many',
      ticket({
        orderId: 2,
        contract: combo(['BUY', CALL], ['SELL', CALL_565, 2]),
        limit: price(1),
      }),
    ],
  ])('a call without its cover: %s', async (_, asked) => {
    const of = bench()
    of.core.place(buy())
    await of.until('09:50')
    of.core.place(asked)
    await of.until('10:00')
    expect(of.story.at(-2)).toMatch(/^error 2 201 .*without its cover/)
    expect(of.status(2)).toBe('Inactive 0/1')
  })

  test('a credit whose width the account cannot carry', async () => {
    const of = bench({}, 300)
    of.core.place(ticket({ contract: CREDIT, limit: price(-1.9) }))
    await of.until('10:00')
    expect(of.status(1)).toBe('Inactive 0/1')
  })
})

describe('what it takes from the funds', () => {
  test.each([
    ['a debit what it costs', DEBIT, 2.2, 220],
    ['a credit its width less the credit', CREDIT, -1.9, 310],
    ['shares and a call the shares at half, less the call', BUY_WRITE, 558.12, 27_812],
  ] as const)('%s; nothing comes of asking', (...row) => {
    const [, contract, limit, margin] = row
    const of = bench()
    const asked = of.core.whatIf(ticket({ contract, limit: price(limit) }))
    expect(asked).toMatchObject({ value: { change: money(margin), commission: money(2) } })
    expect(of.core.state.orders.size).toBe(0)
  })

  test('what a held credit may come to owe is not available', async () => {
    const of = bench()
    of.core.place(ticket({ contract: CREDIT, limit: price(-1.9) }))
    await of.until('10:00')
    const { availableFunds, cash } = of.core.account()
    expect(cash - availableFunds).toBe(money(500))
  })
})

const AFTER = atNewYork(EXPIRY, '17:00')

/** Two spreads bought at 2.20 for 440.00 and 2.60 of commissions, held over their end. */
async function heldToTheEnd(settlement: number, cash: number): Promise<Bench> {
  const of = bench({ settlement, quotes: { [SPY.conId]: [row(settlement, settlement)] } }, cash)
  of.core.place(buy({ quantity: 2 }))
  await of.until('10:00')
  return of.until(AFTER)
}

describe('its end', () => {
  test.each([
    ['below both', 559, 0, -442.6],
    ['between them', 563, 200, 600 - 442.6],
    ['above both, with little cash', 570, 0, 1_000 - 442.6],
  ] as const)('%s: what one leg brings the other takes', async (...row) => {
    const [, settlement, shares, pnl] = row
    const of = await heldToTheEnd(settlement, settlement === 570 ? 1_000 : 200_000)
    expect([of.held(CALL.conId), of.held(CALL_565.conId)]).toEqual([0, 0])
    expect(of.held(SPY.conId)).toBe(shares)
    expect(of.core.state.realizedPnl).toBe(money(pnl))
  })

  test('the short leg assigned early is shares at its strike', async () => {
    const of = bench()
    of.core.place(buy({ quantity: 2 }))
    await of.until('10:00')
    const { cash } = of.core.state
    of.core.assign(CALL_565.conId, 1)
    await of.until('10:01')
    expect([of.held(CALL_565.conId), of.held(SPY.conId)]).toEqual([-1, -100])
    expect(of.core.state.cash - cash).toBe(money(56_500))
    expect(of.story.slice(-4)).toEqual(['position -1', 'account', 'position -100', 'account'])
  })

  test('an order of it ends with its first leg', async () => {
    const of = bench()
    of.core.place(buy({ limit: price(1), timeInForce: 'GTC' }))
    await of.until(AFTER)
    expect(of.status(1)).toBe('Cancelled 0/1')
    expect(of.core.quote(CALL.conId)).not.toBeNull()
  })
})
