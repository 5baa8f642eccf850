import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { DayBaseline } from '../domain/account.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { money } from '../domain/money.ts'
import type { OperatorCommand } from './input.ts'
import { baselineOf } from './decide-day.ts'
import { evolve } from './evolve.ts'
import { account, ready, request, run, Story } from './play.testing.ts'
import type { State } from './state.ts'
import { initialState } from './state.ts'

const date = (text: string) => text as CalendarDate

/** The account as it is observed: what it is worth, and what the broker calls the day's profit. */
function observed(story: Story, worth: number, dailyPnl: number | null): Story {
  const seen = {
    ...account,
    at: story.at,
    netLiquidation: money(worth),
    dailyPnl: dailyPnl === null ? null : money(dailyPnl),
  }
  story.snapshot({ account: seen })
  const baseline = baselineOf(seen)
  return baseline === null ? story : story.happens({ kind: 'day-observed', baseline })
}

function asked(story: Story): readonly string[] {
  story.journal.splice(0)
  story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
  return story.told
}

/** What the journal holds, folded anew: another process. */
function restarted(story: Story, journal: Story['journal']): Story {
  const next = new Story()
  next.at = story.at
  next.state = journal.reduce<State>(
    (state, { event, at }) => evolve(state, event, at),
    initialState('demo', 'DU1'),
  )
  next.happens({ kind: 'run-started', ...run })
  return next.happens({ kind: 'link-changed', link: 'reconciling', epoch: next.state.epoch + 1 })
}

function begun(at: EpochMs): Story {
  const story = new Story()
  story.at = at
  return story.begins()
}

describe('the daily-loss guard (P42, R17)', () => {
  test('a start in the middle of a losing day counts the loss before it (D16)', () => {
    const story = begun(atNewYork(date('2026-03-10'), '12:00'))
    observed(story, 94_000, -6_000)
    expect(story.state.baseline?.amount).toBe(money(100_000))
    expect([story.state.tradingState, story.state.levelCause]).toEqual([
      'reduce-only',
      'daily-loss',
    ])
    expect(asked(story)).toEqual(['refused level, daily-loss'])
  })

  test('a restart keeps the level, the date and the baseline, whatever is observed then', () => {
    const story = begun(atNewYork(date('2026-03-10'), '10:00'))
    observed(story, 100_000, 0)
    observed(story.after(60_000), 94_900, -5_100)
    const next = restarted(story, story.journal)
    expect(next.state).toMatchObject({ tradingState: 'reduce-only', levelCause: 'daily-loss' })
    observed(next.after(60_000), 99_000, -1_000)
    expect(next.state.baseline?.amount).toBe(money(100_000))
    expect(next.state.tradingState).toBe('reduce-only')
  })

  test('another baseline after a restart blocks entries and moves nothing (D16)', () => {
    const story = begun(atNewYork(date('2026-03-10'), '10:00'))
    observed(story, 99_000, -1_000)
    const next = restarted(story, story.journal)
    observed(next.after(60_000), 98_000, -500)
    expect(next.state.baseline?.amount).toBe(money(100_000))
    expect(asked(next)).toEqual(['refused gate'])
    observed(next.after(60_000), 98_000, -2_000)
    expect(next.state.gates).toEqual([])
  })

  test.each([
    ['midnight UTC', '2026-03-10', '19:59', '20:01'],
    ['midnight UTC in summer time', '2026-07-14', '19:59', '20:01'],
    ['the hour that is left out', '2026-03-08', '01:59', '03:01'],
    ['the hour that comes twice', '2026-11-01', '00:59', '02:01'],
  ])('%s is no new date', (...[, day, before, after]) => {
    const story = begun(atNewYork(date(day), before))
    observed(story, 94_000, -6_000)
    const known: DayBaseline | null = story.state.baseline
    story.at = atNewYork(date(day), after)
    story.ticks()
    expect(story.state.tradingState).toBe('reduce-only')
    expect(story.state.baseline).toEqual(known)
  })

  test.each([
    ['2026-03-08', '2026-03-09'],
    ['2026-11-01', '2026-11-02'],
    ['2026-03-10', '2026-03-11'],
  ])('midnight in New York after %s is one, to the millisecond', (day, next) => {
    const story = begun(atNewYork(date(day), '12:00'))
    observed(story, 94_000, -6_000)
    const midnight = atNewYork(date(next), '00:00')
    story.at = (midnight - 1) as EpochMs
    expect(story.ticks().state.tradingState).toBe('reduce-only')
    story.at = midnight
    expect(story.ticks().state.tradingState).toBe('active')
    // Nothing is entered before the baseline of the new date is known.
    expect(asked(story)[0]).toContain('baseline')
  })

  test.each(['reduce', 'halt', 'kill'] as const)(
    'a %s and a resume end it no earlier, nor does a restart between them',
    (kind) => {
      const story = begun(atNewYork(date('2026-03-10'), '12:00'))
      observed(story, 94_000, -6_000)
      const by = (to: Story, command: OperatorCommand) =>
        to.happens({ kind: 'operator-commanded', by: 'ada', command })
      const resume = { kind: 'resume', accountId: 'DU1', reason: 'x' } as const
      by(story, { kind })
      const next = restarted(story, story.journal)
      observed(next.after(60_000), 99_000, -1_000)
      by(next, resume)
      const latched = { tradingState: 'reduce-only', levelCause: 'daily-loss' }
      expect(next.ticks().state).toMatchObject(latched)
      expect(by(next, resume).state).toMatchObject(latched)
      next.at = atNewYork(date('2026-03-11'), '00:00')
      expect(next.ticks().state.tradingState).toBe('active')
    },
  )

  test('equity that is missing resets nothing, and trades nothing', () => {
    const story = begun(atNewYork(date('2026-03-10'), '10:00'))
    observed(story, 100_000, null)
    expect(story.state.baseline).toBeNull()
    expect(asked(story)).toEqual(['refused baseline'])
    observed(story.after(60_000), 100_000, 0)
    observed(story.after(60_000), 99_000, null)
    expect(story.state.baseline?.amount).toBe(money(100_000))
    expect(story.state.tradingState).toBe('active')
  })

  test('an account that was never seen trades nothing', () => {
    const story = ready()
    story.state = { ...story.state, account: null }
    expect(asked(story)).toEqual(['refused account'])
  })
})
