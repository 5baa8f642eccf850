import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { call, holding } from './play.testing.ts'
import type { Story } from './play.testing.ts'

describe('exits', () => {
  test('before expiry: one close, limited, then at the market', () => {
    const story = holding()
    story.at = (call.lastTradingAt - 3_600_000) as EpochMs
    story.ticks(2.1)
    expect(story.commands).toEqual(['place close SELL x2 LMT 2.1'])
    const close = story.orders('intent')[0]
    story.handedOver().accepted()
    story.filled(close?.id ?? '', 2)
    expect([story.bracket.structure.quantity, story.commands]).toEqual([0, []])
  })

  test('before the session ends, when nothing is held overnight: and the exits are DAY', () => {
    const story = holding({ holdOvernight: false })
    expect(story.bracket.target.timeInForce).toBe('DAY')
    story.at = atNewYork('2026-03-10' as CalendarDate, '15:45')
    story.ticks(2)
    expect(story.commands).toEqual(['place close SELL x2 LMT 2'])
  })

  test('a stop that is late is joined by a close; one that only blinked is not', () => {
    const story = holding()
    story.ticks(1.85).after(10_000).ticks(2).after(1_000).ticks(1.85)
    expect(story.told).toEqual(['StopPassed', 'StopRecovered', 'StopPassed'])
    story.after(14_000).ticks(1.85)
    expect(story.commands).toEqual([])
    story.after(1_000).ticks(1.85)
    expect(story.commands).toEqual(['place close SELL x2 LMT 1.85'])
    expect(story.told[0]).toBe('triggered stop-loss: the stop at $1.90 rests and is late')
  })

  test('a stop that fills in parts is at work, and is not joined while it does', () => {
    const story = holding()
    story.ticks(1.85).after(14_000).filled(story.bracket.stop.id, 1)
    story.after(1_000).ticks(1.85)
    expect(story.commands).toEqual([])
    story.after(14_000).ticks(1.85)
    expect(story.commands).toEqual(['place close SELL x1 LMT 1.85'])
  })

  /** Refused, asked about, proven dead; and what came of it in the seconds after. */
  const stopRefused = (story: Story): Story => {
    const stop = story.orders('intent', 'sending', 'held').find((each) => each.role === 'stop-loss')
    const id = stop?.id ?? ''
    story
      .reported(id, { kind: 'reject-reported', vendorCode: 201, reason: 'no' })
      .reported(id, { kind: 'inactive' })
    expect(story.order(id).status).toBe('unknown')
    return story.reported(id, { kind: 'proven', status: 'rejected', by: 'completed-order' })
  }

  test('a stop that says Inactive covers nothing, and is replaced once it is proven dead', () => {
    const story = holding()
    const { stop } = story.bracket
    story.reported(stop.id, { kind: 'inactive' }).after(3_000).ticks(2)
    expect(story.commands).toEqual(['place stop-loss SELL x2 STP 1.9'])
  })

  test('stops that are refused again and again are not sent without end: it is closed (P30)', () => {
    const story = holding()
    stopRefused(story).after(500).ticks(2).handedOver()
    stopRefused(story).after(500).ticks(2)
    expect(story.orders('intent')).toEqual([]) // each refusal makes the next attempt wait longer
    story.after(500).ticks(2).handedOver()
    stopRefused(story).after(2_000).ticks(2)
    expect(story.told.filter((told) => told.startsWith('triggered'))).toEqual([
      'triggered close: 3 stops came to nothing in 30 s',
    ])
    expect(story.orders('intent').map(({ role }) => role)).toEqual(['close'])
  })

  test('closes that vanish without a word are sent ever more rarely: they may be held (F37)', () => {
    const story = holding()
    const { structure } = story.accepted().bracket
    const command = { kind: 'close', structureId: structure.id } as const
    story.happens({ kind: 'operator-commanded', by: 'me', command })
    const closes = new Set<string>()
    const until = story.at + 3_600_000
    while (story.at < until) {
      story.after(1_000).ticks(2).handedOver()
      for (const { id, role, intendedAt } of story.orders('sending', 'unknown')) {
        if (role !== 'close') continue
        closes.add(id)
        if (story.at - intendedAt < 10_000) continue
        story.reported(id, { kind: 'outcome-lost', reason: 'no answer came' })
        story.reported(id, { kind: 'proven', status: 'rejected', by: 'absent-everywhere' })
      }
    }
    expect(closes.size).toBeGreaterThan(5)
    expect(closes.size).toBeLessThan(45)
  })

  test('an exit that cannot leave us waits for the next tick: no turn without end', () => {
    const story = holding()
    for (const { id } of story.orders('held', 'working')) {
      story.reported(id, { kind: 'cancel-reported' })
    }
    story.after(2_000).ticks(2)
    for (let times = 0; times < 4; times++) {
      const [order, ...rest] = story.orders('intent')
      if (order === undefined) throw new Error('there is an exit to be sent')
      for (const { id } of [order, ...rest]) story.reported(id, { kind: 'denied', reason: 'stale' })
      expect(story.orders('intent')).toEqual([]) // not within the turn that denied it
      story.after(250 * 2 ** times).ticks(2)
      expect(story.orders('intent')).toEqual([]) // each time twice as late
      story.after(300 * 2 ** times).ticks(2)
      expect(story.orders('intent').length).toBeGreaterThan(0)
    }
    expect(story.commands.filter((each) => each === 'critical')).toHaveLength(1)
  })

  test('exits that nobody answers are not sent without end: three of a role, until one is settled', () => {
    const story = holding()
    for (const { id } of story.orders('held', 'working')) {
      story.reported(id, { kind: 'cancel-reported' })
    }
    for (let second = 0; second < 600; second++) story.after(1_000).ticks(1).handedOver()
    const exits = [...story.state.orders.values()].filter(({ role }) => role !== 'entry')
    const unknown = exits.filter(({ status }) => status === 'unknown' || status === 'sending')
    const roles = unknown.map(({ role }) => role)
    for (const role of new Set(roles)) {
      expect(roles.filter((each) => each === role).length).toBeLessThanOrEqual(4) // one is being sent
    }
    expect(unknown.length).toBeGreaterThan(2)
  })

  test('quotes that are gone for an hour: not one order (D36, R20)', () => {
    const story = holding()
    for (let second = 0; second < 3_600; second += 5) story.after(5_000).ticks()
    expect(story.commands).toEqual([])
  })

  test('both legs of the group fill: what is short is bought back at once', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story.filled(target.id, 2).filled(stop.id, 2)
    expect(story.bracket.structure.quantity).toBe(-2)
    story.after(500).ticks(2)
    expect(story.commands).toContain('place close BUY x2 LMT 2.05')
  })
})
