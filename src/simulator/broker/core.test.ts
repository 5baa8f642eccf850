import { describe, expect, test } from 'vitest'
import { money, price } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import { at, Bench, CALL, ticket } from '../market/scripted-market.testing.ts'
import type { SimTicket } from './state.ts'

/** The call at 2.00 to 2.10 from the open, rising and falling through the morning. */
const MORNING = {
  quotes: {
    [CALL.conId]: [
      { at: at('09:30'), bid: 2, ask: 2.1 },
      { at: at('10:10'), bid: 3, ask: 3.1 },
      { at: at('10:20'), bid: 1, ask: 1.1 },
    ],
  },
}

function bracket(
  quantity: number,
  terms: Partial<SimTicket> = {},
  limit: Price = price(2.1),
): readonly SimTicket[] {
  const exit = { side: 'SELL', parentId: 1, timeInForce: 'GTC', quantity, ...terms } as const
  return [
    ticket({ orderId: 1, quantity, limit, transmit: false }),
    ticket({ ...exit, orderId: 2, limit: price(3), transmit: false }),
    ticket({ ...exit, orderId: 3, type: 'STP', trigger: price(1.5) }),
  ]
}

describe('what a live Gateway says, in its order', () => {
  test('an order that fills on arrival (12.2)', async () => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ limit: price(2.15), quantity: 2 }))
    expect((await bench.until('10:00')).story).toEqual([
      'open-order 1 Submitted 0/2',
      'execution 1 BUY 2 @ 2.1',
      'open-order 1 Filled 2/2',
      'position 2',
      'account',
      'commission 1 1.3 pnl -',
    ])
  })

  test('an order that rests, is modified and cancelled (12.3)', async () => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ limit: price(1.2), timeInForce: 'GTC' }))
    await bench.until('09:50')
    bench.core.place(ticket({ limit: price(1.3), timeInForce: 'GTC' }))
    await bench.until('09:55')
    bench.core.cancel(7, 7, 1)
    await bench.until('10:00')
    bench.core.cancel(7, 7, 1)
    expect(bench.story).toEqual([
      'open-order 1 Submitted 0/1',
      'open-order 1 Submitted 0/1',
      'order-status 1 PendingCancel 0/1',
      'order-status 1 Cancelled 0/1',
      'error 1 202 Order Canceled - reason:',
      'error 1 10148 OrderId 1 that needs to be cancelled cannot be cancelled, state: Cancelled.',
    ])
  })

  test('a bracket whose take-profit fills (12.5)', async () => {
    const bench = new Bench(MORNING)
    for (const each of bracket(1)) bench.core.place(each)
    expect((await bench.until('10:15')).story).toEqual([
      'open-order 1 Submitted 0/1',
      'execution 1 BUY 1 @ 2.1',
      'open-order 1 Filled 1/1',
      'position 1',
      'account',
      'open-order 2 Submitted 0/1',
      'open-order 3 PreSubmitted (trigger) 0/1',
      'commission 1 1 pnl -',
      'execution 2 SELL 1 @ 3',
      'open-order 2 Filled 1/1',
      'position 0',
      'account',
      'order-status 3 Cancelled 0/1',
      'error 3 202 Order Canceled - reason:',
      'commission 2 1 pnl 88',
    ])
  })

  test('immediate or cancel, not filled (12.6)', async () => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ limit: price(2), timeInForce: 'IOC' }))
    expect((await bench.until('10:00')).story).toEqual([
      'open-order 1 Submitted 0/1',
      'order-status 1 PendingCancel 0/1',
      'order-status 1 Cancelled 0/1',
    ])
  })

  test('an order outside regular hours waits, with a warning, and a DAY order ends at the close', async () => {
    const bench = new Bench(MORNING, { start: at('08:00') })
    bench.core.place(ticket({ limit: price(1) }))
    expect((await bench.until('17:00')).story).toEqual([
      'error 1 399 Order Message: BUY 1 SPY 2026-03-13 560 C Warning: your order will not be placed at the exchange until 20260310 09:30:00 US/Eastern',
      'open-order 1 PreSubmitted 0/1',
      'open-order 1 Submitted 0/1',
      'order-status 1 Cancelled 0/1',
      'error 1 202 Order Canceled - reason:Expired',
    ])
  })
})

