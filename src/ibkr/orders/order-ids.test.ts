import { expect, test } from 'vitest'
import { MemoryOrderIds } from '../../journal/memory.ts'
import { OrderIds } from './order-ids.ts'

const CLIENT = 31

test('F22: a Gateway that counts a million further on gets its orders all the same', () => {
  const store = new MemoryOrderIds()
  const ids = new OrderIds(store, CLIENT)
  expect(ids.take(7, 3)).toEqual({ ok: true, value: 7 })
  expect(ids.take(1_000_010, 3)).toEqual({ ok: true, value: 1_000_010 })
  // Its floor goes back with its restart, the ids do not.
  expect(ids.take(10, 1)).toEqual({ ok: true, value: 1_000_013 })
  expect(store.load(CLIENT)).toBeGreaterThanOrEqual(1_000_013)
})

test('S6: what would be the number of a request is no order id', () => {
  const ids = new OrderIds(new MemoryOrderIds(), CLIENT)
  expect(ids.take(1_000_000_000, 1).ok).toBe(false)
  expect(ids.take(999_999_998, 3).ok).toBe(false)
  expect(ids.take(999_999_997, 3).ok).toBe(true)
})
