import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { money } from '../../domain/money.ts'
import { accountFrom, accountKind, accountSummary } from './account-values.ts'

type Row = Parameters<typeof accountFrom>[0][number]

const row = (tag: string, value: string, of: Partial<Row> = {}): Row => ({
  kind: 'accountSummary',
  reqId: 1,
  account: 'DU1',
  currency: 'USD',
  tag,
  value,
  ...of,
})

test('of several accounts and currencies the configured account counts, in its base (X16)', () => {
  const question = accountSummary('DU1')
  const rows = [
    row('NetLiquidation', '7', { account: 'DU2' }),
    row('AccountType', 'INDIVIDUAL'),
    row('NetLiquidation', '100000.00'),
    row('AvailableFunds', '50000.00'),
    row('SettledCash', '40000.00'),
    row('NetLiquidationByCurrency', '3', { currency: 'EUR' }),
    row('CashBalance', '3', { currency: 'EUR' }),
    row('NetLiquidation', '9', { account: 'DU3', currency: 'EUR' }),
  ]
  for (const each of rows) expect(question.answer(each)).toBeNull()
  const answer = question.answer({ kind: 'accountSummaryEnd', reqId: 1 } as never)
  const account = answer?.ok
    ? accountFrom(answer.value, { id: 'DU1', at: 1 as EpochMs, dailyPnl: null })
    : null
  expect(account).toMatchObject({
    ok: true,
    value: {
      netLiquidation: money(100_000),
      availableFunds: money(50_000),
      settledCash: money(40_000),
      baseCurrency: 'USD',
    },
  })
})

test.each([
  ['INDIVIDUAL', 'unknown'], // as most Gateways say, of either kind
  ['', 'unknown'],
  ['JOINT', 'unknown'],
  ['CASH', 'cash'],
  ['MARGIN', 'margin'],
  ['REGT', 'margin'],
  ['PMRGN', 'margin'],
])('AccountType "%s" is of kind %s', (text, kind) => {
  expect(accountKind(text)).toBe(kind)
})
