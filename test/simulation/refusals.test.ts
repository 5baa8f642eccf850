import { describe, expect, test } from 'vitest'
import { firstEntry, planOf, refusedIn } from './refusals.ts'
import { rows } from './situations.ts'
import { World } from './world.ts'

const entered = await firstEntry()

describe('without a situation the entry is made', () => {
  test('by the strategy of the bot itself', async () => {
    const { approved, violations } = await refusedIn({ request: (asked) => asked }, entered)
    expect([approved, violations]).toEqual([[entered.quantity], []])
  })

  test('and by the request that is handed over', async () => {
    const { rules, approved } = await refusedIn({ written: { strategies: 'whale' } }, entered)
    expect([rules, approved]).toEqual([[], [entered.quantity]])
  })
})

/** Nothing else refuses, so that without this check the seed would have entered. */
describe('in the situation it is refused, by these names alone', () => {
  test.each(rows.map((row) => [row.of, row.rules.join(', '), row] as const))(
    '%s: %s',
    async (_of, _rules, { rules, situation, before = 0, said = [] }) => {
      const came = await refusedIn(situation, entered)
      expect(new Set(came.rules.map((names) => names.join(', ')))).toEqual(
        new Set([rules.join(', ')]),
      )
      expect(came.approved.length).toBe(before)
      expect(came.violations).toEqual(said)
    },
  )
})

test('the quantity of an entry is bounded', async () => {
  const { approved } = await refusedIn({ written: { quantityMax: 1 } }, entered)
  expect(approved).toEqual([1])
})

test('a strategy that enters over and over halts the bot until a person resumes (P48)', async () => {
  const exits = { takeProfit: '1%', stopLoss: '1%' }
  const plan = planOf({ written: { ...exits, repeatsMax: 2, riskMax: '1%' } })
  const world = new World({ plan, checkers: [] })
  const { engine } = world.bot
  const count = (type: string) =>
    world.remains.journal.read().filter(({ event }) => event.type === type).length
  const hour = (plan.start + 3_600_000) as typeof plan.start
  // In vain it asks once more, and that is when a person is needed.
  engine.subscribe((event) => {
    if (event.type === 'TradingStateChanged') world.clock.stop()
  })
  await world.runUntil(hour)
  expect(count('EntryApproved')).toBe(2)
  expect([engine.state.tradingState, engine.state.levelCause]).toEqual([
    'halt',
    'repeated-execution',
  ])
  const refused = world.remains.journal.read().flatMap(({ event }) => {
    return event.type === 'EntryRefused' ? [event.refusals.map(({ rule }) => rule).join()] : []
  })
  expect(refused).toEqual(['repeated-execution'])
  const { accountId } = engine.state
  engine.view().command('me', { kind: 'resume', accountId, reason: 'looked' })
  engine.subscribe((event) => {
    if (event.type === 'EntryApproved') world.clock.stop()
  })
  await world.runUntil((hour + 3_600_000) as typeof plan.start)
  expect(count('EntryApproved')).toBe(3)
})
