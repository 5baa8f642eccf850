import { afterAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { fail, ok } from '../../src/base/result.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import type { Currency } from '../../src/domain/money.ts'
import { openIbkr } from '../../src/ibkr/open.ts'
import { TcpDialer } from '../../src/ibkr/transport.ts'
import { MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { checkersOf } from '../simulation/checkers/all.ts'
import { DryWorld } from '../simulation/dry-world.ts'
import { reported } from '../simulation/faulted/orders.ts'
import { cancels } from '../simulation/faulted/cancels.ts'
import { complaintsOf } from '../simulation/faulted/row.ts'
import type { Row, Seen } from '../simulation/faulted/row.ts'
import { fixedPlan } from '../simulation/plan.ts'
import { LockStep, World } from '../simulation/world.ts'

/** Killers of mutants that no other test is named for. */

const DAY = '2026-03-10' as CalendarDate
const MINUTE = 60_000
const closes: (() => void | Promise<void>)[] = []
afterAll(async () => {
  for (const close of closes) await close()
})

const own = {
  look: null,
  prng: new Prng(1),
  mode: 'simulation',
  declared: null,
  account: 'DU1234567',
  notice: () => undefined,
} as const

test('two cycles over a real socket: both are answered', async () => {
  const clock = new SystemClock(atNewYork(DAY, '12:00'))
  const listener = await new SimulatedGateway({ clock, seed: 1 }).listen(0)
  const dialer = new TcpDialer({ host: '127.0.0.1', port: listener.port, clock })
  const orderIds = new MemoryOrderIds()
  const latch = new MemoryLatch()
  const ibkr = openIbkr({ ...own, clock, connect: () => dialer.connect(), orderIds, latch })
  closes.push(
    () => ibkr.close(),
    () => listener.close(),
  )
  expect(await ibkr.ready(20_000)).toMatchObject({ ok: true })
  const cycle = (minutes: number) =>
    Promise.all(
      ['SPY', 'QQQ', 'AAPL'].map((symbol) => {
        const key = { kind: 'stock', symbol: symbol as Ticker, exchange: 'SMART' } as const
        const to = (Math.floor(clock.now() / MINUTE) * MINUTE) as EpochMs
        const span = { from: (to - minutes * MINUTE) as EpochMs, to }
        const underlying = { ...key, currency: 'USD' as Currency }
        const { signal } = new AbortController()
        return ibkr.marketData.history({ underlying, size: '1m', span }, signal)
      }),
    )
  for (const minutes of [30, 40]) {
    expect((await cycle(minutes)).map(({ ok: isAnswered }) => isAnswered)).toEqual([
      true,
      true,
      true,
    ])
  }
}, 40_000)

test('two hours of a Gateway that hangs in the handshake: at most 130 of each client', async () => {
  const { clock } = new LockStep(atNewYork(DAY, '10:00'))
  const gateway = new SimulatedGateway({ clock, seed: 1 })
  gateway.inject({ name: 'handshake-hang' })
  const dialled = new Map<string, number>()
  const ibkr = openIbkr({
    ...own,
    clock,
    connect: (_, name = '') => {
      dialled.set(name, (dialled.get(name) ?? 0) + 1)
      const opened = gateway.connect()
      if (opened.ok) return Promise.resolve(ok(opened.value))
      const fault = { code: 'not-connected', retry: 'later', vendorCode: null } as const
      return Promise.resolve(fail({ ...fault, detail: opened.error }))
    },
    orderIds: new MemoryOrderIds(),
    latch: new MemoryLatch(),
  })
  await clock.runUntil((clock.now() + 120 * MINUTE) as EpochMs)
  await ibkr.close()
  expect([...dialled].filter(([, times]) => times > 130)).toEqual([])
  expect(dialled.get('order')).toBeGreaterThan(60)
})

test('without the last look no entry is beyond a limit either', async () => {
  const written = { symbols: 'SPY', strike: 'otm2', orderCostMax: '$2000', riskMax: '5%' }
  const plan = fixedPlan({ date: DAY, time: '10:30', minutes: 4, written })
  const world = new World({ plan, checkers: checkersOf('one'), look: null })
  await world.runUntil(plan.until)
  expect(world.violations).toEqual([])
  expect(world.record.fills.size).toBeGreaterThan(0)
  expect(unattributed(world)).toEqual([])
})

/** P46: of each order strategy, code, configuration, and what risk decided it on. */
function unattributed({ remains, record }: World): readonly string[] {
  const events = remains.journal.read().map(({ event }) => event)
  const runs = events.flatMap((event) => (event.type === 'RunStarted' ? [event] : []))
  if (!runs.every(({ version, configHash }) => version !== '' && configHash !== '')) return ['run']
  return [...record.orders.values()].flatMap(({ id, structureId }) => {
    const approval = structureId === null ? undefined : record.approvals.get(structureId)
    if (approval === undefined) return [`${id} belongs to no approval`]
    const { request, basis } = approval
    const says =
      request.strategy !== '' &&
      (basis?.limits.orderCostMax ?? 0) > 0 &&
      (basis?.bounds.length ?? 0) > 0
    return says ? [] : [`${id} does not say what it was decided on`]
  })
}

test('F30: health is bad within 15 s of the last answer', async () => {
  const plan = fixedPlan({ date: DAY, time: '13:00', minutes: 3, written: {} })
  const world = new World({ plan, checkers: [] })
  await world.runUntil((plan.start + 2 * MINUTE) as EpochMs)
  const view = world.bot.engine.view()
  expect(view.vitals().link).toBe('up')
  world.remains.gateway.inject({ name: 'zombie' })
  const began = world.clock.now()
  await world.runUntil((began + 15_000) as EpochMs)
  const { link, lastAnswerAt, at } = view.vitals()
  expect(link).toBe('down')
  expect(at - (lastAnswerAt ?? 0)).toBeGreaterThanOrEqual(10_000)
})

test('a dry run whose quotes die, and that closes: no order frame leaves', async () => {
  const written = { mode: 'dry-run', takeProfit: '6%', stopLoss: '6%' } as const
  const plan = fixedPlan({ date: DAY, time: '10:30', minutes: 0, written })
  const world = new DryWorld({ plan })
  for (let minute = 0; minute < 30 && world.held === 0; minute++) await world.run(MINUTE)
  expect(world.held).toBe(1)
  plan.market.hold('dead', world.now())
  await world.run(4 * MINUTE)
  expect(world.held).toBe(1)
  plan.market.hold('moving', world.now())
  const view = world.bot.engine.view()
  for (const { id, quantity } of view.state().structures.values()) {
    if (quantity !== 0) view.command('simulation', { kind: 'close', structureId: id })
  }
  await world.run(MINUTE / 2)
  expect(world.events('OrderIntended', plan.start).map(({ order }) => order.role)).toContain(
    'close',
  )
  expect([world.orderFrames.length, world.gateway.counters.orderFrames]).toEqual([0, 0])
})

function rowOf(rows: readonly Row[], name: string, holds: Row['holds']): Row {
  const row = rows.find((each) => each.name === name)
  if (row === undefined || holds === undefined) throw new Error(`expected a row ${name}`)
  return { ...row, holds: (seen) => row.holds?.(seen) ?? holds(seen) }
}

/** What the entry came to, step by step. */
function cameTo({ of }: Pick<Seen, 'of'>): string {
  const entry = of('OrderIntended').find(({ order }) => order.role === 'entry')?.order
  return of('OrderMoved')
    .filter(({ orderId }) => orderId === entry?.id)
    .map(({ to }) => to)
    .join()
}

test('F32: what nobody says a word of is unknown after five seconds, and not rejected', async () => {
  const written = { symbols: 'SPY', takeProfit: '50%', stopLoss: '50%' }
  const plan = fixedPlan({ date: DAY, time: '13:00', minutes: 3, written })
  const world = new World({ plan, checkers: checkersOf('one') })
  const { clock, remains } = world
  const leave = world.bot.engine.subscribe(({ type }) => {
    if (type !== 'OrderIntended') return
    leave()
    clock.after(20_000, remains.gateway.inject({ name: 'orders-dead', executes: true }))
  })
  await world.runUntil(plan.until)
  await world.rest()
  const events = remains.journal.read().map(({ event }) => event)
  const of = ((type) => events.filter((event) => event.type === type)) as Seen['of']
  expect(cameTo({ of })).toMatch(/^sending,unknown,/)
  expect(cameTo({ of })).not.toMatch(/rejected/)
  expect(world.violations).toEqual([])
})

test('I8: at reduce-only what a person closes is closed', async () => {
  const written = { symbols: 'SPY', takeProfit: '50%', stopLoss: '50%' }
  const plan = fixedPlan({ date: DAY, time: '10:30', minutes: 4, written })
  const world = new World({ plan, checkers: checkersOf('one') })
  const leave = world.bot.engine.subscribe(({ type }) => {
    if (type !== 'OrderFilled') return
    leave()
    world.clock.after(1_000, () => world.say('reduce'))
    world.clock.after(2_000, () => world.say('close'))
  })
  await world.runUntil(plan.until)
  expect(world.record.fills.size).toBeGreaterThan(0)
  expect(world.violations).toEqual([])
})

test('F43: a fill is booked at once, its commission half a minute later', async () => {
  const row = rowOf(reported, 'F43 commission late', ({ world: { remains } }) => {
    const [execution] = remains.gateway.core.executions()
    const fill = remains.journal.read().find(({ event }) => event.type === 'OrderFilled')
    const lateMs = (fill?.at ?? Infinity) - (execution?.at ?? 0)
    return lateMs < 500 ? null : `booked after ${lateMs} ms`
  })
  expect(await complaintsOf(row)).toEqual([])
})

test('F47: what 10148 is said of is unknown until it is asked for', async () => {
  const lives = { name: 'cancel-race', answer: 10148, outcome: 'lives', count: 1 } as const
  const row = rowOf(cancels, 'F47 10147, and it lives', (seen) => {
    const came = cameTo(seen)
    return came.includes('cancel-pending,unknown,') && !came.includes('rejected') ? null : came
  })
  const { reached: _, ...other } = { ...row, faults: [lives, { name: 'no-liquidity' } as const] }
  expect(await complaintsOf(other)).toEqual([])
})
