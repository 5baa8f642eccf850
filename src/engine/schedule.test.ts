import { expect, test } from 'vitest'
import { fail } from '../base/result.ts'
import type { Ticker, UnderlyingKey } from '../domain/contract.ts'
import { barAt, at, SPY } from './scripted-bars.testing.ts'
import type { BarListener, Fault, MarketData, Ports } from './ports.ts'
import { strategyAt, World } from './world.testing.ts'

const QQQ: UnderlyingKey = { ...SPY, symbol: 'QQQ' as Ticker }
const AAPL: UnderlyingKey = { ...SPY, symbol: 'AAPL' as Ticker }
const symbols = [SPY, QQQ, AAPL]
const FAULT: Fault = { code: 'no-data', retry: 'later', detail: 'a bad day', vendorCode: null }

/** When the bar of 10:02 was decided, by symbol, and how. */
async function decided(
  of: Pick<ConstructorParameters<typeof World>[0] & object, 'wrap' | 'concurrentMax'>,
): Promise<Record<string, string>> {
  const world = new World({ symbols, strategies: [strategyAt('10:02')], ...of })
  world.start()
  await world.clock.runUntil(at('10:04'))
  const entries = world.journal.read().flatMap(({ at: when, event }) => {
    if (event.type !== 'CycleEnded' || event.outcome.barStart !== at('10:02')) return []
    const second = Math.floor((when - at('10:03')) / 1_000)
    return [[event.outcome.symbol, `${event.outcome.kind} in ${second} s`] as const]
  })
  return Object.fromEntries(entries)
}

/** The market data of one symbol alone. */
function only(
  bad: UnderlyingKey,
  part: (marketData: MarketData) => Partial<MarketData>,
): (ports: Ports) => Partial<Ports> {
  return ({ marketData }) => {
    const broken = part(marketData)
    const pick = <K extends 'spot' | 'chains'>(name: K): MarketData[K] =>
      ((key: UnderlyingKey, signal: AbortSignal) => {
        const from = key.symbol === bad.symbol ? { ...marketData, ...broken } : marketData
        return from[name](key, signal)
      }) as MarketData[K]
    const stream: MarketData['stream'] = (wanted, listener) => {
      const from =
        wanted.underlying.symbol === bad.symbol ? { ...marketData, ...broken } : marketData
      return from.stream(wanted, listener)
    }
    return { marketData: { ...marketData, spot: pick('spot'), chains: pick('chains'), stream } }
  }
}

const HEALTHY = { SPY: 'proposed in 0 s', QQQ: 'proposed in 0 s', AAPL: 'proposed in 0 s' }

test('every symbol is decided on at the same moment', async () => {
  expect(await decided({})).toEqual(HEALTHY)
})

test('a symbol whose data hangs delays no other, and ends by its own deadline (D31)', async () => {
  const wrap = only(SPY, () => ({ chains: () => new Promise(() => undefined) }))
  expect(await decided({ wrap })).toEqual({ ...HEALTHY, SPY: 'skipped in 25 s' })
})

test('with one place only, a symbol that hangs gives it up after 3 s', async () => {
  const wrap = only(SPY, () => ({ chains: () => new Promise(() => undefined) }))
  const { QQQ: other, SPY: hung } = await decided({ wrap, concurrentMax: 1 })
  expect([other, hung]).toEqual(['proposed in 3 s', 'skipped in 25 s'])
})

test('a symbol whose data fails is skipped with its reason, and no other is', async () => {
  const wrap = only(QQQ, () => ({ chains: () => Promise.resolve(fail(FAULT)) }))
  expect(await decided({ wrap })).toEqual({ ...HEALTHY, QQQ: 'skipped in 0 s' })
})

test('a symbol whose stream ends again and again leaves the others theirs', async () => {
  const wrap = only(QQQ, () => ({
    stream: (_, listener: BarListener) => {
      listener.ended(FAULT)
      return fail(FAULT)
    },
  }))
  const { SPY: one, AAPL: other } = await decided({ wrap })
  expect([one, other]).toEqual([HEALTHY.SPY, HEALTHY.AAPL])
})

test('a symbol whose stream floods delays no other', async () => {
  const wrap = only(QQQ, (marketData) => ({
    stream: (wanted, listener) => {
      const flooding: BarListener = {
        ...listener,
        bar: (bar, closed) => {
          for (let i = 0; i < 2_000; i++) listener.bar(barAt(bar.start), false)
          listener.bar(bar, closed)
        },
      }
      return marketData.stream(wanted, flooding)
    },
  }))
  expect(await decided({ wrap })).toEqual(HEALTHY)
})
