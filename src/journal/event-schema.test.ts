import { expect, test } from 'vitest'
import { evolve } from '../trading/evolve.ts'
import { ready, request } from '../trading/play.testing.ts'
import { parseEvent } from './event-schema.ts'

/** The approval of an entry, as a version before this one would have written it. */
function approvalWith(changes: object): ReturnType<typeof parseEvent> {
  const story = ready().happens({ kind: 'entry-proposed', request: request() })
  const [approval] = story.journal
  if (approval?.event.type !== 'EntryApproved') throw new Error('expected an approval')
  const { type, ...fields } = approval.event
  return parseEvent(type, JSON.stringify({ ...fields, ...changes }))
}

test('an approval without what risk decided it on is read and folded', () => {
  const story = ready()
  const read = approvalWith({ basis: undefined })
  if (!read.ok) throw new Error(read.error)
  const { structures } = evolve(story.state, read.value, story.at)
  expect([...structures.values()]).toMatchObject([{ quantity: 0, openPrice: 0 }])
})

test('one whose price is no price is refused, before anything folds it', () => {
  expect(approvalWith({ basis: {} })).toMatchObject({ ok: false })
  expect(approvalWith({ basis: { price: 1.5 } })).toMatchObject({ ok: false })
  expect(approvalWith({ basis: { price: null } })).toMatchObject({ ok: true })
})
