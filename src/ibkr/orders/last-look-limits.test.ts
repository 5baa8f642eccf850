import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../base/clock.ts'
import type { EpochMs } from '../../base/clock.ts'
import { money, price } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { encodeRequest } from '../../wire/requests.ts'
import { executionOf, OPTION, orderOf, statusOf, WIRE_OPTION } from '../gateway.testing.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { orderToWire } from '../translate/translate-order.ts'
import { lastLook } from './last-look.ts'
import type { Intent } from './intent.ts'
import { LookLedger } from './last-look-ledger.ts'
import type { LookLimits } from './last-look-limits.ts'

const CLIENT = 30
const start = 1_767_970_000_000 as EpochMs
const LIMITS: LookLimits = {
  quantityMax: 5,
  notionalMax: money(2_000),
  outstandingMax: 12,
  ordersPerMinuteMax: 6,
  childrenMax: 2,
  quoteAgeMsMax: 3_000,
}

/** The last look alone, with a ledger that was told the time. */
class Look {
  readonly clock = new VirtualClock({ start, speed: null, settled: () => true })
  readonly ledger = new LookLedger(this.clock, CLIENT)
  epoch: number | null = 1
  readonly #guard

  constructor(limits: Partial<LookLimits> = {}) {
    this.#guard = lastLook({
      mode: 'paper',
      account: 'DU1',
      readLatch: () => null,
      look: { ledger: this.ledger, limits: { ...LIMITS, ...limits }, epoch: () => this.epoch },
    })
    this.ledger.heard({ kind: 'currentTime', time: start / 1_000 })
  }

  sends(orderId: number, changes: Partial<Order> & { readonly parentId_?: number } = {}) {
    const { parentId_: parentId = 0, ...terms } = changes
    const now = this.clock.now()
    const far = price(2)
    const fence = { epoch: 1, at: now, quoteAt: now, far }
    const order = orderOf(`o-${orderId}`, { fence, ...terms })
    const intent: Intent = {
      orderId,
      parentId,
      conId: OPTION.conId,
      symbol: 'SPY',
      side: order.side,
      quantity: order.quantity,
      terms: order.terms,
      timeInForce: order.timeInForce,
      ocaGroup: '',
      orderRef: order.id,
      transmit: true,
      entry: order.role === 'entry',
      ...(order.fence && { fence: { ...order.fence, worst: order.worst ?? null } }),
    }
    const wire = orderToWire(order, { account: 'DU1', parentId, transmit: true })
    const request = {
      kind: 'placeOrder',
      orderId,
      contract: contractToWire(OPTION),
      order: wire,
    } as const
    const frame = encodeRequest(request, 193)
    if (!frame.ok) throw new Error(frame.error.detail)
    return this.#guard(frame.value, intent)
  }

  closes(orderId: number, quantity: number) {
    return this.sends(orderId, { role: 'close', side: 'SELL', quantity })
  }

  holds(position: number): void {
    const row = { kind: 'position', account: 'DU1', contract: WIRE_OPTION, position, avgCost: 1 }
    this.ledger.heard(row as Parameters<LookLedger['heard']>[0])
    this.ledger.heard({ kind: 'positionEnd' })
  }

  fills(...[orderId, shares, execId, side = 'BOT']: [number, number, string, string?]): void {
    this.ledger.heard(executionOf(orderId, { shares, execId, side, contract: WIRE_OPTION }))
  }
}

