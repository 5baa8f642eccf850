import { expect, test } from 'vitest'
import { holding, quote } from './play.testing.ts'
import type { Story } from './play.testing.ts'

const critical = (story: Story): number =>
  story.sent.splice(0).filter((each) => each.kind === 'notify' && each.level === 'critical').length

function bare(): Story {
  const story = holding()
  const { target, stop } = story.bracket
  for (const { id } of [target, stop]) {
    story.reported(id, { kind: 'proven', status: 'rejected', by: 'completed-order' })
  }
  story.sent.splice(0)
  return story
}

const refused = (story: Story): void => {
  story.handedOver()
  for (const { id } of story.orders('sending')) {
    story.reported(id, { kind: 'proven', status: 'rejected', by: 'completed-order' })
  }
}

test('closed, and no exit rests or is on its way: a person is paged (P30)', () => {
  const story = bare()
  story.after(9 * 3_600_000).ticks() // 19:30
  refused(story)
  story.sent.splice(0)
  story.ticks()
  expect(critical(story)).toBe(1)
})

test('halted, the same', () => {
  const story = bare()
  refused(story)
  story.sent.splice(0)
  const { structure } = story.bracket
  const halted = quote({ aliveAt: story.at, halted: true })
  story.happens({ kind: 'time-passed', quotes: [{ structureId: structure.id, quote: halted }] })
  expect(critical(story)).toBe(1)
})

test('what is on its way is no reason', () => {
  const story = bare()
  story.after(9 * 3_600_000).ticks()
  expect(critical(story)).toBe(0)
})

test('a close at the market that nobody takes the other side of: a person is paged (F58)', () => {
  const story = holding()
  const { structure } = story.bracket
  const close = { kind: 'close', structureId: structure.id } as const
  story.happens({ kind: 'operator-commanded', by: 'me', command: close })
  story.after(3_000).ticks().handedOver().accepted()
  expect(story.orders('working').at(-1)?.terms.type).toBe('MKT')
  story.after(29_000).ticks()
  expect(critical(story)).toBe(0)
  story.after(1_000).ticks()
  expect(critical(story)).toBe(1)
})

test('to be closed while its contract is halted: a person is paged, whatever rests', () => {
  const story = holding()
  const { structure } = story.bracket
  const close = { kind: 'close', structureId: structure.id } as const
  story.happens({ kind: 'operator-commanded', by: 'me', command: close })
  story.sent.splice(0)
  const halted = quote({ aliveAt: story.at, halted: true })
  story.happens({ kind: 'time-passed', quotes: [{ structureId: structure.id, quote: halted }] })
  expect(story.commands).toEqual(['critical'])
})
