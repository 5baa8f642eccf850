import { describe, expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../../base/clock.ts'
import { ok, type Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Observed } from '../../engine/latency.ts'
import type { Request } from '../../wire/requests.ts'
import { Conditions } from './conditions.ts'
import { DATA_CLIENT, detailsOf, OPTION, upRig } from '../gateway.testing.ts'
import { DEADLINE_MS, noRequests, RequestIds, type Question, type RequestKind } from './question.ts'
import { RequestLog } from '../diagnosis/request-log.ts'
import { RequestLedger } from './requests.ts'

/** A connection to a Gateway that answers nothing by itself, and its gates. */
function newRig({ gated = true } = {}) {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const sent: Request[] = []
  const observed: Observed[] = []
  const conditions = new Conditions(clock, () => undefined)
  const ledger = new RequestLedger({
    clock,
    counters: noRequests(),
    ids: new RequestIds(),
    connection: 'data',
    log: new RequestLog(),
    send: (request, sending) => {
      sent.push(request)
      sending.sent(0)
      return () => undefined
    },
    observed: (of) => observed.push(of),
    ...(gated && { broke: (of, reason) => conditions.broke('data', of, reason) }),
  })
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  const gates = () => conditions.gates().map(({ gate, reason }) => `${gate}: ${reason}`)
  /** One question that dies at its deadline. */
  const dies = async (kind: RequestKind) => {
    const ended: Result<string, Fault>[] = []
    ledger.open(question(kind), (result) => ended.push(result))
    await pass(DEADLINE_MS[kind] ?? 0)
    return ended[0]
  }
  const lastId = (): number => {
    const ids = sent.flatMap((request) => ('reqId' in request ? [request.reqId] : []))
    return ids.at(-1) ?? 0
  }
  return { clock, ledger, sent, observed, pass, gates, dies, lastId }
}

function question(kind: RequestKind): Question<string> {
  return {
    kind,
    lane: 4,
    request: (reqId) => ({ kind: 'cancelHistoricalData', reqId }),
    answer: (response) => (response.kind === 'contractDetailsEnd' ? ok('answered') : null),
  }
}

test('what is over is forgiven: all is asked again, and no gate is left', async () => {
  const { ledger, sent, gates, dies } = newRig()
  for (let i = 0; i < 5; i++) await dies('shortHistory')
  expect(gates()).toHaveLength(1)
  ledger.breakers.forgive(new Set(['orders']))
  expect(ledger.breakers.figures()).not.toEqual([])
  ledger.breakers.forgive(new Set(['history', 'quotes', 'contracts']))
  expect([gates(), ledger.breakers.figures()]).toEqual([[], []])
  const before = sent.length
  ledger.open(question('shortHistory'), () => undefined)
  expect(sent.length).toBe(before + 1)
})

test('an answer to who asks although it is open closes it; what was asked before does not', async () => {
  const { ledger, gates, dies, lastId } = newRig()
  ledger.open(question('shortHistory'), () => undefined)
  const early = lastId()
  for (let i = 0; i < 5; i++) ledger.open(question('barStream'), () => undefined)
  for (let id = early + 1; id <= early + 5; id++) ledger.failed(id, 162, 'pacing violation')
  ledger.answered(early, { kind: 'contractDetailsEnd', reqId: early })
  expect(gates()).toHaveLength(1)
  ledger.open({ ...question('shortHistory'), probe: true }, () => undefined)
  ledger.answered(lastId(), { kind: 'contractDetailsEnd', reqId: lastId() })
  expect([gates(), ledger.breakers.figures()]).toEqual([[], []])
  expect(await dies('barStream')).toMatchObject({ error: { code: 'timeout' } })
})

test('five that die in a row open it: nothing more is sent, and entries are gated', async () => {
  const { ledger, sent, gates, dies } = newRig()
  for (let i = 0; i < 5; i++) expect(await dies('shortHistory')).toMatchObject({ ok: false })
  expect(gates()).toEqual([
    'breaker: 5 requests in a row failed: no history until a probe is answered',
  ])
  expect(ledger.breakers.figures()).toEqual([
    { class: 'history', phase: 'open', openings: 1, probeInMs: 5_000 },
  ])
  const before = sent.length
  const refused: Result<string, Fault>[] = []
  ledger.open(question('barStream'), (result) => refused.push(result))
  expect(sent).toHaveLength(before)
  expect(refused).toMatchObject([{ ok: false, error: { code: 'breaker-open', retry: 'later' } }])
})

test('what died is one service: the others, and the heartbeat, are asked as before', async () => {
  const { ledger, sent, dies } = newRig()
  for (let i = 0; i < 5; i++) await dies('shortHistory')
  for (const kind of ['currentTime', 'streamingQuote', 'positions', 'pnl'] as const) {
    const before = sent.length
    ledger.open(question(kind), () => undefined)
    expect(sent).toHaveLength(before + 1)
  }
})

test('the heartbeat has no breaker: a dead connection is asked until it is given up', async () => {
  const { sent, gates, dies } = newRig()
  for (let i = 0; i < 20; i++) await dies('currentTime')
  expect(sent).toHaveLength(20)
  expect(gates()).toEqual([])
})

describe('while it is half open (X10)', () => {
  test('the feed of bars asks by itself: its first question is the probe, alone', async () => {
    const { ledger, sent, gates, dies, pass, lastId } = newRig()
    for (let i = 0; i < 5; i++) await dies('shortHistory')
    await pass(5_000)
    expect(ledger.breakers.figures()).toMatchObject([{ phase: 'half-open' }])
    const before = sent.length
    ledger.open(question('shortHistory'), () => undefined)
    ledger.open(question('shortHistory'), () => undefined)
    expect(sent).toHaveLength(before + 1)
    expect(gates()).toHaveLength(1)
    ledger.answered(lastId(), { kind: 'contractDetailsEnd', reqId: lastId() })
    expect(gates()).toEqual([])
    expect(ledger.breakers.figures()).toEqual([])
  })

  test('contracts are probed by the last question that failed, and any word is proof', async () => {
    const { ledger, sent, gates, dies, pass, lastId } = newRig()
    for (let i = 0; i < 5; i++) await dies('contractDetails')
    const before = sent.length
    await pass(4_999)
    expect(sent).toHaveLength(before)
    await pass(1)
    expect(sent).toHaveLength(before + 1)
    ledger.failed(lastId(), 200, 'No security definition has been found for the request')
    expect(gates()).toEqual([])
  })

  test('a probe that dies opens it again, for longer, up to twenty seconds (D29)', async () => {
    const { ledger, sent, dies, pass } = newRig()
    for (let i = 0; i < 5; i++) await dies('streamingQuote')
    const probes: number[] = []
    for (let second = 0; second < 120; second++) {
      const before = sent.length
      await pass(1_000)
      if (sent.length > before) probes.push(second + 1)
    }
    // Open for 5, 10, 20 and 20 s, each probe dies after 10 s.
    expect(probes).toEqual([5, 25, 55, 85, 115])
    expect(ledger.breakers.figures()).toMatchObject([{ class: 'quotes', openings: 5 }])
  })

  test('a probe that nobody waits for any more makes room for another', async () => {
    const { ledger, sent, dies, pass } = newRig()
    for (let i = 0; i < 5; i++) await dies('positions')
    await pass(5_000)
    const stop = ledger.open(question('positions'), () => undefined)
    stop()
    const before = sent.length
    ledger.open(question('positions'), () => undefined)
    expect(sent).toHaveLength(before + 1)
  })
})

test('where nothing is gated by them, as in the doctor, nothing ever opens', async () => {
  const { ledger, sent, dies } = newRig({ gated: false })
  for (let i = 0; i < 20; i++) await dies('streamingQuote')
  expect(sent).toHaveLength(20)
  expect(ledger.breakers.figures()).toEqual([])
})

test('an answer between failures, or an error that is an answer, keeps it closed (D28)', async () => {
  const { ledger, gates, dies, lastId } = newRig()
  for (let i = 0; i < 12; i++) {
    await dies('shortHistory')
    if (i % 4 !== 3) continue
    ledger.open(question('shortHistory'), () => undefined)
    ledger.failed(lastId(), 162, 'Historical Market Data Service error message:No data')
  }
  expect(gates()).toEqual([])
})

test('a service that says that it cannot is failing too', () => {
  const { ledger, gates, lastId } = newRig()
  for (let i = 0; i < 5; i++) {
    ledger.open(question('shortHistory'), () => undefined)
    ledger.failed(lastId(), 162, 'Historical Market Data Service error message:pacing violation')
  }
  expect(gates()).toHaveLength(1)
})

test('each request is observed once: to its first answer, or to its end without one', async () => {
  const { ledger, observed, pass, dies, lastId } = newRig()
  ledger.open(question('chain'), () => undefined)
  await pass(300)
  ledger.answered(lastId(), { kind: 'tickSnapshotEnd', reqId: lastId() }) // more follows
  await pass(700)
  ledger.answered(lastId(), { kind: 'contractDetailsEnd', reqId: lastId() })
  await dies('positions')
  ledger.open(question('marketRule'), () => undefined)()
  expect(observed).toEqual([
    { kind: 'chain', ms: 300, outcome: 'answered' },
    { kind: 'positions', ms: 10_000, outcome: 'timeout' },
    { kind: 'marketRule', ms: 0, outcome: 'abandoned' },
  ])
})

test('through the whole adapter: silent quotes gate entries, their probe clears the gate', async () => {
  const { world, ibkr } = await upRig()
  world.answer('reqContractDetails', ({ reqId }) => [
    detailsOf(reqId, {}),
    { kind: 'contractDetailsEnd', reqId },
  ])
  const lines = () => world.peer(DATA_CLIENT).requests('reqMktData').length
  const requote = () => ibkr.marketData.requote(OPTION, new AbortController().signal)
  for (let i = 0; i < 5; i++) {
    const silent = requote()
    await world.run(15_000)
    expect(await silent).toMatchObject({ ok: false })
  }
  // Its probes go on by themselves, although a gate keeps every cycle from asking.
  const gate = { gate: 'breaker', reason: expect.stringContaining('no quotes until a probe') }
  expect(ibkr.gates()).toContainEqual(expect.objectContaining(gate))
  expect(ibkr.breakers()).toMatchObject([{ class: 'quotes' }])
  const before = lines()
  const refused = requote()
  await world.run(0)
  expect(await refused).toMatchObject({ error: { code: 'breaker-open', retry: 'later' } })
  expect(lines()).toBe(before)

  world.answer('reqMktData', ({ reqId }) => [{ kind: 'marketDataType', reqId, type: 1 }])
  await world.run(40_000)
  expect(ibkr.gates()).toEqual([])
  expect(ibkr.breakers()).toEqual([])
  expect(world.peer(DATA_CLIENT).requests('cancelMktData')).toHaveLength(lines())
})

test('history that fails is a typed fault, and the breaker counts it (D27, R15)', async () => {
  const { world, ibkr } = await upRig()
  world.answer('reqContractDetails', ({ reqId }) => [
    detailsOf(reqId, { secType: 'STK', conId: 1 }),
    { kind: 'contractDetailsEnd', reqId },
  ])
  const stock = { kind: 'stock', symbol: OPTION.symbol, exchange: 'SMART' } as const
  const bars = (minutes: number) => {
    const to = world.clock.now()
    const span = { from: (to - minutes * 60_000) as EpochMs, to }
    const of = { underlying: { ...stock, currency: OPTION.currency }, size: '1m', span } as const
    return ibkr.marketData.history(of, new AbortController().signal)
  }
  const silent = [10, 11, 12, 13, 14].map((minutes) => bars(minutes))
  await world.run(20_100)
  for (const each of await Promise.all(silent)) {
    expect(each).toMatchObject({ ok: false, error: { code: 'timeout', retry: 'later' } })
  }
  expect(ibkr.breakers()).toMatchObject([{ class: 'history', phase: 'open' }])
  const reason = '5 requests in a row failed: no history until a probe is answered'
  expect(ibkr.gates()).toContainEqual(expect.objectContaining({ gate: 'breaker', reason }))
})

test('a new connection begins with all of them closed', async () => {
  const { world, ibkr } = await upRig()
  world.answer('reqContractDetails', () => [])
  for (let i = 0; i < 5; i++) {
    void ibkr.marketData.chains(
      { kind: 'stock', symbol: OPTION.symbol, exchange: 'SMART', currency: OPTION.currency },
      new AbortController().signal,
    )
    await world.run(11_000)
  }
  expect(ibkr.breakers()).toMatchObject([{ class: 'contracts' }])
  world.peer(DATA_CLIENT).transport.close()
  await world.run(5_000)
  expect(ibkr.breakers()).toEqual([])
  expect(ibkr.gates()).toEqual([])
})
