import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { price } from '../domain/money.ts'
import { FrameReader } from '../wire/frame.ts'
import { linkNotice, orderEvidence, requestVerdict } from './session/error-codes.ts'
import {
  bracketOf,
  commissionOf,
  DATA_CLIENT,
  detailsOf,
  executionOf,
  openOrderOf,
  OPTION,
  ORDER_CLIENT,
  said,
  statusOf,
  upRig,
} from './gateway.testing.ts'
import { historySteps } from './market/history.ts'
import type { Notice } from './session/link.ts'
import { notice, TcpWorld } from './peer.testing.ts'
import { QuoteBuilder } from './market/quotes.ts'
import { contractFrom } from './translate/translate-contract.ts'

/** Hazards of a TWS client, client-library.md 1.3: our session has none of them. Over real TCP. */
const worlds: TcpWorld[] = []

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function newRig() {
  const world = await TcpWorld.open()
  worlds.push(world)
  const notices: Notice[] = []
  const rig = await upRig({ notice: (_, what) => notices.push(what) }, world)
  await world.run(1_000)
  rig.reports.length = 0
  return { ...rig, world, notices, peer: world.peer(ORDER_CLIENT) }
}

function placedBy({ peer }: Awaited<ReturnType<typeof newRig>>) {
  const [placed] = peer.requests('placeOrder')
  if (placed === undefined) throw new Error('expected an order')
  return placed
}

/** A frame whose payload is these fields, each with its NUL. */
function frame(...fields: readonly (string | number)[]): Buffer {
  const payload = Buffer.from(fields.map((field) => `${field}\0`).join(''))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(payload.length)
  return Buffer.concat([length, payload])
}

function surplus(whole: Uint8Array): Buffer {
  const longer = Buffer.concat([whole, Buffer.from('7\0')])
  longer.writeUInt32BE(longer.length - 4, 0)
  return longer
}

/** Milliseconds of the fastest of some runs: what else runs here only ever slows one down. */
function fastest(run: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now()
    run()
    return performance.now() - from
  })
  return Math.min(...times)
}

