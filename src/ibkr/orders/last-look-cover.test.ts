import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import { price } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { completedOf, executionOf, openOrderOf, statusOf, WIRE_OPTION } from '../gateway.testing.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { orderToWire } from '../translate/translate-order.ts'
import { callSpread } from '../../domain/combo.testing.ts'
import { OPTION, orderOf } from '../gateway.testing.ts'
import { Look, start } from './look.testing.ts'

const market = { role: 'close', side: 'SELL', quantity: 4, terms: { type: 'MKT' } } as const
const oca = (name: string) => ({ name, type: 'reduce-with-block' }) as const
const stop = { ...market, role: 'stop-loss', terms: { type: 'STP', trigger: price(1) } } as const

function holding(units: number): Look {
  const look = new Look({ ordersPerMinuteMax: 100 })
  look.asksPositions()
  look.holds(units)
  return look
}

/** An entry of four, with its exits. */
function bracket(): Look {
  const look = new Look({ ordersPerMinuteMax: 100 })
  expect(look.sends(1, { quantity: 4 })).toBeNull()
  expect(look.sends(2, { ...stop, role: 'take-profit', parentId_: 1, oca: oca('g') })).toBeNull()
  expect(look.sends(3, { ...stop, parentId_: 1, oca: oca('g') })).toBeNull()
  return look
}

/** As the Gateway lists what an earlier run of this client has sent. */
function listed(look: Look, orderId: number, of: Partial<Order>): void {
  const order = orderToWire(orderOf(`old-${orderId}`, of), {
    account: 'DU1',
    parentId: 0,
    transmit: true,
  })
  look.ledger.heard(openOrderOf({ orderId, order }, { status: 'Submitted' }))
}

describe('what is on its way to be closed covers nothing else (P32, R30)', () => {
  test('a loop of market sells is stopped by the first of them', () => {
    const look = holding(4)
    expect(look.sends(1, market)).toBeNull()
    for (const id of [2, 3, 4, 5, 6]) expect(look.sends(id, market)).toMatch(/closes 4, and 0/)
  })

  test('an entry that has not filled covers nothing but its children', () => {
    const look = new Look()
    expect(look.sends(1, { quantity: 4 })).toBeNull()
    expect(look.sends(2, market)).toMatch(/closes 4, and 0/)
    look.fills(1, 3, 'a.01')
    expect(look.sends(3, market)).toMatch(/closes 4, and 3/)
    expect(look.sends(4, { ...market, quantity: 3 })).toBeNull()
  })

  test('two children that nothing ties are two sells', () => {
    const look = new Look()
    expect(look.sends(1, { quantity: 4 })).toBeNull()
    expect(look.sends(2, { ...stop, parentId_: 1 })).toBeNull()
    expect(look.sends(3, { ...stop, parentId_: 1 })).toMatch(/closes 4, and 0/)
    const open = { name: 'g', type: 'reduce-without-block' } as const
    expect(look.sends(2, { ...stop, parentId_: 1, oca: open })).toBeNull()
    expect(look.sends(4, { ...stop, parentId_: 1, oca: open })).toMatch(/closes 4, and 0/)
  })

  test('a child of an entry that ended unfilled closes nothing', () => {
    const look = new Look()
    expect(look.sends(1, { quantity: 4 })).toBeNull()
    look.ledger.heard(statusOf(1, 'Cancelled'))
    expect(look.sends(2, { ...market, parentId_: 1 })).toMatch(/closes 4, and 0/)
    expect(look.sends(3, { ...stop, parentId_: 1, oca: oca('g') })).toMatch(/closes 4, and 0/)
  })

  test('of an entry that ended in part its children count up to what it filled', () => {
    const look = bracket()
    look.fills(1, 2, 'a.01')
    look.ledger.heard(statusOf(1, 'Cancelled', { filled: 2 }))
    expect(look.sends(4, { ...market, quantity: 1 })).toMatch(/closes 1, and 0/)
    expect(look.sends(3, { ...stop, quantity: 3, parentId_: 1, oca: oca('g') })).toMatch(/and 2/)
    expect(look.sends(3, { ...stop, quantity: 2, parentId_: 1, oca: oca('g') })).toBeNull()
  })

  test('what is short is bought back once', () => {
    const look = holding(-4)
    const back = { ...market, side: 'BUY' } as const
    expect(look.sends(1, back)).toBeNull()
    expect(look.sends(2, back)).toMatch(/opens 4, and is called a way out/)
  })

  test('an exit of an earlier run counts, and one that a question made does not', () => {
    const look = holding(4)
    listed(look, 7, { ...stop, oca: oca('old') })
    expect(look.sends(8, market)).toMatch(/closes 4, and 0/)
    expect(look.sends(8, { ...market, oca: oca('old') })).toBeNull()
    const other = holding(4)
    const { order, ...of } = openOrderOf(
      {
        orderId: 7,
        order: orderToWire(orderOf('x', stop), { account: 'DU1', parentId: 0, transmit: true }),
      },
      { status: 'PreSubmitted' },
    )
    other.ledger.heard({ ...of, order: { ...order, whatIf: true } })
    expect(other.sends(8, market)).toBeNull()
  })

  test('a single leg is not sold beside the combo that it is of, nor the reverse', () => {
    const look = new Look({ ordersPerMinuteMax: 100 })
    for (const [leg, units] of callSpread.legs.map(
      (each, i) => [each, i === 0 ? 2 : -2] as const,
    )) {
      look.ledger.heard({
        kind: 'position',
        account: 'DU1',
        contract: { ...WIRE_OPTION, conId: leg.contract.conId },
        position: units,
        avgCost: 1,
      })
    }
    look.ledger.heard({ kind: 'positionEnd' })
    const combo = { role: 'close', side: 'SELL', quantity: 2, contract: callSpread } as const
    const [long] = callSpread.legs
    const leg = { ...market, quantity: 2, contract: long?.contract ?? OPTION }
    expect(look.sends(1, combo)).toBeNull()
    expect(look.sends(2, combo)).toMatch(/closes 2, and 0/)
    expect(look.sends(3, leg)).toMatch(/closes 2, and 0/)
  })
})

