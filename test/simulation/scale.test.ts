import { afterAll, expect, test } from 'vitest'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { MemoryBarStore } from '../../src/history/memory.ts'
import { Crowd, tickers } from './crowd.ts'

const AGE_MS_MAX = 90_000
const SPY = 'SPY' as Ticker
const lines: string[] = []

/** For a person: what a run came to. */
function note(name: string, crowd: Crowd, wallMs: number): void {
  const { historicalRequests } = crowd.gateway.counters
  const sources = new Map<string, number>()
  for (const { bot } of crowd.bots) {
    for (const source of bot.feed.counts.sources.values()) {
      sources.set(String(source), (sources.get(String(source)) ?? 0) + 1)
    }
  }
  const fed = [...sources].map(([source, count]) => `${count} ${source}`).join(', ')
  const p99 = crowd.age(0.99) / 1_000
  lines.push(
    `${name}: ${fed}; ${historicalRequests} historical requests; newest closed bar ` +
      `p99 ${p99} s, at most ${crowd.age(1) / 1_000} s; ${(wallMs / 1_000).toFixed(1)} s of wall time`,
  )
}

/** Wall time is only told, never judged. */
const wall = (): number => performance.now()
afterAll(() => console.log(lines.join('\n')))

test('100 symbols for an hour with the open: no limit broken, every bar in time', async () => {
  const from = wall()
  const crowd = new Crowd({ symbols: tickers(100), start: '09:20' })
  crowd.watch()
  await crowd.until('09:23')
  const [only] = crowd.bots
  const filled = (only?.settings.symbols ?? []).filter(({ underlying }) => {
    return only?.bot.feed.closed(underlying.symbol, '1m', 60).ok === true
  })
  expect(filled.length).toBe(100)
  await crowd.until('10:20')
  note('100 symbols, 09:20-10:20', crowd, wall() - from)
  expect(crowd.violations).toEqual([])
  expect(crowd.gateway.counters.violations).toBe(0)
  expect(crowd.gateway.counters.historicalRequests).toBeLessThanOrEqual(120)
  expect(crowd.age(0.99)).toBeLessThanOrEqual(AGE_MS_MAX)
})

test('100 symbols that lose every connection twice within ten minutes of their start', async () => {
  const from = wall()
  const crowd = new Crowd({ symbols: tickers(100), start: '10:00', strategies: 'scalp, whale' })
  for (const time of ['10:04', '10:07']) {
    await crowd.until(time)
    for (const transport of crowd.gateway.transports) transport.close()
  }
  await crowd.until('10:09')
  crowd.watch()
  await crowd.until('10:16')
  note('100 symbols, reconnects at 10:04 and 10:07', crowd, wall() - from)
  const [only] = crowd.bots
  expect([...(only?.bot.feed.counts.sources.values() ?? [])]).not.toContain('polled')
  const whole = (only?.settings.symbols ?? []).filter(({ underlying }) => {
    return only?.bot.feed.closed(underlying.symbol, '1m', 20).ok === true
  })
  expect(whole).toHaveLength(100)
  expect(crowd.violations).toEqual([])
  expect(crowd.age(0.99)).toBeLessThanOrEqual(AGE_MS_MAX)
})

test('two bots with half of the login each: no limit broken together', async () => {
  const from = wall()
  const half = { share: 0.5 }
  const crowd = new Crowd({ symbols: tickers(80), start: '09:50', pacing: [half, half] })
  await crowd.until('09:55')
  crowd.watch()
  await crowd.until('10:05')
  note('two bots of 40 symbols, half of a login each', crowd, wall() - from)
  expect(crowd.violations).toEqual([])
  expect(crowd.age(0.99)).toBeLessThanOrEqual(AGE_MS_MAX)
})

test('a planted bug: two bots that take all of the login break its limits', async () => {
  const crowd = new Crowd({ symbols: tickers(160), start: '09:50', pacing: [{}, {}] })
  await crowd.until('09:53')
  expect(crowd.gateway.counters.violations).toBeGreaterThan(0)
})

test('a restart asks for what the cache does not cover, and for nothing else', async () => {
  const store = new MemoryBarStore()
  const symbols = tickers(3)
  const before = new Crowd({ symbols, start: '09:50', stores: [store] })
  await before.until('10:10')
  expect(before.gateway.counters.historicalRequests).toBe(3)
  const after = new Crowd({ symbols, start: '10:10', stores: [store] })
  await after.until('10:15')
  expect(after.gateway.counters.historicalRequests).toBe(3) // the streams themselves
  expect(after.bots[0]?.bot.feed.counts.requests).toBe(0)
})

test.each([
  ['3 symbols for a day', 3, '16:05'],
  ['30 symbols through the open, 09:15-10:30', 30, '10:30'],
] as const)('%s: at most 10 historical requests each', async (name, count, until) => {
  const from = wall()
  const crowd = new Crowd({ symbols: tickers(count), start: '09:15', strategies: 'scalp, whale' })
  crowd.watch()
  await crowd.until(until)
  note(name, crowd, wall() - from)
  expect(crowd.violations).toEqual([])
  expect(crowd.gateway.counters.historicalRequests).toBeLessThanOrEqual(10 * count)
  expect(crowd.age(0.99)).toBeLessThanOrEqual(AGE_MS_MAX)
})

test('a half day ends at 13:00, and nothing is missed afterwards', async () => {
  const date = '2026-11-27' as CalendarDate
  const crowd = new Crowd({ symbols: tickers(2), start: '12:40', date })
  await crowd.clock.runUntil(atNewYork(date, '15:00'))
  const [only] = crowd.bots
  expect([...(only?.bot.feed.counts.bars.values() ?? [])]).toEqual([20, 20])
  expect(only?.bot.feed.counts.renewals).toBe(0)
  expect(only?.bot.feed.closed(SPY, '1m', 210).ok).toBe(true)
  expect(crowd.gateway.counters.historicalRequests).toBe(2)
})
