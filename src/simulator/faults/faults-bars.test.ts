import { describe, expect, test } from 'vitest'
import { bars, ready, SPY, story } from './faults.testing.ts'
import { at, GatewayBench } from '../session/session.testing.ts'

const seconds = (time: string): number => at(time) / 1000

/** The minutes of one answer, as seconds from 09:50. */
async function answered(how: string, endDateTime = '') {
  const bench = new GatewayBench()
  const client = await ready(bench)
  if (how !== '') bench.inject('bad-bars', { how })
  client.send(bars(1, { duration: '600 S', endDateTime }))
  await bench.run(1_000)
  const rows = client.heard.flatMap((each) => (each.kind === 'historicalData' ? each.bars : []))
  return { client, rows, minutes: rows.map(({ date }) => (Number(date) - seconds('09:50')) / 60) }
}

describe('bad-bars in an answer', () => {
  test('right without a fault', async () => {
    expect((await answered('')).minutes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('duplicate, out of order, of another hour', async () => {
    expect((await answered('duplicate')).minutes.slice(0, 4)).toEqual([0, 0, 1, 1])
    expect((await answered('out-of-order')).minutes).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect((await answered('wrong-zone')).minutes[0]).toBe(-60)
  })

  test('the bar that is not over comes last', async () => {
    const { minutes, rows } = await answered('unfinished', '20260310-13:55:00')
    expect(minutes.slice(-2)).toEqual([4, 5])
    expect(rows.at(-1)).toMatchObject({ volume: 1, close: rows.at(-2)?.close })
  })

  test('without volume', async () => {
    expect(new Set((await answered('volume-zero')).rows.map(({ volume }) => volume))).toEqual(
      new Set([0]),
    )
    expect(new Set((await answered('volume-unset')).rows.map(({ volume }) => volume))).toEqual(
      new Set([-1]),
    )
  })

  test('none, as a success or as 162', async () => {
    const { client, rows } = await answered('empty')
    expect([rows, story(client)]).toEqual([[], ['historicalData']])
    expect(story((await answered('no-data')).client)).toEqual(['error 1 162'])
  })

  test('a day before the clocks changed is an hour off', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('bad-bars', { how: 'dst-fold' })
    client.send(bars(1, { duration: '2 D', endDateTime: '' }))
    await bench.run(1_000)
    const dates = client.take('historicalData')[0]?.bars.map(({ date }) => Number(date)) ?? []
    expect(dates[0]).toBe(seconds('09:30') - 86_400 + 3_600)
    expect(dates.at(-1)).toBe(seconds('10:00'))
  })
})

describe('bad-bars in a stream', () => {
  async function streamed(how: string): Promise<readonly number[]> {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(bars(1, { keepUpToDate: true }))
    await bench.run(1_000)
    client.take()
    bench.inject('bad-bars', { how })
    await bench.run(4 * 60_000)
    const minutes = client
      .take('historicalDataUpdate')
      .map(({ date }) => (Number(date) - seconds('10:00')) / 60)
    return minutes.filter((minute, index) => how !== 'missing' || minute !== minutes[index - 1])
  }

  test('each third minute is missing', async () => {
    expect(await streamed('missing')).toEqual([1, 2, 4])
  })

  test('what is over is told again, after the next has begun', async () => {
    const minutes = await streamed('out-of-order')
    expect(minutes.some((minute, index) => minute < (minutes[index - 1] ?? 0))).toBe(true)
  })
})

test('no-definition: 200 for contracts, history and lines, while it lasts', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('no-definition')
  const details = {
    kind: 'reqContractDetails',
    reqId: 1,
    contract: SPY,
    secIdType: '',
    secId: '',
    issuerId: '',
  } as const
  client.send(details, bars(2))
  await bench.run(1_000)
  expect(story(client)).toEqual(['error 1 200', 'error 2 200'])
  heal()
  client.send(details)
  await bench.run(1_000)
  expect(story(client)).toEqual(['contractDetails', 'contractDetailsEnd'])
})