describe('a way out that is needed leaves', () => {
  test('in the group of those that rest, and again after they ended', () => {
    const look = bracket()
    look.fills(1, 4, 'a.01')
    expect(look.sends(4, { ...market, oca: oca('g') })).toBeNull()
    expect(look.sends(5, market)).toMatch(/closes 4, and 0/)
    for (const id of [2, 3, 4]) look.ledger.heard(statusOf(id, 'Cancelled'))
    expect(look.sends(5, market)).toBeNull()
  })

  test('once the others are known to be over: by a record, or cancelled by somebody else', () => {
    const look = holding(4)
    expect(look.sends(1, stop)).toBeNull()
    look.ledger.heard(completedOf('o-1', { status: 'Cancelled', completedStatus: '', filled: 0 }))
    expect(look.sends(2, stop)).toBeNull()
    const { order } = placedAs(stop)
    look.ledger.heard(openOrderOf({ orderId: 2, order }, { status: 'Submitted', permId: 55 }))
    look.ledger.heard(statusOf(2, 'Cancelled', { clientId: 0, permId: 55 }))
    expect(look.sends(3, stop)).toBeNull()
  })

  test('while a fill of the group is being taken off its others', () => {
    const look = bracket()
    look.fills(1, 4, 'a.01')
    look.fills(2, 1, 'b.01', 'SLD')
    expect(look.sends(3, { ...stop, quantity: 3, oca: oca('g'), parentId_: 1 })).toBeNull()
    // Another structure of the same contract, which is held as well.
    expect(look.sends(5, { quantity: 4 })).toBeNull()
    look.fills(5, 2, 'c.01')
    expect(look.sends(6, { ...stop, quantity: 2, oca: oca('h'), parentId_: 5 })).toBeNull()
    expect(look.sends(7, { ...market, quantity: 1 })).toMatch(/closes 1, and 0/)
  })

  test('changed after it has filled in part: all of it is named, and what is left counts', () => {
    const look = holding(4)
    expect(look.sends(1, stop)).toBeNull()
    look.fills(1, 1, 'b.01', 'SLD')
    expect(look.sends(1, { ...stop, quantity: 4 })).toBeNull()
    expect(look.sends(1, { ...stop, quantity: 5 })).toMatch(/closes 4, and 3/)
  })

  test('a fill that a status tells first is not forgotten on either side', () => {
    const look = bracket()
    look.ledger.heard(statusOf(1, 'Filled', { filled: 4 }))
    expect(look.sends(3, { ...stop, parentId_: 1, oca: oca('g') })).toBeNull()
    look.fills(1, 4, 'a.01')
    look.ledger.heard(statusOf(3, 'Filled', { filled: 4 }))
    look.ledger.heard(statusOf(2, 'Cancelled'))
    expect(look.sends(4, market)).toMatch(/closes 4, and 0/)
  })

  test('what passed and did not leave is no order', () => {
    const look = holding(4)
    expect(look.sends(1, market)).toBeNull()
    look.ledger.unsent(1)
    expect(look.sends(2, market)).toBeNull()
  })
})

