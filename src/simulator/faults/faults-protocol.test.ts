import { describe, expect, test } from 'vitest'
import { FrameReader } from '../../wire/frame.ts'
import { clientPrelude } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { decodeResponse } from '../../wire/responses.ts'
import { bars, buy, line, PING, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

/** A client that takes bytes as they are. */
class Probe {
  readonly bytes: number[] = []
  closed = false
  readonly #transport
  readonly #bench: GatewayBench

  constructor(bench: GatewayBench) {
    this.#bench = bench
    this.#transport = bench.gateway.memorySocket()
    this.#transport.listen({
      bytes: (chunk) => void this.bytes.push(...chunk),
      closed: () => {
        this.closed = true
      },
    })
  }

  async open(): Promise<this> {
    this.#transport.write(clientPrelude({ min: 193, max: 193 }))
    await this.#bench.run(0)
    await this.send({ kind: 'startApi', clientId: 1, optionalCapabilities: '' })
    return this
  }

  async send(...requests: readonly Request[]): Promise<void> {
    for (const request of requests) {
      const frame = encodeRequest(request, 193)
      if (frame.ok) this.#transport.write(frame.value)
    }
    await this.#bench.run(1_000)
  }

  pause(): () => void {
    return this.#transport.pause()
  }

  /** Ids and numbers of fields of the frames since the last time. */
  frames(): readonly (readonly string[])[] {
    const read = new FrameReader().push(Uint8Array.from(this.bytes.splice(0)))
    const payloads = read.ok ? read.value : read.error.frames
    return payloads.map((each) => Buffer.from(each).toString('latin1').slice(0, -1).split('\0'))
  }
}

describe('corrupt-length', () => {
  test.each([-4, -1, 0, 1, 2 ** 31 - 1, 17_825_792])('%d before the next frame', async (length) => {
    const bench = new GatewayBench()
    const probe = await new Probe(bench).open()
    bench.inject('corrupt-length', { length })
    probe.bytes.length = 0
    await probe.send(PING)
    const [a = 0, b = 0, c = 0, d = 0] = probe.bytes
    expect((a << 24) | (b << 16) | (c << 8) | d).toBe(length)
    probe.bytes.length = 0
    await probe.send(PING)
    expect(probe.frames()).toHaveLength(1)
  })
})

describe('drift', () => {
  test('a field too many, then a field too few, in the messages that are named', async () => {
    const bench = new GatewayBench()
    const probe = await new Probe(bench).open()
    await probe.send(PING)
    const [usual = []] = probe.frames().slice(-1)
    bench.inject('drift', { what: 'extra-field', messages: ['currentTime'] })
    bench.inject('drift', { what: 'lost-field', messages: ['currentTime'], times: 2 })()
    await probe.send(PING, PING)
    const drifted = probe.frames()
    expect(drifted.map((fields) => fields.length - usual.length)).toEqual([1, 0])
    bench.inject('drift', { what: 'lost-field', messages: ['currentTime'], times: null })
    await probe.send(PING, PING)
    expect(probe.frames().map((fields) => fields.length - usual.length)).toEqual([-1, -1])
  })

  test('a message that nobody knows, and a byte that is not UTF-8', async () => {
    const bench = new GatewayBench()
    const probe = await new Probe(bench).open()
    probe.frames()
    bench.inject('drift', { what: 'unknown-message' })
    bench.inject('drift', { what: 'latin1' })
    await bench.run(1)
    expect(decodeResponse(Buffer.from('250\x001\0'), 193)).toMatchObject({
      error: { kind: 'unknown-message' },
    })
    const [unknown = [], notice = []] = probe.frames()
    expect([unknown[0], notice[0], notice[3]]).toEqual(['250', '4', '2137'])
    expect(notice.join(' ')).toContain('Soci\xe9t\xe9')
  })

  test('a version above what was announced', async () => {
    const bench = new GatewayBench()
    bench.inject('drift', { what: 'newer-version' })
    const probe = await new Probe(bench).open()
    expect(probe.frames()[0]?.[0]).toBe('194')
  })

  test('counts where somebody was told: a message of nobody, a version at a handshake', async () => {
    const bench = new GatewayBench()
    await new Probe(bench).open()
    const unknown = bench.inject('drift', { what: 'unknown-message' })
    const newer = bench.inject('drift', { what: 'newer-version' })
    const changes = (): readonly number[] =>
      [unknown, newer].map((of) => bench.gateway.changesBy(of))
    expect(changes()).toEqual([1, 0])
    await new Probe(bench).open()
    expect(changes()).toEqual([1, 1])
  })
})

