import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { price } from '../domain/money.ts'
import type { ClientOrderId, OrderStatus, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import {
  at,
  now,
  order,
  quote,
  stopLoss,
  structure,
  takeProfit,
  terms,
  view,
} from './fixtures.testing.ts'
import type { Protection, ProtectionView } from './protect.ts'
import { protect } from './protect.ts'

/** What it does, as one line each: the journal of one look. */
function seen(changes: Partial<ProtectionView>): readonly string[] {
  const { place, resend, replace, cancel, triggered } = protect(view(changes), terms())
  return [
    ...(triggered === null ? [] : [`triggered ${triggered}`]),
    ...cancel.map((id) => `cancel ${id}`),
    ...replace.map((each) => `replace ${each.orderId} x${each.quantity} ${textOf(each.terms)}`),
    ...resend.map((each) => `resend ${each.id}`),
    ...place.map(
      (each) =>
        `${each.role} ${each.side} x${each.quantity} ${textOf(each.terms)} in ${each.oca?.name}`,
    ),
  ]
}

function textOf(of: Protection['place'][number]['terms']): string {
  if (of.type === 'MKT') return 'MKT'
  return of.type === 'LMT' ? `LMT ${of.limit / 1e6}` : `STP ${of.trigger / 1e6}`
}

const close = { ...structure(), triggered: 'close', triggeredAt: now } as Structure

describe('what was found in order is looked at again', () => {
  const held = structure()
  const rest = [takeProfit(), stopLoss()]

  test('once the same exits protect something else', () => {
    expect(seen({ structure: held, exits: rest })).toEqual([])
    expect(seen({ structure: { ...held, quantity: 4 }, exits: rest })).toEqual([
      'replace tp x4 LMT 2.4',
      'replace sl x4 STP 1.9',
    ])
  })

  test('once an entry can add no more', () => {
    const waiting = [takeProfit(), stopLoss({ timeInForce: 'DAY' })]
    expect(seen({ structure: held, exits: waiting, opening: 3 })).toEqual([])
    expect(seen({ structure: held, exits: waiting, opening: 0 })).not.toEqual([])
  })

  test.each(['acked', 'unknown'] as const)('as time makes one that is %s doubtful', (status) => {
    const exits = [takeProfit(), stopLoss({ status, statusSince: now })]
    expect(seen({ structure: held, exits })).toEqual([])
    expect(seen({ structure: held, exits, now: (now + 3_000) as EpochMs })).not.toEqual([])
  })

  test('as a child that missed its parent is due again', () => {
    const parent = 'entry' as ClientOrderId
    const child = stopLoss({ status: 'sending', parentId: parent, parentMissedAt: now })
    const exits = [takeProfit(), child]
    expect(seen({ structure: held, exits })).toEqual([])
    expect(seen({ structure: held, exits, now: (now + 60_000) as EpochMs })).toEqual([
      `resend ${child.id}`,
    ])
  })
})

describe('exits that rest', () => {
  test('all there: nothing to do', () => {
    expect(seen({})).toEqual([])
  })

  test('none there: both are placed, in a group of their own', () => {
    expect(seen({ exits: [] })).toEqual([
      'take-profit SELL x5 LMT 2.4 in oca-new-1',
      'stop-loss SELL x5 STP 1.9 in oca-new-1',
    ])
  })

  test('what is placed is the same after the journal has stored it', () => {
    const { place } = protect(view({ exits: [] }), terms())
    expect(place).toStrictEqual(JSON.parse(JSON.stringify(place)))
  })

  test('one missing: it joins the group of the other', () => {
    expect(seen({ exits: [takeProfit()] })).toEqual(['stop-loss SELL x5 STP 1.9 in oca-e'])
  })

  test('the missing one joins even while its dead twin may still fill: the group ties them', () => {
    const dying = stopLoss({ id: 'old' as ClientOrderId, status: 'quarantine-cancelled' })
    expect(seen({ exits: [takeProfit(), dying] })).toEqual(['stop-loss SELL x5 STP 1.9 in oca-e'])
  })

  test('both are said to be cancelled: new ones at once, in the group that ties them to the old', () => {
    const dying = { status: 'quarantine-cancelled' } as const
    expect(seen({ exits: [takeProfit(dying), stopLoss(dying)] })).toEqual([
      'take-profit SELL x5 LMT 2.4 in oca-e',
      'stop-loss SELL x5 STP 1.9 in oca-e',
    ])
  })

  test('a group of their own only once what no group ties to them is proven dead', () => {
    const untied = { status: 'quarantine-cancelled', oca: null } as const
    expect(seen({ exits: [stopLoss(untied)] })).toEqual([])
    const elsewhere = { name: 'oca-x', type: 'reduce-with-block' } as const
    const two = [takeProfit({ oca: elsewhere }), stopLoss({ status: 'cancel-pending' })]
    expect(seen({ exits: two })).toEqual([])
  })

  test.each(['intent', 'sending', 'unknown', 'staged', 'replace-pending'] as OrderStatus[])(
    'an exit that is %s may be there: nothing beside it, nothing against it',
    (status) => {
      expect(seen({ exits: [takeProfit(), stopLoss({ status, quantity: 4 })] })).toEqual([])
    },
  )

  test('the plan moved: the exits are changed, not placed again', () => {
    const { plan } = structure()
    const takeProfitAt = { price: price(2.35), watchedBy: 'broker' } as const
    expect(seen({ structure: structure({ plan: { ...plan, takeProfit: takeProfitAt } }) })).toEqual(
      ['replace tp x5 LMT 2.35'],
    )
  })

  test('an exit the plan does not want at the broker is cancelled', () => {
    const { plan } = structure()
    const local = { price: price(1.9), watchedBy: 'local' } as const
    expect(seen({ structure: structure({ plan: { ...plan, stopLoss: local } }) })).toEqual([
      'cancel sl',
    ])
  })

  test('nothing is held and nothing comes: what is left over is cancelled', () => {
    expect(seen({ structure: structure({ quantity: 0 }) })).toEqual(['cancel tp', 'cancel sl'])
  })

  test('a short structure is protected by purchases', () => {
    const { plan } = structure()
    const short = structure({
      quantity: -2,
      plan: { ...plan, takeProfit: null, stopLoss: { price: price(2.5), watchedBy: 'broker' } },
    })
    expect(seen({ structure: short, exits: [] })).toEqual(['stop-loss BUY x2 STP 2.5 in oca-new-1'])
  })
})

describe('partial fills: the position is protected, not the order (P35)', () => {
  test('native children wait for all of the entry while it works', () => {
    expect(seen({ structure: structure({ quantity: 2 }), opening: 3 })).toEqual([])
    expect(seen({ structure: structure({ quantity: 0 }), opening: 5 })).toEqual([])
  })

  test('the entry ended short: the exits shrink to what is held', () => {
    expect(seen({ structure: structure({ quantity: 2 }) })).toEqual([
      'replace tp x2 LMT 2.4',
      'replace sl x2 STP 1.9',
    ])
  })

  test('children that are gone are replaced for what was filled', () => {
    const part = { structure: structure({ quantity: 2 }), opening: 3, exits: [] }
    expect(seen(part)).toEqual([
      'take-profit SELL x2 LMT 2.4 in oca-new-1',
      'stop-loss SELL x2 STP 1.9 in oca-new-1',
    ])
  })

  test('and they grow with the position', () => {
    const own = { parentId: null, quantity: 2 }
    expect(seen({ exits: [takeProfit(own), stopLoss(own)], opening: 0 })).toEqual([
      'replace tp x5 LMT 2.4',
      'replace sl x5 STP 1.9',
    ])
  })

  test('a change counts what the order has filled already', () => {
    const exits = [takeProfit({ quantity: 3, filled: 1 }), stopLoss({ quantity: 2 })]
    expect(seen({ structure: structure({ quantity: 3 }), exits })).toEqual([
      'replace tp x4 LMT 2.4',
      'replace sl x3 STP 1.9',
    ])
  })
})

describe('a child without its parent (10006)', () => {
  const missed = stopLoss({ status: 'sending', parentMissedAt: now })

  test('is sent once more after 50 ms, also before anything is filled', () => {
    const waiting = { structure: structure({ quantity: 0 }), opening: 5 }
    expect(seen({ ...waiting, exits: [takeProfit(), missed], now: at(49) })).toEqual([])
    expect(seen({ ...waiting, exits: [takeProfit(), missed], now: at(50) })).toEqual(['resend sl'])
  })

  test('and never a second time', () => {
    expect(seen({ exits: [takeProfit(), { ...missed, resentAt: now }], now: at(500) })).toEqual([])
  })

  test('the order as it was, without what became of it', () => {
    const [child] = protect(view({ exits: [missed], now: at(50) }), terms()).resend
    expect(Object.keys(child ?? {}).sort()).toEqual([
      'contract',
      'id',
      'oca',
      'parentId',
      'quantity',
      'role',
      'side',
      'structureId',
      'terms',
      'timeInForce',
    ])
  })
})

describe('closing', () => {
  const priced = quote({ aliveAt: now })

  test('joins the group that rests, limited at the bid (D10, R19)', () => {
    expect(seen({ structure: close, quote: priced })).toEqual([
      'triggered close',
      'close SELL x5 LMT 2 in oca-e',
    ])
  })

  test('waits a moment for a price, and then does without', () => {
    expect(seen({ structure: close })).toEqual(['triggered close'])
    expect(seen({ structure: close, now: at(2_500) })).toEqual([
      'triggered close',
      'close SELL x5 MKT in oca-e',
    ])
  })

  test('while the contract is halted what rests stays, and nothing is sent at the market (F56)', () => {
    const halted = quote({ aliveAt: now, halted: true })
    for (const when of [now, at(2_500), at(3_600_000)]) {
      expect(seen({ structure: close, quote: halted, now: when })).toEqual(['triggered close'])
    }
  })

  test('while the market is closed, too', () => {
    const evening = at(9 * 3_600_000)
    expect(seen({ structure: close, now: evening })).toEqual(['triggered close'])
    const exits: readonly TrackedOrder[] = []
    expect(seen({ structure: close, now: evening, exits })).toEqual(['triggered close'])
  })

  test('nothing rests: a close by itself', () => {
    expect(seen({ structure: close, quote: priced, exits: [] })).toEqual([
      'triggered close',
      'close SELL x5 LMT 2 in oca-new-1',
    ])
  })

  test('untied exits are cancelled first, and the close waits until they are dead', () => {
    const untied = stopLoss({ oca: null })
    expect(seen({ structure: close, quote: priced, exits: [untied] })).toEqual([
      'triggered close',
      'cancel sl',
    ])
    const dying = { ...untied, status: 'quarantine-cancelled' } as const
    expect(seen({ structure: close, quote: priced, exits: [dying] })).toEqual(['triggered close'])
  })

  test('one close, whatever comes: it follows what is held', () => {
    const working = order({
      id: 'c' as ClientOrderId,
      role: 'close',
      side: 'SELL',
      oca: stopLoss().oca,
      terms: { type: 'LMT', limit: price(2) },
    })
    const exits = [takeProfit(), stopLoss(), working]
    expect(seen({ structure: close, quote: priced, exits })).toEqual(['triggered close'])
    expect(seen({ structure: { ...close, quantity: 6 }, exits })).toEqual([
      'triggered close',
      'replace c x6 LMT 2',
    ])
    expect(seen({ structure: close, exits, now: at(10_000) })).toEqual([
      'triggered close',
      'replace c x5 MKT',
    ])
  })

  test('before expiry, and not a second earlier (P34)', () => {
    expect(seen({ closeFrom: at(1_000), quote: priced })).toEqual([])
    expect(seen({ closeFrom: now, quote: priced })[0]).toBe('triggered close')
  })

  test('once it is flat, what is left of the group is cancelled', () => {
    expect(seen({ structure: { ...close, quantity: 0 } })).toEqual([
      'triggered close',
      'cancel tp',
      'cancel sl',
    ])
  })
})

describe('stops that are late', () => {
  const passed = quote({ bid: price(1.85), ask: price(1.95) })
  const since = (ms: number) => structure({ stopPassedAt: (now - ms) as EpochMs })

  // IBKR refuses to make a stop a limit order (329): a change would be asked for without end.
  test('are joined by a close in their own group, which is the one that may fill', () => {
    expect(seen({ structure: since(15_000), quote: passed })).toEqual([
      'triggered stop-loss',
      'close SELL x5 LMT 1.85 in oca-e',
    ])
  })

  test('not before their time, and not when the quote came back', () => {
    expect(seen({ structure: since(14_999), quote: passed })).toEqual([])
    expect(seen({ structure: since(60_000), quote: quote() })).toEqual([])
  })

  test('once the close is on its way nothing else is sent', () => {
    const late = { ...since(15_000), triggered: 'stop-loss', triggeredAt: now } as const
    const close = { oca: stopLoss().oca, terms: { type: 'LMT', limit: price(1.85) } } as const
    const sending = order({ ...close, id: 'c' as ClientOrderId, role: 'close', side: 'SELL' })
    const exits = [takeProfit(), stopLoss(), { ...sending, status: 'sending' } as const]
    expect(seen({ structure: late, quote: passed, exits })).toEqual(['triggered stop-loss'])
  })
})

describe('exits nobody can vouch for', () => {
  const unknown = (ms: number) =>
    stopLoss({ status: 'unknown', statusSince: (now - ms) as EpochMs })

  test('are waited for while the proof is on its way', () => {
    expect(seen({ exits: [takeProfit(), unknown(2_999)] })).toEqual([])
  })

  test('are not counted on after that: another one is tied to them', () => {
    expect(seen({ exits: [takeProfit(), unknown(3_000)] })).toEqual([
      'stop-loss SELL x5 STP 1.9 in oca-e',
    ])
  })
})

describe('exits that we watch', () => {
  const { plan } = structure()
  const watched = structure({
    plan: {
      ...plan,
      takeProfit: { price: price(2.4), watchedBy: 'local' },
      stopLoss: { price: price(1.9), watchedBy: 'local' },
    },
  })
  const bidding = (bid: number, changes = {}) =>
    seen({
      structure: watched,
      exits: [],
      quote: quote({ bid: price(bid), ask: price(bid + 0.05), ...changes }),
    })

  test('trigger at their price, on the side that would be had', () => {
    expect(bidding(2)).toEqual([])
    expect(bidding(2.4)).toEqual(['triggered take-profit', 'close SELL x5 LMT 2.4 in oca-new-1'])
    expect(bidding(1.9)).toEqual(['triggered stop-loss', 'close SELL x5 LMT 1.9 in oca-new-1'])
  })

  test.each([
    ['missing bid', { bid: null }],
    ['missing ask', { ask: null }],
    ['zero', { bid: price(0) }],
    ['crossed', { ask: price(1) }],
    ['delayed', { delayed: true }],
    ['halted', { halted: true }],
    ['stale', { aliveAt: (now - 2_001) as EpochMs }],
    ['from the future', { aliveAt: at(1) }],
  ])('a quote that is %s triggers nothing (P33, D36)', (_name, changes) => {
    expect(bidding(1.5, changes)).toEqual([])
  })

  test('no quote at all triggers nothing', () => {
    expect(seen({ structure: watched, exits: [], quote: null })).toEqual([])
  })
})
