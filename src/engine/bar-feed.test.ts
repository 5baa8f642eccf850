import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import { newYorkTime } from '../domain/calendar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import { MemoryBarStore } from '../history/memory.ts'
import { BarFeed } from './bar-feed.ts'
import type { BarStore } from './ports.ts'
import { at, barAt, clockAt, ScriptedBars, SPY } from './scripted-bars.testing.ts'

const needs = { size: '1m', count: 30 } as const

interface Followed {
  readonly clock: VirtualClock
  readonly source: ScriptedBars
  readonly feed: BarFeed
  /** What was told: `10:00@10:01:05`, the bar's start and when it was told. */
  readonly told: string[]
}

function follow(
  time: string,
  barStore: BarStore = new MemoryBarStore(),
  hours: Hours = 'regular',
): Followed {
  const clock = clockAt(time)
  const source = new ScriptedBars(clock)
  source.hours = hours
  const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
  const feed = new BarFeed({ clock, marketData, barStore }, hours)
  const told: string[] = []
  feed.onClosed((_symbol, bar) => told.push(`${text(bar.start)}@${text(clock.now())}`))
  feed.follow(SPY, needs)
  return { clock, source, feed, told }
}

const text = (ms: ReturnType<typeof at>): string => {
  const { hour, minute, second } = newYorkTime(ms)
  const pad = (value: number) => String(value).padStart(2, '0')
  return `${pad(hour)}:${pad(minute)}${second === 0 ? '' : `:${pad(second)}`}`
}

const minutes = (from: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => text((at(from) + i * 60_000) as EpochMs))

