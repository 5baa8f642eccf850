import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withOwn } from '../../src/cli/own-load.ts'
import type { CalendarDate, OptionContract } from '../../src/domain/contract.ts'
import { fail } from '../../src/base/result.ts'
import { daysBetween } from '../../src/domain/date.ts'
import type { MarketData, Ports } from '../../src/engine/ports.ts'
import { strategyNames } from '../../src/strategy/registry.ts'
import type { Event } from '../../src/trading/event.ts'
import { checkersOf } from './checkers/all.ts'
import type { Written } from './config-text.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

/** D13, R33: each strategy trades, and nothing but a configuration says so. */

type Of<T extends Event['type']> = Extract<Event, { readonly type: T }>

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/two-bars.mjs')
const folder = mkdtempSync(join(tmpdir(), 'strategies-'))

/** A strategy of one's own that says this about every bar. */
function own(name: string, body: string): string {
  const file = join(folder, `${name}.mjs`)
  const needs = "{ size: '1m', count: 2 }"
  const text = `export const strategy = { name: '${name}', needs: ${needs}, evaluate(view) { ${body} } }`
  writeFileSync(file, text)
  return `{ file: ${file} }`
}
const always = (outlook: 'rise' | 'fall'): string =>
  own(
    `always-${outlook}`,
    `return { kind: 'enter', outlook: '${outlook}', confidence: 1, reason: 'x' }`,
  )

async function ran(date: string, time: string, of: { minutes: number; written: Partial<Written> }) {
  const plan = fixedPlan({ date, time, ...of })
  const { settings } = await withOwn(plan.settings)
  const world = new World({ plan, settings, checkers: checkersOf('one') })
  await world.runUntil(plan.until)
  const all = <T extends Event['type']>(type: T): readonly Of<T>[] =>
    world.remains.journal
      .read()
      .flatMap(({ event }) => (event.type === type ? [event as Of<T>] : []))
  const decisions = all('CycleEnded').map(({ outcome }) => `${outcome.kind}: ${outcome.reason}`)
  expect(world.violations).toEqual([])
  return { world, all, decisions }
}

const byBars = [
  ['scalp', '2026-03-10', '10:29', 6],
  ['whale', '2026-03-06', '10:58', 4],
  ['daily-volume', '2026-03-10', '10:38', 4],
] as const

test('every strategy that a file may name trades here (D13)', () => {
  expect([...byBars.map(([name]) => name), 'vix-regime']).toEqual(strategyNames)
})

test.each(byBars)('%s enters and is filled (D13)', async (...[name, date, time, minutes]) => {
  const written = { strategies: name }
  const { all, decisions } = await ran(date, time, { minutes, written })
  expect(decisions.join('\n')).toContain(`${name} enter: `)
  expect(all('EntryApproved')[0]?.request.strategy).toBe(name)
  expect(all('OrderFilled').length).toBeGreaterThan(0)
})

describe('vix-regime', () => {
  const lists = 'vix_regime: { puts: {}, calls: { SPY: { otm: 1%-4%, dte: 20-45 } } }'
  const written = { strategies: 'vix-regime', more: lists, symbols: 'SPY, QQQ' }

  test('VIX in the twenties: a call in the range, by the strategic search (D13)', async () => {
    const { all, decisions } = await ran('2026-03-06', '10:58', { minutes: 4, written })
    const [approved] = all('EntryApproved')
    expect(approved?.request.signal.reason).toMatch(/^VIX 2\d\.\d\d, elevated$/)
    const contract = approved?.request.candidate.contract
    const { right, expiry } = (contract ?? {}) as OptionContract
    const days = daysBetween('2026-03-06' as CalendarDate, expiry)
    expect([right, days >= 20 && days <= 45]).toEqual(['C', true])
    expect(decisions.join('\n')).toMatch(/10 in reach, 10 seen, 10 quoted/)
    expect(decisions.join('\n')).toMatch(/QQQ is not in its universe/)
    expect(all('OrderFilled').length).toBeGreaterThan(0)
  })

  test('D14: an index that says nothing is no regime and no entry', async () => {
    const plan = fixedPlan({ date: '2026-03-06', time: '10:58', minutes: 4, written })
    const fault = { code: 'no-data', retry: 'later', detail: 'no price', vendorCode: null } as const
    const silent = (marketData: MarketData): MarketData =>
      new Proxy(marketData, {
        get(of, name) {
          const value: unknown = Reflect.get(of, name)
          if (typeof value !== 'function') return value
          return (key: { readonly symbol?: string }, ...more: readonly unknown[]): unknown =>
            name === 'spot' && key.symbol === 'VIX'
              ? Promise.resolve(fail(fault))
              : value.call(of, key, ...more)
        },
      })
    const wrap = ({ marketData }: Ports) => ({ marketData: silent(marketData) })
    const world = new World({ plan, checkers: checkersOf('one'), wrap })
    await world.runUntil(plan.until)
    const said = world.remains.journal.read().map(({ event }) => JSON.stringify(event))
    expect(said.join('\n')).toContain('vix-regime hold: VIX is unknown: no regime')
    expect(said.join('\n')).not.toContain('EntryApproved')
  })
})

