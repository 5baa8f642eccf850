import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import { callSpread } from '../../domain/combo.testing.ts'
import { price } from '../../domain/money.ts'
import type { Quote } from '../../domain/quote.ts'
import type { Fault } from '../../engine/ports.ts'
import { netLine } from './net-line.ts'

const FAULT: Fault = { code: 'no-data', retry: 'later', detail: 'x', vendorCode: null }

/** Lines of legs by hand: what they say, and what is done to them. */
function rig(refuse: number | null = null) {
  const said: (Quote | null)[] = []
  const done: string[] = []
  const ends: ((fault: Fault) => void)[] = []
  const line = netLine(
    callSpread,
    () => done.push('ended'),
    (_, ended) => {
      const number = ends.push(ended) - 1
      if (number === refuse) return fail(FAULT)
      return ok({
        latest: () => said[number] ?? null,
        confirm: () => void done.push(`confirmed ${number}`),
        close: () => void done.push(`closed ${number}`),
      })
    },
  )
  return { line, said, done, ends }
}

function quoted(bid: number, aliveAt: number): Quote {
  const [receivedAt, sides] = [aliveAt as EpochMs, { bid: price(bid), ask: price(bid + 0.1) }]
  const rest = { last: null, bidSize: 1, askSize: 1, volume: null, openInterest: null, delta: null }
  const flags = { delayed: false, halted: false, synthetic: false }
  return { ...sides, ...rest, ...flags, receivedAt, aliveAt: receivedAt }
}

test('it tells once every leg has told, and is as old as the oldest', () => {
  const { line, said, done } = rig()
  if (!line.ok) throw new Error('it opens')
  said[0] = quoted(4, 10)
  expect(line.value.latest()).toBeNull()
  said[1] = quoted(2, 5)
  expect(line.value.latest()).toMatchObject({ bid: price(1.9), ask: price(2.1), aliveAt: 5 })
  line.value.confirm()
  line.value.close()
  expect(done).toEqual(['confirmed 0', 'confirmed 1', 'closed 0', 'closed 1'])
})

test('when a leg ends, it ends, once', () => {
  const { done, ends } = rig()
  ends[1]?.(FAULT)
  ends[0]?.(FAULT)
  expect(done).toEqual(['closed 0', 'closed 1', 'ended'])
})

test('when a leg is refused, nothing of it stays open', () => {
  const { line, done } = rig(1)
  expect([line.ok, done]).toEqual([false, ['closed 0']])
})