describe('an entry that the risk engine let through does not leave', () => {
  const fence = { epoch: 1, at: start, quoteAt: start, far: price(2) }
  const wrong: readonly (readonly [string, Partial<Order>, RegExp])[] = [
    ['too many units', { quantity: 6 }, /^6 units, at most 5/],
    ['too much money', { quantity: 5, terms: { type: 'LMT', limit: price(4.01) } }, /notional/],
    ['a market order', { terms: { type: 'MKT' } }, /has a limit/],
    [
      'a limit far through the quote',
      { terms: { type: 'LMT', limit: price(2.41) } },
      /past the worst/,
    ],
    [
      'a limit past what it may walk to',
      { terms: { type: 'LMT', limit: price(2.1) }, worst: price(2.05) },
      /past the worst/,
    ],
    [
      'an old quote',
      { fence: { ...fence, quoteAt: (start - 3_001) as EpochMs } },
      /quote is 3001 ms old/,
    ],
    [
      'a decision of before',
      { fence: { ...fence, at: (start - 5_001) as EpochMs } },
      /decided 5001 ms ago/,
    ],
    ['another epoch', { fence: { ...fence, epoch: 2 } }, /epoch 2/],
  ]
  test.each(wrong)('%s', (_what, changes, says) => {
    expect(new Look().sends(1, changes)).toMatch(says)
  })

  test('a sound one does, and says nothing', () => {
    expect(new Look().sends(1)).toBeNull()
  })

  test('while the broker has told no time', () => {
    expect(new LookLedger(new Look().clock, CLIENT).now()).toBeNull()
  })

  test('a wall clock that was set back, or that jumped, since the broker told the time', () => {
    const look = new Look()
    const at = (start - 60_000) as EpochMs
    expect(look.sends(1, { fence: { ...fence, at, quoteAt: at } })).toMatch(/decided 60000 ms ago/)
    const later = (start + 60_000) as EpochMs
    expect(look.sends(1, { fence: { ...fence, at: later, quoteAt: later } })).toMatch(/-60000 ms/)
  })

  test('when so many are out that were never seen to close (R30)', () => {
    const look = new Look({ ordersPerMinuteMax: 100 })
    for (const id of [1, 2, 3]) expect(look.sends(id, { quantity: 4 })).toBeNull()
    expect(look.sends(4, { quantity: 1 })).toMatch(/^13 units opened and not seen closed/)
    // A cancel gives back what had not filled; a fill that closes gives back what it closed.
    look.fills(1, 1, 'a.01')
    look.ledger.heard(statusOf(1, 'Cancelled'))
    expect(look.ledger.outstanding()).toBe(9)
    look.holds(1)
    expect(look.closes(9, 1)).toBeNull()
    look.fills(9, 1, 'b.01', 'SLD')
    expect(look.ledger.outstanding()).toBe(8)
    expect(look.sends(4, { quantity: 4 })).toBeNull()
  })

  test('when too many were sent within a minute', async () => {
    const look = new Look({ outstandingMax: 100, ordersPerMinuteMax: 3 })
    for (const id of [1, 2, 3]) expect(look.sends(id)).toBeNull()
    expect(look.sends(4)).toMatch(/3 orders were sent within a minute/)
    await look.clock.runUntil((start + 60_001) as EpochMs)
    expect(look.sends(4)).toBeNull()
  })
})

describe('a way out', () => {
  test('is held to what was seen to be held: never a hundred times that', () => {
    const look = new Look()
    look.holds(25)
    expect(look.closes(1, 2_500)).toMatch(/closes 2500, and 25 were seen/)
    expect(look.closes(1, 25)).toBeNull()
  })

  test('of an entry under way is covered by it, and has so many siblings', () => {
    const look = new Look()
    const child = { role: 'stop-loss', side: 'SELL', parentId_: 1 } as const
    expect(look.sends(1)).toBeNull()
    expect(look.sends(2, child)).toBeNull()
    expect(look.sends(3, child)).toBeNull()
    expect(look.sends(4, child)).toMatch(/2 children of order 1/)
    expect(look.sends(2, { ...child, quantity: 1 })).toBeNull()
  })

  test('leaves at four times the pace of entries, not beyond', () => {
    const look = new Look({ ordersPerMinuteMax: 2 })
    look.holds(1)
    for (let id = 1; id <= 8; id++) expect(look.closes(id, 1)).toBeNull()
    expect(look.closes(9, 1)).toMatch(/8 orders were sent within a minute/)
  })

  test('that opens is none', () => {
    const look = new Look()
    const bought = { role: 'close', side: 'BUY' } as const
    expect(look.sends(1, bought)).toMatch(/opens 2, and is called a way out/)
    look.holds(-2)
    expect(look.sends(1, { ...bought, quantity: 2 })).toBeNull()
  })
})

test('an execution counts once, and a correction replaces it', () => {
  const look = new Look()
  expect(look.sends(1, { quantity: 4 })).toBeNull()
  look.fills(1, 4, 'a.01')
  look.fills(1, 4, 'a.01')
  expect(look.closes(2, 5)).toMatch(/and 4 were seen/)
  look.ledger.heard(statusOf(1, 'Filled'))
  look.fills(1, 3, 'a.02')
  expect(look.ledger.outstanding()).toBe(3)
})

test('a correction may say that a sale was a purchase: twice as much is held', () => {
  const look = new Look()
  look.holds(6)
  expect(look.closes(1, 6)).toBeNull()
  look.fills(1, 6, 'b.01', 'SLD')
  look.fills(1, 6, 'b.02', 'BOT')
  expect(look.closes(2, 12)).toBeNull()
})

test('what a list of open orders does not name, ten seconds after it was sent, is over', async () => {
  const look = new Look()
  expect(look.sends(1)).toBeNull()
  look.ledger.listed()
  look.ledger.heard({ kind: 'openOrderEnd' })
  expect(look.ledger.outstanding()).toBe(2)
  await look.clock.runUntil((start + 10_000) as EpochMs)
  look.ledger.listed()
  look.ledger.heard({ kind: 'openOrderEnd' })
  expect(look.ledger.outstanding()).toBe(0)
})
