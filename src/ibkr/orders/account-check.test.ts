import { expect, test } from 'vitest'
import { accountObjection } from './account-check.ts'
import type { Expected } from './account-check.ts'

const rows: readonly (readonly [readonly string[], Expected, string | null])[] = [
  [['DU1'], { account: 'DU1', mode: 'paper', declared: 'paper' }, null],
  [['DU1', 'DU2'], { account: 'DU2', mode: 'paper', declared: 'paper' }, null],
  [['DU1'], { account: 'DU2', mode: 'paper', declared: 'paper' }, 'expected account DU2'],
  [[], { account: 'DU2', mode: 'paper', declared: 'paper' }, 'manages none'],
  [['U1'], { account: 'U1', mode: 'paper', declared: 'live' }, 'in mode paper'],
  [['U1'], { account: 'U1', mode: 'paper', declared: 'paper' }, 'expected a paper account behind'],
  [['DU1'], { account: 'DU1', mode: 'live', declared: 'live' }, 'expected a live account behind'],
  [['U1'], { account: 'U1', mode: 'live', declared: 'live' }, null],
  [['U1'], { account: null, mode: 'dry-run', declared: 'live' }, null],
  [['U1'], { account: null, mode: 'dry-run', declared: 'paper' }, 'expected a paper account'],
  [['DU1'], { account: null, mode: 'dry-run', declared: 'paper' }, null],
  [['DU1'], { account: 'DU1', mode: 'demo', declared: null }, null],
]

test.each(rows)('accounts %j against %j: %s', (accounts, expected, objection) => {
  const said = accountObjection(accounts, expected)
  if (objection === null) expect(said).toBeNull()
  else expect(said).toContain(objection)
})
