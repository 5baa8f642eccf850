import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { VirtualClock } from '../../base/clock.ts'
import type { EpochMs } from '../../base/clock.ts'
import { Prng } from '../../base/prng.ts'
import { ok } from '../../base/result.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, StockKey, Ticker } from '../../domain/contract.ts'
import type { Currency } from '../../domain/money.ts'
import { generatedMarket } from '../../simulator/market/generated-market.ts'
import { SimulatedGateway } from '../../simulator/gateway.ts'
import type { Transport } from '../../wire/transport.ts'
import { openIbkrData } from '../open.ts'
import type { IbkrData } from '../open.ts'

const DAY = '2026-03-10' as CalendarDate
const SYMBOLS = Array.from({ length: 80 }, (_, i) => {
  return `T${String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26))}` as Ticker
})
const MARKET = generatedMarket({ seed: 3, start: DAY, symbols: SYMBOLS })
const OPEN = atNewYork(DAY, '11:00')
const SOURCES = ['keep-up-to-date', 'five-second', 'quote-line'] as const

const keyOf = (index: number): StockKey => ({
  kind: 'stock',
  symbol: SYMBOLS[index % SYMBOLS.length] ?? ('TAA' as Ticker),
  exchange: 'SMART',
  currency: 'USD' as Currency,
})

/** A data connection to a simulated Gateway, over a memory socket, in virtual time. */
async function connected() {
  const sockets: (readonly [Transport, Transport])[] = []
  const clock = new VirtualClock({
    start: OPEN,
    speed: null,
    settled: () =>
      sockets.every(([client, server]) => {
        const [one, other] = [client.count, server.count]
        return one.written === other.handled && other.written === one.handled
      }),
  })
  const log: string[] = []
  const gateway = new SimulatedGateway({ clock, seed: 3, market: MARKET, log: (l) => log.push(l) })
  const ibkr: IbkrData = openIbkrData({
    clock,
    prng: new Prng(1),
    connect: () => {
      const client = gateway.memorySocket()
      const server = gateway.transports.at(-1)
      if (server !== undefined) sockets.push([client, server])
      return Promise.resolve(ok(client))
    },
    mode: 'simulation',
    declared: null,
    account: null,
    allowDelayed: false,
    notice: () => undefined,
  })
  const run = (ms: number): Promise<void> => clock.runUntil((clock.now() + ms) as EpochMs)
  await run(5_000)
  return { clock, gateway, ibkr, log, run }
}

const history = (ibkr: IbkrData, of: { index: number; minutes: number; background: boolean }) => {
  const to = (OPEN - of.minutes * 60_000) as EpochMs
  const span = { from: (to - 1_800_000) as EpochMs, to }
  const controller = new AbortController()
  const request = {
    underlying: keyOf(of.index),
    size: '1m',
    span,
    background: of.background,
  } as const
  return { controller, answer: ibkr.marketData.history(request, controller.signal) }
}

const wishes = fc.array(
  fc.record({
    at: fc.nat(300_000),
    index: fc.nat(79),
    minutes: fc.nat(20),
    what: fc.constantFrom('history', 'history', 'stream', 'spot', 'spot', 'reconnect'),
    source: fc.constantFrom(...SOURCES),
    background: fc.boolean(),
    stopsIn: fc.nat(120_000),
  }),
  { minLength: 100, maxLength: 600 },
)

test('whatever is asked, given up or lost, the simulated Gateway counts no violation', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, async (all) => {
      const { clock, gateway, ibkr, log, run } = await connected()
      let reconnects = 0
      for (const { at, index, what, source, stopsIn, ...of } of all) {
        clock.after(at, () => {
          if (what === 'history') {
            const { controller } = history(ibkr, { index, ...of })
            clock.after(stopsIn, () => controller.abort())
          } else if (what === 'spot') {
            const controller = new AbortController()
            void ibkr.marketData.spot(keyOf(index), controller.signal)
            clock.after(stopsIn / 10, () => controller.abort())
          } else if (what === 'stream') {
            const wanted = { underlying: keyOf(index), size: '1m', source } as const
            const listener = { bar: () => undefined, ended: () => undefined }
            const opened = ibkr.marketData.stream(wanted, listener)
            if (opened.ok) clock.after(3 * stopsIn, opened.value)
          } else if (reconnects++ < 2) {
            for (const transport of gateway.transports) transport.close()
          }
        })
      }
      await run(420_000)
      expect(log).toEqual([])
      expect(gateway.counters.violations).toBe(0)
      for (const { rule, used, limit } of ibkr.budgets()) {
        expect([rule, used <= limit]).toEqual([rule, true])
      }
    }),
    { numRuns: 8 },
  )
})

test('a full queue of history delays no quote', async () => {
  const { ibkr, run, clock } = await connected()
  const spotMs = async (): Promise<number> => {
    const asked = clock.now()
    let took = Infinity
    void ibkr.marketData.spot(keyOf(0), new AbortController().signal).then((spot) => {
      if (spot.ok) took = clock.now() - asked
    })
    await run(3_000)
    return took
  }
  await spotMs() // its contract is known from here on
  const idle = await spotMs()
  for (let i = 0; i < 400; i++) {
    history(ibkr, { index: i, minutes: Math.floor(i / 80), background: i % 2 === 0 })
  }
  await run(8_000)
  const minutes = ibkr.budgets().find(({ rule }) => rule.startsWith('P5 minute'))
  expect(minutes).toMatchObject({ used: 120, left: 0 })
  expect(minutes?.freesAtMs).toBeGreaterThan(clock.now())
  expect(await spotMs()).toBeLessThanOrEqual(idle + 250) // a line speaks four times a second
})

test('the same question while it is under way is one request, and each gets the answer', async () => {
  const { ibkr, run, gateway } = await connected()
  const of = { index: 5, minutes: 3, background: false }
  const [one, two, three] = [history(ibkr, of), history(ibkr, of), history(ibkr, of)]
  three.controller.abort()
  await run(2_000)
  expect(gateway.counters.historicalRequests).toBe(1)
  const [first, second, third] = await Promise.all([one.answer, two.answer, three.answer])
  expect(first.ok && first.value.length).toBe(30)
  expect(second).toEqual(first)
  expect(third.ok).toBe(false)
})

test.each(SOURCES)('whole minutes of %s agree with those of history', async (source) => {
  const { ibkr, run, clock } = await connected()
  const bars = new Map<number, number>()
  const closes = new Map<number, number>()
  const opened = ibkr.marketData.stream(
    { underlying: keyOf(1), size: '1m', source, from: (OPEN - 600_000) as EpochMs },
    {
      bar: (bar) => {
        bars.set(bar.start, bar.volume)
        closes.set(bar.start, bar.close)
      },
      ended: (fault) => expect.unreachable(fault.detail),
    },
  )
  expect(opened.ok).toBe(true)
  await run(300_000)
  const span = { from: (OPEN + 120_000) as EpochMs, to: (OPEN + 240_000) as EpochMs }
  const controller = new AbortController()
  const asked = ibkr.marketData.history(
    { underlying: keyOf(1), size: '1m', span },
    controller.signal,
  )
  await run(2_000)
  const answer = await asked
  expect(answer.ok && answer.value.length).toBe(2)
  for (const bar of answer.ok ? answer.value : []) {
    expect(closes.get(bar.start)).toBe(bar.close)
    const volume = bars.get(bar.start) ?? 0
    expect(Math.abs(volume / bar.volume - 1)).toBeLessThan(source === 'quote-line' ? 0.25 : 0.001)
  }
  expect(clock.now()).toBeGreaterThan(OPEN)
})
