import { describe, expect, test } from 'vitest'
import { fail } from '../base/result.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { MarginAsked } from '../domain/margin.ts'
import { scalp } from '../strategy/scalp.ts'
import type { Strategy } from '../strategy/strategy.ts'
import type { Fault, MarketData } from './ports.ts'
import { at } from './scripted-bars.testing.ts'
import { strategyAt, World } from './world.testing.ts'

/** Counts what is asked of the market, by the name of the question. */
function counted(marketData: MarketData, asked: Map<string, number>): MarketData {
  const note = (name: string): void => {
    asked.set(name, (asked.get(name) ?? 0) + 1)
  }
  return {
    ...marketData,
    spot: (...of) => (note('spot'), marketData.spot(...of)),
    chains: (...of) => (note('chains'), marketData.chains(...of)),
    glance: (...of) => (note('glance'), marketData.glance(...of)),
    candidates: (...of) => (note('candidates'), marketData.candidates(...of)),
    requote: (...of) => (note('requote'), marketData.requote(...of)),
  }
}

describe('one decision for every closed bar', () => {
  test('off the grid of the interval it is skipped, and says so', async () => {
    const world = new World({
      start: '09:59:30',
      strategies: [strategyAt('12:00')],
      intervalMs: 180_000,
    })
    world.start()
    await world.clock.runUntil(at('10:06:10'))
    expect(world.decisions()).toEqual([
      'hold: timed hold: holding 0', // 09:59-10:00: 30 minutes after the hour are on the grid
      'skipped: interval',
      'skipped: interval',
      'hold: timed hold: holding 0',
      'skipped: interval',
      'skipped: interval',
      'hold: timed hold: holding 0',
    ])
  })
})

