import { expect, test } from 'vitest'
import { PING, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

/** A client that understands nothing: bytes and the end. */
function raw(bench: GatewayBench): { readonly bytes: number[]; ended: string | null | undefined } {
  const heard: { readonly bytes: number[]; ended: string | null | undefined } = {
    bytes: [],
    ended: undefined,
  }
  bench.gateway.memorySocket().listen({
    bytes: (chunk) => void heard.bytes.push(...chunk),
    closed: (reason) => {
      heard.ended = reason
    },
  })
  return heard
}

test('refuse: nobody listens, and who was connected is gone, until it heals', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const [first, second] = [bench.inject('refuse'), bench.inject('refuse')]
  expect(bench.gateway.connect()).toEqual({ ok: false, error: expect.stringMatching(/REFUSED/) })
  const late = raw(bench)
  await bench.run(1)
  expect([client.closed, late.ended]).toEqual([true, 'read ECONNRESET'])
  first()
  expect(bench.gateway.accepting).toBe(false)
  second()
  second()
  expect(bench.gateway.accepting).toBe(true)
  expect(story(await bench.dial(1))).toContain('nextValidId')
})

test('refuse: connections that are open may stay', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('refuse', { closesOpen: false })
  client.send(PING)
  await bench.run(1)
  expect(story(client)).toEqual(['currentTime'])
})

test('accept-then-close: accepted, mute, and closed after its time', async () => {
  const bench = new GatewayBench()
  bench.inject('accept-then-close', { afterMs: 100 })
  const client = await bench.dial(1)
  await bench.run(99)
  expect([client.closed, client.hello]).toEqual([false, null])
  await bench.run(1)
  expect([client.closed, client.closedBecause]).toEqual([true, null])
})

test('garbage: what answers looks like TLS, and says no more', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('garbage')
  const late = raw(bench)
  await bench.run(1_000)
  expect(client.closed).toBe(true)
  expect(late.bytes.length).toBe(75)
  expect(late.bytes.slice(0, 3)).toEqual([0x16, 0x03, 0x03])
  expect(late.ended).toBeUndefined()
})
