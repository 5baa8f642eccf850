import { expect, test } from 'vitest'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { call, holding, today } from './play.testing.ts'
import type { Story } from './play.testing.ts'

/** An exit five seconds before the bell; the limit is at the broker. The option ends at 16:00. */
function closing(): Story {
  const story = holding()
  const { structure } = story.bracket
  story.at = atNewYork(today, '16:00')
  story.after(-5_000)
  story.happens({ kind: 'exit-proposed', structureId: structure.id, reason: 'trend' }).ticks(2)
  expect(story.commands).toEqual(['place close SELL x2 LMT 2'])
  return story.handedOver().accepted()
}

/** Beyond the night: the limit was cancelled with its day. */
function nextMorning(story: Story): Story {
  const [close] = story.orders('working').filter(({ role }) => role === 'close')
  story.after(10_000).reported(close?.id ?? '', { kind: 'cancel-reported' })
  story.after(70_000).snapshot({ openOrders: [] })
  story.at = atNewYork('2026-03-11' as CalendarDate, '09:30')
  story.sent.splice(0)
  return story
}

test('after the bell a close goes to no market, and none is sent when its day has ended (P33)', () => {
  expect(call.lastTradingAt).toBe(atNewYork(call.expiry, '16:00'))
  const story = closing()
  story.after(11_000).ticks(2)
  const [close] = story.orders('working').filter(({ role }) => role === 'close')
  story.reported(close?.id ?? '', { kind: 'cancel-reported' })
  for (let i = 0; i < 20; i++) story.after(60_000).ticks(2)
  expect(story.commands).toEqual([])
})

test('a close of yesterday waits for a price from the open on, not since yesterday (P34)', () => {
  const story = nextMorning(closing()).ticks(null)
  story.after(1_000).ticks(null)
  expect(story.commands).toEqual([])
  story.after(1_000).ticks(1.8)
  expect(story.commands).toEqual(['place close SELL x2 LMT 1.8'])
})

test('without a price it goes at the market, that long after the open', () => {
  const story = nextMorning(closing()).after(2_500).ticks(null)
  expect(story.commands).toEqual(['place close SELL x2 MKT'])
})