describe('an entry', () => {
  test('from signal to fill: every number is in the reason', async () => {
    const world = new World({ strategies: [strategyAt('10:02')] })
    const { engine } = world.start()
    await world.clock.runUntil(at('10:04:30'))
    const proposed = world.events('CycleEnded').find(({ outcome }) => outcome.kind === 'proposed')
    expect(proposed?.outcome.barStart).toBe(at('10:02'))
    expect(proposed?.outcome.reason).toMatch(
      /^timed enter: it is 10:02; spot \$[\d.]+; \d+ in reach, \d+ seen, 3 quoted; picked SPY \S+ [\d.]+ C, bid \$[\d.]+, ask \$[\d.]+;.*; approved$/,
    )
    expect(proposed?.outcome.signalKey).toBe(`timed SPY ${at('10:03')} rise`)
    expect([...engine.state.structures.values()].map((each) => each.strategy)).toEqual(['timed'])
  })

  test('is asked about before its last quote, as much of it as fits, and the answer is journaled', async () => {
    const asked = new Map<string, number>()
    const questions: (MarginAsked & { readonly quotes: number })[] = []
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ marketData, broker }) => ({
        marketData: counted(marketData, asked),
        broker: {
          ...broker,
          margin: (of) => {
            questions.push({ ...of, quotes: asked.get('requote') ?? 0 })
            return broker.margin(of)
          },
        },
      }),
    })
    world.start()
    await world.clock.runUntil(at('10:04:30'))
    const [approved] = world.events('EntryApproved')
    const { request, quantity } = approved ?? {}
    expect(questions).toEqual([
      {
        contract: request?.candidate.contract,
        side: 'BUY',
        quantity: expect.any(Number),
        limit: expect.any(Number),
        quotes: 0,
      },
    ])
    expect(request?.margin).toMatchObject({ kind: 'answered', limit: questions[0]?.limit })
    expect(quantity).toBeLessThanOrEqual(questions[0]?.quantity ?? 0)
  })

  test('is not asked about when something holds it back by then', async () => {
    let questions = 0
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ marketData, broker }) => ({
        broker: { ...broker, margin: (of) => (questions++, broker.margin(of)) },
        marketData: {
          ...marketData,
          candidates: (...of) => {
            engine.view().command('test', { kind: 'reduce' })
            return marketData.candidates(...of)
          },
        },
      }),
    })
    const { engine } = world.start()
    await world.clock.runUntil(at('10:04'))
    expect(world.decisions().join()).toMatch(/what-if not asked: level reduce-only/)
    expect(questions).toBe(0)
  })

  test('chains are asked for once a day', async () => {
    const asked = new Map<string, number>()
    const world = new World({
      strategies: [strategyAt('10:02', '10:04'), { ...strategyAt('10:08'), name: 'later' }],
      wrap: ({ marketData }) => ({ marketData: counted(marketData, asked) }),
    })
    world.start()
    await world.clock.runUntil(at('10:12'))
    expect(asked.get('chains')).toBe(1)
    expect(asked.get('glance')).toBe(2)
  })

  test('that would be refused anyway costs no request', async () => {
    const asked = new Map<string, number>()
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ marketData }) => ({ marketData: counted(marketData, asked) }),
    })
    const { engine } = world.start()
    await world.run(5_000)
    engine.view().command('test', { kind: 'reduce' })
    await world.clock.runUntil(at('10:04'))
    expect(world.decisions()).toContain(
      'skipped: timed enter: it is 10:02; level reduce-only (operator)',
    )
    expect(asked).toEqual(new Map())
  })

  test('whose question fails is skipped with the reason (D27)', async () => {
    const fault: Fault = { code: 'no-data', retry: 'later', detail: 'farm down', vendorCode: 2103 }
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ marketData }) => ({
        marketData: { ...marketData, glance: () => Promise.resolve(fail(fault)) },
      }),
    })
    world.start()
    await world.clock.runUntil(at('10:04'))
    expect(world.decisions()).toContain('skipped: timed enter: it is 10:02; no-data: farm down')
  })

  test('whose question is never answered ends by its deadline, and the next bar is decided', async () => {
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ marketData }) => ({
        marketData: { ...marketData, candidates: () => new Promise(() => undefined) },
      }),
    })
    world.start()
    await world.clock.runUntil(at('10:05'))
    expect(world.decisions()).toEqual([
      'hold: timed hold: holding 0',
      'hold: timed hold: holding 0',
      'skipped: timed enter: it is 10:02; timeout: expected the observation within 25 s; none came',
      'hold: timed hold: holding 0',
    ])
  })

  test('without a contract that passes names what was passed over (R35)', async () => {
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ marketData }) => ({
        marketData: {
          ...marketData,
          candidates: async (...of) => {
            const seen = await marketData.candidates(...of)
            if (!seen.ok) return seen
            const value = seen.value.map(({ contract, quote }) => {
              return { contract, quote: { ...quote, bid: null } }
            })
            return { ok: true, value }
          },
        },
      }),
    })
    world.start()
    await world.clock.runUntil(at('10:04'))
    const none = world.decisions().find((each) => each.startsWith('none-picked'))
    expect(none).toMatch(/SPY \S+ [\d.]+ C: .*bid/)
  })
})

