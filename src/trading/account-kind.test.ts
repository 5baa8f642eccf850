import { expect, test } from 'vitest'
import { account, ready } from './play.testing.ts'

test.each([
  ['unknown', null, 'unknown'],
  ['unknown', 'margin', 'margin'],
  ['cash', 'margin', 'cash'],
] as const)('the broker says %s, the owner %s: %s', (kind, accountKind, held) => {
  const story = ready({ accountKind })
  story.after(61_000).snapshot({ account: { ...account, kind, at: story.at } })
  expect(story.state.account?.kind).toBe(held)
})
