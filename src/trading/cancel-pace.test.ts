import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { OrderEvidence } from '../domain/order.ts'
import { brokerOrder, entered, holding, now, rules, today } from './play.testing.ts'
import type { Story } from './play.testing.ts'

const PENDING = { kind: 'reported', as: 'cancel-pending' } as const
const WORKING = { kind: 'reported', as: 'working' } as const

/** So long, with a picture of everything that is open whenever something is unknown. */
function passes(story: Story, seconds: number, evidence: OrderEvidence): readonly number[] {
  const cancels: number[] = []
  for (let second = 1; second <= seconds; second++) {
    story.after(1_000).ticks()
    const alive = story.orders('unknown', 'acked', 'held', 'working', 'cancel-pending')
    if (story.orders('unknown').length > 0) {
      const listed = (each: (typeof alive)[number]) => (each.role === 'entry' ? evidence : WORKING)
      story.snapshot({ openOrders: alive.map((each) => brokerOrder(each, listed(each))) })
    }
    if (story.commands.includes('cancel')) cancels.push(second)
  }
  return cancels
}

describe('a cancel that does not come to anything (F47, L19)', () => {
  test('listed as pending: one cancel, asked about every five minutes', () => {
    const story = entered()
    story.after(60_000).ticks()
    expect(story.commands).toEqual(['cancel'])
    story.journal.splice(0)
    expect(passes(story, 1_800, PENDING)).toEqual([])
    expect(story.order(story.bracket.entry.id).status).toBe('cancel-pending')
    const rows = story.journal.filter(({ event }) => event.type === 'OrderMoved')
    expect(rows.length).toBeLessThan(16)
  })

  test('listed as alive: again, each time later', () => {
    const story = entered()
    story.after(60_000).ticks()
    story.sent.splice(0)
    const [first, second, third, ...more] = passes(story, 1_800, WORKING)
    expect([first, second, third]).toEqual([5, 35, 155])
    expect(more).toHaveLength(5)
  })

  test('refused at once: no faster', () => {
    const story = entered()
    const { entry } = story.bracket
    story.after(60_000).ticks()
    story.sent.splice(0)
    let cancels = 0
    for (let i = 0; i < 40; i++) {
      story.after(100).reported(entry.id, { kind: 'cancel-refused', hint: '161: not now' })
      story.snapshot({ openOrders: [brokerOrder(entry)] }).ticks()
      cancels += story.commands.filter((each) => each === 'cancel').length
    }
    expect(cancels).toBe(0)
  })

  test('while the market is closed: three at most, and again with the open', () => {
    const timeToLiveMs = atNewYork(today, '16:00') - now
    const story = entered({ entry: { ...rules.entry, timeToLiveMs } })
    story.after(timeToLiveMs).ticks()
    expect(story.commands).toEqual(['cancel'])
    passes(story, 900, WORKING) // some trade on for a quarter of an hour
    expect(passes(story, 1_800, WORKING)).toEqual([])
    story.at = atNewYork('2026-03-11' as CalendarDate, '09:29')
    expect(passes(story, 59, WORKING)).toEqual([])
    expect(passes(story, 60, WORKING).length).toBeGreaterThan(0)
  })

  test('a kill asks at once, and every five seconds while anything trades', () => {
    const story = entered()
    story.after(60_000).ticks()
    passes(story, 40, WORKING)
    story.happens({ kind: 'operator-commanded', by: 'me', command: { kind: 'kill' } })
    expect(passes(story, 30, WORKING).length).toBeGreaterThanOrEqual(4)
  })
})

test('an exit that is listed as dying is no protection: another rests beside it, in its group', () => {
  const story = holding()
  const { target, stop } = story.bracket
  story.after(60_000).snapshot({
    openOrders: [brokerOrder(target), brokerOrder(stop, PENDING)],
  })
  expect(story.order(stop.id).status).toBe('cancel-pending')
  expect(story.commands).toEqual(['place stop-loss SELL x2 STP 1.9'])
  const [other] = story.orders('intent')
  expect(other?.oca?.name).toBe(stop.oca?.name)
})

test('a change that was open when the cancel came has not been taken', () => {
  const story = entered()
  const { entry, stop } = story.bracket
  story.filled(entry.id, 1).after(60_000).ticks(2)
  story.reported(entry.id, { kind: 'cancel-reported' }).after(2_000).ticks(2)
  expect(story.order(stop.id).status).toBe('replace-pending')
  story.at = (story.at + 1) as EpochMs
  story.snapshot({ openOrders: [brokerOrder(stop, PENDING)] })
  expect([story.order(stop.id).status, story.order(stop.id).quantity]).toEqual([
    'cancel-pending',
    2,
  ])
})

test.each([
  ['in quarantine', 61_000, []],
  ['proven dead, and risen', 180_000, ['critical']],
])('what is said to be cancelled, and listed as dying, is not cancelled again: %s', (...of) => {
  const [, ms, told] = of
  const story = holding()
  const { target, stop } = story.bracket
  story.filled(target.id, 2).reported(stop.id, { kind: 'cancel-reported' })
  if (ms > 61_000) story.after(61_000).snapshot({ openOrders: [] })
  story.sent.splice(0)
  for (let i = 0; i < 5; i++) story.after(ms).snapshot({ openOrders: [brokerOrder(stop, PENDING)] })
  expect(story.commands).toEqual(told)
  story.after(ms).snapshot({ openOrders: [brokerOrder(stop, WORKING)] })
  expect(story.commands).toEqual(['critical', 'cancel'])
})
