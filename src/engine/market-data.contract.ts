import { describe, expect, test } from 'vitest'
import type { Clock, EpochMs } from '../base/clock.ts'
import { assert } from '../base/assert.ts'
import type { Result } from '../base/result.ts'
import { barEnd, barStart } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { OptionChain } from '../domain/chain.ts'
import type { OptionKey, Ticker, UnderlyingKey } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Fault, MarketData } from './ports.ts'

/** A market in regular hours, at least two hours into a session and one before its end. */
export interface MarketDataUnderTest {
  readonly marketData: MarketData
  readonly clock: Clock
  /** Lets the world go on for this long. */
  readonly run: (ms: number) => Promise<void>
  /** A stock with a chain of options. */
  readonly underlying: UnderlyingKey
}

const MINUTE = 60_000
const ANSWER_MS = 15_000

/** The promises of `MarketData`, for every adapter. */
export function marketDataContract(name: string, make: Make): void {
  describe(`${name} keeps the promises of market data`, () => {
    barsAndSpot(make)
    chainsAndQuotes(make)
    standingQuotes(make)
  })
}

type Make = () => MarketDataUnderTest | Promise<MarketDataUnderTest>

function barsAndSpot(make: Make): void {
  test('history is closed bars of the span, on the grid, oldest first', async () => {
    const world = await make()
    const to = barStart(world.clock.now(), '1m')
    const from = (to - 60 * MINUTE) as EpochMs
    const bars = await historyOf(world, { from, to })
    expect(bars.length).toBeGreaterThan(50)
    for (const bar of bars) {
      expect(bar.start % MINUTE).toBe(0)
      expect(bar.start >= from && barEnd(bar.start, '1m') <= to).toBe(true)
      expect(bar.low <= Math.min(bar.open, bar.close)).toBe(true)
      expect(bar.high >= Math.max(bar.open, bar.close)).toBe(true)
    }
    const starts = bars.map((bar) => bar.start)
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
  })

  test('what is not listed is a fault, never an empty answer (R15)', async () => {
    const { underlying, ...world } = await make()
    const stranger = { ...underlying, symbol: 'ZZZZ' as Ticker }
    const { marketData } = world
    const spot = await answered(world, (signal) => marketData.spot(stranger, signal))
    const chains = await answered(world, (signal) => marketData.chains(stranger, signal))
    expect([spot.ok, chains.ok]).toEqual([false, false])
  })

  test('the open bar repeats until the next begins; its last values are those of history', async () => {
    const world = await make()
    const seen = new Map<EpochMs, Bar[]>()
    const { marketData, underlying } = world
    const stream = marketData.stream(
      { underlying, size: '1m', source: 'keep-up-to-date' },
      {
        bar: (bar) => seen.set(bar.start, [...(seen.get(bar.start) ?? []), bar]),
        ended: () => expect.unreachable('the stream goes on'),
      },
    )
    assert(stream.ok, 'a stream can be had')
    const start = barEnd(world.clock.now(), '1m')
    await world.run(start + 2 * MINUTE + 5_000 - world.clock.now())
    const whole = seen.get(start) ?? []
    expect(whole.length).toBeGreaterThan(1)
    const span = { from: start, to: (start + MINUTE) as EpochMs }
    expect(whole.at(-1)).toEqual((await historyOf(world, span))[0])
    stream.value()
    const before = [...seen.values()].flat().length
    await world.run(MINUTE)
    expect([...seen.values()].flat().length).toBe(before)
  })
}