describe('output-dropped', () => {
  const limits = { kernelBytes: 1_000, limitBytes: 20_000 }

  test('for a client that reads nothing changes', async () => {
    const bench = new GatewayBench()
    const probe = await new Probe(bench).open()
    bench.inject('output-dropped', limits)
    probe.frames()
    await probe.send(bars(1), bars(2), bars(3))
    expect(probe.frames()).toHaveLength(3)
  })

  test('the first half of what is not read goes, whole messages, and later ones arrive', async () => {
    const bench = new GatewayBench()
    const probe = await new Probe(bench).open()
    const heal = bench.inject('output-dropped', limits)
    probe.frames()
    const resume = probe.pause()
    for (let reqId = 1; reqId <= 40; reqId++) await probe.send(bars(reqId))
    resume()
    await bench.run(1_000)
    heal()
    await bench.run(1_000)
    const arrived = probe.frames().map((fields) => Number(fields[1]))
    expect(arrived.length).toBeLessThan(40)
    expect(arrived.at(-1)).toBe(40)
    expect(bench.log.join('\n')).toMatch(/EBuffer buffer .* has grown[\s\S]*removed first half/)
  })

  test('or the client goes', async () => {
    const bench = new GatewayBench()
    const probe = await new Probe(bench).open()
    bench.inject('output-dropped', { ...limits, overflow: 'disconnect' })
    const resume = probe.pause()
    for (let reqId = 1; reqId <= 40; reqId++) await probe.send(bars(reqId))
    expect(probe.closed).toBe(false) // it does not read, so it does not know
    resume()
    await bench.run(1)
    expect(probe.closed).toBe(true)
  })
})

test('rate-exceeded: error 100 for each violation, and the third ends the connection', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('rate-exceeded', { messagesPerSecond: 1 })
  for (let i = 0; i < 3; i++) {
    client.send(PING, PING)
    await bench.run(2_000)
  }
  expect(story(client)).toEqual([
    'currentTime',
    'error -1 100',
    'currentTime',
    'error -1 100',
    'currentTime',
    'error -1 100',
  ])
  expect(client.closed).toBe(true)
})

describe('answers in another order', () => {
  test('clog: channels stop one after the other and burst in random order', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(line(1), { kind: 'reqAccountUpdates', subscribe: true, account: '' })
    await bench.run(5_000)
    client.take()
    bench.inject('clog', { everyMs: 1_000, heldMs: 10_000 })
    await bench.run(3_000)
    client.take()
    client.send(buy(1), PING, bars(2))
    await bench.run(9_000)
    expect(story(client)).toEqual(['currentTime'])
    await bench.run(5_000)
    const kinds = story(client)
    expect(kinds).toEqual(
      expect.arrayContaining(['execDetails', 'historicalData', 'portfolioValue', 'tickPrice']),
    )
  })

  test('duplicate-replies: a repeated request brings both answers', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('duplicate-replies', { heldMs: 60_000 })
    client.send(bars(1))
    await bench.run(15_000)
    expect(story(client)).toEqual([])
    client.send(bars(9))
    await bench.run(1_000)
    expect(client.take('historicalData').map(({ reqId }) => reqId)).toEqual([1, 9])
  })

  test('duplicate-replies: without a second request the answer is late', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('duplicate-replies', { heldMs: 20_000 })
    client.send(bars(1))
    await bench.run(19_999)
    expect(story(client)).toEqual([])
    await bench.run(1)
    expect(story(client)).toEqual(['historicalData'])
  })
})