describe('ids, changes and cancels', () => {
  const unanswered = [
    ['an id at the floor', { orderId: 5, limit: price(1) }, 103],
    ['a price off the grid', { orderId: 9, limit: price(3.01) }, 110],
    ['a limit order without a limit', { orderId: 9 }, 321],
    ['a stop without a trigger', { orderId: 9, type: 'STP' }, 403],
    ['no units', { orderId: 9, limit: price(1), quantity: 0 }, 434],
    ['a contract that is not listed', { orderId: 9, contract: { ...CALL, conId: 99 } }, 200],
    ['another account', { orderId: 9, limit: price(1), account: 'DU7' }, 321],
    ['a child without a parent', { orderId: 9, limit: price(1), parentId: 8 }, 10006],
  ] as unknown as readonly (readonly [string, Partial<SimTicket>, number])[]

  test.each(unanswered)('%s is refused, and no order exists', (_name, terms, code) => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ orderId: 5, limit: price(1), timeInForce: 'IOC' }))
    return bench.until('09:50').then(() => {
      bench.events.length = 0
      bench.core.place(ticket(terms))
      expect(bench.events.map((event) => event.kind === 'order-error' && event.code)).toEqual([
        code,
      ])
      expect(bench.core.openOrders()).toEqual([])
      expect(bench.core.nextOrderId(7)).toBe(6)
    })
  })

  const changes = [
    ['its side', { side: 'SELL' }, 105],
    ['its type', { type: 'STP', trigger: price(1) }, 329],
    ['its price off the grid', { limit: price(1.005) }, 110],
    ['its parent', { parentId: 4 }, 10341],
    ['its size beyond the funds', { quantity: 5000 }, 201],
  ] as unknown as readonly (readonly [string, Partial<SimTicket>, number])[]

  test.each(changes)(
    'a change of %s is refused and the order lives',
    async (_name, terms, code) => {
      const bench = new Bench(MORNING)
      const resting = { limit: price(1), quantity: 2 }
      bench.core.place(ticket(resting))
      await bench.until('09:50')
      bench.core.place(ticket({ ...resting, ...terms }))
      await bench.until('09:51')
      expect(bench.story.at(-1)).toContain(`error 1 ${code}`)
      expect(bench.status(1)).toBe('Submitted 0/2')
    },
  )

  test('before it is acknowledged an order cannot be changed, and once filled never', async () => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ limit: price(2.1) }))
    bench.core.place(ticket({ limit: price(2.2) }))
    expect(bench.story).toEqual([expect.stringContaining('error 1 2102')])
    await bench.until('09:50')
    bench.core.place(ticket({ limit: price(2.2) }))
    expect(bench.story.at(-1)).toContain('error 1 104')
  })

  test('a change of quantity counts what has filled', async () => {
    const bench = new Bench({
      quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.1, askSize: 2 }] },
    })
    bench.core.place(ticket({ limit: price(2.1), quantity: 5 }))
    await bench.until('09:50')
    bench.core.place(ticket({ limit: price(2.1), quantity: 2 }))
    expect(bench.story.at(-1)).toContain('error 1 134')
    bench.core.place(ticket({ limit: price(2.1), quantity: 3 }))
    await bench.until('09:55')
    expect(bench.status(1)).toBe('Submitted 2/3')
  })

  test('a cancel of an unknown order is 10147; another client may cancel ours', async () => {
    const bench = new Bench(MORNING)
    bench.core.cancel(8, 7, 1)
    expect(bench.story).toEqual([
      'error 1 10147 OrderId 1 that needs to be cancelled is not found.',
    ])
    bench.core.place(ticket({ limit: price(1) }))
    await bench.until('09:50')
    bench.core.cancel(8, 7, 1)
    await bench.until('09:51')
    expect(bench.core.completedOrders()).toMatchObject([
      { status: 'Cancelled', cancelledBy: 8, completedStatus: 'Cancelled by Trader' },
    ])
  })

  test('cancelAll ends every order of every client, staged ones too', async () => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ limit: price(1) }))
    bench.core.place(ticket({ clientId: 9, limit: price(1), transmit: false }))
    await bench.until('09:50')
    bench.core.cancelAll(3)
    await bench.until('09:51')
    expect([bench.status(1), bench.status(1, 9)]).toEqual(['Cancelled 0/1', 'Cancelled 0/1'])
  })
})