describe("a user's own file", () => {
  test('the example of docs/strategies.md trades', async () => {
    const written = { strategies: `{ file: ${EXAMPLE} }`, symbols: 'SPY' }
    const { all } = await ran('2026-03-10', '10:33', { minutes: 4, written })
    expect(all('EntryApproved')[0]?.request.strategy).toBe('two-bars')
    expect(all('OrderFilled').length).toBeGreaterThan(0)
  })

  test('one that throws holds in its symbol, says so, and harms nothing else', async () => {
    const broken = own('broken', "if (view.symbol === 'SPY') throw new Error('boom'); return 1")
    const written = { strategies: `${broken}, scalp`, symbols: 'SPY, QQQ' }
    const { all, decisions } = await ran('2026-03-10', '10:29', { minutes: 6, written })
    expect(decisions.join('\n')).toContain('broken hold: failed: it threw boom')
    expect(decisions.join('\n')).toContain('broken hold: failed: answer: ')
    expect(all('EntryApproved')[0]?.request.strategy).toBe('scalp')
  })
})

describe('exits that are not an order', () => {
  test('trend-exit: a call leaves when an hour closed below its average (D9, R19)', async () => {
    const written = { strategies: always('rise'), exits: '  trend_exit: ema20' }
    const { all, world } = await ran('2026-03-06', '11:58', { minutes: 5, written })
    const [ending] = all('ExitTriggered')
    expect(ending?.reason).toMatch(/^trend exit: an hour closed at [\d.]+, EMA20 [\d.]+$/)
    const ended = world.bot.engine.state.structures.get(ending?.structureId as never)
    expect(ended?.quantity).toBe(0)
    const closes = all('OrderIntended').filter(({ order }) => order.role === 'close')
    expect(closes[0]?.order.oca?.name).toBe(`oca-${ending?.structureId}`)
  })

  test('trailing stop: what rests at the broker follows, never back', async () => {
    const written = {
      strategies: always('fall'),
      takeProfit: '900%',
      exits: '  trailing_stop: 4%',
    }
    const { all, world } = await ran('2026-03-06', '10:58', { minutes: 12, written })
    const moves = all('PlanChanged').filter(({ reason }) => reason.startsWith('trails'))
    expect(moves.length).toBeGreaterThan(1)
    const stops = new Map<string, number>()
    for (const { structureId, plan } of moves) {
      const stop = plan.stopLoss?.price ?? 0
      expect(stop).toBeGreaterThan(stops.get(structureId) ?? 0)
      stops.set(structureId, stop)
    }
    await world.rest()
    expect(world.violations).toEqual([])
  })

  test('time stop', async () => {
    const written = { strategies: always('rise'), exits: '  time_stop: 2m' }
    const { all } = await ran('2026-03-10', '10:29', { minutes: 6, written })
    expect(all('ExitTriggered')[0]?.reason).toBe('its time is over: time stop after 2 min')
    expect(all('OrderFilled').some(({ fill }) => fill.side === 'SELL')).toBe(true)
  })
})
