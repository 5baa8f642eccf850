import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { money } from '../../domain/money.ts'
import { emptyContract } from '../../wire/contract.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import { frame } from '../../wire/frame.ts'
import { clientPrelude } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import { at, GatewayBench, TestClient } from './session.testing.ts'

const text = (payload: string): Uint8Array => frame(Buffer.from(payload, 'latin1'))

describe('handshake', () => {
  test.each([173, 176, 178, 187, 193, 200])('version %i becomes ready', async (version) => {
    const bench = new GatewayBench()
    const client = await bench.client(7, version)
    expect(client.hello).toBe(`${version} 20260310 10:00:00 US/Eastern`)
    expect(client.take()).toMatchObject([
      { kind: 'managedAccounts', accounts: ['DU1234567'] },
      { kind: 'nextValidId', orderId: 1 },
      { kind: 'error', id: -1, code: 2104 },
      { kind: 'error', id: -1, code: 2106 },
      { kind: 'error', id: -1, code: 2158 },
    ])
  })

  test.each([
    [{ min: 100, max: 225 }, 200, '200'],
    [{ min: 100, max: 193 }, 200, '193'],
    [{ min: 157, max: 200 }, 178, '178'],
  ])('%o with a server of %i speaks %s', async (versions, maxServerVersion, spoken) => {
    const bench = new GatewayBench({ maxServerVersion })
    const client = new TestClient(bench.gateway.memorySocket(), 193)
    client.write(clientPrelude(versions))
    await bench.run(0)
    expect(client.hello?.split(' ')[0]).toBe(spoken)
  })

  test('one byte at a time is as good as all at once', async () => {
    const bench = new GatewayBench()
    const client = new TestClient(bench.gateway.memorySocket(), 193)
    for (const byte of clientPrelude({ min: 157, max: 193 })) {
      client.write(Uint8Array.of(byte))
      await bench.run(1)
    }
    expect(client.hello).toMatch(/^193 /)
  })

  test('nothing is said between the version and startApi', async () => {
    const bench = new GatewayBench()
    const client = new TestClient(bench.gateway.memorySocket(), 193)
    client.write(clientPrelude({ min: 157, max: 193 }))
    await bench.run(5_000)
    expect([client.hello === null, client.heard]).toEqual([false, []])
  })

  test('a client that is too new is refused without a frame; both ranges are logged', async () => {
    const bench = new GatewayBench()
    const client = new TestClient(bench.gateway.memorySocket(), 213)
    client.write(clientPrelude({ min: 213, max: 225 }))
    await bench.run(0)
    expect([client.closed, client.hello]).toEqual([true, null])
    expect(bench.log).toEqual([expect.stringMatching(/213 to 225.*157 to 200/)])
  })

  test('what is not a client is closed', async () => {
    const bench = new GatewayBench()
    const client = new TestClient(bench.gateway.memorySocket(), 193)
    client.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await bench.run(0)
    expect([client.closed, client.hello]).toEqual([true, null])
  })

  test('a corrupt length closes the connection', async () => {
    const bench = new GatewayBench()
    const client = await bench.client(7)
    client.write(Uint8Array.of(0xff, 0xff, 0xff, 0xfc, 1, 2, 3))
    await bench.run(0)
    expect(client.closed).toBe(true)
  })
})

describe('client ids', () => {
  test('a second session of one id gets 326 and is closed; the first lives', async () => {
    const bench = new GatewayBench()
    const first = await bench.client(7)
    const second = await bench.client(7)
    expect(second.take()).toMatchObject([{ kind: 'error', id: -1, code: 326 }])
    expect([first.closed, second.closed]).toEqual([false, true])
    first.close()
    await bench.run(0)
    expect((await bench.client(7)).closed).toBe(false)
  })

  test('the 33rd client is refused', async () => {
    const bench = new GatewayBench()
    for (let id = 1; id <= 32; id++) expect((await bench.client(id)).closed).toBe(false)
    expect((await bench.client(33)).closed).toBe(true)
  })
})

test('a moment between two milliseconds is told as one of them', async () => {
  const bench = new GatewayBench()
  await bench.run(0.25)
  const client = await bench.client(7, 200)
  expect(client.take('error').map(({ code }) => code)).toEqual([2104, 2106, 2158])
  client.send({ kind: 'reqCurrentTimeInMillis' })
  await bench.run(0)
  expect(client.take('currentTimeInMillis')).toMatchObject([{ time: at('10:00') }])
})

test('what cannot be written is left out, counted and logged', async () => {
  const log: string[] = []
  const account = { id: 'DU\u0000', kind: 'cash', cash: money(1) } as const // a null byte ends a field
  const bench = new GatewayBench({ debug: false, account, log: (line) => void log.push(line) })
  const client = await bench.client(7)
  expect(client.kinds()).not.toContain('managedAccounts')
  expect(bench.gateway.counters.unwritten).toBe(1)
  expect(log.join()).toContain('could not write managedAccounts')
})

