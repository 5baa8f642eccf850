import { afterAll, expect, test } from 'vitest'
import type { Mode } from '../domain/account.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import { ok } from '../base/result.ts'
import { atNewYork } from '../domain/calendar.ts'
import { money, price } from '../domain/money.ts'
import type { Approved, Order } from '../domain/order.ts'
import type { Armed } from '../engine/ports.ts'
import { generatedMarket } from '../simulator/market/generated-market.ts'
import { SimulatedGateway } from '../simulator/gateway.ts'
import { memoryOrderIds } from './peer.testing.ts'
import { openIbkr, openIbkrData, type TradingMode } from './open.ts'
import { orderOf } from './gateway.testing.ts'

/** T19, P50: every combination in front of a Gateway that would take any order. */

const TODAY = '2026-03-10' as CalendarDate
const YESTERDAY = '2026-03-09' as CalendarDate
const LIVE = 'U1234567'
const PAPER = 'DU1234567'
const start = atNewYork(TODAY, '10:00')
const market = generatedMarket({ seed: 1, start: TODAY, symbols: ['SPY'] as unknown as Ticker[] })

interface Cell {
  readonly mode: Mode
  /** Of the configuration, and what the Gateway manages. */
  readonly account: string
  readonly managed: string
  readonly declared: 'paper' | 'live' | null
  readonly armed: Armed | null
}

/** How many order frames an entry of one share makes the Gateway see. */
async function frames({ mode, account, managed, declared, armed }: Cell): Promise<number> {
  const pairs: { client: { count: Count }; server: { count: Count } }[] = []
  const settled = (): boolean =>
    pairs.every(
      ({ client, server }) =>
        client.count.written === server.count.handled &&
        server.count.written === client.count.handled,
    )
  const clock = new VirtualClock({ start, speed: null, settled })
  const cash = { id: managed, kind: 'margin', cash: money(100_000) } as const
  const gateway = new SimulatedGateway({ clock, seed: 1, market, account: cash })
  const options = {
    clock,
    prng: new Prng(1),
    connect: () => {
      const client = gateway.memorySocket()
      const server = gateway.transports.at(-1)
      if (server !== undefined) pairs.push({ client, server })
      return Promise.resolve(ok(client))
    },
    declared,
    account,
    notice: () => undefined,
  }
  if (mode === 'dry-run') {
    const data = openIbkrData({ ...options, mode, allowDelayed: false })
    await clock.runUntil((start + 3_000) as EpochMs)
    expect('broker' in data).toBe(false)
    return gateway.counters.orderFrames
  }
  const ibkr = openIbkr({
    look: null,
    ...options,
    mode: mode as TradingMode,
    orderIds: memoryOrderIds(),
    latch: { read: () => null },
    ...(mode === 'live' && {
      live: { readArm: () => armed, today: () => TODAY, entryQuantityMax: () => null },
    }),
  })
  await clock.runUntil((start + 3_000) as EpochMs)
  ibkr.broker.place([entry])
  await clock.runUntil((start + 3_500) as EpochMs)
  return gateway.counters.orderFrames
}

interface Count {
  readonly written: number
  readonly handled: number
}

const entry: Approved<Order> = orderOf('entry-1', {
  quantity: 1,
  terms: { type: 'LMT', limit: price(0.01) },
})

const counts: string[] = []
afterAll(() => process.stdout.write(`${counts.join('\n')}\n`))

test('T19: of the sixteen combinations exactly one lets a live order leave', async () => {
  const both = [true, false]
  const passed: string[] = []
  for (const id of both) {
    for (const prefix of both) {
      for (const port of both) {
        for (const arm of both) {
          const account = prefix ? LIVE : PAPER
          const managed = id ? account : prefix ? 'U7654321' : 'DU7654321'
          const cell: Cell = {
            mode: 'live',
            account,
            managed,
            declared: port ? 'live' : 'paper',
            armed: arm ? { accountId: account, date: TODAY } : null,
          }
          const name = `id ${id}, prefix ${prefix}, port ${port}, arm ${arm}`
          if ((await frames(cell)) > 0) passed.push(name)
        }
      }
    }
  }
  expect(passed).toEqual(['id true, prefix true, port true, arm true'])
  counts.push(`sixteen combinations: ${passed.length} passes`)
})

test('mode, port, account and arm: what may trade is this list, and nothing beside it', async () => {
  const modes = ['dry-run', 'paper', 'live'] as const
  const arms: readonly (readonly [string, Armed | null])[] = [
    ['none', null],
    ['today', { accountId: LIVE, date: TODAY }],
    ['yesterday', { accountId: LIVE, date: YESTERDAY }],
    ['another account', { accountId: 'U7654321', date: TODAY }],
  ]
  const passed = new Set<string>()
  let cells = 0
  for (const mode of modes) {
    for (const declared of ['paper', 'live', null] as const) {
      for (const account of [PAPER, LIVE]) {
        for (const [name, armed] of mode === 'live' ? arms : arms.slice(0, 2)) {
          cells++
          const cell = { mode, account, managed: account, declared, armed }
          if ((await frames(cell)) > 0) passed.add(`${mode} ${declared} ${account} ${name}`)
        }
      }
    }
  }
  // An undeclared port is refused by the configuration in every mode; of live also here.
  expect([...passed]).toEqual([
    `paper paper ${PAPER} none`,
    `paper paper ${PAPER} today`,
    `paper null ${PAPER} none`,
    `paper null ${PAPER} today`,
    `live live ${LIVE} today`,
  ])
  counts.push(`mode, port, account, arm: ${cells} combinations, ${passed.size} pass`)
})
