import { assert } from '../../src/base/assert.ts'
import { VirtualClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { ok } from '../../src/base/result.ts'
import { startBot } from '../../src/cli/bot.ts'
import type { Bot } from '../../src/cli/bot.ts'
import { parseSettings } from '../../src/config/load.ts'
import type { Settings } from '../../src/config/settings.ts'
import { barEnd, barStart } from '../../src/domain/bar.ts'
import { atNewYork, sessionOf } from '../../src/domain/calendar.ts'
import type { Hours } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import type { BarStore } from '../../src/engine/ports.ts'
import { MemoryBarStore } from '../../src/history/memory.ts'
import { PACING } from '../../src/ibkr/pacing/allowance.ts'
import type { Pacing } from '../../src/ibkr/pacing/allowance.ts'
import { openIbkr } from '../../src/ibkr/open.ts'
import type { Ibkr } from '../../src/ibkr/open.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { Transport } from '../../src/wire/transport.ts'
import { configText } from './config-text.ts'

export const DAY = '2026-03-10' as CalendarDate
const ACCOUNT = 'DU1234567'
const LOOK_MS = 1_000

/** SPY, and as many others as are wanted. */
export function tickers(count: number): readonly Ticker[] {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const others = Array.from({ length: count - 1 }, (_, i) => {
    return `S${letters.charAt(Math.floor(i / 26))}${letters.charAt(i % 26)}`
  })
  return ['SPY', ...others] as string[] as Ticker[]
}

export interface CrowdOptions {
  readonly symbols: readonly Ticker[]
  readonly strategies?: string
  readonly hours?: Hours
  /** New York. */
  readonly start: string
  readonly date?: CalendarDate
  /** One bot for each; default one that may use all. */
  readonly pacing?: readonly Partial<Pacing>[]
  readonly stores?: readonly BarStore[]
}

export interface CrowdBot {
  readonly bot: Bot
  readonly ibkr: Ibkr
  readonly settings: Settings
  readonly store: BarStore
}

/** Bots of many symbols on one simulated Gateway, over memory sockets, in virtual time. */
export class Crowd {
  readonly clock: VirtualClock
  readonly gateway: SimulatedGateway
  readonly bots: readonly CrowdBot[]
  /** Ages of the newest closed bar, looked at every second of a session, milliseconds. */
  readonly ages: number[] = []
  readonly violations: string[] = []
  readonly #sockets: Transport[] = []

  constructor(of: CrowdOptions) {
    const { symbols, start, date = DAY, pacing = [{}], stores = [] } = of
    this.clock = new VirtualClock({
      start: atNewYork(date, start),
      speed: null,
      settled: () => this.#isSettled(),
    })
    this.gateway = new SimulatedGateway({
      clock: this.clock,
      seed: 7,
      market: generatedMarket({ seed: 7, start: DAY, symbols, hours: of.hours ?? 'regular' }),
      log: (line) => this.violations.push(line),
    })
    const share = Math.ceil(symbols.length / pacing.length)
    this.bots = pacing.map((own, index) =>
      this.#bot({
        symbols: symbols.slice(index * share, (index + 1) * share),
        strategies: of.strategies ?? 'scalp',
        hours: of.hours ?? 'regular',
        pacing: { ...PACING, ...own },
        clientIdBase: 30 + 10 * index,
        store: stores[index] ?? new MemoryBarStore(),
      }),
    )
  }

  /** New York, of the day it began. */
  async until(time: string, date = DAY): Promise<void> {
    await this.clock.runUntil(atNewYork(date, time))
  }

  /** Looks at the age of every newest closed bar, once a second while the market is open. */
  watch(date = DAY): void {
    const session = sessionOf(date)
    assert(session !== null, `${date} is a session`)
    const newest = new Map<Ticker, EpochMs>()
    for (const { bot } of this.bots) {
      bot.feed.onClosed((symbol, bar) => {
        // A repaired gap is told after what is newer.
        const end = Math.max(barEnd(bar.start, '1m'), newest.get(symbol) ?? 0)
        newest.set(symbol, end as EpochMs)
      })
    }
    const look = (): void => {
      const now = this.clock.now()
      if (now >= session.close) return
      // From the end of the first bar after the open or the start, there is one to be had.
      const from = Math.max(session.open, startedAt) + 60_000
      for (const { settings } of now < from ? [] : this.bots) {
        for (const { underlying } of settings.symbols) {
          this.ages.push(now - (newest.get(underlying.symbol) ?? from - 60_000))
        }
      }
      this.clock.after(LOOK_MS, look)
    }
    const startedAt = barStart(this.clock.now(), '1m')
    look()
  }

  age(quantile: number): number {
    const sorted = [...this.ages].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Infinity
  }

  #bot(of: {
    readonly symbols: readonly Ticker[]
    readonly strategies: string
    readonly hours: Hours
    readonly pacing: Pacing
    readonly clientIdBase: number
    readonly store: BarStore
  }): CrowdBot {
    const { symbols, strategies, hours, pacing, clientIdBase, store } = of
    const text = configText({ symbols: symbols.join(', '), strategies, hours })
    const parsed = parseSettings(text, { path: 'crowd', environment: {} })
    assert(parsed.ok, 'the settings of a crowd hold')
    const settings = { ...parsed.value, pacing }
    const latch = new MemoryLatch()
    const ibkr = openIbkr({
      look: settings.look,
      clock: this.clock,
      prng: new Prng(clientIdBase),
      connect: () => {
        const socket = this.gateway.memorySocket()
        const server = this.gateway.transports.at(-1)
        assert(server !== undefined, 'a Gateway that is connected to has its end')
        this.#sockets.push(socket, server)
        return Promise.resolve(ok(socket))
      },
      mode: 'simulation',
      declared: null,
      account: ACCOUNT,
      clientIdBase,
      pacing,
      orderIds: new MemoryOrderIds(),
      latch,
      notice: () => undefined,
    })
    const ports = {
      clock: this.clock,
      broker: ibkr.broker,
      marketData: ibkr.marketData,
      barStore: store,
      journal: new MemoryJournal(),
      latch,
      notifier: { notify: () => undefined },
    }
    const run = { mode: 'simulation', accountId: ACCOUNT, version: 'simulated' } as const
    return { bot: startBot({ settings, ports, ...run, connections: ibkr }), ibkr, settings, store }
  }

  #isSettled(): boolean {
    for (let i = 0; i < this.#sockets.length; i += 2) {
      const [client, server] = [this.#sockets[i]?.count, this.#sockets[i + 1]?.count]
      if (client?.written !== server?.handled || server?.written !== client?.handled) return false
    }
    return true
  }
}
