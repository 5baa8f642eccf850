import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { ContractKey } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Approved, ClientOrderId, Order, OrderTerms } from '../domain/order.ts'
import type { OrderReport } from '../domain/report.ts'
import type { Broker, MarketData } from '../engine/ports.ts'
import { direct } from './direct.ts'
import { at, Bench, CALL, EXPIRY, PUT, SPX, SPY, TODAY } from './market/scripted-market.testing.ts'
import type { Script } from './market/scripted-market.testing.ts'

const SCRIPT: Script = {
  quotes: {
    [CALL.conId]: [
      { at: at('09:30'), bid: 2, ask: 2.1 },
      { at: at('10:10'), bid: 3, ask: 3.1 },
    ],
    [SPY.conId]: [{ at: at('09:30'), bid: 559.9, ask: 560.1 }],
  },
  bars: [0, 1, 2, 3].map((minute) => ({
    start: at('09:45', minute * 60),
    open: price(560),
    high: price(561),
    low: price(559),
    close: price(560 + minute),
    volume: 100,
  })),
}

const NEVER = new AbortController().signal

/** Approval is risk's work; a broker is told that it happened. */
function approved(of: Omit<Partial<Order>, 'id'> & { readonly id: string }): Approved<Order> {
  const order: Order = {
    structureId: null,
    parentId: null,
    oca: null,
    role: 'entry',
    contract: CALL,
    side: 'BUY',
    quantity: 1,
    terms: limit(2.1),
    timeInForce: 'DAY',
    ...of,
    id: of.id as ClientOrderId,
  }
  return order as unknown as Approved<Order>
}

function limit(at: number): OrderTerms {
  return { type: 'LMT', limit: price(at) }
}

function bracket(): readonly Approved<Order>[] {
  const exit = {
    parentId: 'entry' as ClientOrderId,
    oca: { name: 'exits', type: 'cancel-with-block' },
    side: 'SELL',
    timeInForce: 'GTC',
  } as const
  return [
    approved({ id: 'entry' }),
    approved({ ...exit, id: 'profit', role: 'take-profit', terms: limit(3) }),
    approved({
      ...exit,
      id: 'stop',
      role: 'stop-loss',
      terms: { type: 'STP', trigger: price(1) },
    }),
  ]
}

function open(script = SCRIPT): { bench: Bench; ports: Broker & MarketData; heard: string[] } {
  const bench = new Bench(script)
  const ports = direct(bench.core)
  const heard: string[] = []
  ports.onReport((report) => heard.push(lineOf(report)))
  return { bench, ports, heard }
}

function lineOf(report: OrderReport): string {
  if (report.kind === 'filled') return `${report.fill.orderId} filled ${report.fill.quantity}`
  if (report.kind === 'commission') return `commission ${report.commission / 1e6}`
  const { evidence } = report
  const what = evidence.kind === 'reported' ? evidence.as : evidence.kind
  return `${report.orderId} ${what}`
}

