import { describe, expect, test } from 'vitest'
import type { Clock, EpochMs } from '../base/clock.ts'
import { MemoryJournal } from '../journal/memory.ts'
import { ready, request } from '../trading/play.testing.ts'
import { snapshotDueAt } from './snapshot-due.ts'
import { at } from './scripted-bars.testing.ts'
import { strategyAt, World } from './world.testing.ts'

const HOUR_MS = 3_600_000

/** F70: the wall clock of this machine is an hour ahead for a while; monotonic time goes on. */
class Ahead implements Clock {
  readonly #of: Clock
  byMs = 0

  constructor(of: Clock) {
    this.#of = of
  }

  now(): EpochMs {
    return (this.#of.now() + this.byMs) as EpochMs
  }

  monotonicMs(): number {
    return this.#of.monotonicMs()
  }

  after(delayMs: number, callback: () => void | Promise<void>): () => void {
    return this.#of.after(delayMs, callback)
  }
}

describe('a clock that is set back by an hour', () => {
  test('does not keep the next picture back', async () => {
    const clocks: Ahead[] = []
    let pictures = 0
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ clock, broker }) => {
        const ahead = new Ahead(clock)
        clocks.push(ahead)
        const snapshot: typeof broker.snapshot = (...of) => {
          pictures += 1
          return broker.snapshot(...of)
        }
        return { clock: ahead, broker: { ...broker, snapshot } }
      },
    })
    const { engine } = world.start()
    const jump = (byMs: number): void => clocks.forEach((clock) => void (clock.byMs = byMs))
    await world.clock.runUntil(at('10:05'))
    expect([...engine.state.positions.values()].length).toBeGreaterThan(0)

    jump(HOUR_MS)
    const before = pictures
    await world.clock.runUntil(at('10:06:30'))
    expect(pictures).toBeGreaterThan(before)

    jump(0)
    const since = pictures
    await world.clock.runUntil(at('10:09:45'))
    expect(pictures - since).toBeGreaterThanOrEqual(3)
    expect(pictures - since).toBeLessThanOrEqual(5)
    expect(world.events('ClockSetBack').map(({ byMs }) => Math.round(byMs / 60_000))).toEqual([60])
    expect(world.notices.filter(({ message }) => message.includes('set back by'))).toHaveLength(1)
  })

  test('before this run began: waits count from now as well', async () => {
    const world = new World({ strategies: [strategyAt('10:02')] })
    world.start()
    await world.clock.runUntil(at('10:05'))
    const ahead = world.journal.read().map((row) => ({ ...row, at: (row.at + HOUR_MS) as EpochMs }))
    world.journal = new MemoryJournal(ahead)
    const { engine } = world.restart()
    const now = world.clock.now()
    expect(world.events('ClockSetBack')).toHaveLength(1)
    const { orders, structures } = engine.state
    expect(orders.size).toBeGreaterThan(0)
    for (const { statusSince } of orders.values()) expect(statusSince).toBeLessThanOrEqual(now)
    for (const { openedAt } of structures.values()) expect(openedAt).toBeLessThanOrEqual(now)
  })
})

test('an order that was sent while the clock was ahead is proven in the time that proofs take', () => {
  const story = ready().after(HOUR_MS).snapshot()
  story.happens({ kind: 'entry-proposed', request: request({}, story.at) }).handedOver()
  story.after(10_000).ticks()
  const sent = story.orders('unknown')
  expect(sent.map(({ role }) => role)).toContain('entry')

  story.after(-HOUR_MS).happens({ kind: 'clock-set-back', byMs: HOUR_MS })
  const asked = (story.at - 1_000) as EpochMs
  expect(snapshotDueAt(story.state, asked, story.rules)).toBeLessThanOrEqual(story.at)
  story.after(15_000).snapshot({ openOrders: [] })
  expect(story.orders('unknown')).toEqual([])
})
