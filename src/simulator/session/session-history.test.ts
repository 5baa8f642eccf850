import { describe, expect, test } from 'vitest'
import { emptyContract } from '../../wire/contract.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { at, GatewayBench } from './session.testing.ts'
import type { BenchOptions, TestClient } from './session.testing.ts'

type Asked = RequestOf<'reqHistoricalData'>
const SPY = { ...emptyContract, symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' }

function ask(client: TestClient, of: Partial<Asked>): void {
  client.send({
    kind: 'reqHistoricalData',
    reqId: 1,
    contract: SPY,
    endDateTime: '',
    barSize: '1 min',
    duration: '1800 S',
    useRTH: true,
    whatToShow: 'TRADES',
    formatDate: 2,
    comboLegs: [],
    keepUpToDate: false,
    options: [],
    ...of,
  })
}

async function ready(
  options: BenchOptions = {},
  version = 193,
): Promise<[GatewayBench, TestClient]> {
  const bench = new GatewayBench(options)
  const client = await bench.client(7, version)
  client.take()
  return [bench, client]
}

const seconds = (time: string): string => String(at(time) / 1000)

describe('bars of the past', () => {
  test('until now hold the bar that is forming', async () => {
    const [bench, client] = await ready({ start: at('10:00') })
    await bench.run(30_000)
    ask(client, {})
    await bench.run(1_000)
    const [answer] = client.take('historicalData')
    expect(answer?.bars.at(0)?.date).toBe(seconds('09:31')) // 09:30 began before the span
    expect(answer?.bars.at(-1)?.date).toBe(seconds('10:00'))
    expect(answer?.bars.length).toBe(30)
    for (const { open, high, low, close, volume } of answer?.bars ?? []) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
      expect(low).toBeLessThanOrEqual(Math.min(open, close))
      expect(volume).toBeGreaterThan(0)
    }
  })

  test.each([
    ['20260310-14:00:00', '09:50', '09:59'],
    ['20260310 10:00:00 US/Eastern', '09:50', '09:59'],
    ['20260310 09:00:00 US/Central', '09:50', '09:59'],
    ['20260310 10:00:00', '09:50', '09:59'],
  ])('until %s are from %s to %s', async (endDateTime, first, last) => {
    const [bench, client] = await ready({ start: at('12:00') })
    ask(client, { endDateTime, duration: '600 S' })
    await bench.run(1_000)
    const [answer] = client.take('historicalData')
    expect([answer?.bars.at(0)?.date, answer?.bars.at(-1)?.date]).toEqual([
      seconds(first),
      seconds(last),
    ])
  })

  test('seconds count back over the night, days over the weekend', async () => {
    const [bench, client] = await ready({ start: at('09:40') })
    ask(client, { reqId: 1, duration: '1800 S', formatDate: 1 })
    ask(client, { reqId: 2, duration: '3 D', barSize: '1 hour', formatDate: 1 })
    ask(client, { reqId: 3, duration: '2 W', barSize: '1 day', formatDate: 2 })
    await bench.run(1_000)
    const [short, hours, days] = client.take('historicalData')
    expect(short?.bars.at(0)?.date).toBe('20260309 15:40:00 US/Eastern')
    expect(hours?.bars.map((bar) => bar.date.slice(0, 14)).slice(0, 3)).toEqual([
      '20260306 09:30',
      '20260306 10:00',
      '20260306 11:00',
    ])
    expect(hours?.bars.length).toBe(7 + 7 + 1)
    expect(days?.bars.at(0)?.date).toBe('20260224')
    expect(days?.bars.at(-1)?.date).toBe('20260310')
  })

  test('larger bars are made of smaller ones', async () => {
    const [bench, client] = await ready({ start: at('12:00') })
    ask(client, { reqId: 1, duration: '7200 S' })
    ask(client, { reqId: 2, duration: '7200 S', barSize: '10 mins' })
    ask(client, { reqId: 3, duration: '7200 S', barSize: '5 mins' })
    await bench.run(1_000)
    const [ones, tens, fives] = client.take('historicalData')
    const volume = (bars: readonly { readonly volume: number }[] | undefined): number =>
      (bars ?? []).reduce((sum, bar) => sum + bar.volume, 0)
    expect([ones?.bars.length, tens?.bars.length, fives?.bars.length]).toEqual([121, 13, 25])
    expect(volume(tens?.bars)).toBe(volume(ones?.bars))
    expect(volume(fives?.bars)).toBe(volume(ones?.bars))
  })

  test.each(['MIDPOINT', 'BID', 'ASK', 'BID_ASK'])('of %s come from quotes', async (whatToShow) => {
    const [bench, client] = await ready({ start: at('12:00') })
    ask(client, { whatToShow })
    await bench.run(1_000)
    const [answer] = client.take('historicalData')
    expect(answer?.bars.length).toBeGreaterThanOrEqual(30)
    expect(answer?.bars.at(0)).toMatchObject({ volume: -1, wap: -1, count: -1 })
  })

  test.each([
    ['a size that is none', { barSize: '7 mins' }, 321],
    ['a duration that is none', { duration: '1 fortnight' }, 321],
    ['steps too small', { duration: '3600 S', barSize: '1 secs' }, 162],
    ['steps too large', { duration: '1 D', barSize: '1 week' }, 162],
    ['no such data', { whatToShow: 'WEATHER' }, 431],
    ['data that is not here', { whatToShow: 'FEE_RATE' }, 162],
    ['no such end', { endDateTime: 'yesterday' }, 10314],
    ['an update with an end', { endDateTime: '20260310-14:00:00', keepUpToDate: true }, 321],
    ['a schedule in hours', { whatToShow: 'SCHEDULE', barSize: '1 hour', duration: '1 W' }, 10295],
    ['no contract', { contract: { ...SPY, symbol: 'NONE' } }, 200],
    ['long before the market began', { endDateTime: '20100104-15:00:00' }, 162],
  ])('%s: one error', async (_name, of, code) => {
    const [bench, client] = await ready()
    ask(client, of)
    await bench.run(1_000)
    expect(client.errors()).toEqual([[1, code]])
  })

  test('a schedule is a list of sessions', async () => {
    const [bench, client] = await ready()
    ask(client, { whatToShow: 'SCHEDULE', barSize: '1 day', duration: '3 D' })
    await bench.run(1_000)
    expect(client.take()).toMatchObject([
      {
        kind: 'historicalSchedule',
        timeZone: 'US/Eastern',
        sessions: [
          { start: '20260306-09:30:00', end: '20260306-16:00:00', refDate: '20260306' },
          { refDate: '20260309' },
          { refDate: '20260310' },
        ],
      },
    ])
  })

  test('the end is a message of its own from 196', async () => {
    for (const [version, kinds] of [
      [195, ['historicalData']],
      [196, ['historicalData', 'historicalDataEnd']],
    ] as const) {
      const [bench, client] = await ready({ maxServerVersion: version }, version)
      ask(client, {})
      await bench.run(1_000)
      expect(client.kinds()).toEqual(kinds)
    }
  })
})

