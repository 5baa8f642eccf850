import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { ConId } from '../domain/contract.ts'
import { money } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { State } from '../trading/state.ts'
import { TODAY } from './scripted-bars.testing.ts'
import { byId, call, order, rules, stateWith, structure } from './fixtures.testing.ts'
import { snapshotDueAt } from './snapshot-due.ts'

const ms = (at: number): EpochMs => at as EpochMs
const baseline = {
  date: TODAY,
  amount: money(1),
  netLiquidation: money(1),
  dailyPnl: money(0),
  at: ms(0),
}
const known = (changes: Partial<State> = {}): State => stateWith({ baseline, ...changes })
const withOrder = (changes: Partial<TrackedOrder>) => known({ orders: byId(order(changes)) })
const unreconciled = { gate: 'reconcile', symbol: null, since: ms(0), reason: 'r' } as const
const stray = { ...unreconciled, symbol: call.symbol }
const held = { contract: call, quantity: 1, cost: money(1) }

const theirs = {
  orderId: null,
  permId: 9,
  contract: call,
  side: 'SELL',
  quantity: 1,
  evidence: { kind: 'reported', as: 'working' },
} as const

test.each<readonly [string, State, number | null, number]>([
  ['at once on a new connection', known(), null, 0],
  ['at once while reconciling', known({ link: 'reconciling' }), 1_000, 0],
  ['at once while entries wait for it', known({ gates: [unreconciled] }), 1_000, 0],
  ['once more when one symbol is not explained', known({ gates: [stray] }), 1_000, 10_000],
  ['every minute when it was looked at once more', known({ gates: [stray] }), 11_000, 71_000],
  ...(['risen', 'low-funds', 'baseline'] as const).map(
    (gate) =>
      [
        `every minute while ${gate} waits for a picture`,
        known({ gates: [{ ...unreconciled, gate }] }),
        1_000,
        61_000,
      ] as const,
  ),
  [
    'once more when something has no name',
    known({ gates: [{ ...unreconciled, gate: 'unnamed' }] }),
    1_000,
    10_000,
  ],
  [
    'every minute while it has none',
    known({ gates: [{ ...unreconciled, gate: 'unnamed' }] }),
    11_000,
    71_000,
  ],
  [
    'every 10 s while an order of others holds exits back',
    known({
      positions: new Map([[call.conId, held]]),
      structures: new Map([[structure().id, structure()]]),
      foreignOrders: new Map([[9, theirs]]),
    }),
    1_000,
    11_000,
  ],
  [
    'every 5 s while the account is not known',
    known({ gates: [{ ...unreconciled, gate: 'account' }] }),
    1_000,
    6_000,
  ],
  ['every 5 minutes when nothing is held', known(), 1_000, 301_000],
  ["every 10 s while the day's baseline is unknown", stateWith(), 1_000, 11_000],
  ['every minute while an order rests', withOrder({}), 1_000, 61_000],
  ['every 5 minutes when all orders are over', withOrder({ status: 'filled' }), 1_000, 301_000],
  [
    'every minute while something is held',
    known({ positions: new Map([[1 as ConId, held]]) }),
    1_000,
    61_000,
  ],
  [
    'at once when an outcome was lost',
    withOrder({ status: 'unknown', intendedAt: ms(2_000), statusSince: ms(7_000) }),
    1_000,
    7_000,
  ],
  [
    'again as soon as absence is a proof',
    withOrder({ status: 'unknown', intendedAt: ms(2_000), statusSince: ms(7_000) }),
    7_500,
    12_000,
  ],
  [
    'and every 10 s while it is not proven',
    withOrder({ status: 'unknown', intendedAt: ms(2_000), statusSince: ms(7_000) }),
    12_500,
    22_500,
  ],
  [
    'when the quarantine of a cancel is over',
    withOrder({ status: 'quarantine-cancelled', statusSince: ms(10_000) }),
    20_000,
    70_000,
  ],
])('%s', (_what, state, ...[asked, due]) => {
  expect(snapshotDueAt(state, asked === null ? null : ms(asked), rules)).toBe(due)
})