describe('a family', () => {
  test('says nothing until the last transmit, and can be cancelled before', async () => {
    const bench = new Bench(MORNING)
    for (const each of bracket(1).slice(0, 2)) bench.core.place(each)
    await bench.until('10:00')
    expect(bench.story).toEqual([])
    expect(bench.core.openOrders().map((order) => order.staged)).toEqual([true, true])
    bench.core.cancel(7, 7, 1)
    await bench.until('10:01')
    expect([bench.status(1), bench.status(2)]).toEqual(['Cancelled 0/1', 'Cancelled 0/1'])
  })

  test('children are held by their parent and share a group under its number', async () => {
    const bench = new Bench(MORNING)
    for (const each of bracket(1, {}, price(1.9))) bench.core.place(each)
    await bench.until('10:00')
    const orders = bench.core.openOrders()
    expect(orders.map((order) => order.whyHeld)).toEqual(['', 'child', 'child,trigger'])
    expect(orders.map((order) => order.ocaGroup)).toEqual([
      '',
      String(orders[0]?.permId),
      String(orders[0]?.permId),
    ])
  })

  test.each(['cancelled', 'expired'])('children end with a parent that is %s', async (how) => {
    const bench = new Bench({ quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.2 }] } })
    for (const each of bracket(1)) bench.core.place(each)
    await bench.until('10:00')
    if (how === 'cancelled') bench.core.cancel(7, 7, 1)
    await bench.until(how === 'cancelled' ? '10:01' : '16:01')
    expect([1, 2, 3].map((id) => bench.status(id))).toEqual([
      'Cancelled 0/1',
      'Cancelled 0/1',
      'Cancelled 0/1',
    ])
  })

  test('children end with a parent that is over and not said to be (F47)', async () => {
    const bench = new Bench({ quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.2 }] } })
    for (const each of bracket(1)) bench.core.place(each)
    await bench.until('10:00')
    bench.core.impose({ kind: 'cancel-race', answer: 10147, outcome: 'cancelled' })
    bench.core.cancel(7, 7, 1)
    await bench.until('10:01')
    const statuses = [1, 2, 3].map((id) => bench.status(id))
    expect(statuses).toEqual(['Cancelled 0/1', 'Cancelled 0/1', 'Cancelled 0/1'])
  })

  test('children follow a parent that fills in parts', async () => {
    const bench = new Bench({
      quotes: {
        [CALL.conId]: [
          { at: at('09:30'), bid: 2, ask: 2.1, askSize: 2 },
          { at: at('10:00'), bid: 3, ask: 3.1 }, // the take-profit may close two, and not more
          { at: at('10:10'), bid: 2, ask: 2.1, askSize: 1 },
          { at: at('10:20'), bid: 1, ask: 1.1, bidSize: 9, askSize: 0 }, // the stop closes one
        ],
      },
    })
    for (const each of bracket(5, { ocaGroup: 'exits', ocaType: 2 })) bench.core.place(each)
    await bench.until('10:05')
    expect([1, 2, 3].map((id) => bench.status(id))).toEqual([
      'Submitted 2/5',
      'Submitted 2/5',
      'PreSubmitted 0/3',
    ])
    await bench.until('10:15')
    expect(bench.held(CALL.conId)).toBe(1)
    await bench.until('10:30')
    expect(bench.held(CALL.conId)).toBe(0)
    bench.core.cancel(7, 7, 1)
    await bench.until('10:31')
    expect([1, 2, 3].map((id) => bench.status(id))).toEqual([
      'Cancelled 3/5',
      'Filled 2/2',
      'Filled 1/1',
    ])
  })

  test('a parent that is made smaller takes its exits along', async () => {
    const bench = new Bench({
      quotes: {
        [CALL.conId]: [
          { at: at('09:30'), bid: 2, ask: 2.2 },
          { at: at('10:00'), bid: 2, ask: 2.1 },
        ],
      },
    })
    for (const each of bracket(5)) bench.core.place(each)
    await bench.until('09:50')
    bench.core.place(ticket({ orderId: 1, quantity: 3, limit: price(2.1) }))
    await bench.until('10:01')
    expect([1, 2, 3].map((id) => bench.status(id))).toEqual([
      'Filled 3/3',
      'Submitted 0/3',
      'PreSubmitted 0/3',
    ])
  })

  test('a cancelled rest of the parent leaves exits for what it filled', async () => {
    const bench = new Bench({
      quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.1, askSize: 2 }] },
    })
    for (const each of bracket(5)) bench.core.place(each)
    await bench.until('10:00')
    bench.core.cancel(7, 7, 1)
    await bench.until('10:01')
    expect([1, 2, 3].map((id) => bench.status(id))).toEqual([
      'Cancelled 2/5',
      'Submitted 0/2',
      'PreSubmitted 0/2',
    ])
  })
})

