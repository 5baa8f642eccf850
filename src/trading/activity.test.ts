import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { price } from '../domain/money.ts'
import { efficiencyRatio } from './activity.ts'
import { entered, ready, request, rules } from './play.testing.ts'

const ratio = ({ state, at }: ReturnType<typeof ready>) => efficiencyRatio(state, at)

test('placed, changed and cancelled, for each order that was executed, and one', () => {
  const story = entered() // three orders
  expect(ratio(story)).toBe(3)
  const { entry } = story.bracket
  story.filled(entry.id, 1)
  expect(ratio(story)).toBe(3 / 2)
  story.filled(entry.id, 1)
  expect(ratio(story)).toBe(3 / 2)
  story.happens({ kind: 'exit-proposed', structureId: story.bracket.structure.id, reason: 'test' })
  story.after(3_000).ticks()
  expect(ratio(story)).toBe(4 / 2)
})

test('another date in New York begins anew, and so does midnight there alone', () => {
  const story = entered()
  const midnight = story.at + 13.5 * 3_600_000 // it is 10:30
  expect(efficiencyRatio(story.state, (midnight - 1) as EpochMs)).toBe(3)
  expect(efficiencyRatio(story.state, midnight as EpochMs)).toBe(0)
})

test('near the limit an entry does not walk: at once at the worst price it would come to', () => {
  const walking = { ...rules.entry, start: 0, everyMs: 5_000 }
  const story = ready({
    entry: walking,
    limits: { ...rules.limits, orderCostMax: price(200) as never },
  })
  const first = (key: string): number => {
    story.happens({ kind: 'entry-proposed', request: request({ signalKey: key }, story.at) })
    const orders = [...story.state.orders.values()].filter(({ role }) => role === 'entry')
    const last = orders.at(-1)
    if (last?.terms.type !== 'LMT') throw new Error('no entry')
    for (const { id } of story.orders('intent')) story.reported(id, { kind: 'denied', reason: '' })
    return last.terms.limit / 1e6
  }
  // Denied ones were intended, and count: three orders each.
  expect(['a', 'b', 'c', 'd', 'e'].map(first)).toEqual([1.95, 1.95, 1.95, 1.95, 2])
})