describe('receiving', () => {
  test('H19: a listener that throws costs no fill of the same chunk; the connection is renewed', async () => {
    const rig = await newRig()
    rig.ibkr.broker.place(bracketOf())
    await rig.world.run(10)
    let thrown = false
    rig.ibkr.broker.onReport(() => {
      if (thrown) return
      thrown = true
      throw new Error('a defect of ours')
    })
    rig.peer.send(openOrderOf(placedBy(rig), { status: 'Submitted' }), executionOf(1))
    await rig.world.run(5_000)
    expect(said(rig.reports)).toContain('filled 2 of run-1')
    expect(rig.notices.some(({ kind }) => kind === 'defect')).toBe(true)
    expect(rig.links.at(-1)).toBe('up 2')
  })

  test('H19: a reject with malformed JSON is a reject', async () => {
    const rig = await newRig()
    rig.ibkr.broker.place(bracketOf())
    await rig.world.run(10)
    rig.peer.send({
      kind: 'error',
      id: 1,
      code: 201,
      text: 'Order rejected - reason:x',
      errorTime: null,
      advancedOrderRejectJson: '{"',
    })
    await rig.world.run(10)
    expect(said(rig.reports)).toEqual(['run-1 reject-reported'])
    expect(rig.links.at(-1)).toBe('up 1')
  })

  test('H20: a surplus field on a quote is a warning, on an order it is a drift that reconciles', async () => {
    const rig = await newRig()
    rig.ibkr.broker.place(bracketOf())
    await rig.world.run(10)
    rig.peer.sendRaw(surplus(rig.peer.encoded({ kind: 'positionEnd' })))
    await rig.world.run(10)
    expect(rig.notices.at(-1)).toMatchObject({ kind: 'drift', onOrders: false })
    expect(rig.ibkr.gates()).toEqual([])
    const openOrder = openOrderOf(placedBy(rig), { status: 'Submitted' })
    rig.peer.sendRaw(surplus(rig.peer.encoded(openOrder)))
    await rig.world.run(10)
    expect(rig.notices.at(-1)).toMatchObject({ kind: 'drift', onOrders: true })
    expect(rig.links).toEqual(['up 1', 'up 1']) // asked for again, on the connection that stayed
    expect(rig.ibkr.gates().map(({ gate }) => gate)).toEqual(['breaker'])
  })

  test('H20: a missing field ends the request it belongs to; nothing waits for ever', async () => {
    const rig = await newRig()
    const data = rig.world.peer(DATA_CLIENT)
    const underlying = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never
    const asked = rig.ibkr.marketData.spot(underlying, new AbortController().signal)
    await rig.world.run(10)
    const [details] = data.requests('reqContractDetails')
    data.sendRaw(frame(10, details?.reqId ?? 0, 'SPY'))
    await rig.world.run(10)
    expect(await asked).toMatchObject({ ok: false }) // at once, and not at its deadline of 10 s
  })

  test('H21: a payload without its final NUL does not spoil the next one', async () => {
    const rig = await newRig()
    const broken = Buffer.from([0, 0, 0, 4, ...Buffer.from('62\x001')])
    rig.peer.sendRaw(Buffer.concat([broken, rig.peer.encoded(statusOf(1, 'Filled'))]))
    await rig.world.run(5_000)
    expect(rig.links).toEqual(['up 1', 'down 1', 'up 2'])
    expect(rig.reports).toEqual([])
  })

  test.each([-4, -1, 0, 2 ** 31 - 1, 17_000_000])(
    'H22: a length of %i ends the connection at once',
    async (length) => {
      const rig = await newRig()
      const prefix = Buffer.alloc(4)
      prefix.writeInt32BE(length)
      rig.peer.sendRaw(prefix)
      const from = performance.now()
      await rig.world.run(10)
      expect(performance.now() - from).toBeLessThan(2_000)
      expect(rig.links.at(-1)).toBe('down 1')
    },
  )

  test('H22: in a process of its own, a negative length is an error and not a loop', async () => {
    const reader = join(import.meta.dirname, '../wire/frame.ts')
    const code =
      `const { FrameReader } = await import(${JSON.stringify(reader)});` +
      'const cut = new FrameReader().push(Buffer.from([255, 255, 255, 252, 1, 2, 3]));' +
      'console.log(cut.ok, cut.error?.detail)'
    const args = ['--import', 'tsx', '--input-type=module', '-e', code]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
    expect(stdout).toMatch(/^false .*length/)
  })

  test('H23: cost grows with the bytes, and no request is for more than 2,000 bars', () => {
    const bars = (count: number): Buffer => frame(17, 1_000_000, ...Array(count * 8).fill('1.25'))
    const cut = (bytes: Buffer) => fastest(() => new FrameReader().push(bytes))
    const [small, large] = [bars(2_000), bars(16_000)]
    expect(cut(large)).toBeLessThan(Math.max(1, cut(small)) * 30) // squared it would be 64
    const span = {
      from: Date.UTC(2025, 0, 2) as EpochMs,
      to: Date.UTC(2026, 0, 2) as EpochMs,
    }
    for (const { duration } of historySteps('1m', span)) {
      expect(Number(duration.split(' ')[0]) * 390).toBeLessThanOrEqual(2_000)
    }
  })

  test('H24: the attributes of a price tick are three, and none is taken for another', async () => {
    const rig = await newRig()
    // 1 may execute at once, 2 beyond the limit, 4 before the open: all of them are kept.
    for (const mask of [0, 1, 2, 4, 7]) {
      const tick = { kind: 'tickPrice', reqId: 5, tickType: 1, price: 2, size: 1, mask } as const
      expect(rig.peer.encoded(tick).length).toBeGreaterThan(0)
      const quote = new QuoteBuilder(OPTION)
      quote.take(tick, 0 as EpochMs)
      expect(quote.quote()?.bid).toBe(price(2)) // nothing that we decide on depends on them
    }
  })

  test('H25: the size of the bid comes from its own tick', () => {
    const quote = new QuoteBuilder(OPTION)
    quote.take(
      { kind: 'tickPrice', reqId: 5, tickType: 1, price: 2, size: 3, mask: 0 },
      0 as EpochMs,
    )
    quote.take({ kind: 'tickSize', reqId: 5, tickType: 0, size: 11 }, 0 as EpochMs)
    expect(quote.quote()?.bidSize).toBe(11)
  })

  test('H26: the grid of prices is that of the market rule, not a tick read as a whole number', () => {
    const increments = [{ from: price(0), tick: price(0.05) }]
    const contract = contractFrom({ ...detailsOf(5), minTick: 0.01 }, increments)
    expect(contract).toMatchObject({ ok: true, value: { priceIncrements: increments } })
  })

  test('H27: multiplier and right are typed; an option without a right is refused', () => {
    const increments = OPTION.priceIncrements
    expect(
      contractFrom(detailsOf(5, { right: 'CALL', multiplier: '100' }), increments),
    ).toMatchObject({ value: { right: 'C', multiplier: 100 } })
    expect(contractFrom(detailsOf(5, { right: '?' }), increments).ok).toBe(false)
    expect(contractFrom(detailsOf(5, { multiplier: '' }), increments).ok).toBe(false)
  })

  test('H28: an expiry with a time behind it is that date', () => {
    const details = {
      ...detailsOf(5, { lastTradeDateOrContractMonth: '20260109 16:15 US/Eastern' }),
      lastTradeDate: '',
    }
    expect(contractFrom(details, OPTION.priceIncrements)).toMatchObject({
      value: { expiry: '2026-01-09' },
    })
  })

  test('H29: the end of history is no bar', async () => {
    const rig = await newRig()
    const bar = { open: 1, high: 1, low: 1, close: 1, volume: 1, wap: 1, count: 1 }
    const none = { ...bar, open: -1, high: -1, low: -1, close: -1, volume: -1 }
    rig.world.answer('reqContractDetails', ({ reqId }) => [
      detailsOf(reqId, { secType: 'STK', conId: 1, strike: 0, right: '' }),
      { kind: 'contractDetailsEnd', reqId },
    ])
    rig.world.answer('reqHistoricalData', ({ reqId }) => [
      {
        kind: 'historicalData',
        reqId,
        start: '',
        end: '',
        bars: [
          {
            date: '1767970740',
            ...bar,
          },
          {
            date: 'finished-20260109-20260110',
            ...none,
          },
        ],
      },
    ])
    const underlying = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never
    const span = { from: 1_767_970_740_000, to: 1_767_970_800_000 } as never
    const { signal } = new AbortController()
    const answer = rig.ibkr.marketData.history({ underlying, size: '1m', span }, signal)
    await rig.world.run(100)
    expect(await answer).toMatchObject({ ok: true, value: [{ start: 1_767_970_740_000 }] })
  })

  test('H30: a commission that is unset is pending, whenever it comes', async () => {
    const rig = await newRig()
    rig.ibkr.broker.place(bracketOf())
    await rig.world.run(10)
    const { execId } = executionOf(1)
    rig.peer.send(commissionOf(execId, -1), commissionOf(execId, null))
    rig.peer.send(openOrderOf(placedBy(rig), { status: 'Submitted' }), executionOf(1))
    await rig.world.run(10)
    expect(said(rig.reports).filter((each) => each.startsWith('commission'))).toEqual([])
    rig.peer.send(commissionOf(execId, 1.3))
    await rig.world.run(10)
    expect(said(rig.reports)).toContain('commission 1.3')
  })

  test('H31: every code there can be has a meaning, also those that no table has', () => {
    for (let code = 0; code <= 20_000; code++) {
      expect(requestVerdict(code, 'text').kind).toMatch(/^(fault|empty|notice)$/)
      expect(linkNotice(code, 'text').kind).not.toBe('')
      // No code alone ends an order (rule 1 of the table).
      expect(orderEvidence(code, 'text', 'live').kind).not.toMatch(/^(ended|filled|cancelled)$/)
    }
  })

  test('H32: the text of others steers no terminal and no log', async () => {
    const rig = await newRig()
    rig.peer.send(notice(2_137, 'Zażółć \u001b[2J\u0007\r\ngęślą\u009b31m'))
    await rig.world.run(10)
    const told = rig.notices.at(-1)
    expect(told).toMatchObject({ kind: 'gateway', text: '2137: Zażółć  [2J   gęślą 31m' })
  })
})
