import { describe, expect, test } from 'vitest'
import type { Ticker, UnderlyingKey } from '../domain/contract.ts'
import { scalp } from '../strategy/scalp.ts'
import { whale } from '../strategy/whale.ts'
import { at, SPY } from './scripted-bars.testing.ts'
import { World } from './world.testing.ts'

const QQQ: UnderlyingKey = { ...SPY, symbol: 'QQQ' as Ticker }

describe('one decision for every closed bar', () => {
  test('of every symbol, over a whole session', async () => {
    const world = new World({ start: '09:00', strategies: [scalp, whale], symbols: [SPY, QQQ] })
    const { feed } = world.start()
    await world.clock.runUntil(at('16:05'))
    const cycles = world.events('CycleEnded').map(({ outcome }) => outcome)
    for (const { symbol } of [SPY, QQQ]) {
      const starts = cycles.filter((each) => each.symbol === symbol).map((each) => each.barStart)
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
      expect(starts.length).toBe(390)
      expect(feed.counts.bars.get(symbol)).toBe(390)
    }
    expect(cycles.every((each) => each.reason.length > 0)).toBe(true)
  })

  test('the same seed gives the same journal, another seed another', async () => {
    const hashOf = async (seed: number): Promise<string> => {
      const world = new World({ start: '09:25', seed, strategies: [scalp] })
      world.start()
      await world.clock.runUntil(at('10:30'))
      return world.journal.journalHash()
    }
    const [first, again, other] = [await hashOf(3), await hashOf(3), await hashOf(4)]
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })
})
