import { expect, test } from 'vitest'
import { entered, ready, run, Story } from '../trading/play.testing.ts'
import { whyNotClientIds } from './start-refused.ts'

const under = (story: Story, clientIdBase: number) =>
  story.happens({ kind: 'run-started', ...run, clientIdBase }).state

test('orders that may live were sent under another base: it does not start (P3, P13)', () => {
  const why = whyNotClientIds(under(entered(), 30), 50)
  expect(why).toMatch(
    /^3 orders of this journal may be alive, sent with gateway.client_id_base 30; with 50 /,
  )
  expect(why).toContain('Set it to 30')
})

test.each([
  ['the same base', under(entered(), 30), 30],
  ['no order alive', under(ready(), 30), 50],
  ['a journal of an earlier version says nothing', entered().state, 50],
  ['a run without client ids keeps what was known', entered().begins().state, 50],
  ['a run that has no client ids', under(entered(), 30), undefined],
  ['an empty journal', new Story().state, 50],
])('%s: it starts', (_, state, base) => {
  expect(whyNotClientIds(state, base)).toBeNull()
})