describe('the broker port', () => {
  test('a bracket is placed as one, and everything about it is reported later', async () => {
    const { bench, ports, heard } = open()
    expect(ports.place(bracket()).ok).toBe(true)
    expect(heard).toEqual([])
    await bench.until('10:15')
    expect(heard).toEqual([
      'entry working',
      'entry filled 1',
      'profit working',
      'stop held',
      'commission 1',
      'profit filled 1',
      'stop cancel-reported',
      'stop cancel-reported',
      'commission 1',
    ])
  })

  test('a replace changes terms, a cancel ends, and what is refused is said', async () => {
    const { bench, ports, heard } = open()
    const id = 'entry' as ClientOrderId
    ports.place([approved({ id, terms: limit(1) })])
    await bench.until('09:50')
    const change = { orderId: id, quantity: 3, terms: limit(1.5) }
    ports.replace(change as unknown as Parameters<Broker['replace']>[0])
    await bench.until('09:51')
    expect(bench.core.openOrders()).toMatchObject([{ quantity: 3, limit: price(1.5) }])
    const type = { ...change, terms: { type: 'STP', trigger: price(1) } }
    ports.replace(type as unknown as Parameters<Broker['replace']>[0])
    ports.cancel(id)
    await bench.until('09:52')
    ports.cancel(id)
    ports.place([approved({ id: 'naked', side: 'SELL' }), approved({ id: 'coarse' })])
    ports.place([approved({ id: 'off the grid', terms: limit(3.01) })])
    await bench.until('09:53')
    expect(heard.filter((line) => !line.includes('working'))).toEqual([
      'entry cancel-refused',
      'entry cancel-reported',
      'entry cancel-reported',
      'entry cancel-refused',
      'off the grid reject-reported',
      'naked reject-reported',
      'naked inactive',
      'coarse filled 1',
      'commission 1',
    ])
    expect(ports.cancel('nobody' as ClientOrderId)).toMatchObject({ ok: false })
  })

  test('a child without its parent may be sent again, once', async () => {
    const { bench, ports, heard } = open()
    const [, , stop] = bracket()
    if (stop === undefined) throw new Error('a bracket has three orders')
    ports.place([stop])
    await bench.until('09:46')
    expect(heard).toEqual(['stop parent-missing'])
    expect(ports.resendChild(stop).ok).toBe(true)
    expect(ports.resendChild(stop).ok).toBe(false)
  })

  test('a snapshot is one picture, and finished orders in it are proof', async () => {
    const { bench, ports } = open()
    ports.place(bracket())
    ports.place([approved({ id: 'naked', side: 'SELL', quantity: 9 })])
    await bench.until('10:00')
    const asked = ports.snapshot(NEVER)
    await bench.until('10:01')
    const found = await asked
    if (!found.ok) throw new Error(found.error.detail)
    const { openOrders, completedOrders, fills, positions, account, requestedAt } = found.value
    expect(requestedAt).toBe(at('10:00'))
    expect(openOrders.map((order) => [order.orderId, order.evidence])).toEqual([
      ['profit', { kind: 'reported', as: 'working' }],
      ['stop', { kind: 'reported', as: 'held' }],
    ])
    expect(completedOrders.map((order) => [order.orderId, order.evidence])).toEqual([
      ['entry', { kind: 'proven', status: 'filled', by: 'completed-order' }],
      ['naked', { kind: 'proven', status: 'rejected', by: 'completed-order' }],
    ])
    expect(fills).toMatchObject([{ orderId: 'entry', quantity: 1, revision: 1 }])
    expect(positions).toMatchObject([{ contract: CALL, quantity: 1 }])
    expect(account).toMatchObject({ id: 'DU1234567', settledCash: price(99_789), dailyPnl: -6e6 })
  })

  test('what was placed before a restart is found by its client order id', async () => {
    const { bench, ports } = open()
    ports.place([approved({ id: 'entry', terms: limit(1) })])
    await bench.until('09:50')
    const next = direct(bench.core, { epoch: 2 })
    const links: unknown[] = []
    next.onLink((...link) => links.push(link))
    expect(next.cancel('entry' as ClientOrderId).ok).toBe(true)
    await bench.until('09:51')
    expect(links).toEqual([[true, 2]])
    expect(bench.status(1, 30)).toBe('Cancelled 0/1')
  })
})

describe('the market data port', () => {
  test('chains, quotes and prices are those of the market', async () => {
    const { bench, ports } = open()
    const missing: ContractKey = { ...CALL, strike: price(9999) }
    const asked = Promise.all([
      ports.spot(SPY, NEVER),
      ports.chains(SPY, NEVER),
      ports.candidates([CALL, missing, PUT], NEVER),
      ports.requote(CALL, NEVER),
      ports.requote(PUT, NEVER),
      ports.spot({ ...SPX, symbol: PUT.symbol }, NEVER),
    ])
    await bench.until('09:46')
    expect(await asked).toMatchObject([
      { ok: true, value: price(559.9) },
      { ok: true, value: [{ tradingClass: 'SPY', expiries: [EXPIRY], strikes: [price(560)] }] },
      { ok: true, value: [{ contract: CALL, quote: { bid: price(2), delayed: false } }] },
      { ok: true, value: { quote: { ask: price(2.1), receivedAt: at('09:30') } } },
      { ok: false, error: { code: 'no-data' } },
      { ok: false, error: { code: 'no-data' } },
    ])
  })

  test('history holds what has ended, and a question that is called off ends', async () => {
    const { bench, ports } = open()
    const controller = new AbortController()
    const span = { from: atNewYork(TODAY, '09:30'), to: at('10:00') }
    const history = ports.history({ underlying: SPY, size: '1m', span }, NEVER)
    const off = ports.history({ underlying: SPY, size: '1m', span }, controller.signal)
    controller.abort()
    await bench.until(at('09:47', 30))
    expect(await off).toMatchObject({ ok: false, error: { code: 'timeout' } })
    const found = await history
    expect(found).toEqual({ ok: true, value: [] }) // asked at 09:45, the first bar was still open
  })

  test('a stream tells each bar as it forms, and once when it closes', async () => {
    const { bench, ports } = open()
    const closed: EpochMs[] = []
    let updates = 0
    const stream = ports.stream(
      { underlying: SPY, size: '1m', source: 'keep-up-to-date' },
      {
        bar: (bar, isClosed) => {
          if (isClosed) closed.push(bar.start)
          else updates++
        },
        ended: () => undefined,
      },
    )
    await bench.until('09:48')
    if (stream.ok) stream.value()
    await bench.until('10:00')
    expect(closed).toEqual([at('09:45'), at('09:46')])
    expect(updates).toBe(36)
  })
})