describe('several strategies', () => {
  test('the first that wants to enter is followed; what each said is kept', async () => {
    const second = { ...strategyAt('10:02'), name: 'second' }
    const world = new World({ strategies: [strategyAt('10:02'), second] })
    world.start()
    await world.clock.runUntil(at('10:04'))
    expect(world.events('EntryApproved').map(({ request }) => request.strategy)).toEqual(['timed'])
    const proposed = world.decisions().find((each) => each.startsWith('proposed'))
    expect(proposed).toContain('timed enter: it is 10:02; second enter: it is 10:02; spot')
  })

  test('an exit closes what the strategy itself holds', async () => {
    const other = { ...strategyAt('12:00', '10:05'), name: 'other' }
    const world = new World({ strategies: [strategyAt('10:02', '10:08'), other] })
    const { engine } = world.start()
    await world.clock.runUntil(at('10:07'))
    expect(world.events('ExitTriggered')).toEqual([])
    await world.clock.runUntil(at('10:12'))
    expect(world.events('ExitTriggered').map(({ reason }) => reason)).toEqual([
      'timed: it is 10:08',
    ])
    const reasons = world.events('CycleEnded').map(({ outcome }) => outcome.reason)
    const said = reasons.filter((reason) => reason.startsWith('exit of'))
    expect(said).toEqual([expect.stringMatching(/^exit of SPY 2026-03-13 [\d.]+ C; /)])
    expect([...engine.state.structures.values()].map((each) => each.quantity)).toEqual([0])
  })

  test('one that needs hours judges each hour once', async () => {
    let asked = 0
    const hourly: Strategy = {
      name: 'hourly',
      needs: { size: '1h', count: 5 },
      evaluate: () => {
        asked++
        return { kind: 'hold', reason: 'quiet' }
      },
    }
    const world = new World({ start: '10:57', strategies: [hourly] })
    world.start()
    await world.clock.runUntil(at('11:02:30'))
    expect(world.decisions()).toEqual([
      'hold: hourly hold: 1h bar closed 3480 s ago', // history when we begin
      'hold: hourly hold: no new 1h bar',
      'hold: hourly hold: quiet', // on the bar that ends at 11:00
      'hold: hourly hold: no new 1h bar',
      'hold: hourly hold: no new 1h bar',
    ])
    expect(asked).toBe(1)
  })
})

describe('bars that come late', () => {
  /** Disconnected from the market's data between these two times. */
  const outage = async (from: string, to: string): Promise<readonly string[]> => {
    let down = false
    const ends: (() => void)[] = []
    const fault: Fault = {
      code: 'not-connected',
      retry: 'after-reconnect',
      detail: 'down',
      vendorCode: null,
    }
    const world = new World({
      strategies: [strategyAt('12:00')],
      wrap: ({ marketData }) => ({
        marketData: {
          ...marketData,
          history: (...of) => (down ? Promise.resolve(fail(fault)) : marketData.history(...of)),
          stream: (of, listener) => {
            ends.push(() => listener.ended(fault))
            return down ? fail(fault) : marketData.stream(of, listener)
          },
        },
      }),
    })
    world.start()
    await world.clock.runUntil(at(from))
    down = true
    for (const end of ends) end()
    await world.clock.runUntil(at(to))
    down = false
    await world.clock.runUntil(at('10:09:30'))
    const outcomes = world
      .events('CycleEnded')
      .map(({ outcome }) => outcome)
      .sort((a, b) => a.barStart - b.barStart)
    const minutes = Array.from({ length: 9 }, (_, i) => at('10:00') + i * 60_000)
    expect(outcomes.map((outcome) => outcome.barStart)).toEqual(minutes)
    return outcomes.map(({ kind, reason }) => `${kind}: ${reason.replace(/closed.*/, '').trim()}`)
  }

  test('are history after two minutes, and each has its one decision (X11)', async () => {
    expect((await outage('10:02:30', '10:07:30')).slice(2, 7)).toEqual([
      'skipped: late bar:',
      'skipped: late bar:',
      'skipped: late bar:',
      'hold: timed hold: holding 0',
      'skipped: previous cycle still running',
    ])
  })

  test('together are decided one at a time: the symbol is busy with the first', async () => {
    expect((await outage('10:02:30', '10:04:10')).slice(2, 5)).toEqual([
      'hold: timed hold: holding 0',
      'skipped: previous cycle still running',
      'hold: timed hold: holding 0',
    ])
  })
})

test('a day without a session has no bars and no decisions', async () => {
  const world = new World({ start: '16:30', strategies: [scalp] })
  world.start()
  await world.clock.runUntil(at('09:00', '2026-03-11' as CalendarDate))
  expect(world.decisions()).toEqual([])
})