describe('backfill', () => {
  test('one bounded request fills what is needed, and today for larger bars to grow from', async () => {
    const { clock, source, feed } = follow('10:00')
    expect(feed.closed(SPY.symbol, '1m', 30)).toMatchObject({ ok: false })
    await clock.runUntil(at('10:00:30'))
    expect(source.requests.map(({ span }) => [text(span.from), text(span.to)])).toEqual([
      ['09:30', '10:00'],
    ])
    const bars = feed.closed(SPY.symbol, '1m', 30)
    expect(bars.ok && bars.value.map((bar) => text(bar.start)).slice(0, 2)).toEqual([
      '09:30',
      '09:31',
    ])
  })

  test('early in a session it reaches into the last one, still with one request', async () => {
    const { clock, source, feed } = follow('09:40')
    await clock.runUntil(at('09:40:30'))
    const [request] = source.requests
    expect(request?.span).toEqual({
      from: at('15:40', '2026-03-09' as CalendarDate),
      to: at('09:40'),
    })
    const bars = feed.closed(SPY.symbol, '1m', 30)
    expect(bars.ok && bars.value.length).toBe(30)
  })

  test('what the cache covers is not asked for again', async () => {
    const store = new MemoryBarStore()
    const first = follow('10:00', store)
    await first.clock.runUntil(at('10:30'))
    const second = follow('10:29', store)
    expect(second.feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
    await second.clock.runUntil(at('10:31:30'))
    expect(second.source.requests).toEqual([])
  })

  test('history does not trigger decisions; the bar that is open at the start does', async () => {
    const { clock, told } = follow('10:00:20')
    await clock.runUntil(at('10:02:30'))
    expect(told).toEqual(['10:00@10:01:05', '10:01@10:02:05'])
  })
})

describe('closed bars', () => {
  test('each is told once, in order: when the next begins, or by the clock at the end', async () => {
    const { clock, told, feed } = follow('15:57')
    await clock.runUntil(at('16:30'))
    expect(told).toEqual(['15:57@15:58:05', '15:58@15:59:05', '15:59@16:00:05'])
    expect(feed.counts.bars.get(SPY.symbol)).toBe(3)
  })

  test('a whole session is 390 bars and one request', async () => {
    const { clock, told, source } = follow('09:00')
    await clock.runUntil(at('18:00'))
    expect(told.length).toBe(390)
    expect(new Set(told).size).toBe(390)
    expect(source.requests.length).toBe(1)
  })

  test('a minute that a stream leaves out is asked for, five times a day, and is no gap', async () => {
    const { clock, source, feed, told } = follow('10:00')
    source.quiet.add(at('10:05'))
    await clock.runUntil(at('10:08'))
    expect(told.map((each) => each.slice(0, 5))).not.toContain('10:05')
    expect(source.requests.length).toBe(2)
    expect(feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
    for (let minute = 10; minute < 30; minute += 2) source.quiet.add(at(`10:${minute}`))
    await clock.runUntil(at('10:35'))
    expect(source.requests.length).toBe(6)
    expect(feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
  })

  test('the next session goes on with the same stream', async () => {
    const { clock, told, source } = follow('15:58')
    await clock.runUntil(at('09:33', '2026-03-11' as CalendarDate))
    expect(told.map((each) => each.slice(0, 5))).toEqual(['15:58', '15:59', '09:30', '09:31'])
    expect(source.requests.length).toBe(1)
  })
})

describe('repair', () => {
  test('what was missed while the link was down is asked for, and told once, in order', async () => {
    const { clock, source, told } = follow('10:00')
    await clock.runUntil(at('10:02:30'))
    source.disconnect()
    await clock.runUntil(at('10:06:30'))
    source.connected = true
    await clock.runUntil(at('10:09:30'))
    expect(told.map((each) => each.slice(0, 5))).toEqual([
      '10:00',
      '10:01',
      '10:02',
      '10:03',
      '10:04',
      '10:05',
      '10:06',
      '10:07',
      '10:08',
    ])
  })

  test('the minute that a new stream has missed is late while it is asked for, and no gap', async () => {
    const { clock, source, feed } = follow('10:00')
    await clock.runUntil(at('10:04:30'))
    source.disconnect()
    await clock.runUntil(at('10:04:59'))
    source.connected = true
    const newest = new Set<string>()
    for (let i = 0; i < 200; i++) {
      await clock.runUntil((clock.now() + 50) as ReturnType<typeof at>)
      const bars = feed.closed(SPY.symbol, '1m', 30)
      newest.add(bars.ok ? text(bars.value.at(-1)?.start ?? at('09:30')) : bars.error.detail)
    }
    expect([...newest]).toEqual(['10:03', '10:04'])
  })

  test('a minute that does not come when it is asked for is a gap', async () => {
    const { clock, source, feed } = follow('10:00')
    await clock.runUntil(at('10:04:30'))
    source.disconnect()
    await clock.runUntil(at('10:04:59'))
    source.connected = true
    source.answer = { code: 'timeout', retry: 'later', detail: 'none', vendorCode: null }
    await clock.runUntil(at('10:05:20'))
    expect(feed.closed(SPY.symbol, '1m', 30)).toMatchObject({ error: { code: 'no-data' } })
  })

  test('silence in an open session renews the subscription and asks for the span', async () => {
    const { clock, source, feed, told } = follow('10:00')
    await clock.runUntil(at('10:02:30'))
    source.mute = true
    await clock.runUntil(at('10:05'))
    expect(feed.closed(SPY.symbol, '1m', 30)).toMatchObject({ error: { code: 'stale' } })
    expect(feed.counts.renewals).toBe(1)
    source.mute = false
    await clock.runUntil(at('10:08:30'))
    expect(feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
    expect(told.map((each) => each.slice(0, 5))).toEqual([
      '10:00',
      '10:01',
      '10:02',
      '10:03',
      '10:04',
      '10:05',
      '10:06',
      '10:07',
    ])
  })

  test('a market that is quiet for hours costs few requests', async () => {
    const { clock, source } = follow('10:00')
    for (let minute = 0; minute < 180; minute++)
      source.quiet.add((at('10:05') + minute * 60_000) as ReturnType<typeof at>)
    await clock.runUntil(at('13:00'))
    expect(source.requests.length).toBeLessThan(25)
  })

  describe('in all hours', () => {
    test('a stream that dies at eight is found out by what history says was traded', async () => {
      const { clock, feed, source, told } = follow('07:30', undefined, 'all')
      await clock.runUntil(at('08:00'))
      expect(source.requests.length).toBe(1)
      source.mute = true
      await clock.runUntil(at('08:03:10'))
      expect(feed.counts.renewals).toBe(1)
      source.mute = false
      await clock.runUntil(at('08:06'))
      expect(told.map((each) => each.slice(0, 5))).toEqual(minutes('07:30', 35))
      expect(feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
      expect(source.requests.length).toBeLessThanOrEqual(4)
    })

    test('a stock that nobody trades is asked about less and less, and its stream stays', async () => {
      const { clock, feed, source, told } = follow('07:30', undefined, 'all')
      for (let minute = at('08:00'); minute < at('09:20'); minute = barEnd(minute, '1m'))
        source.quiet.add(minute)
      await clock.runUntil(at('09:25'))
      expect(feed.counts.renewals).toBe(0)
      expect(source.requests.length).toBe(6) // the start, then after 3, 6, 12, 24 and 48 minutes
      expect(told.map((each) => each.slice(0, 5))).toEqual([
        ...minutes('07:30', 30),
        ...minutes('09:20', 4),
      ])
    })
  })

  test('no silence is heard outside of regular hours', async () => {
    const { clock, feed, source } = follow('15:58')
    await clock.runUntil(at('09:00', '2026-03-11' as CalendarDate))
    expect(feed.counts.renewals).toBe(0)
    expect(source.requests.length).toBe(1)
  })
})

test('a refused source leads to the next one', async () => {
  const clock = clockAt('10:00')
  const source = new ScriptedBars(clock)
  source.refused.add('keep-up-to-date')
  const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
  const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
  feed.follow(SPY, needs)
  await clock.runUntil(at('10:02:30'))
  expect(source.sources).toEqual(['keep-up-to-date', 'five-second'])
  expect(feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
})

test('a source that cannot be read once is opened again, and left alone when it is so again', async () => {
  const { clock, source } = follow('10:00')
  await clock.runUntil(at('10:02:30'))
  source.drift()
  await clock.runUntil(at('10:02:40'))
  expect(source.sources).toEqual(['keep-up-to-date', 'keep-up-to-date'])
  source.drift()
  await clock.runUntil(at('10:03:10'))
  expect(source.sources.slice(2)).toEqual(['five-second'])
  await clock.runUntil(at('10:06'))
  expect(source.sources.slice(3)).toEqual(['keep-up-to-date'])
})

test('a price of a minute that is not told is the last price, and a sign of life', async () => {
  const { clock, source, feed, told } = follow('10:00')
  source.mute = true
  for (let i = 0; i < 36; i++) {
    await clock.runUntil((clock.now() + 5_000) as ReturnType<typeof at>)
    source.price(price(705))
  }
  expect(feed.last(SPY.symbol)).toEqual({ price: price(705), at: at('10:03') })
  expect([feed.counts.renewals, told]).toEqual([0, []])
})

test('without any stream bars are polled, once a minute, counted, and told', async () => {
  const clock = clockAt('10:00')
  const source = new ScriptedBars(clock)
  for (const each of ['keep-up-to-date', 'five-second', 'quote-line']) source.refused.add(each)
  const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
  const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
  const told: string[] = []
  feed.onClosed((_symbol, bar) => told.push(text(bar.start)))
  feed.follow(SPY, needs)
  await clock.runUntil(at('10:05:30'))
  expect(told).toEqual(['10:00', '10:01', '10:02', '10:03', '10:04'])
  expect(feed.counts.polled).toBe(5)
  expect(feed.closed(SPY.symbol, '1m', 30).ok).toBe(true)
})

test('hours grow from minutes after one backfill; 09:30-10:00 is one of its own', async () => {
  const clock = clockAt('09:20')
  const source = new ScriptedBars(clock)
  const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
  const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
  feed.follow(SPY, { size: '1h', count: 61 })
  await clock.runUntil(at('12:01:30'))
  expect(source.requests.map((request) => request.size).sort()).toEqual(['1h', '1m'])
  const bars = feed.closed(SPY.symbol, '1h', 61)
  expect(bars.ok && bars.value.length).toBe(61)
  expect(bars.ok && bars.value.slice(-4).map((bar) => text(bar.start))).toEqual([
    '15:00',
    '09:30',
    '10:00',
    '11:00',
  ])
  expect(bars.ok && bars.value.at(-1)?.volume).toBe(60)
})

test('nobody is told anything after leaving', async () => {
  const clock = clockAt('10:00')
  const source = new ScriptedBars(clock)
  const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
  const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
  const told: string[] = []
  feed.onClosed((_symbol, bar) => told.push(text(bar.start)))
  const leave = [feed.follow(SPY, needs), feed.follow(SPY, { size: '1h', count: 2 })]
  leave[0]?.()
  await clock.runUntil(at('10:01:30'))
  leave[1]?.()
  await clock.runUntil(at('10:05'))
  expect(told).toEqual(['10:00'])
  expect(feed.closed(SPY.symbol, '1m', 1)).toMatchObject({ ok: false })
})

describe('a better source', () => {
  test('takes over once it has room, and no bar is missed or told twice', async () => {
    const clock = clockAt('10:00')
    const source = new ScriptedBars(clock)
    source.full.add('keep-up-to-date')
    const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
    const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
    const told: string[] = []
    feed.onClosed((_symbol, bar) => told.push(text(bar.start)))
    feed.follow(SPY, needs)
    await clock.runUntil(at('10:03:30'))
    expect(feed.counts.sources.get(SPY.symbol)).toBe('five-second')
    source.full.clear()
    await clock.runUntil(at('10:08:30'))
    expect(feed.counts.sources.get(SPY.symbol)).toBe('keep-up-to-date')
    expect(feed.counts.renewals).toBe(0)
    expect(told).toEqual(['10:00', '10:01', '10:02', '10:03', '10:04', '10:05', '10:06', '10:07'])
  })

  test('is found from polling, too', async () => {
    const clock = clockAt('10:00')
    const source = new ScriptedBars(clock)
    for (const each of ['keep-up-to-date', 'five-second', 'quote-line']) source.full.add(each)
    const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
    const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
    feed.follow(SPY, needs)
    await clock.runUntil(at('10:02:30'))
    expect(feed.counts.sources.get(SPY.symbol)).toBe('polled')
    source.full.delete('quote-line')
    await clock.runUntil(at('10:04:30'))
    expect(feed.counts.sources.get(SPY.symbol)).toBe('quote-line')
  })
})

describe('a split while it runs', () => {
  async function jumped(change: (source: ScriptedBars) => void) {
    const { clock, source, feed } = follow('10:00')
    await clock.runUntil(at('10:02:30'))
    const before = source.requests.length
    change(source)
    const ratios = new Set<number>()
    for (let second = 31; second < 300; second++) {
      await clock.runUntil((at('10:02') + second * 1000) as EpochMs)
      const bars = feed.closed(SPY.symbol, '1m', 30)
      if (!bars.ok) continue
      const parts = bars.value.map((bar) => Math.round((100 * bar.close) / barAt(bar.start).close))
      for (const part of parts) ratios.add(part * 1000 + (parts[0] ?? 0))
    }
    return { requests: source.requests.length - before, ratios: [...ratios] }
  }

  test('bars of before and of after never stand in one series, and two requests do', async () => {
    const { requests, ratios } = await jumped((source) => {
      source.factor = 0.25
    })
    expect(ratios).toEqual([100_100, 25_025])
    expect(requests).toBe(2)
  })

  test('a crash is asked about once, and believed', async () => {
    const { requests, ratios } = await jumped((source) => {
      source.crashedFrom = at('10:03')
    })
    expect(ratios).toEqual([100_100, 50_100])
    expect(requests).toBe(1)
  })
})

describe('a split overnight', () => {
  const MORNING = '2026-03-11' as CalendarDate

  async function nextDay(factor: number) {
    const store = new MemoryBarStore()
    const first = follow('15:00', store)
    await first.clock.runUntil(at('16:05'))
    const clock = new VirtualClock({
      start: at('10:00', MORNING),
      settled: () => true,
      speed: null,
    })
    const source = new ScriptedBars(clock)
    source.factor = factor
    const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
    const notices: string[] = []
    const notifier = { notify: ({ message }: { message: string }) => notices.push(message) }
    const feed = new BarFeed({ clock, marketData, barStore: store, notifier })
    feed.follow(SPY, { size: '1m', count: 60 })
    await clock.runUntil(at('10:01:30', MORNING))
    const bars = feed.closed(SPY.symbol, '1m', 60)
    return { source, notices, bars: bars.ok ? bars.value : [] }
  }

  test('drops what was cached and fills it again, and says so', async () => {
    const { source, notices, bars } = await nextDay(0.25)
    expect(notices).toHaveLength(1)
    expect(notices[0]).toContain('bars of SPY are restated, about 0.250 times')
    expect(bars.length).toBe(60)
    const [first] = bars
    expect(first?.close).toBe(0.25 * (barAt(first?.start ?? at('10:00')).close ?? 0))
    expect(source.requests.length).toBe(2)
  })

  test('without one, the cache stays and one request does', async () => {
    const { source, notices, bars } = await nextDay(1)
    expect([notices, bars.length, source.requests.length]).toEqual([[], 60, 1])
  })
})

test('what the broker will not answer is not asked for again and again', async () => {
  const clock = clockAt('10:00')
  const source = new ScriptedBars(clock)
  source.answer = { code: 'no-permission', retry: 'never', detail: 'no rights', vendorCode: 162 }
  const marketData = source as unknown as ConstructorParameters<typeof BarFeed>[0]['marketData']
  const feed = new BarFeed({ clock, marketData, barStore: new MemoryBarStore() })
  feed.follow(SPY, needs)
  await clock.runUntil(at('11:30'))
  expect(source.requests.length).toBe(2)
  expect(feed.closed(SPY.symbol, '1m', 30)).toMatchObject({ error: { detail: 'no rights' } })
})
