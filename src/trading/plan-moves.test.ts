import { describe, expect, test } from 'vitest'
import type { Price } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import { evolve } from './evolve.ts'
import { holding } from './play.testing.ts'

const stopOf = (of: ReturnType<typeof holding>): Price | undefined =>
  of.bracket.structure.plan.stopLoss?.price

describe('a trailing stop', () => {
  test('is moved in the journal, then at the broker, upwards only', () => {
    const story = holding({ trailingStopPct: 0.2 })
    story.after(1_000).ticks(2.6)
    expect(story.told).toEqual([
      'plan: trails 20% behind $2.60: stop $1.90 -> $2.05',
      'ReplaceIntended',
      'held -> replace-pending',
    ])
    expect(story.commands).toEqual(['replace x2 STP 2.05'])
    story.accepted().after(1_000).ticks(2.2).after(1_000).ticks(2.6)
    expect(story.commands).toEqual([])
    expect(story.bracket.stop.terms).toEqual({ type: 'STP', trigger: price(2.05) })
  })

  test('survives a restart, because it is a fact', () => {
    const story = holding({ trailingStopPct: 0.2 })
    const before = story.state
    story.after(1_000).ticks(2.6)
    const rows = JSON.parse(JSON.stringify(story.journal)) as typeof story.journal
    const folded = rows.reduce((state, { event, at }) => evolve(state, event, at), before)
    expect(folded.structures).toEqual(story.state.structures)
    story.after(1_000).begins().snapshot().ticks(2.6)
    expect(stopOf(story)).toBe(price(2.05))
  })

  test('is not loosened by a correction of the fill (R7 gives only the first stop)', () => {
    const story = holding({ trailingStopPct: 0.2 })
    story.after(1_000).ticks(2.6).accepted()
    const { entry } = story.bracket
    const [fill] = [...story.state.fills.values()]
    if (fill === undefined) throw new Error('no fill')
    story.filled(entry.id, 1, { execId: fill.execId, revision: 2, price: price(1.5) })
    story.filled(entry.id, 2, { execId: fill.execId, revision: 3, price: price(1.5) })
    expect(story.state.structures.get(story.bracket.structure.id)?.openPrice).toBe(price(1.5))
    expect(stopOf(story)).toBe(price(2.05))
  })

  test('stays while the order efficiency ratio is near its limit', () => {
    const story = holding({ trailingStopPct: 0.2 })
    const gate = { gate: 'pacing', symbol: null, since: story.at, reason: 'ratio' } as const
    story
      .happens({ kind: 'gates-changed', gates: [gate] })
      .after(1_000)
      .ticks(2.6)
    expect(stopOf(story)).toBe(price(1.9))
    story.happens({ kind: 'gates-changed', gates: [] }).after(1_000).ticks(2.6)
    expect(stopOf(story)).toBe(price(2.05))
  })

  test.each([
    { kind: 'cancel-refused', hint: '110: tick' },
    { kind: 'reject-reported', vendorCode: 110, reason: 'tick' },
  ] as const)('a change refused by $kind is not asked for without end', (evidence) => {
    const story = holding({ trailingStopPct: 0.2 })
    story.after(1_000).ticks(2.6)
    const { stop } = story.bracket
    story.reported(stop.id, evidence)
    story.reported(stop.id, { kind: 'reported', as: 'held' })
    story.sent.splice(0)
    for (let second = 0; second < 60; second++) story.after(1_000).ticks(2.6)
    expect(story.commands).toEqual([])
    expect(stopOf(story)).toBe(price(1.9))
  })

  test('off: nothing moves', () => {
    const story = holding()
    story.after(1_000).ticks(2.6)
    expect(story.told).toEqual([])
  })
})

describe('a time stop', () => {
  test('closes within the group of the exits, and says why', () => {
    const story = holding({ timeStop: { kind: 'after', ms: 60_000 } })
    story.after(59_999).ticks(2)
    expect(story.told).toEqual([])
    story.after(1).ticks(2)
    expect(story.told).toEqual([
      'triggered close: its time is over: time stop after 1 min',
      'intended close SELL x2 LMT 2',
    ])
  })

  test('a DAY exit where it ends today, GTC where it does not (R9)', () => {
    const today = holding({ timeStop: { kind: 'at', time: '15:30' } })
    expect(today.bracket.stop.timeInForce).toBe('DAY')
    const later = holding({ timeStop: { kind: 'after', ms: 86_400_000 } })
    expect(later.bracket.stop.timeInForce).toBe('GTC')
  })
})
