import { expect, test } from 'vitest'
import { holding } from './play.testing.ts'

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
