import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { price } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { statusOf } from '../gateway.testing.ts'
import { LookLedger } from './last-look-ledger.ts'
import { CLIENT, Look, start } from './look.testing.ts'

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

  test('a step of an entry is held to its own time and quote (P43)', () => {
    const look = new Look()
    expect(look.sends(1)).toBeNull()
    const old = { fence: { ...fence, quoteAt: (start - 3_001) as EpochMs } }
    expect(look.sends(1, old)).toMatch(/quote is 3001 ms old/)
    expect(look.sends(1, { fence: { ...fence, epoch: 2 } })).toMatch(/epoch 2/)
    expect(look.sends(1)).toBeNull()
  })

  test('while the broker has told no time', () => {
    expect(new LookLedger(new Look().clock, { clientId: CLIENT, account: 'DU1' }).now()).toBeNull()
  })

  test.each([-3_600, -7, 7])('our clock is %i s from that of the broker (P52)', (seconds) => {
    const look = new Look()
    look.ledger.heard({ kind: 'currentTime', time: start / 1_000 + seconds })
    expect(look.sends(1)).toMatch(/our clock and the broker's are \d+ ms apart/)
    look.holds(2)
    expect(look.closes(2, 2)).toBeNull()
    look.ledger.heard({ kind: 'currentTime', time: start / 1_000 + Math.sign(seconds) * 4 })
    expect(look.sends(3)).toBeNull()
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
    const oca = { name: 'g', type: 'reduce-with-block' } as const
    const child = { role: 'stop-loss', side: 'SELL', parentId_: 1, oca } as const
    expect(look.sends(1)).toBeNull()
    expect(look.sends(2, child)).toBeNull()
    expect(look.sends(3, child)).toBeNull()
    expect(look.sends(4, child)).toMatch(/2 children of order 1/)
    expect(look.sends(2, { ...child, quantity: 1 })).toBeNull()
  })

  test('leaves at four times the pace of entries, not beyond', () => {
    const look = new Look({ ordersPerMinuteMax: 2 })
    look.holds(1)
    const oca = { name: 'g', type: 'cancel-with-block' } as const
    const close = { role: 'close', side: 'SELL', quantity: 1, oca } as const
    for (let id = 1; id <= 8; id++) expect(look.sends(id, close)).toBeNull()
    expect(look.sends(9, close)).toMatch(/8 orders were sent within a minute/)
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

describe('a what-if', () => {
  test('is bounded by nothing and counts for nothing', () => {
    const look = new Look()
    for (let id = 1; id <= 20; id++) {
      expect(look.sends(id, { whatIf_: true, quantity: 1_000 })).toBeNull()
    }
    expect([look.ledger.sentLately(), look.ledger.outstanding()]).toEqual([0, 0])
    expect(look.sends(21)).toBeNull()
  })

  test('never leaves under the id of an order', () => {
    const look = new Look()
    expect(look.sends(1)).toBeNull()
    expect(look.sends(1, { whatIf_: true })).toMatch(/under the id of order 1/)
  })
})