describe('what the account cannot carry is rejected with 201', () => {
  test.each([
    ['more than the available funds', { limit: price(2), quantity: 600 }, 'FUNDS'],
    ['an option nobody holds', { side: 'SELL', limit: price(9) }, 'uncovered options'],
  ] as const)('%s', async (_name, terms, text) => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket(terms))
    await bench.until('09:50')
    expect(bench.story).toEqual([
      expect.stringMatching(new RegExp(`^error 1 201 Order rejected - reason:.*${text}`)),
      expect.stringContaining('order-status 1 Inactive'),
    ])
    expect(bench.core.completedOrders()[0]?.completedStatus).toBe('Rejected by System')
  })

  test('working buys reserve their cost', async () => {
    const bench = new Bench(MORNING)
    bench.core.place(ticket({ orderId: 1, limit: price(1), quantity: 900 }))
    bench.core.place(ticket({ orderId: 2, limit: price(1), quantity: 200 }))
    await bench.until('09:50')
    expect([bench.status(1), bench.status(2)]).toEqual(['Submitted 0/900', 'Inactive 0/200'])
  })

  test('the exits of an entry that fills in parts take nothing from the funds', async () => {
    const bench = new Bench(
      { quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.1, askSize: 2 }] } },
      { account: { id: 'DU1', kind: 'cash', cash: money(1_100) } },
    )
    for (const each of bracket(5)) bench.core.place(each)
    await bench.until('09:50')
    expect([1, 2, 3].map((id) => bench.status(id))).toEqual([
      'Submitted 2/5',
      'Submitted 0/5',
      'PreSubmitted 0/5',
    ])
  })

  test('exits in one group count once, a second close does not fit beside them', async () => {
    const bench = new Bench(MORNING)
    for (const each of bracket(2)) bench.core.place(each)
    await bench.until('09:50')
    bench.core.place(ticket({ orderId: 4, side: 'SELL', type: 'MKT', quantity: 2 }))
    await bench.until('09:51')
    expect(bench.status(4)).toBe('Inactive 0/2')
    expect(bench.held(CALL.conId)).toBe(2)
  })
})
