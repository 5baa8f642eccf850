import { describe, expect, test } from 'vitest'
import { line, ready } from './faults.testing.ts'
import { optionOf } from './options.testing.ts'
import { at, GatewayBench } from '../session/session.testing.ts'
import type { TestClient } from '../session/session.testing.ts'
import { fieldsOf } from './frame-fields.ts'

/** The last price of each side of a line. */
function sides(client: TestClient, reqId: number): readonly (number | undefined)[] {
  const last = new Map<number, number>()
  for (const each of client.take('tickPrice'))
    if (each.reqId === reqId) last.set(each.tickType, each.price)
  return [last.get(1), last.get(2)]
}

/** The text of the prices on the wire, before anything reads them. */
async function texts(
  fault: string,
  parameters: Readonly<Record<string, unknown>>,
  { id, place }: { readonly id: string; readonly place: number },
) {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const frames: Uint8Array[] = []
  const contract = optionOf(bench)
  bench.inject(fault as 'no-price', parameters)
  const heard = new Set<string>()
  const [session] = bench.gateway.transports
  const write = session?.write.bind(session)
  if (session !== undefined && write !== undefined) {
    session.write = (bytes) => {
      frames.push(bytes)
      return write(bytes)
    }
  }
  client.send(line(1, { contract }))
  await bench.run(1_000)
  for (const bytes of frames) {
    for (let from = 0; from < bytes.length;) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + from).getUint32(0)
      const fields = fieldsOf(bytes.subarray(from, from + 4 + length))
      if (fields[0] === id) heard.add(fields[place] ?? '')
      from += 4 + length
    }
  }
  return [...heard]
}

test.each([
  ['zero', '0'],
  ['minus-one', '-1'],
  ['nan', 'NaN'],
  ['empty', ''],
])('no-price %s: the text on the wire is "%s"', async (value, text) => {
  expect(
    await texts('no-price', { value, ticks: ['bid', 'ask', 'last'] }, { id: '1', place: 4 }),
  ).toContain(text)
})

test('no-greeks: every value of the model is NaN', async () => {
  for (const place of [4, 5, 11])
    expect(await texts('no-greeks', {}, { id: '21', place })).toEqual(['NaN'])
})

describe('bad-quote', () => {
  test.each([
    ['crossed', (bid: number, ask: number) => [ask, bid]],
    ['locked', (bid: number) => [bid, bid]],
    ['wide', (bid: number) => [bid, Math.round(bid * 500) / 100]],
  ] as const)('%s', async (how, as) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const contract = optionOf(bench)
    client.send(line(1, { contract }))
    await bench.run(0)
    const [bid = 0, ask = 0] = sides(client, 1)
    expect(bid).toBeLessThan(ask)
    const heal = bench.inject('bad-quote', { how })
    await bench.run(0)
    expect(sides(client, 1)).toEqual(as(bid, ask))
    heal()
    await bench.run(0)
    expect(sides(client, 1)).toEqual([bid, ask])
  })

  test('no-size', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('bad-quote', { how: 'no-size' })
    client.send(line(1, { contract: optionOf(bench) }))
    await bench.run(1_000)
    const sizes = client.take('tickSize').filter(({ tickType }) => tickType === 0 || tickType === 3)
    expect(new Set(sizes.map(({ size }) => size))).toEqual(new Set([0]))
  })
})

test('stuck-quote: an open line tells the same with fresh times, a new one tells the truth', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const contract = optionOf(bench)
  client.send(line(1, { contract }))
  await bench.run(1_000)
  const before = sides(client, 1)
  bench.inject('stuck-quote')
  client.take()
  await bench.run(600_000)
  const times = client.heard.flatMap((each) =>
    each.kind === 'tickString' && each.tickType === 45 ? Number(each.value) : [],
  )
  expect(times.at(-1)).toBe(at('10:10') / 1000 + 1)
  expect(sides(client, 1)).toEqual(before)
  client.send(line(2, { contract }))
  await bench.run(0)
  const { bid, ask } = bench.gateway.core.quote(contract.conId as never) ?? {}
  expect(sides(client, 2)).toEqual([(bid ?? 0) / 1e6, (ask ?? 0) / 1e6])
  expect(sides(client, 2)).not.toEqual(before)
})

test.each([
  ['type', 3, [66, 67], [1, 2]],
  ['ticks', 1, [1, 2], [66, 67]],
] as const)('mislabelled-delay: %s alone still says it', async (...row) => {
  const [says, type, absent, present] = row
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('mislabelled-delay', { says })
  client.send(line(1, { contract: optionOf(bench) }))
  await bench.run(1_000)
  expect(client.heard.find(({ kind }) => kind === 'marketDataType')).toMatchObject({ type })
  const types = new Set(client.take('tickPrice').map(({ tickType }) => tickType))
  for (const each of present) expect(types).toContain(each)
  for (const each of absent) expect(types).not.toContain(each)
})
