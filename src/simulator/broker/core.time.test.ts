import { describe, expect, test } from 'vitest'
import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import { price } from '../../domain/money.ts'
import { GatewayCore } from './core.ts'
import type { Adverse, Market } from '../market/market.ts'
import { at, CALL, scriptedMarket, SPY, ticket } from '../market/scripted-market.testing.ts'

/** A clock whose timers fire when the test says so: early, late, or never. */
class HandClock implements Clock {
  wall: EpochMs = at('09:45')
  waiting = new Map<number, () => void | Promise<void>>()
  #next = 0

  now(): EpochMs {
    return this.wall
  }

  monotonicMs(): number {
    return this.wall
  }

  after(_delayMs: number, callback: () => void | Promise<void>): Cancel {
    const id = this.#next++
    this.waiting.set(id, callback)
    return () => {
      this.waiting.delete(id)
    }
  }

  fire(): void {
    const due = [...this.waiting.values()]
    this.waiting.clear()
    for (const callback of due) void callback()
  }
}

const SCRIPT = {
  quotes: {
    [CALL.conId]: [
      { at: at('09:30'), bid: 2, ask: 2.1 },
      { at: at('10:00'), bid: 1, ask: 1.1 },
      { at: at('10:10'), bid: 2, ask: 2.1 },
    ],
    [SPY.conId]: [{ at: at('09:30'), bid: 560, ask: 560.1 }],
  },
}

function open(): { clock: HandClock; core: GatewayCore } {
  const clock = new HandClock()
  return { clock, core: new GatewayCore({ clock, seed: 1, market: scriptedMarket(SCRIPT) }) }
}

describe('the one timer', () => {
  test('nothing waits while nothing rests', () => {
    const { clock, core } = open()
    expect(clock.waiting.size).toBe(0)
    core.place(ticket({ limit: price(1.5) }))
    expect(clock.waiting.size).toBe(1)
    core.cancel(7, 7, 1)
    clock.wall = at('09:46')
    clock.fire()
    expect(clock.waiting.size).toBe(0)
  })

  test('however late it fires, everything happens at its own moment', () => {
    const { clock, core } = open()
    core.place(ticket({ limit: price(1.5) }))
    clock.wall = at('10:30')
    expect(core.executions()).toMatchObject([{ at: at('10:00'), price: price(1.5) }])
  })

  test('when the wall clock goes back, nothing happens before what has been done', () => {
    const { clock, core } = open()
    core.place(ticket({ limit: price(1.5) }))
    clock.wall = at('10:30')
    clock.fire()
    clock.wall = at('09:00')
    core.place(ticket({ orderId: 2, limit: price(2.1) }))
    clock.fire()
    expect(core.executions()).toHaveLength(1)
    clock.wall = at('10:31')
    clock.fire()
    expect(core.executions().at(-1)?.at).toBeGreaterThan(at('10:00'))
  })

  test('what a listener does is told after what it was told', () => {
    const { core } = open()
    const told: number[] = []
    core.subscribe((event) => {
      if (event.kind === 'order-error' && event.orderId < 3) core.cancel(7, 7, event.orderId + 1)
    })
    core.subscribe((event) => told.push(event.kind === 'order-error' ? event.orderId : 0))
    core.cancel(7, 7, 1)
    expect(told).toEqual([1, 2, 3])
  })
})

describe('which extreme of a minute comes first (replay rule 3)', () => {
  const seen = (act: (core: GatewayCore) => void): Adverse | undefined => {
    const clock = new HandClock()
    const market = scriptedMarket(SCRIPT)
    const asked: Adverse[] = []
    const listening = {
      ...market,
      quote: (...of: Parameters<typeof market.quote>) => {
        asked.push(of[2])
        return market.quote(...of)
      },
    }
    const core = new GatewayCore({ clock, seed: 1, market: listening })
    act(core)
    clock.wall = at('09:46')
    clock.fire()
    core.quote(SPY.conId)
    return asked.at(-1)
  }

  const order = { contract: SPY, quantity: 1 } as const

  test.each([
    ['nothing held, nothing waiting', () => undefined, 'high-first'],
    [
      'only waiting to buy',
      (core: GatewayCore) => core.place(ticket({ ...order, limit: price(500) })),
      'high-first',
    ],
    ['long', (core: GatewayCore) => core.place(ticket({ ...order, type: 'MKT' })), 'low-first'],
    [
      'short',
      (core: GatewayCore) => core.place(ticket({ ...order, type: 'MKT', side: 'SELL' })),
      'high-first',
    ],
  ] as const)('%s', (_name, act, adverse) => {
    expect(seen(act)).toBe(adverse)
  })

  test('a minute that shows an extreme keeps to its path, whoever holds by then', () => {
    const clock = new HandClock()
    const base = scriptedMarket(SCRIPT)
    const minute = at('09:46')
    const bids = { 'low-first': [2, 1.8, 2.2, 2], 'high-first': [2, 2.2, 1.8, 2] } as const
    const market: Market = {
      ...base,
      quote: (id, when, adverse) => {
        const step = Math.floor((when - minute) / 15_000)
        const bid = bids[adverse][Math.max(0, Math.min(3, step))] ?? 2
        const quote = base.quote(id, when, adverse)
        return quote && { ...quote, bid: price(bid), ask: price(bid + 0.1), changedAt: when }
      },
      nextChange: (_id, when) => ((Math.floor(when / 15_000) + 1) * 15_000) as EpochMs,
    }
    const core = new GatewayCore({ clock, seed: 1, market })
    core.place(ticket({ orderId: 1, limit: price(1.95), transmit: false }))
    core.place(ticket({ orderId: 2, parentId: 1, side: 'SELL', limit: price(2.15) }))
    clock.wall = at('09:47')
    // Bought on the low of the minute, after its high: that high is gone.
    expect(core.executions()).toMatchObject([{ orderId: 1, at: at('09:46', 30) }])
  })
})
