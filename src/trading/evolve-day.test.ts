import { expect, test } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import { baseline, holding } from './play.testing.ts'

const DAY_MS = 86_400_000
const dayOf = (date: string) => ({ ...baseline, date: date as CalendarDate })

test('what is over is let go after a month, and not before', () => {
  const story = holding()
  const { target, stop } = story.bracket
  story.filled(target.id, 2)
  story.reported(stop.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
  expect(story.state.structures.size).toBe(1)
  story.after(30 * DAY_MS).happens({ kind: 'day-observed', baseline: dayOf('2026-04-09') })
  expect(story.state.orders.size).toBeGreaterThan(0)
  story.after(42 * DAY_MS).happens({ kind: 'day-observed', baseline: dayOf('2026-05-21') })
  const { orders, structures, fills, signalKeys } = story.state
  expect([orders.size, structures.size, fills.size, signalKeys.size]).toEqual([0, 0, 0, 0])
  expect(story.state.baseline?.date).toBe('2026-05-21')
})

test('what is held stays, with its orders and fills, however long', () => {
  const story = holding()
  const { orders, structures, fills } = story.state
  story.after(400 * DAY_MS).happens({ kind: 'day-observed', baseline: dayOf('2027-04-14') })
  expect([...story.state.orders.keys()]).toEqual([...orders.keys()])
  expect([...story.state.structures.keys()]).toEqual([...structures.keys()])
  expect([...story.state.fills.keys()]).toEqual([...fills.keys()])
})
