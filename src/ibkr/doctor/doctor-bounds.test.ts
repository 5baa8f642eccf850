import { describe, expect, test } from 'vitest'
import type { Ticker, UnderlyingKey } from '../../domain/contract.ts'
import type { Currency } from '../../domain/money.ts'
import { examine } from './doctor-examine.ts'
import type { Examined } from './doctor-examine.ts'
import type { Wanted } from './doctor-facts.ts'
import { gatewayFindings } from './doctor-findings.ts'
import { detailsOf } from '../gateway.testing.ts'
import { ACCOUNT, error, memoryOrderIds, welcome, World } from '../peer.testing.ts'

/** The doctor is done within a minute, whatever the Gateway does not say. */

const symbols = Array.from({ length: 100 }, (_, index): UnderlyingKey => ({
  kind: 'stock',
  symbol: `S${index}` as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}))

const wanted: Wanted = {
  mode: 'paper',
  account: ACCOUNT,
  declared: 'paper',
  address: '127.0.0.1:4002',
  clientIdBase: 30,
  symbols,
  allowDelayed: false,
  gatewayTime: false,
  precautions: null,
}

async function seconds(world: World): Promise<{ readonly took: number; readonly found: Examined }> {
  const { clock, connect } = world
  let took = Infinity
  let found: Examined | null = null
  void examine({ clock, connect, wanted, bot: null, orderIds: memoryOrderIds() }).then((result) => {
    found = result
    took = clock.monotonicMs() / 1_000
  })
  await world.run(120_000)
  if (found === null) throw new Error('expected an end within two minutes')
  return { took, found }
}

describe('a Gateway that says', () => {
  test('nothing at all', async () => {
    const world = new World()
    world.script = { mute: true }
    const { took, found } = await seconds(world)
    expect(found).toMatchObject({ kind: 'no-contact', stage: 'silent' })
    expect(took).toBeLessThan(10)
  })

  test('its greeting and no more', async () => {
    const world = new World()
    world.script = { welcome: [] }
    const { took, found } = await seconds(world)
    expect(found).toMatchObject({ kind: 'no-contact', stage: 'not-ready' })
    expect(took).toBeLessThan(20)
  })

  test('nothing of its farms, and answers no question of a hundred symbols', async () => {
    const world = new World()
    world.script = { welcome: welcome().slice(0, 2) }
    const { took, found } = await seconds(world)
    expect(took).toBeLessThan(60)
    if (found.kind !== 'seen') throw new Error(found.detail)
    const verdicts = new Map<string, number>()
    for (const { row, verdict } of gatewayFindings(found.facts, wanted)) {
      const key = `${row} ${verdict}`
      verdicts.set(key, (verdicts.get(key) ?? 0) + 1)
    }
    // Of what was not answered nothing is proven, and nothing is called wrong.
    expect(Object.fromEntries(verdicts)).toMatchInlineSnapshot(`
      {
        "account proven": 1,
        "account-type not checked": 1,
        "base-currency not checked": 1,
        "calendar not checked": 1,
        "client-ids proven": 5,
        "clock proven": 1,
        "day-trades not checked": 1,
        "handshake proven": 1,
        "market-data not checked": 100,
        "options not checked": 1,
        "port proven": 1,
        "precautions not checked": 1,
        "read-only not checked": 1,
        "settled-cash not checked": 1,
        "socket proven": 1,
        "time-zone not checked": 1,
      }
    `)
  })

  test('quotes of none of a hundred symbols while the market is open', async () => {
    const world = new World()
    world.answer('reqContractDetails', ({ reqId, contract }) => [
      detailsOf(reqId, { symbol: contract.symbol, secType: 'STK', conId: 1_000 }),
      { kind: 'contractDetailsEnd', reqId },
    ])
    const { took, found } = await seconds(world)
    expect(took).toBeLessThan(60)
    if (found.kind !== 'seen') throw new Error(found.detail)
    const quotes = gatewayFindings(found.facts, wanted).filter(({ row }) => row === 'market-data')
    const wrong = quotes.filter(({ verdict }) => verdict === 'wrong')
    expect(quotes).toHaveLength(100)
    expect(wrong.length).toBeGreaterThan(0)
    expect(new Set(quotes.map(({ verdict }) => verdict))).toEqual(new Set(['wrong', 'not checked']))
  })

  test('326 to the id of the doctor', async () => {
    const world = new World()
    world.script = { welcome: [error(-1, 326, 'Unable to connect as the client id is in use')] }
    const { found } = await seconds(world)
    expect(found).toMatchObject({ kind: 'no-contact', stage: 'client-id-in-use' })
    // Never another id: orders of it would be orphans.
    expect(new Set(world.peers.map(({ clientId }) => clientId))).toEqual(new Set([34]))
  })
})

test('a what-if that nobody answers is not checked, after its deadline', async () => {
  const world = new World()
  world.answer('reqContractDetails', ({ reqId, contract }) => [
    detailsOf(reqId, { symbol: contract.symbol, secType: 'STK', conId: 1_000 }),
    { kind: 'contractDetailsEnd', reqId },
  ])
  const { found } = await seconds(world)
  if (found.kind !== 'seen') throw new Error(found.detail)
  expect(found.facts.whatIf).toEqual({
    kind: 'unanswered',
    detail: 'no answer came within 8 s',
  })
  const [asked, ...more] = world.peer(30).requests('placeOrder')
  expect(asked?.order).toMatchObject({ whatIf: true, transmit: true, account: ACCOUNT })
  expect(more).toEqual([])
})
