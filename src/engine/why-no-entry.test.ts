import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { money } from '../domain/money.ts'
import type { StructureId } from '../domain/order.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Account, DayBaseline } from '../domain/account.ts'
import type { State } from '../trading/state.ts'
import { byId, order, rules, stateWith, structure } from './fixtures.testing.ts'
import { at, SPY, TODAY } from './scripted-bars.testing.ts'
import { whyNoEntry } from './why-no-entry.ts'

const account = { netLiquidation: money(100_000) } as Account
const baseline: DayBaseline = {
  date: TODAY,
  amount: money(100_000),
  netLiquidation: money(100_000),
  dailyPnl: money(0),
  at: at('09:31'),
}
const wanted = {
  strategy: 'scalp',
  symbol: SPY.symbol,
  signalKey: 'scalp SPY 1 rise',
  barClosedAt: at('10:00'),
  now: at('10:00:05'),
}
const why = (changes: Partial<State>, of: Partial<typeof wanted> = {}): string | null =>
  whyNoEntry(stateWith({ account, baseline, ...changes }), rules, { ...wanted, ...of })
const window = { gate: 'window', since: 0 as EpochMs, reason: 'outside regular hours' } as const

test('nothing speaks against an entry on a fresh bar, connected and known', () => {
  expect(why({})).toBeNull()
})

test.each<readonly [string, Partial<State>, Partial<typeof wanted>, string]>([
  ['a level', { tradingState: 'halt', levelCause: 'operator' }, {}, 'level halt (operator)'],
  ['no link', { link: 'reconciling' }, {}, 'link reconciling'],
  ['a gate', { gates: [{ ...window, symbol: null }] }, {}, 'gate window: outside regular hours'],
  ['a gate of the symbol', { gates: [{ ...window, symbol: SPY.symbol }] }, {}, 'gate window'],
  ['an old bar', {}, { now: at('10:01:06') }, 'bar closed 66 s ago, over 65 s'],
  ['an unknown account', { account: null }, {}, 'the account is unknown'],
  ['an unknown baseline', { baseline: null }, {}, "the day's baseline is unknown"],
  [
    'a signal taken before',
    { signalKeys: new Map([[wanted.signalKey, 'S9' as StructureId]]) },
    {},
    'was taken as S9',
  ],
  [
    'what the strategy holds',
    { structures: byId(structure()) },
    {},
    'scalp already holds S1 in SPY',
  ],
  ['an entry under way', { orders: byId(order()) }, {}, 'entry A1 in SPY is working'],
  [
    'too many structures',
    {
      structures: byId(
        ...['S1', 'S2', 'S3'].map((id) => structure({ id: id as StructureId, strategy: 'whale' })),
      ),
    },
    {},
    '3 open structures, at most 3',
  ],
])('%s speaks against it', (_what, changes, ...[of, expected]) => {
  expect(why(changes, of)).toContain(expected)
})

test.each<readonly [string, Partial<State>]>([
  ['a gate of another symbol', { gates: [{ ...window, symbol: 'QQQ' as Ticker }] }],
  ['what another strategy holds', { structures: byId(structure({ strategy: 'whale' })) }],
  ['a structure that is flat again', { structures: byId(structure({ quantity: 0 })) }],
  ['an entry that is over', { orders: byId(order({ status: 'cancelled' })) }],
])('%s does not', (_what, changes) => {
  expect(why(changes)).toBeNull()
})
