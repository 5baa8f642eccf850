import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import type { Bar } from '../domain/bar.ts'
import { price } from '../domain/money.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { initialState } from '../trading/state.ts'
import { adviceOf } from './advice.ts'
import type { BarFeed } from './bar-feed.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { structure } from './fixtures.testing.ts'
import { at, SPY } from './scripted-bars.testing.ts'

const leaves: Strategy = {
  name: structure().strategy,
  needs: { size: '1h', count: 1 },
  evaluate: () => ({ kind: 'exit', reason: 'it fell' }),
}

/** What is said at `when` of the hour that closed at this time; default: at that very instant. */
function advised(time: string, { when = at(time), signal = leaves } = {}) {
  const closedAt = at(time)
  const [open, high, low, close] = [price(1), price(1), price(1), price(1)]
  const start = (closedAt - 3_600_000) as EpochMs
  const bar: Bar = { start, open, high, low, close, volume: 1 }
  const feed: Pick<BarFeed, 'hours' | 'closed'> = { hours: 'all', closed: () => ok([bar]) }
  const plan: CyclePlan = {
    underlying: SPY,
    intervalMs: 60_000,
    strategies: [signal],
    guards: [],
    selection: {} as CyclePlan['selection'],
    feed: feed as BarFeed,
  }
  const held = structure()
  const state = { ...initialState('simulation', 'DU1'), structures: new Map([[held.id, held]]) }
  const judged = new Map<string, EpochMs>()
  const advice = adviceOf({ plan, judged, state, now: when, closedAt: when })
  return { advice, judged }
}

test('what would close a position outside regular hours waits for them, and is judged again', () => {
  const { advice, judged } = advised('18:00')
  expect(advice.exits).toEqual([])
  expect(advice.reason).toContain('exit (waits for regular hours): it fell')
  expect(judged.size).toBe(0)
})

test('in regular hours it is acted on, and that bar is not judged again', () => {
  const { advice, judged } = advised('11:00')
  expect(advice.exits.map(({ structureId }) => structureId)).toEqual([structure().id])
  expect(judged.size).toBe(1)
})

test('what waited through the night is acted on when the market is open', () => {
  const morning = (at('09:31') + 24 * 3_600_000) as EpochMs
  const { advice, judged } = advised('20:00', { when: morning })
  expect(advice.exits).toHaveLength(1)
  expect(judged.size).toBe(1)
})

test('an entry that is late is history', () => {
  const enters: Strategy = {
    ...leaves,
    evaluate: () => ({ kind: 'enter', outlook: 'rise', confidence: 1, reason: 'it rose' }),
  }
  const { advice, judged } = advised('11:00', { when: at('11:10'), signal: enters })
  expect(advice.entry).toBeNull()
  expect(advice.reason).toContain('closed 600 s ago')
  expect(judged.size).toBe(1)
})
