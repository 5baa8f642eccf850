import { describe, expect, test } from 'vitest'
import type { OperatorCommand } from './input.ts'
import { entered, ready, request } from './play.testing.ts'
import type { Story } from './play.testing.ts'

/** Entries that must end, in every status in which they may still live. */

function say(story: Story, command: OperatorCommand): Story {
  return story.happens({ kind: 'operator-commanded', by: 'ada', command })
}

/** Sent, and nothing was heard of it: after 5 s it is unknown. */
function unheard(): Story {
  const story = ready()
  story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
  story.sent.splice(0)
  return story
}

function unknown(): Story {
  const story = unheard().after(5_000).ticks()
  story.sent.splice(0)
  return story
}

function reconciling(): Story {
  const story = entered()
  story.happens({ kind: 'link-changed', link: 'down', epoch: story.state.epoch })
  story.after(2_000).happens({
    kind: 'link-changed',
    link: 'reconciling',
    epoch: story.state.epoch + 1,
  })
  story.sent.splice(0)
  return story
}

const cancels = (story: Story): number =>
  story.commands.filter((command) => command === 'cancel').length

/** How often each second of so many asks for a cancel. */
function secondsOf(story: Story, seconds: number): readonly number[] {
  const asked: number[] = []
  for (let second = 1; second <= seconds; second++) {
    story.after(1_000).ticks()
    if (cancels(story) > 0) asked.push(second)
  }
  return asked
}

describe.each(['kill', 'halt', 'reduce'] as const)('%s', (kind) => {
  test('cancels an entry that is unknown at once, and then later and later (P44)', () => {
    const story = say(unknown(), { kind })
    expect(cancels(story)).toBe(1)
    expect(secondsOf(story, 80)).toEqual([10, 30, 70])
  })

  test('cancels an entry that is on its way, once', () => {
    const story = say(unheard(), { kind })
    expect(cancels(story)).toBe(1)
    expect(secondsOf(story, 9)).toEqual([])
  })

  test('cancels before there is a picture', () => {
    const story = say(reconciling(), { kind })
    expect(cancels(story)).toBe(1)
    expect(story.state.link).toBe('reconciling')
    expect(story.orders('cancel-pending')).toHaveLength(1)
  })
})

test('a kill while the link is down: cancels are the first frames of the next epoch (5.4)', () => {
  const story = entered()
  story.happens({ kind: 'link-changed', link: 'down', epoch: story.state.epoch })
  say(story.after(2_000), { kind: 'kill' })
  expect(cancels(story)).toBe(0)
  const epoch = story.state.epoch + 1
  story.after(2_000).happens({ kind: 'link-changed', link: 'reconciling', epoch })
  expect(story.commands[0]).toBe('cancel')
})

test('an entry of a run before is cancelled as soon as the broker names it', () => {
  const story = entered()
  const { entry } = story.bracket
  say(story, { kind: 'kill' }).after(1_000).begins()
  // What this process does not know by its number cannot be cancelled: the port says so.
  story.reported(entry.id, { kind: 'outcome-lost', reason: 'not known to be at the broker' })
  story.sent.splice(0)
  story.after(50).reported(entry.id, { kind: 'reported', as: 'working' })
  expect(story.state.link).toBe('reconciling')
  expect(cancels(story)).toBe(1)
})

test('each cause and each connection has its cancel', () => {
  const story = unknown()
  story.after(60_000).ticks()
  expect(cancels(story)).toBe(1) // its time is over
  story.after(5_000).ticks()
  expect(story.orders('unknown')).toHaveLength(3)
  say(story, { kind: 'kill' })
  expect(cancels(story)).toBe(1)
  const epoch = story.state.epoch + 1
  story.after(1_000).happens({ kind: 'link-changed', link: 'reconciling', epoch })
  expect(cancels(story)).toBe(1)
})

test('a cancel of what was never received leaves the proof of that as it was (P4)', () => {
  const story = say(unknown(), { kind: 'halt' })
  const { entry } = story.bracket
  story.reported(entry.id, { kind: 'cancel-refused', hint: '10147' })
  story.after(6_000).snapshot({ openOrders: [] })
  expect(story.order(entry.id).status).toBe('rejected')
})

test('a person cancels what is unknown, also before there is a picture', () => {
  const story = unknown()
  const { entry } = story.bracket
  expect(cancels(say(story, { kind: 'cancel', orderId: entry.id }))).toBe(1)
  const other = reconciling()
  expect(cancels(say(other, { kind: 'cancel', orderId: other.bracket.entry.id }))).toBe(1)
})
