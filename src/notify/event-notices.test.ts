import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { evolve } from '../trading/evolve.ts'
import type { State } from '../trading/state.ts'
import { entered, holding, type Story } from '../trading/play.testing.ts'
import { dayAfter, dayText, emptyDay, type DayCounts } from './day-summary.ts'
import { EventNotices } from './event-notices.ts'

type Row = Story['journal'][number]

/** A story from here on: every event with the state after it, as the engine's subscribers have it. */
class Heard {
  readonly story: Story
  readonly #from: State

  constructor(story: Story) {
    this.story = story
    this.#from = story.state
    story.journal.splice(0)
  }

  rows(): readonly (Row & { readonly state: State })[] {
    let state = this.#from
    return this.story.journal.map((row) => {
      state = evolve(state, row.event, row.at)
      return { ...row, state }
    })
  }

  told(): readonly string[] {
    const notices = new EventNotices()
    return this.rows().flatMap(({ event, state }) => {
      const word = notices.heard(event, state)
      return word === null ? [] : [`${word.alert}: ${word.message.replace(/ \([^)]*\)/, '')}`]
    })
  }

  day(): DayCounts {
    const begin = emptyDay('2026-03-09' as CalendarDate)
    return this.rows().reduce(
      (day, { event, state, at }) => dayAfter(day, event, { state, at }),
      begin,
    )
  }
}

test('an entry in parts, and whole', () => {
  const heard = new Heard(entered())
  const { id } = heard.story.bracket.entry
  heard.story.filled(id, 1).filled(id, 1)
  const [part, whole] = heard.told().filter((text) => text.startsWith('entry'))
  expect(part).toMatch(/^entry-partial: entry BUY 1 .* @ \d+\.\d\d, 1 of 2 by now$/)
  expect(whole).toMatch(/^entry-filled: entry BUY 1 .* @ \d+\.\d\d$/)
})

test('a stop with its P/L, which says that commissions are still to come', () => {
  const heard = new Heard(holding())
  const { story } = heard
  story.filled(story.bracket.stop.id, 2, { price: 1_900_000 as never })
  const last = heard.told().at(-1)
  expect(last).toMatch(/^stop-filled: stop-loss SELL 2 .* @ 1\.90; P\/L -\$\d+\.\d\d before/)
})

test('an exit in part, and a correction of it is not told twice', () => {
  const heard = new Heard(holding())
  const { story } = heard
  story.filled(story.bracket.target.id, 1)
  const { fills } = story.state
  const fill = [...fills.values()].at(-1)
  const before = heard.told().length
  if (fill === undefined) throw new Error('nothing filled')
  story.filled(story.bracket.target.id, 1, { execId: fill.execId, revision: fill.revision + 1 })
  expect(heard.told()).toHaveLength(before)
  expect(heard.told().at(-1)).toMatch(/^exit-partial: take-profit SELL 1 /)
})

test('a link that comes back is told; the first one is not', () => {
  const notices = new EventNotices()
  const { state } = entered()
  expect(notices.heard({ type: 'LinkChanged', link: 'up', epoch: 1 }, state)).toBe(null)
  expect(notices.heard({ type: 'LinkChanged', link: 'down', epoch: 1 }, state)).toBe(null)
  expect(notices.heard({ type: 'LinkChanged', link: 'reconciling', epoch: 2 }, state)).toBe(null)
  const back = notices.heard({ type: 'LinkChanged', link: 'up', epoch: 2 }, state)
  expect(back).toMatchObject({ alert: 'link-up' })
})

test('a symbol without data is told while the market is open, and not at night', () => {
  const notices = new EventNotices()
  const date = '2026-03-10' as CalendarDate
  const gated = (time: string) => {
    const since = atNewYork(date, time)
    const set = { gate: 'stale-data', symbol: 'SPY', since, reason: 'no bar for 90 s' } as never
    return notices.heard({ type: 'GateSet', set }, entered().state)
  }
  expect(gated('11:00')).toMatchObject({
    alert: 'data-unavailable',
    message: 'SPY: no bar for 90 s',
  })
  expect(gated('03:00')).toBe(null)
})

