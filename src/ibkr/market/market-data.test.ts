import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import type { OptionKey, StockKey, Ticker, UnderlyingKey } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import type { Currency } from '../../domain/money.ts'
import type { Fault } from '../../engine/ports.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { DATA_CLIENT, detailsOf, OPTION, ORDER_CLIENT, upRig } from '../gateway.testing.ts'
import type { Rig } from '../gateway.testing.ts'
import { openIbkrData } from '../open.ts'
import { error, START, World } from '../peer.testing.ts'

const SPY: StockKey = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}
const { conId: _, priceIncrements: __, settlement: ___, lastTradingAt: ____, ...key } = OPTION
const KEY: OptionKey = key
const signal = (): AbortSignal => new AbortController().signal
const MINUTE = 60_000

async function stockRig(): Promise<Rig> {
  const rig = await upRig()
  rig.world.answer('reqContractDetails', ({ reqId, contract }) => {
    if (contract.secType === 'OPT' && contract.strike !== 700) {
      return [error(reqId, 200, 'No security definition has been found for the request')]
    }
    const of =
      contract.secType === 'OPT'
        ? {}
        : { conId: 1, secType: contract.secType, symbol: contract.symbol, multiplier: '' }
    return [detailsOf(reqId, of), { kind: 'contractDetailsEnd', reqId }]
  })
  return rig
}

interface Sides {
  readonly bid?: number
  readonly ask?: number
  readonly last?: number
}

function ticks(reqId: number, { bid, ask, last }: Sides): readonly Response[] {
  const tick = (tickType: number, value: number | undefined): readonly Response[] =>
    value === undefined
      ? []
      : [{ kind: 'tickPrice', reqId, tickType, price: value, size: 10, mask: 0 }]
  return [
    { kind: 'marketDataType', reqId, type: 1 },
    ...tick(1, bid),
    ...tick(2, ask),
    ...tick(4, last),
  ]
}

function full(reqId: number): readonly Response[] {
  return [
    ...ticks(reqId, { bid: 2, ask: 2.1, last: 2.05 }),
    { kind: 'tickSize', reqId, tickType: 0, size: 33 },
    { kind: 'tickSize', reqId, tickType: 8, size: 500 },
    { kind: 'tickSize', reqId, tickType: 27, size: 1_234 },
    { kind: 'tickSize', reqId, tickType: 28, size: 9 },
    { kind: 'tickGeneric', reqId, tickType: 49, value: 0 },
    {
      kind: 'tickOptionComputation',
      reqId,
      tickType: 13,
      tickAttrib: 0,
      impliedVol: 0.2,
      delta: 0.51,
      optPrice: 2.05,
      pvDividend: 0,
      gamma: 0.1,
      vega: 0.1,
      theta: -0.1,
      undPrice: 700,
    },
  ]
}

