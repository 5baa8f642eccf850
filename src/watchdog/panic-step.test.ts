import { describe, expect, test } from 'vitest'
import type { ConId } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'
import type { PanicOrder, PanicPicture } from '../ibkr/orders/panic-picture.ts'
import { call } from '../orders/fixtures.testing.ts'
import { panicStep, type PanicMemory } from './panic-step.ts'

const held = (conId: number, quantity: number): Position => ({
  contract: { ...call, conId: conId as ConId },
  quantity,
  cost: 0 as Money,
})
const order = (changes: Partial<PanicOrder> = {}): PanicOrder => ({
  ref: 'run-1',
  symbol: 'SPY',
  legs: [{ conId: 1, ratio: 1 }],
  side: 'SELL',
  quantity: 2,
  name: 'SELL 2 SPY',
  status: 'Submitted',
  cancelId: 5,
  stays: false,
  ...changes,
})
const picture = (changes: Partial<PanicPicture> = {}): PanicPicture => ({
  askedAtMs: 1_000,
  epoch: 1,
  open: [],
  elsewhere: 0,
  held: [held(1, 2)],
  others: [],
  ended: new Set(),
  filled: new Map(),
  ...changes,
})
const asked: PanicMemory = { sent: [], last: null, cancelledAtMs: 0, firstCancelAtMs: 0 }

/** Two pictures that say the same, and what comes of the second. */
function step(now: PanicPicture, memory: Partial<PanicMemory> = {}, nowMs = 1_000) {
  let ids = 0
  const nextId = () => `panic-x-${++ids}` as ClientOrderId
  const before = { ...asked, last: now, ...memory }
  const found = panicStep(now, before, { nowMs, nextId, ours: 'panic-' })
  return {
    ...found,
    lines: found.close.map(({ side, quantity }) => `${side} ${quantity}`),
  }
}

test('what is held is closed once two pictures agree and nothing else can fill', () => {
  expect(step(picture()).lines).toEqual(['SELL 2'])
  expect(step(picture(), { last: null }).lines).toEqual([])
  expect(step(picture(), { last: picture({ held: [held(1, 1)] }) }).lines).toEqual([])
  expect(step(picture(), { last: picture({ epoch: 0 }) }).lines).toEqual([])
})

describe('cancels first', () => {
  const resting = picture({ open: [order()] })

  test('they are asked for, then waited for, and asked again', () => {
    expect(step(resting, { cancelledAtMs: null })).toMatchObject({ cancelAll: true, lines: [] })
    expect(step(resting)).toMatchObject({ cancelAll: false, lines: [] })
    expect(step(resting, {}, 2_500)).toMatchObject({ cancelAll: true, lines: [] })
  })

  test('one that cannot be cancelled covers what it may sell: nothing is sold twice (P32)', () => {
    const late = { cancelledAtMs: 9_000, firstCancelAtMs: 0 }
    expect(step(resting, late, 10_000).lines).toEqual([])
    const half = picture({ open: [order({ quantity: 1 })] })
    expect(step(half, late, 10_000).lines).toEqual(['SELL 1'])
    const buying = picture({ open: [order({ side: 'BUY' })] })
    expect(step(buying, late, 10_000).lines).toEqual(['SELL 2'])
  })
})

describe('a combo that cannot be cancelled', () => {
  const late = { cancelledAtMs: 9_000, firstCancelAtMs: 0 }
  const vertical = [
    { conId: 1, ratio: 1 },
    { conId: 2, ratio: -1 },
  ]
  const stuck = (changes: Partial<PanicOrder>): PanicOrder =>
    order({ legs: vertical, name: 'SELL 2 SPY combo', status: 'PendingCancel', ...changes })
  const both = [held(1, 2), held(2, -2)]

  test('covers each of its legs: else its fill would leave the other one naked', () => {
    expect(step(picture({ open: [stuck({})], held: both }), late, 10_000).lines).toEqual([])
    const half = stuck({ quantity: 1 })
    expect(step(picture({ open: [half], held: both }), late, 10_000).lines).toEqual(['BUY 1'])
    const opens = stuck({ side: 'BUY' })
    expect(step(picture({ open: [opens], held: both }), late, 10_000).lines).toEqual(['BUY 2'])
  })

  test('of a ratio covers as much as it may trade', () => {
    const ratio = [
      { conId: 1, ratio: 1 },
      { conId: 2, ratio: -2 },
    ]
    const now = picture({ open: [stuck({ legs: ratio, quantity: 1 })], held: both })
    expect(step(now, late, 10_000).lines).toEqual([])
  })

  test('what may open beside it takes nothing off what it may close', () => {
    const opens = order({ ref: 'run-2', side: 'BUY' })
    const now = picture({ open: [stuck({}), opens], held: [held(1, 2)] })
    expect(step(now, late, 10_000).lines).toEqual([])
  })

  test.each(['SPY', 'IBM,SPY', ''])(
    'with unreadable legs in "%s" holds its underlying',
    (symbol) => {
      const now = picture({ open: [stuck({ legs: null, symbol })], held: both })
      const found = step(now, late, 10_000)
      expect(found.lines).toEqual([])
      expect(found.waits).toContain('its legs are unknown')
    },
  )

  test('with unreadable legs elsewhere it holds nothing here', () => {
    const now = picture({ open: [stuck({ legs: null, symbol: 'QQQ' })] })
    expect(step(now, late, 10_000).lines).toEqual(['SELL 2'])
  })
})

describe('a close is sent once', () => {
  const sent = { ref: 'panic-a-1', conId: 1, units: -2, atMs: 0 }

  test('while it is listed, and while nobody knows of it, it counts', () => {
    const listed = picture({ open: [order({ ref: 'panic-a-1' })] })
    expect(step(listed, { sent: [sent] })).toMatchObject({ cancelAll: false, lines: [] })
    expect(step(picture(), { sent: [sent] }).lines).toEqual([])
  })

  test('absent from every list ten seconds later it never came to be', () => {
    expect(step(picture({ askedAtMs: 10_000 }), { sent: [sent] }, 10_000).lines).toEqual(['SELL 2'])
  })

  test('a record of its end, or all its fills, ends it; a part of them does not', () => {
    const over = picture({ ended: new Set(['panic-a-1']), held: [held(1, 1)] })
    expect(step(over, { sent: [sent] }).lines).toEqual(['SELL 1'])
    const part = picture({ filled: new Map([['panic-a-1', 1]]), held: [held(1, 1)] })
    expect(step(part, { sent: [sent] }).lines).toEqual([])
    const all = picture({ filled: new Map([['panic-a-1', 2]]), held: [] })
    expect(step(all, { sent: [sent] }).flat).toBe(true)
  })

  test('not flat while a close may still fill', () => {
    expect(step(picture({ held: [] }), { sent: [sent] }).flat).toBe(false)
  })
})

test('what is short is bought back first, and its cover stays meanwhile', () => {
  expect(step(picture({ held: [held(1, 2), held(2, -2)] })).lines).toEqual(['BUY 2'])
})

test('flat is said of two pictures, after a cancel, and never past what a person must close', () => {
  const none = picture({ held: [] })
  expect(step(none).flat).toBe(true)
  expect(step(none, { last: null }).flat).toBe(false)
  expect(step(none, { cancelledAtMs: null })).toMatchObject({ flat: false, cancelAll: true })
  const future = picture({ held: [], others: ['1 FUT ES'] })
  expect(step(future)).toMatchObject({ flat: false, lines: [] })
  expect(step(future).waits).toContain('a person must close')
})