describe('what cannot be read', () => {
  test('a surplus field is answered with 320 to the id it carried', async () => {
    const bench = new GatewayBench()
    const client = await bench.client(7)
    client.take()
    client.write(text('91\u000026\u0000extra\0'))
    client.write(text('25\u00001\u00004711\u0000extra\0'))
    await bench.run(0)
    expect(client.errors()).toEqual([
      [-1, 320],
      [4711, 320],
    ])
  })

  test('an unknown message gets 320, and in strict mode a close', async () => {
    const lax = await new GatewayBench().client(7)
    const bench = new GatewayBench({ strict: true })
    const strict = await bench.client(7)
    for (const client of [lax, strict]) client.take()
    lax.write(text('4242\u00001\0'))
    strict.write(text('4242\u00001\0'))
    await bench.run(0)
    await bench.run(0)
    expect([strict.errors(), strict.closed]).toEqual([[[-1, 320]], true])
    expect([lax.errors(), lax.closed]).toEqual([[[-1, 320]], false])
  })

  test('what is known and not simulated is answered, never with silence', async () => {
    const bench = new GatewayBench()
    const client = await bench.client(7)
    client.take()
    const frames = ['10|5|31|1|SPY', '22|32|10', '84|33|x', '12|1|1', '88|34|756733']
    for (const each of frames) client.write(text(`${each.replaceAll('|', '\0')}\0`))
    await bench.run(0)
    expect(client.errors()).toEqual([
      [31, 321],
      [32, 321],
      [33, 321],
      [-1, 321],
      [34, 321],
    ])
  })

  test('some messages are taken without a word', async () => {
    const bench = new GatewayBench()
    const client = await bench.client(7)
    client.take()
    for (const each of ['14|1|5', '65|1|api|1', '66|1|x', '72|1|api|1|k', '73|1|x|y']) {
      client.write(text(`${each.replaceAll('|', '\0')}\0`))
    }
    await bench.run(100)
    expect(client.take()).toEqual([])
  })
})

test('whatever a client sends, the Gateway answers, ignores or closes, and lives on', async () => {
  const contract = { ...emptyContract, symbol: 'SPY', secType: 'STK', exchange: 'SMART' }
  const order = {
    ...untouchedOrder,
    action: 'BUY',
    orderType: 'LMT',
    totalQuantity: 1,
    lmtPrice: 1,
  }
  const details = { secIdType: '', secId: '', issuerId: '' }
  const frames = [
    encodeRequest({ kind: 'placeOrder', orderId: 3, contract, order }, 193),
    encodeRequest({ kind: 'reqContractDetails', reqId: 4, contract, ...details }, 193),
    encodeRequest({ kind: 'reqIds', count: 1 }, 193),
  ].flatMap((each) => (each.ok ? [each.value] : []))
  const bench = new GatewayBench()
  const change = fc.tuple(fc.nat(1000), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.array(change, { maxLength: 6 }), async (which, changes) => {
      const client = await bench.client(7)
      const bytes = new Uint8Array(frames[which] ?? [])
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      client.write(bytes)
      await bench.run(0)
      client.close()
      await bench.run(0)
    }),
    { numRuns: 300 },
  )
  const client = await bench.client(7)
  client.take()
  client.send({ kind: 'reqCurrentTime' })
  await bench.run(0)
  expect(client.kinds()).toEqual(['currentTime'])
})

describe('message rate', () => {
  test('the 51st message in a second gets 100, the third such ends the connection', async () => {
    const bench = new GatewayBench()
    const client = await bench.client(7)
    client.take()
    for (let i = 0; i < 52; i++) client.send({ kind: 'reqCurrentTime' })
    await bench.run(0)
    expect(client.take('currentTime').length).toBe(50)
    client.send({ kind: 'reqCurrentTime' })
    await bench.run(0)
    expect([client.errors(), client.closed]).toEqual([[[-1, 100]], true])
    expect(bench.gateway.counters.violations).toBe(3)
  })

  test('with +PACEAPI they wait for their turn, in order', async () => {
    const bench = new GatewayBench()
    const client = new TestClient(bench.gateway.memorySocket(), 193)
    client.write(clientPrelude({ min: 157, max: 193 }, '+PACEAPI'))
    await bench.run(0)
    client.send({ kind: 'startApi', clientId: 7, optionalCapabilities: '' })
    for (let i = 0; i < 120; i++) client.send({ kind: 'reqMarketRule', ruleId: 26 })
    client.send({ kind: 'reqIds', count: 1 })
    await bench.run(1)
    expect(client.take('marketRule').length).toBe(50)
    await bench.run(2_000)
    expect(client.kinds()).toEqual([...Array<string>(70).fill('marketRule'), 'nextValidId'])
    expect(bench.gateway.counters.violations).toBe(0)
  })
})