describe('keepUpToDate', () => {
  test('updates every few seconds, at every end of a bar, and until it is cancelled', async () => {
    const [bench, client] = await ready({ start: at('10:00') })
    await bench.run(20_000)
    ask(client, { keepUpToDate: true })
    await bench.run(1_000)
    client.take()
    const heard: { readonly at: number; readonly date: string; readonly close: number }[] = []
    for (let second = 21; second < 200; second++) {
      await bench.run(1_000)
      for (const { date, close } of client.take('historicalDataUpdate')) {
        heard.push({ at: bench.clock.now(), date, close })
      }
    }
    const first = heard.filter(({ date }) => date === seconds('10:00'))
    expect(first.at(-1)?.at).toBe(at('10:01')) // complete: said at that very moment
    expect(first.length).toBeGreaterThan(5)
    const [next] = heard.filter(({ date }) => date === seconds('10:01'))
    expect((next?.at ?? 0) - at('10:01')).toBeLessThanOrEqual(2_000)
    ask(client, { reqId: 2, duration: '180 S' })
    await bench.run(1_000)
    const [past] = client.take('historicalData')
    const complete = past?.bars.find(({ date }) => date === seconds('10:01'))
    const said = heard.filter(({ date }) => date === seconds('10:01')).at(-1)
    expect(said?.close).toBe(complete?.close) // the stream ends a bar as history has it
    client.send({ kind: 'cancelHistoricalData', reqId: 1 })
    await bench.run(60_000)
    expect(client.take('historicalDataUpdate', 'error')).toMatchObject([{ id: 1, code: 162 }])
  })

  test('is silent at night and goes on in the morning', async () => {
    const [bench, client] = await ready({ start: at('15:59') })
    ask(client, { keepUpToDate: true })
    await bench.run(65_000)
    client.take()
    await bench.run(12 * 3_600_000)
    expect(client.kinds()).toEqual([])
    await bench.run(6 * 3_600_000)
    expect(client.take('historicalDataUpdate').length).toBeGreaterThan(100)
  })
})