function chainsAndQuotes(make: Make): void {
  test('chains list expiries from today on and strikes, ascending, around the spot', async () => {
    const world = await make()
    const spot = await value(world, (signal) => world.marketData.spot(world.underlying, signal))
    const chain = await chainOf(world)
    expect(chain.expiries.length).toBeGreaterThan(0)
    expect([...chain.expiries].sort()).toEqual(chain.expiries)
    expect(
      chain.expiries[0] !== undefined && chain.expiries[0] >= newYorkDate(world.clock.now()),
    ).toBe(true)
    expect([...chain.strikes].sort((a, b) => a - b)).toEqual(chain.strikes)
    expect(chain.strikes.some((strike) => strike < spot)).toBe(true)
    expect(chain.strikes.some((strike) => strike > spot)).toBe(true)
  })

  test('a glance ranks what exists and leaves out what does not', async () => {
    const world = await make()
    const [near] = await nearTheMoney(world)
    assert(near !== undefined, 'a chain has strikes')
    const phantom = { ...near, strike: price(0.37) }
    const seen = await value(world, (signal) => world.marketData.glance([near, phantom], signal))
    expect(seen.map(({ contract }) => contract.kind === 'option' && contract.strike)).toEqual([
      near.strike,
    ])
  })

  test('candidates and the re-quote are live, two-sided and a moment old', async () => {
    const world = await make()
    const keys = (await nearTheMoney(world)).slice(0, 3)
    const seen = await value(world, (signal) => world.marketData.candidates(keys, signal))
    expect(seen.length).toBeGreaterThan(0)
    const [first] = seen
    assert(first !== undefined, 'a contract near the money is quoted')
    const controller = new AbortController()
    const asked = world.marketData.requote(first.contract, controller.signal)
    let ageMs = Infinity
    void asked.then((live) => {
      if (live.ok) ageMs = world.clock.now() - live.value.quote.aliveAt
    })
    await world.run(ANSWER_MS)
    const live = await asked
    assert(live.ok, 'what was quoted is quoted again')
    expect(ageMs).toBeLessThanOrEqual(2_000)
    const { bid, ask, delayed, halted } = live.value.quote
    expect(bid !== null && ask !== null && bid < ask).toBe(true)
    expect([delayed, halted]).toEqual([false, false])
    expect(live.value.contract).toEqual(first.contract)
  })

  test('a question that is given up ends in a fault', async () => {
    const world = await make()
    const controller = new AbortController()
    const asked = world.marketData.spot(world.underlying, controller.signal)
    controller.abort()
    await world.run(ANSWER_MS)
    expect((await asked).ok).toBe(false)
  })
}

function standingQuotes(make: Make): void {
  test('a line that is watched stays open, and what it told is proven alive', async () => {
    const world = await make()
    const [near] = await nearTheMoney(world)
    assert(near !== undefined, 'a chain has strikes')
    const [found] = await value(world, (signal) => world.marketData.glance([near], signal))
    assert(found !== undefined, 'the nearest strike exists')
    let ended: Fault | null = null
    const line = world.marketData.watch(found.contract, (fault) => {
      ended = fault
    })
    assert(line.ok, 'there is a line')
    await world.run(MINUTE)
    const quote = line.value.latest()
    assert(quote !== null, 'it was quoted')
    expect(quote.bid !== null && quote.ask !== null && quote.bid < quote.ask).toBe(true)
    expect(world.clock.now() - quote.aliveAt).toBeLessThanOrEqual(5_500)
    line.value.close()
    await world.run(MINUTE)
    expect(ended).toBeNull()
  })
}

async function answered<T>(
  world: Pick<MarketDataUnderTest, 'run'>,
  ask: (signal: AbortSignal) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  const answer = ask(new AbortController().signal)
  await world.run(ANSWER_MS)
  return answer
}

async function value<T>(
  world: Pick<MarketDataUnderTest, 'run'>,
  ask: (signal: AbortSignal) => Promise<Result<T, Fault>>,
): Promise<T> {
  const answer = await answered(world, ask)
  assert(answer.ok, `an answer comes${answer.ok ? '' : `, not ${answer.error.detail}`}`)
  return answer.value
}

function historyOf(
  world: MarketDataUnderTest,
  span: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<readonly Bar[]> {
  const { underlying } = world
  return value(world, (signal) =>
    world.marketData.history({ underlying, size: '1m', span }, signal),
  )
}

async function chainOf(world: MarketDataUnderTest): Promise<OptionChain> {
  const [chain] = await value(world, (signal) => world.marketData.chains(world.underlying, signal))
  assert(chain !== undefined, 'the underlying has options')
  return chain
}

/** Calls of the last expiry that is listed, the nearest strike first. */
async function nearTheMoney(world: MarketDataUnderTest): Promise<readonly OptionKey[]> {
  const spot = await value(world, (signal) => world.marketData.spot(world.underlying, signal))
  const { expiries, strikes, tradingClass, multiplier, exchange, currency } = await chainOf(world)
  const expiry = expiries.at(-1)
  assert(expiry !== undefined, 'a chain has expiries')
  const { symbol } = world.underlying
  const common = { kind: 'option', symbol, expiry, right: 'C' } as const
  return [...strikes]
    .sort((a, b) => Math.abs(a - spot) - Math.abs(b - spot))
    .map((strike) => ({ ...common, strike, tradingClass, multiplier, exchange, currency }))
}