describe('history', () => {
  const bar = (minute: number): Response & { kind: 'historicalData' } => ({
    kind: 'historicalData',
    reqId: 0,
    start: '',
    end: '',
    bars: [
      {
        date: String((START + minute * MINUTE) / 1_000),
        open: 1,
        high: 3,
        low: 0.5,
        close: 2,
        volume: 7,
        wap: 1,
        count: 1,
      },
    ],
  })
  const asks = (rig: Rig): readonly RequestOf<'reqHistoricalData'>[] =>
    rig.world.peer(DATA_CLIENT).requests('reqHistoricalData')
  const span = (from: number, to: number) => ({
    from: (START + from * MINUTE) as EpochMs,
    to: (START + to * MINUTE) as EpochMs,
  })

  test('is one bounded request in epoch seconds, of regular hours (X21)', async () => {
    const rig = await stockRig()
    await rig.world.run(60 * MINUTE)
    rig.world.answer('reqHistoricalData', ({ reqId }) => [
      { ...bar(0), reqId, bars: [-1, 0, 1, 2, 30].flatMap((minute) => bar(minute).bars) },
    ])
    const bars = rig.ibkr.marketData.history(
      { underlying: SPY, size: '1m', span: span(0, 30) },
      signal(),
    )
    await rig.world.run(100)
    expect(asks(rig)).toMatchObject([
      {
        contract: { conId: 1, symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' },
        endDateTime: '20260109-15:30:00',
        duration: '1800 S',
        barSize: '1 min',
        useRTH: true,
        whatToShow: 'TRADES',
        formatDate: 2,
        keepUpToDate: false,
      },
    ])
    expect(await bars).toEqual({
      ok: true,
      value: [0, 1, 2].map((minute) => ({
        start: START + minute * MINUTE,
        open: price(1),
        high: price(3),
        low: price(0.5),
        close: price(2),
        volume: 7,
      })),
    })
  })

  test('the bar that still forms is not told (X9)', async () => {
    const rig = await stockRig()
    rig.world.answer('reqHistoricalData', ({ reqId }) => [
      { ...bar(0), reqId, bars: [-1, 0].flatMap((minute) => bar(minute).bars) },
    ])
    const bars = rig.ibkr.marketData.history(
      { underlying: SPY, size: '1m', span: span(-30, 1) },
      signal(),
    )
    await rig.world.run(100)
    expect((await bars).ok && (await bars)).toMatchObject({
      value: [{ start: START - MINUTE }],
    })
  })

  test('a row that is no bar is none: the end marker of other clients (H29)', async () => {
    const rig = await stockRig()
    await rig.world.run(60 * MINUTE)
    const [good] = bar(1).bars
    if (good === undefined) throw new Error('expected a bar')
    rig.world.answer('reqHistoricalData', ({ reqId }) => [
      {
        ...bar(0),
        reqId,
        bars: [
          good,
          { ...good, date: 'finished-20260109-20260109' },
          { ...good, date: String(START / 1_000), open: -1, high: -1, low: -1, close: -1 },
        ],
      },
    ])
    const bars = rig.ibkr.marketData.history(
      { underlying: SPY, size: '1m', span: span(0, 30) },
      signal(),
    )
    await rig.world.run(100)
    expect(await bars).toMatchObject({ value: [{ start: START + MINUTE }] })
  })

  test('"no data" is an answer; "pacing violation" is not', async () => {
    const rig = await stockRig()
    const asked = (text: string) => {
      rig.world.answer('reqHistoricalData', ({ reqId }) => [error(reqId, 162, text)])
      return rig.ibkr.marketData.history(
        { underlying: SPY, size: '1m', span: span(-30, 0) },
        signal(),
      )
    }
    const empty = asked('HMDS query returned no data')
    await rig.world.run(100)
    expect(await empty).toEqual({ ok: true, value: [] })
    await rig.world.run(15_000) // not the same again before (P3)
    const paced = asked('Historical data request pacing violation')
    await rig.world.run(100)
    expect(await paced).toMatchObject({ error: { code: 'paced', retry: 'later', vendorCode: 162 } })
  })

  test('without an answer it ends at its deadline, and is cancelled', async () => {
    const rig = await stockRig()
    const bars = rig.ibkr.marketData.history(
      { underlying: SPY, size: '1m', span: span(-30, 0) },
      signal(),
    )
    await rig.world.run(20_100)
    expect(await bars).toMatchObject({ error: { code: 'timeout' } })
    const [{ reqId } = { reqId: 0 }] = asks(rig)
    expect(rig.world.peer(DATA_CLIENT).requests('cancelHistoricalData')).toMatchObject([{ reqId }])
    rig.world.peer(DATA_CLIENT).send({ ...bar(0), reqId })
    await rig.world.run(10)
    expect(rig.ibkr.counters.requests).toMatchObject({ timeouts: 1, lateAnswers: 1 })
  })

  test('whoever stops waiting cancels it', async () => {
    const rig = await stockRig()
    const abort = new AbortController()
    const bars = rig.ibkr.marketData.history(
      { underlying: SPY, size: '1m', span: span(-30, 0) },
      abort.signal,
    )
    await rig.world.run(100)
    abort.abort()
    await rig.world.run(100)
    expect((await bars).ok).toBe(false)
    expect(rig.world.peer(DATA_CLIENT).requests('cancelHistoricalData')).toHaveLength(1)
  })
})

describe('a stream of bars', () => {
  type Heard = readonly [minute: number, close: number, closed: boolean]

  async function streaming() {
    const rig = await stockRig()
    const heard: Heard[] = []
    const ended: Fault[] = []
    const opened = rig.ibkr.marketData.stream(
      { underlying: SPY, size: '1m', source: 'keep-up-to-date' },
      {
        bar: (of: Bar, closed) =>
          heard.push([(of.start - START) / MINUTE, of.close / 1e6, closed] as const),
        ended: (fault) => ended.push(fault),
      },
    )
    await rig.world.run(100)
    const peer = rig.world.peer(DATA_CLIENT)
    const [asked] = peer.requests('reqHistoricalData')
    if (asked === undefined || !opened.ok) throw new Error('expected a stream')
    const update = (minute: number, close: number): Response => ({
      kind: 'historicalDataUpdate',
      reqId: asked.reqId,
      count: 1,
      date: String((START + minute * MINUTE) / 1_000),
      open: 10,
      close,
      high: 12,
      low: 9,
      wap: 11,
      volume: 100,
    })
    return { ...rig, heard, ended, peer, asked, update, cancel: opened.value }
  }

  test('an open bar repeats until the next begins, and is closed then; high is high (trap 3)', async () => {
    const { world, peer, asked, update, heard } = await streaming()
    expect(asked).toMatchObject({ keepUpToDate: true, endDateTime: '', formatDate: 2 })
    const row = { open: 1, high: 1, low: 1, close: 1, volume: 1, wap: 1, count: 1 }
    peer.send({
      kind: 'historicalData',
      reqId: asked.reqId,
      start: '',
      end: '',
      bars: [-1, 0].map((minute) => ({
        ...row,
        date: String((START + minute * MINUTE) / 1_000),
      })),
    })
    peer.send(update(0, 10.5), update(0, 11), update(1, 11.5))
    await world.run(10)
    expect(heard).toEqual([
      [-1, 1, true],
      [0, 1, false],
      [0, 10.5, false],
      [0, 11, false],
      [0, 11, true],
      [1, 11.5, false],
    ])
  })

  test('it ends once: by 10182, with its connection, or by 1101', async () => {
    const ways: ((rig: Awaited<ReturnType<typeof streaming>>) => void)[] = [
      ({ peer, asked }) => peer.send(error(asked.reqId, 10182, 'Failed to request live updates')),
      ({ peer }) => peer.transport.close(),
      ({ peer }) => peer.send(error(-1, 1101, 'Connectivity restored - data lost')),
    ]
    const codes: (readonly [string, string])[] = []
    for (const way of ways) {
      const rig = await streaming()
      rig.peer.send(rig.update(0, 10))
      await rig.world.run(10)
      way(rig)
      await rig.world.run(100)
      expect(rig.ended).toHaveLength(1)
      codes.push([rig.ended[0]?.code ?? '', rig.ended[0]?.retry ?? ''])
      rig.heard.length = 0
      rig.peer.send(rig.update(2, 10))
      await rig.world.run(10)
      expect(rig.heard).toEqual([])
    }
    expect(codes).toEqual([
      ['no-data', 'later'],
      ['not-connected', 'after-reconnect'],
      ['no-data', 'later'],
    ])
  })

  test('cancelled, it says nothing more and is cancelled at the Gateway', async () => {
    const { world, peer, update, heard, ended, cancel } = await streaming()
    cancel()
    peer.send(update(0, 10))
    await world.run(10)
    expect([heard, ended]).toEqual([[], []])
    expect(peer.requests('cancelHistoricalData')).toHaveLength(1)
  })

  test('a quiet while is no timeout: the deadline is for the first answer', async () => {
    const { world, peer, update, ended } = await streaming()
    peer.send(update(0, 10))
    await world.run(29_000)
    expect(ended).toEqual([])
  })
})

describe('chains', () => {
  test('every trading class on SMART; asked with an empty exchange (trap 18), once a day', async () => {
    const rig = await stockRig()
    rig.world.answer('reqSecDefOptParams', ({ reqId }) => {
      const row = (exchange: string, tradingClass: string): Response => ({
        kind: 'secDefOptParam',
        reqId,
        exchange,
        underConId: 1,
        tradingClass,
        multiplier: '100',
        expirations: ['20260116', '20260109'],
        strikes: [705, 700, 702.5],
      })
      return [row('CBOE', 'SPY'), row('SMART', 'SPY'), row('SMART', 'SPYX'), end(reqId)]
    })
    const end = (reqId: number): Response => ({ kind: 'secDefOptParamEnd', reqId })
    const chains = rig.ibkr.marketData.chains(SPY, signal())
    await rig.world.run(100)
    expect(await chains).toMatchObject({
      value: [
        {
          exchange: 'SMART',
          currency: 'USD',
          tradingClass: 'SPY',
          multiplier: 100,
          expiries: ['2026-01-09', '2026-01-16'],
          strikes: [price(700), price(702.5), price(705)],
        },
        { tradingClass: 'SPYX' },
      ],
    })
    const again = rig.ibkr.marketData.chains(SPY, signal())
    await rig.world.run(100)
    expect((await again).ok).toBe(true)
    const peer = rig.world.peer(DATA_CLIENT)
    expect(peer.requests('reqSecDefOptParams')).toMatchObject([
      { symbol: 'SPY', futFopExchange: '', secType: 'STK', conId: 1 },
    ])
  })
})

describe('quotes', () => {
  const quotesOf = (rig: Rig): readonly RequestOf<'reqMktData'>[] =>
    rig.world.peer(DATA_CLIENT).requests('reqMktData')

  test('glance asks for one contract at a time, by a snapshot without generic ticks', async () => {
    const rig = await stockRig()
    rig.world.answer('reqMktData', ({ reqId }) => [
      ...ticks(reqId, { bid: 2, ask: 2.1 }),
      { kind: 'tickSnapshotEnd', reqId },
    ])
    const missing = { ...KEY, strike: price(9_999) }
    const seen = rig.ibkr.marketData.glance([KEY, missing], signal())
    await rig.world.run(100)
    expect(await seen).toMatchObject({
      ok: true,
      value: [{ contract: { conId: OPTION.conId }, quote: { bid: price(2), ask: price(2.1) } }],
    })
    expect(rig.world.peer(DATA_CLIENT).requests('reqContractDetails')).toMatchObject([
      {
        contract: {
          symbol: 'SPY',
          secType: 'OPT',
          lastTradeDateOrContractMonth: '20260109',
          strike: 700,
          right: 'C',
          tradingClass: 'SPY',
          multiplier: '100',
          exchange: 'SMART',
        },
      },
      { contract: { strike: 9_999 } },
    ])
    expect(quotesOf(rig)).toMatchObject([{ snapshot: true, genericTicks: '' }])
    expect(rig.world.peer(DATA_CLIENT).requests('cancelMktData')).toEqual([])
  })

  test('a snapshot that never ends is taken as it stands after 13 s, and cancelled', async () => {
    const rig = await stockRig()
    rig.world.answer('reqMktData', ({ reqId }) => ticks(reqId, { bid: 2 }))
    const seen = rig.ibkr.marketData.glance([KEY], signal())
    await rig.world.run(13_100)
    expect(await seen).toMatchObject({ value: [{ quote: { bid: price(2), ask: null } }] })
    expect(rig.world.peer(DATA_CLIENT).requests('cancelMktData')).toHaveLength(1)
  })

  test('candidates come over streaming lines with volume and open interest', async () => {
    const rig = await stockRig()
    rig.world.answer('reqMktData', ({ reqId }) => full(reqId))
    const seen = rig.ibkr.marketData.candidates([KEY], signal())
    await rig.world.run(100)
    expect(await seen).toEqual({
      ok: true,
      value: [
        {
          contract: expect.objectContaining({ conId: OPTION.conId }),
          quote: {
            bid: price(2),
            ask: price(2.1),
            last: price(2.05),
            bidSize: 33,
            askSize: 10,
            volume: 500,
            openInterest: 1_234,
            delta: 0.51,
            receivedAt: START + 10,
            aliveAt: START + 10,
            delayed: false,
            halted: false,
            synthetic: false,
          },
        },
      ],
    })
    expect(quotesOf(rig)).toMatchObject([{ snapshot: false, genericTicks: '100,101,106' }])
    expect(rig.world.peer(DATA_CLIENT).requests('cancelMktData')).toHaveLength(1)
  })

  test('a line that is silent for 10 s is left out, and so is one that is refused', async () => {
    const rig = await stockRig()
    const seen = rig.ibkr.marketData.candidates([KEY], signal())
    await rig.world.run(10_100)
    expect(await seen).toEqual({ ok: true, value: [] })
    rig.world.answer('reqMktData', ({ reqId }) => [
      error(reqId, 354, 'Requested market data is not subscribed'),
    ])
    const refused = rig.ibkr.marketData.requote(OPTION, signal())
    await rig.world.run(100)
    expect(await refused).toMatchObject({ error: { code: 'no-permission', vendorCode: 354 } })
  })

  test('what nobody bids for is told with one side at its deadline, and is no silence', async () => {
    const rig = await stockRig()
    rig.world.answer('reqMktData', ({ reqId }) => ticks(reqId, { bid: -1, ask: 0.01 }))
    for (let i = 0; i < 3; i++) {
      const seen = rig.ibkr.marketData.candidates([KEY], signal())
      await rig.world.run(10_100)
      expect(await seen).toMatchObject({ value: [{ quote: { bid: null, ask: price(0.01) } }] })
    }
    expect(rig.ibkr.counters.requests.timeouts).toBe(0)
    expect(rig.world.peer(DATA_CLIENT).requests('cancelMktData')).toHaveLength(3)
  })

  test('a re-quote is a line of its own every time; 0.5 s after both sides it is told', async () => {
    const rig = await stockRig()
    rig.world.answer('reqMktData', ({ reqId }) => [...ticks(reqId, { bid: 2, ask: 2.1 })])
    for (let i = 0; i < 3; i++) {
      const live = rig.ibkr.marketData.requote(OPTION, signal())
      await rig.world.run(600)
      expect(await live).toMatchObject({ ok: true, value: { quote: { bid: price(2) } } })
    }
    expect(quotesOf(rig)).toHaveLength(3)
    expect(new Set(quotesOf(rig).map(({ reqId }) => reqId)).size).toBe(3)
    expect(rig.world.peer(DATA_CLIENT).requests('cancelMktData')).toHaveLength(3)
  })

  test('never more lines at a time than are kept for candidates', async () => {
    const rig = await stockRig()
    rig.world.answer('reqContractDetails', ({ reqId, contract }) => [
      detailsOf(reqId, { conId: Math.round(contract.strike * 10), strike: contract.strike }),
      { kind: 'contractDetailsEnd', reqId },
    ])
    // Half a quote: the service lives, and each line is kept until its deadline.
    rig.world.answer('reqMktData', ({ reqId }) => [...ticks(reqId, { bid: 2 })])
    const keys = Array.from({ length: 40 }, (_, i) => ({ ...KEY, strike: price(600 + i) }))
    void rig.ibkr.marketData.candidates(keys, signal())
    await rig.world.run(9_000)
    expect(quotesOf(rig)).toHaveLength(20)
    await rig.world.run(11_000)
    expect(quotesOf(rig)).toHaveLength(40)
  })

  test('spot is the middle of a stock, the last of an index, and never a delayed price (D14)', async () => {
    const rig = await stockRig()
    rig.world.answer('reqMktData', ({ reqId }) => ticks(reqId, { bid: 700, ask: 700.1, last: 699 }))
    const spot = async (of: UnderlyingKey) => {
      const asked = rig.ibkr.marketData.spot(of, signal())
      await rig.world.run(3_000)
      return asked
    }
    expect(await spot(SPY)).toEqual({ ok: true, value: price(700.05) })
    rig.world.answer('reqMktData', ({ reqId }) => ticks(reqId, { bid: -1, ask: -1, last: 15.2 }))
    const vix: UnderlyingKey = { ...SPY, kind: 'index', symbol: 'VIX' as Ticker, exchange: 'CBOE' }
    expect(await spot(vix)).toEqual({ ok: true, value: price(15.2) })
    rig.world.answer('reqMktData', ({ reqId }) => ticks(reqId, { bid: -1, ask: -1, last: -1 }))
    const unknown = rig.ibkr.marketData.spot(vix, signal())
    await rig.world.run(15_000)
    expect(await unknown).toMatchObject({ ok: false })
    rig.world.answer('reqMktData', ({ reqId }) => [
      { kind: 'marketDataType', reqId, type: 3 },
      { kind: 'tickPrice', reqId, tickType: 66, price: 700, size: 1, mask: 0 },
      { kind: 'tickPrice', reqId, tickType: 67, price: 700.1, size: 1, mask: 0 },
    ])
    expect(await spot(SPY)).toMatchObject({ error: { code: 'stale' } })
  })

  test('without a connection every question fails at once', async () => {
    const rig = await stockRig()
    rig.world.refuse = true
    rig.world.peer(DATA_CLIENT).transport.close()
    await rig.world.run(10)
    const { marketData } = rig.ibkr
    const answers = await Promise.all([
      marketData.spot(SPY, signal()),
      marketData.chains(SPY, signal()),
      marketData.glance([KEY], signal()),
      marketData.requote(OPTION, signal()),
    ])
    expect(answers.map((each) => (each.ok ? 'ok' : each.error.code))).toEqual(
      Array.from({ length: 4 }, () => 'not-connected'),
    )
  })
})

test('a dry run opens the data connection only, and asks for delayed data when allowed', async () => {
  const world = new World()
  const data = openIbkrData({
    clock: world.clock,
    prng: world.prng,
    connect: world.connect,
    mode: 'dry-run',
    declared: 'paper',
    account: null,
    allowDelayed: true,
    notice: () => undefined,
  })
  await world.run(100)
  expect(world.peers.map(({ clientId }) => clientId)).toEqual([DATA_CLIENT])
  expect(world.peer(DATA_CLIENT).requests('reqMarketDataType')).toMatchObject([{ type: 3 }])
  expect('broker' in data).toBe(false)
  expect(data.counters.orderFramesSent).toBe(0)
})

test('the two connections have the two fixed client ids', async () => {
  const { world } = await stockRig()
  expect(new Set(world.peers.map(({ clientId }) => clientId))).toEqual(
    new Set([ORDER_CLIENT, DATA_CLIENT]),
  )
})