describe('ids and pacing', () => {
  test('an id twice gets 386 and the first goes on; a cancel of nothing gets 366', async () => {
    const [bench, client] = await ready()
    ask(client, {})
    ask(client, {})
    client.send({ kind: 'cancelHistoricalData', reqId: 5 })
    await bench.run(1_000)
    expect(client.take('error', 'historicalData')).toMatchObject([
      { id: 1, code: 386 },
      { id: 5, code: 366 },
      { kind: 'historicalData', reqId: 1 },
    ])
  })

  test('a cancel in time ends the query', async () => {
    const [bench, client] = await ready()
    ask(client, {})
    client.send({ kind: 'cancelHistoricalData', reqId: 1 })
    await bench.run(1_000)
    expect(client.take()).toMatchObject([{ kind: 'error', id: 1, code: 162 }])
  })

  test('the same small bars twice within 15 seconds: pacing; bars of a minute: never', async () => {
    const [bench, client] = await ready()
    for (const barSize of ['30 secs', '1 min']) {
      ask(client, { reqId: 1, barSize })
      await bench.run(1_000)
      ask(client, { reqId: 2, barSize })
      await bench.run(1_000)
    }
    expect(client.errors()).toEqual([[2, 162]])
    expect(bench.gateway.counters).toMatchObject({ historicalRequests: 4, violations: 1 })
  })

  test('more than 50 open streams: pacing, over all clients', async () => {
    const [bench, client] = await ready()
    for (let id = 1; id <= 40; id++) ask(client, { reqId: id, keepUpToDate: true })
    await bench.run(2_000)
    const other = await bench.client(8)
    other.take()
    for (let id = 1; id <= 11; id++) ask(other, { reqId: id, keepUpToDate: true })
    await bench.run(1_000)
    expect(other.errors()).toEqual([[11, 162]])
  })

  test('the farm falls asleep 360 s after the last request, and a request wakes it', async () => {
    const [bench, client] = await ready()
    ask(client, {})
    await bench.run(359_000)
    client.take()
    await bench.run(2_000)
    expect(client.errors()).toEqual([[-1, 2107]])
    ask(client, { reqId: 2, keepUpToDate: true })
    await bench.run(1_000)
    expect(client.take('error', 'historicalData').map(({ kind }) => kind)).toEqual([
      'error',
      'historicalData',
    ])
    await bench.run(800_000)
    expect(client.errors()).toEqual([]) // a stream is open
  })

  test('a head timestamp stays open until it is cancelled', async () => {
    const [bench, client] = await ready({ limits: { historyOpen: 1 } })
    const head = { kind: 'reqHeadTimestamp', contract: SPY, useRTH: true } as const
    client.send({ ...head, reqId: 1, whatToShow: 'TRADES', formatDate: 1 })
    await bench.run(1_000)
    expect(client.take()).toMatchObject([{ kind: 'headTimestamp', timestamp: '20250102-14:30:00' }])
    ask(client, { reqId: 2 })
    client.send({ kind: 'cancelHeadTimestamp', reqId: 1 })
    ask(client, { reqId: 3 })
    await bench.run(1_000)
    expect(client.take('error', 'historicalData')).toMatchObject([
      { id: 2, code: 162 },
      { kind: 'historicalData', reqId: 3 },
    ])
  })
})

describe('real-time bars', () => {
  const subscribe = (client: TestClient, reqId: number, whatToShow = 'TRADES'): void =>
    client.send({
      kind: 'reqRealTimeBars',
      reqId,
      contract: SPY,
      barSize: 5,
      whatToShow,
      useRTH: true,
      options: [],
    })

  test('one every five seconds, each at its end', async () => {
    const [bench, client] = await ready()
    subscribe(client, 1)
    await bench.run(61_000)
    const bars = client.take('realTimeBar')
    expect(bars.length).toBe(12)
    expect(bars.map(({ time }) => time)).toEqual(
      Array.from({ length: 12 }, (_, i) => at('10:00') / 1000 + 5 * i),
    )
    client.send({ kind: 'cancelRealTimeBars', reqId: 1 })
    await bench.run(20_000)
    expect(client.take()).toEqual([])
  })

  test('share the ten-minute budget: 420', async () => {
    const [bench, client] = await ready({ limits: { historyTotal: 2 } })
    for (const id of [1, 2, 3]) subscribe(client, id)
    subscribe(client, 4, 'WEATHER')
    await bench.run(0)
    expect(client.errors()).toEqual([
      [3, 420],
      [4, 420],
    ])
  })
})