test('what expired while it was held, with its P/L if worthless', () => {
  const story = holding()
  const { contract } = story.bracket.structure
  if (contract.kind !== 'option') throw new Error('the story holds an option')
  const position = { contract, quantity: 0, cost: 0 } as never
  const event = { type: 'PositionAdjusted', position, cause: 'expired', detail: '' } as const
  const word = new EventNotices().heard(event, story.state)
  expect(word).toMatchObject({ alert: 'structure-expired' })
  expect(word?.message).toMatch(/^2 .* expired; they had cost \+\$\d+\.\d\d; P\/L -\$\d+\.\d\d if/)
})

test('the summary of a day: what was closed, won, earned, and what was not protected', () => {
  const heard = new Heard(holding())
  const { story } = heard
  story.filled(story.bracket.target.id, 2)
  const day = heard.day()
  expect(day.date).toBe('2026-03-10')
  const text = dayText(day, story.state, story.at)
  expect(text).toMatch(/^day 2026-03-10\nclosed 1, won 1 \(100%\); still open 0\n/)
  expect(text).toMatch(
    /\nrealized \+\$\d+\.\d\d by our fills, commissions unknown \(of \d fills not /,
  )
  expect(text).toMatch(/\nunprotected \d+ s\nincidents none\ndecisions none\nentries refused none$/)
})

test.each([
  ['expired', 'closed 1, won 0 (0%), of them 1 by expiry at $0; still open 0', /realized -\$/],
  ['assigned', 'closed 0; over at no known value 1; still open 0', /realized \+\$0\.00/],
] as const)('what was %s is in the summary of its day', (cause, line, realized) => {
  const heard = new Heard(holding())
  const { story } = heard
  const { structure } = story.bracket
  if (structure.contract.kind !== 'option') throw new Error('the story holds an option')
  const position = { contract: structure.contract, quantity: 0, cost: 0 } as never
  const event = { type: 'PositionAdjusted', position, cause, detail: '' } as const
  const state = evolve(story.state, event, story.at)
  const text = dayText(dayAfter(heard.day(), event, { state, at: story.at }), state, story.at)
  expect(text.split('\n')[1]).toBe(line)
  expect(text).toMatch(realized)
})

test('counts of the day: decisions, refusals, incidents, the deepest fall; the next date is new', () => {
  const { state } = holding()
  const at = atNewYork('2026-03-10' as CalendarDate, '12:00')
  const pnl = (amount: number) => ({ account: { dailyPnl: amount * 1e6 } })
  const events = [
    { type: 'CycleEnded', outcome: { kind: 'hold' } },
    { type: 'CycleEnded', outcome: { kind: 'hold' } },
    { type: 'EntryRefused', refusals: [{ rule: 'spread' }, { rule: 'order-cost' }] },
    { type: 'EntryRefused', refusals: [{ rule: 'spread' }] },
    { type: 'IncidentEnded', incident: { verdict: { name: 'HMDS_DOWN' } } },
    { type: 'AccountObserved', ...pnl(100) },
    { type: 'AccountObserved', ...pnl(-20.5) },
    { type: 'AccountObserved', ...pnl(50) },
  ] as never[]
  const all = events.reduce<DayCounts>(
    (day, event) => dayAfter(day, event, { state, at }),
    emptyDay('2026-03-10' as CalendarDate),
  )
  const text = dayText(all, state, at)
  expect(text).toContain('worst drawdown of the day $120.50')
  expect(text).toContain('incidents HMDS_DOWN 1')
  expect(text).toContain('decisions hold 2')
  expect(text).toContain('entries refused spread 2, order-cost 1')
  const next = dayAfter(all, events[0] as never, { state, at: (at + 86_400_000) as EpochMs })
  expect(next).toMatchObject({ date: '2026-03-11', decisions: { hold: 1 }, refused: {} })
})

test('unprotected time is counted from the first fill until its exits rest', () => {
  const heard = new Heard(entered())
  const { story } = heard
  story.filled(story.bracket.entry.id, 2).after(7_000)
  const stop = story.orders('acked', 'held', 'working').find(({ role }) => role === 'stop-loss')
  if (stop !== undefined) story.reported(stop.id, { kind: 'inactive' })
  story.after(7_000)
  const during = heard.day()
  expect(during.bareSince).not.toBe(null)
  const seconds = (of: DayCounts) =>
    Number(/unprotected (\d+) s/.exec(dayText(of, story.state, story.at))?.[1])
  expect(seconds(during)).toBeGreaterThanOrEqual(7)
})
