import { expect, test } from 'vitest'
import { money } from '../domain/money.ts'
import { account, entered, request } from './play.testing.ts'

/** D33, R18: entries pause, and go on when funds return. */

const RICH = { ...account, availableFunds: money(50_000), netLiquidation: money(100_000) }

function refused() {
  const story = entered()
  story.snapshot({ account: { ...RICH, at: story.at } })
  const { id } = story.bracket.entry
  const reason = 'funds: YOUR ORDER IS NOT ACCEPTED. Available Funds [1 USD] are insufficient'
  story.reported(id, { kind: 'outcome-lost', reason: 'x' })
  story.after(1_000).reported(id, { kind: 'reject-reported', vendorCode: 201, reason })
  return story
}
const gates = (story: ReturnType<typeof refused>) => story.state.gates.map(({ gate }) => gate)

test('201 for want of funds: no entries, whatever our own sum says', () => {
  const story = refused()
  expect(gates(story)).toContain('low-funds')
  story
    .after(11_000)
    .happens({ kind: 'entry-proposed', request: request({ signalKey: 'b' }, story.at) })
  expect(story.told.at(-1)).toContain('refused')
})

test('prices that move are no return of funds; more of them is, and so is another date', () => {
  const story = refused()
  const seen = (available: number) =>
    story.after(60_000).snapshot({
      account: { ...RICH, availableFunds: money(available), at: story.at },
    })
  seen(50_400)
  expect(gates(story)).toContain('low-funds')
  seen(51_000)
  expect(gates(story)).not.toContain('low-funds')
  const next = refused()
  next.after(86_400_000).snapshot({ account: { ...RICH, at: next.at } })
  expect(gates(next)).not.toContain('low-funds')
})

test('a child that is refused so says nothing of funds for entries', () => {
  const story = entered()
  const reason = 'funds: margin'
  const { id } = story.bracket.stop
  story.reported(id, { kind: 'reject-reported', vendorCode: 201, reason })
  expect(gates(story)).toEqual([])
})
