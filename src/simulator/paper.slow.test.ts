import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ok } from '../base/result.ts'
import type { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { money, price } from '../domain/money.ts'
import type { Approved, ClientOrderId, Order } from '../domain/order.ts'
import type { Candidate } from '../domain/quote.ts'
import type { MarketData } from '../engine/ports.ts'
import { answerAfter, fault } from './broker/answers.ts'
import { quoteFrom } from './direct-data.ts'
import { loadPaper, savePaper } from './paper-file.ts'
import { paper } from './paper.ts'
import type { PaperOptions } from './paper.ts'
import { at, CALL, scriptedMarket, virtualClock } from './market/scripted-market.testing.ts'
import type { Scripted } from './market/scripted-market.testing.ts'

/** Live quotes of one option; while they are dead, questions are answered with what was. */
class Feed {
  readonly #clock: VirtualClock
  readonly #market
  deadSince: EpochMs | null = null
  asked = 0

  constructor(clock: VirtualClock, quotes: readonly Scripted[]) {
    this.#clock = clock
    this.#market = scriptedMarket({ quotes: { [CALL.conId]: quotes } })
  }

  get port(): MarketData {
    const none = () => fault('no-data', 'not in this test')
    const candidate = (): Candidate => {
      const when = this.deadSince ?? this.#clock.now()
      const quote = this.#market.quote(CALL.conId, when, 'low-first')
      if (quote === null) throw new Error('the script begins later')
      return { contract: CALL, quote: quoteFrom(quote, when) }
    }
    const answer = { clock: this.#clock, ms: 100 }
    return {
      history: async () => none(),
      stream: none,
      spot: async () => none(),
      chains: async () => none(),
      glance: async () => none(),
      candidates: (_keys, signal) => {
        this.asked++
        return answerAfter({ ...answer, signal }, () => ok([candidate()]))
      },
      requote: (_contract, signal) => answerAfter({ ...answer, signal }, () => ok(candidate())),
      watch: none,
    }
  }
}

const QUOTES: readonly Scripted[] = [
  { at: at('09:30'), bid: 2, ask: 2.1 },
  { at: at('10:00'), bid: 1, ask: 1.1 },
]

function open(quotes = QUOTES, saved: PaperOptions['saved'] = null, start = at('09:45')) {
  const clock = virtualClock(start)
  const feed = new Feed(clock, quotes)
  const account = { id: 'DU0000001', kind: 'margin', cash: money(10_000) } as const
  const marketData = feed.port
  const simulated = paper({ clock, seed: 1, marketData, account, quoteAgeMsMax: 2_000, saved })
  return { clock, feed, simulated, until: (time: string) => clock.runUntil(at(time)) }
}

function order(of: Partial<Order>): Approved<Order> {
  const terms = { type: 'LMT', limit: price(2.2) } as const
  const base: Order = {
    id: 'entry' as ClientOrderId,
    structureId: null,
    parentId: null,
    oca: null,
    role: 'entry',
    contract: CALL,
    side: 'BUY',
    quantity: 2,
    terms,
    timeInForce: 'GTC',
    ...of,
  }
  return base as unknown as Approved<Order>
}

function bracket(): readonly Approved<Order>[] {
  const stop = { type: 'STP', trigger: price(1.5) } as const
  const exit = { parentId: 'entry' as ClientOrderId, side: 'SELL', role: 'stop-loss' } as const
  return [order({}), order({ ...exit, id: 'stop' as ClientOrderId, terms: stop })]
}

function prices(core: ReturnType<typeof open>['simulated']['core']): readonly number[] {
  return core.executions().map((execution) => execution.price / 1e6)
}

describe('a dry run', () => {
  test('the quote that was decided on fills the entry, the live ones its stop', async () => {
    const { clock, simulated, until } = open()
    clock.after(0, async () => {
      await simulated.marketData.requote(CALL, new AbortController().signal)
      simulated.broker.place(bracket())
    })
    await until('09:46')
    expect(prices(simulated.core)).toEqual([2.1])
    await until('10:01')
    expect(prices(simulated.core)).toEqual([2.1, 1])
    expect(simulated.core.positions()).toEqual([])
  })

  test('without a quote of its own it asks for one, and then fills at its limit', async () => {
    const { simulated, until } = open()
    simulated.broker.place([order({})])
    await until('09:46')
    expect(prices(simulated.core)).toEqual([2.2])
  })

  test('dead quotes fill nothing for as long as they are dead', async () => {
    const { feed, simulated, until } = open()
    feed.deadSince = at('09:45')
    await until('09:46')
    simulated.broker.place([order({ terms: { type: 'MKT' } })])
    await until('10:46')
    expect(prices(simulated.core)).toEqual([])
    expect(simulated.core.openOrders()).toHaveLength(1)
    feed.deadSince = null
    await until('10:47')
    expect(prices(simulated.core)).toEqual([1.1])
  })

  test('nothing is asked while nothing rests, nor while the market is closed', async () => {
    const { feed, simulated, until } = open()
    await until('09:50')
    expect(feed.asked).toBe(0)
    simulated.broker.place([order({ terms: { type: 'LMT', limit: price(0.5) } })])
    await until('10:00')
    expect(feed.asked).toBeGreaterThan(500)
    await until('16:01')
    const { asked } = feed
    await until('23:00')
    expect(feed.asked).toBe(asked)
    simulated.close()
  })
})

describe('what a dry run leaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'paper-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('goes on after a restart', async () => {
    const file = join(folder, 'account.json')
    expect(loadPaper(file)).toEqual({ ok: true, value: null })
    const first = open()
    first.simulated.broker.place(bracket())
    await first.until('09:50')
    savePaper(file, first.simulated.core.state)
    const saved = loadPaper(file)
    expect(saved).toEqual({ ok: true, value: first.simulated.core.state })
    const second = open(QUOTES, saved.ok ? saved.value : null, at('09:55'))
    await second.until('10:01')
    expect(prices(second.simulated.core)).toEqual([2.2, 1])
    expect(existsSync(`${file}.new`)).toBe(false)
  })

  test.each(['{"shape":1', '{}', '{"shape":9,"state":{"orders":{"map":[]}}}'])(
    'is refused when it is %s',
    (text) => {
      const file = join(folder, 'broken.json')
      writeFileSync(file, text)
      expect(loadPaper(file)).toEqual({ ok: false, error: expect.stringContaining(file) })
    },
  )
})