describe('what is held', () => {
  test('an execution that was asked for is in the positions already', () => {
    const look = holding(4)
    look.fills(9, 4, 'a.01', 'BOT', 77)
    expect(look.sends(1, { ...market, quantity: 5 })).toMatch(/closes 5, and 4/)
  })

  test('one of a moment after the question is not: it covers its exits, and closes what it sold', () => {
    const answers = (side: 'BOT' | 'SLD'): Look => {
      const look = holding(4)
      look.asksPositions()
      look.holds(4)
      const time = formatIbTime((start + 1_000) as EpochMs, 'eastern')
      const of = { account: 'DU1', reqId: 77, side, shares: 4, time, execId: 'a.01' }
      look.ledger.heard(executionOf(9, { ...of, contract: WIRE_OPTION }))
      return look
    }
    expect(answers('BOT').sends(1, { ...market, quantity: 5 })).toBeNull()
    expect(answers('SLD').sends(1, market)).toMatch(/closes 4, and 0/)
  })

  test('a list that was made before an execution does not undo it', async () => {
    const look = holding(0)
    expect(look.sends(1, { quantity: 4 })).toBeNull()
    look.fills(1, 4, 'a.01')
    look.asksPositions()
    look.holds(0)
    expect(look.sends(2, market)).toBeNull()
    // Later it is what counts: somebody may have sold it by hand.
    look.ledger.heard(statusOf(2, 'Cancelled'))
    await look.clock.runUntil((start + 5_000) as EpochMs)
    look.asksPositions()
    look.holds(0)
    expect(look.sends(3, market)).toMatch(/closes 4, and 0/)
  })

  test('a row that counts a fill before its execution is told counts it once', () => {
    const look = holding(4)
    look.row(0, 'DU1') // beyond the end of the list: it has changed
    look.fills(9, 4, 'a.01', 'SLD')
    look.fills(1, 4, 'b.01')
    expect(look.sends(2, market)).toBeNull()
    const listed = holding(0)
    listed.asksPositions()
    listed.holds(4)
    listed.fills(1, 4, 'c.01')
    expect(listed.sends(2, { ...market, quantity: 5 })).toMatch(/closes 5, and 4/)
  })

  test('is of this account: a login may manage others', () => {
    const look = new Look()
    look.row(5, 'DU1')
    look.row(1, 'DU2')
    look.ledger.heard({ kind: 'positionEnd' })
    look.ledger.heard(executionOf(0, { account: 'DU2', clientId: 0, shares: 9, execId: 'f.01' }))
    expect(look.sends(1, { ...market, quantity: 6 })).toMatch(/closes 6, and 5/)
    expect(look.sends(1, { ...market, quantity: 5 })).toBeNull()
    const other = new Look()
    other.holds(5, 'DU2')
    expect(other.sends(1, { ...market, quantity: 5 })).toMatch(/closes 5, and 0/)
  })

  test('a contract that is gone is told as such, and rows come beyond the end of a list', () => {
    const look = holding(4)
    look.holds(0)
    expect(look.sends(1, market)).toMatch(/closes 4, and 0/)
    look.holds(4)
    expect(look.sends(1, market)).toBeNull()
  })
})

function placedAs(of: Partial<Order>): RequestOf<'placeOrder'> {
  const order = orderToWire(orderOf('o', of), { account: 'DU1', parentId: 0, transmit: true })
  const request = {
    kind: 'placeOrder',
    orderId: 2,
    contract: contractToWire(OPTION),
    order,
  } as const
  if (!encodeRequest(request, 193).ok) throw new Error('it cannot be sent')
  return request
}
