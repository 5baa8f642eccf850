import { assert } from '../src/base/assert.ts'
import type { ExecId } from '../src/domain/fill.ts'
import type { Event } from '../src/trading/event.ts'
import { entered } from '../src/trading/play.testing.ts'

export type Filled = Extract<Event, { type: 'OrderFilled' }>

/** A fill, 500 bytes of JSON; each with an id of its own. */
export function fillEvents(): (number: number) => Filled {
  const story = entered()
  story.filled(story.bracket.entry.id, 2)
  const sample = story.journal
    .map(({ event }) => event)
    .find((each): each is Filled => each.type === 'OrderFilled')
  assert(sample !== undefined, 'a fill is journaled')
  return (number) => ({ ...sample, fill: { ...sample.fill, execId: `b-${number}` as ExecId } })
}
