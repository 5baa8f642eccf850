import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../base/clock.ts'
import type { EpochMs } from '../../base/clock.ts'
import { clientPrelude } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { bars, buy, line, PING, ready, story } from './faults.testing.ts'
import { FAULTS, problemsOf } from './faults.ts'
import type { FaultName } from './faults.ts'
import { GatewayBench } from '../session/session.testing.ts'

const NAMES = Object.keys(FAULTS) as FaultName[]

/** All bytes that two clients get, with the moments of their arrival, while a fault comes and goes. */
async function bytesOf(name: FaultName): Promise<string> {
  const bench = new GatewayBench()
  const heard: string[] = []
  const dial = async (clientId: number): Promise<(requests: readonly Request[]) => void> => {
    const socket = bench.gateway.memorySocket()
    socket.listen({
      bytes: (chunk) =>
        void heard.push(`${clientId} ${bench.clock.now()} ${Buffer.from(chunk).toString('hex')}`),
      closed: (reason) => void heard.push(`${clientId} ${bench.clock.now()} ${reason}`),
    })
    socket.write(clientPrelude({ min: 193, max: 193 }))
    await bench.run(10)
    const send = (requests: readonly Request[]): void => {
      for (const request of requests) {
        const frame = encodeRequest(request, 193)
        if (frame.ok) socket.write(frame.value)
      }
    }
    send([{ kind: 'startApi', clientId, optionalCapabilities: '' }])
    await bench.run(10)
    return send
  }
  const first = await dial(1)
  first([line(1), bars(2, { keepUpToDate: true }), buy(1)])
  await bench.run(5_000)
  const heal = bench.inject(name)
  first([PING, bars(3), buy(2)])
  const second = await dial(2)
  second([PING, bars(1)])
  await bench.run(60_000)
  heal()
  await bench.run(10_000)
  return heard.join('\n')
}

test.each(NAMES)('%s: the same seed gives the same bytes at the same moments', async (name) => {
  const [one, two] = [await bytesOf(name), await bytesOf(name)]
  expect(one.length).toBeGreaterThan(1_000)
  expect(two).toBe(one)
})

test('the catalogue is complete: F1 to F12, F20 to F68, F72 and F73', () => {
  const range = (from: number, to: number): readonly string[] =>
    Array.from({ length: to - from + 1 }, (_, i) => `F${from + i}`)
  const numbers = new Set(Object.values(FAULTS).map(({ number }) => number))
  expect(
    [...range(1, 12), ...range(20, 68), ...range(72, 73)].filter((each) => !numbers.has(each)),
  ).toEqual([])
})

describe('what is asked for must exist', () => {
  test.each([
    [{ name: 'zombi' as FaultName }, 'name: there is no fault "zombi"'],
    [{ name: 'zombie', downMs: 5 } as const, 'Unrecognized key: "downMs"'],
    [{ name: 'restart', downMs: -1 } as const, 'downMs: Too small'],
    [{ name: 'refuse', clientIds: ['a'] } as never, 'clientIds.0: '],
  ])('%o', (spec, says) => {
    expect(problemsOf(spec).join()).toContain(says)
    expect(() => new GatewayBench().gateway.inject(spec)).toThrow(says)
  })
})

test('a clone is made of a Gateway that is broken, and it is whole', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  for (const name of ['order-held', 'connectivity-lost', 'slow-link', 'refuse'] as const) {
    bench.inject(name)
  }
  client.send(buy(1))
  await bench.run(30_000)
  const clock = new VirtualClock({ start: bench.clock.now(), settled: () => true, speed: null })
  const gateway = bench.gateway.clone(clock)
  expect(gateway.accepting).toBe(true)
  const later = Object.assign(new GatewayBench(), { gateway, clock })
  const again = await later.client(1)
  again.take()
  again.send(PING)
  await clock.runUntil((clock.now() + 1_000) as EpochMs)
  expect(story(again)).toEqual(['currentTime'])
})

test('two faults at once: what one lets pass, the other still sees', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('zombie')
  bench.inject('read-only')
  heal()
  client.send(buy(1))
  await bench.run(1_000)
  expect(story(client)).toEqual(['error 1 321'])
})
