import { expect, test } from 'vitest'
import { entered, holding } from './play.testing.ts'

test('an exit whose cancel waits for the open is replaced once, and not every five seconds', () => {
  const story = holding()
  const { target } = story.bracket
  const command = { kind: 'cancel', orderId: target.id } as const
  story.happens({ kind: 'operator-commanded', by: 'me', command }).ticks()
  expect(story.commands).toEqual(['cancel', 'place take-profit SELL x2 LMT 2.4'])
  story.handedOver().accepted()
  for (let round = 0; round < 3; round++) {
    story.after(5_000).ticks() // without an answer: unknown, until the broker's picture names it
    story.reported(target.id, { kind: 'reported', as: 'cancel-pending' }).ticks()
  }
  expect(story.commands.filter((each) => each !== 'warning')).toEqual([])
})

test('a cancel that never left is sent as soon as the broker names the order (P44)', () => {
  const story = entered()
  const { entry } = story.bracket
  const command = { kind: 'kill', reason: 'kill' } as const
  story.happens({ kind: 'operator-commanded', by: 'latch', command })
  const cancels = (): number => story.commands.filter((each) => each.startsWith('cancel')).length
  expect(cancels()).toBeGreaterThan(0)
  // A process that has just started knows of it from its journal alone.
  story.reported(entry.id, { kind: 'outcome-lost', reason: 'not known to be at the broker' })
  expect(story.order(entry.id).status).toBe('unknown')
  story.reported(entry.id, { kind: 'reported', as: 'working' }).ticks()
  expect(story.order(entry.id).status).toBe('cancel-pending')
})
