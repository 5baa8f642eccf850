import { afterAll, describe, expect, test } from 'vitest'
import { Prng } from '../../src/base/prng.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { ok } from '../../src/base/result.ts'
import { openPanic } from '../../src/ibkr/panic.ts'
import { MemoryOrderIds } from '../../src/journal/memory.ts'
import type { PanicRow } from '../../src/journal/panic-record.ts'
import { runPanic, type PanicReport } from '../../src/watchdog/panic.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'
import { WireTap } from './wire-tap.ts'
import type { OrderFrame } from './wire-tap.ts'

/** P44 in virtual time: the whole bot and its Gateway, every order frame with its moment. */

const MINUTE = 60_000
const BOUNDS = { entryMs: 250, cancelsMs: 1_000, flattenMs: 5_000, flatMs: 30_000 }
const PANIC_CLIENT = 33

interface Seen {
  readonly at: EpochMs
  readonly what: string
  readonly clientId: number
}

class Stage {
  readonly frames: Seen[] = []
  readonly world: World

  constructor() {
    const written = { takeProfit: '300%', stopLoss: '60%' } as const
    const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 0, written })
    this.world = new World({
      plan,
      checkers: checkersOf('one'),
      alter: (request, payload) => {
        if (request.kind === 'placeOrder') this.#note(whatOf(request), 30)
        if (request.kind === 'cancelOrder') this.#note('cancel', 30)
        return [payload]
      },
    })
  }

  get now(): EpochMs {
    return this.world.clock.now()
  }

  get held(): number {
    const positions = this.world.remains.gateway.core.positions()
    return positions.filter(({ quantity }) => quantity !== 0).length
  }

  get open(): number {
    return this.world.remains.gateway.core.openOrders().length
  }

  async run(ms: number): Promise<void> {
    await this.world.runUntil((this.now + ms) as EpochMs)
  }

  async holding(): Promise<this> {
    for (let minute = 0; minute < 30 && this.held === 0; minute++) await this.run(MINUTE)
    expect(this.held).toBeGreaterThan(0)
    return this
  }

  /** Until nothing is held and nothing can fill; after how long, or what is left. */
  async flat(): Promise<number | string> {
    const from = this.now
    while (this.now - from < 2 * BOUNDS.flatMs) {
      if (this.held === 0 && this.open === 0) return this.now - from
      await this.run(100)
    }
    return `${this.held} held, ${this.open} orders`
  }

  since(at: EpochMs): readonly Seen[] {
    return this.frames.filter((frame) => frame.at >= at)
  }

  /** A panic in a process of its own: only the latch and the broker are shared. */
  async panic(rows: readonly PanicRow[] = [], until = 2 * BOUNDS.flatMs): Promise<PanicReport> {
    const { lockStep, gateway, latch } = this.world.remains
    latch.set({ by: 'panic', reason: 'panic by ada' })
    const room = openPanic({
      clock: this.world.clock,
      prng: new Prng(3),
      mode: 'simulation',
      declared: null,
      account: 'DU1234567',
      orderIds: new MemoryOrderIds(),
      notice: () => undefined,
      connect: () => {
        const sent = ({ request }: OrderFrame): void => {
          const what = request.kind === 'placeOrder' ? whatOf(request) : request.kind
          this.#note(what, PANIC_CLIENT)
        }
        const tap = new WireTap(gateway, { version: 193, sent })
        lockStep.taps.push(tap)
        return Promise.resolve(ok(tap))
      },
    })
    const ended: PanicReport[] = []
    const record = { load: () => rows, note: () => true }
    const { clock } = this.world
    const panicking = { clock, room, record, withinMs: until, say: () => undefined }
    void runPanic(panicking).then((done) => ended.push(done))
    while (ended.length === 0) await this.run(100)
    void room.close()
    await this.run(500)
    const [report] = ended
    if (report === undefined) throw new Error('panic has ended')
    return report
  }

  #note(what: string, clientId: number): void {
    this.frames.push({ at: this.now, what, clientId })
  }
}

function whatOf({ order }: { readonly order: { readonly action: string } }): string {
  return order.action === 'BUY' ? 'entry' : 'sell'
}

const figures: string[] = []
afterAll(() => process.stdout.write(`${figures.join('\n')}\n`))

/** The order of the market is not asked: what was sold is what was held, and nothing more. */
function expectNothingShort({ world }: Stage): void {
  for (const { quantity } of world.remains.gateway.core.positions()) {
    expect(quantity).toBeGreaterThanOrEqual(0)
  }
  // What panic does is nobody's intent in the bot's journal: it finds it, and adopts it.
  const known = world.remains.latch.read()?.by === 'panic' ? ['within-intent', 'books-agree'] : []
  expect(world.violations.filter(({ checker }) => !known.includes(checker))).toEqual([])
}

describe('kill', () => {
  test('of a position with its exits: no entry, closed, flat, within the bounds', async () => {
    const stage = await new Stage().holding()
    const at = stage.now
    stage.world.say('kill')
    const flatMs = await stage.flat()
    const frames = stage.since(at)
    const sells = frames.filter(({ what }) => what === 'sell')
    expect(frames.filter(({ what }) => what === 'entry')).toEqual([])
    expect(sells.length).toBeGreaterThan(0)
    const flattenMs = (sells[0]?.at ?? Infinity) - at
    expect(flattenMs).toBeLessThanOrEqual(BOUNDS.flattenMs)
    expect(flatMs).toBeLessThanOrEqual(BOUNDS.flatMs)
    figures.push(`kill: entries 0, flatten sent ${flattenMs} ms, flat ${flatMs} ms`)
    await stage.run(5 * MINUTE)
    expect(stage.since(at).filter(({ what }) => what === 'entry')).toEqual([])
    expect(stage.world.bot.engine.state.tradingState).toBe('kill')
    expectNothingShort(stage)
  })

  test('pressed again during the flatten, and again: no extra sell (F95)', async () => {
    const stage = await new Stage().holding()
    const at = stage.now
    for (let i = 0; i < 5; i++) {
      stage.world.say('kill')
      await stage.run(40)
    }
    expect(await stage.flat()).toBeLessThanOrEqual(BOUNDS.flatMs)
    const closes = stage.world.remains.journal.read().filter((entry) => {
      const { event } = entry
      return entry.at >= at && event.type === 'OrderIntended' && event.order.role === 'close'
    })
    expect(closes).toHaveLength(1)
    expectNothingShort(stage)
  })

  test('pressed while the connections are gone: latched at once, then cancels and closes', async () => {
    const stage = await new Stage().holding()
    const { gateway, latch } = stage.world.remains
    for (const transport of gateway.transports) transport.close()
    await stage.run(1)
    expect(stage.world.bot.engine.state.link).toBe('down')
    const at = stage.now
    stage.world.say('kill')
    expect(latch.read()).toMatchObject({ by: 'engine' })
    const flatMs = await stage.flat()
    expect(flatMs).toBeLessThanOrEqual(BOUNDS.flatMs)
    const frames = stage.since(at).map(({ what }) => what)
    expect(frames).not.toContain('entry')
    figures.push(`kill during a reconnect: flat ${flatMs} ms`)
    expectNothingShort(stage)
  })
})

describe('panic beside the bot', () => {
  const timesOf = (of: PanicReport) => {
    const { connectedMs, cancelsSentMs, cancelsProvenMs, flattenSentMs, flatMs } = of
    return { connectedMs, cancelsSentMs, cancelsProvenMs, flattenSentMs, flatMs }
  }

  test('cancels, proves, closes; the bot sends nothing from then on', async () => {
    const stage = await new Stage().holding()
    const at = stage.now
    const report = await stage.panic()
    expect(report).toMatchObject({ flat: true, refused: null, left: [] })
    expect(report.cancelsSentMs).toBeLessThanOrEqual(BOUNDS.cancelsMs)
    expect(report.flattenSentMs).toBeLessThanOrEqual(BOUNDS.flattenMs)
    expect(report.flatMs).toBeLessThanOrEqual(BOUNDS.flatMs)
    figures.push(`panic: ${JSON.stringify(timesOf(report))}`)
    const own = stage.since(at).filter(({ clientId }) => clientId !== PANIC_CLIENT)
    expect(own).toEqual([])
    const [first] = stage.since(at)
    expect(first?.what).toBe('reqGlobalCancel')
    expect(stage.world.bot.engine.state).toMatchObject({
      tradingState: 'kill',
      levelCause: 'panic',
    })
    await stage.run(2 * MINUTE)
    expect([stage.held, stage.open]).toEqual([0, 0])
    expectNothingShort(stage)
  })

  test('run again it sends nothing but the cancel', async () => {
    const stage = await new Stage().holding()
    await stage.panic()
    const at = stage.now
    const again = await stage.panic()
    expect(again).toMatchObject({ flat: true, sent: [] })
    expect(stage.since(at).map(({ what }) => what)).toEqual(['reqGlobalCancel'])
    expectNothingShort(stage)
  })

  test('in the middle of a kill of the bot: one of them closes', async () => {
    const stage = await new Stage().holding()
    stage.world.say('kill')
    await stage.run(30)
    expect(await stage.panic()).toMatchObject({ flat: true })
    await stage.run(MINUTE)
    expect(stage.world.bot.engine.state.levelCause).toBe('panic')
    expect([stage.held, stage.open]).toEqual([0, 0])
    expectNothingShort(stage)
  })

  test('a connection that is lost in the middle comes back, and nothing is sold twice', async () => {
    const stage = await new Stage().holding()
    const { gateway } = stage.world.remains
    const running = stage.panic()
    for (let i = 0; i < 3; i++) {
      await stage.run(700)
      for (const transport of gateway.transports) transport.close()
    }
    expect(await running).toMatchObject({ flat: true })
    expect([stage.held, stage.open]).toEqual([0, 0])
    expectNothingShort(stage)
  })

  test('another account is refused, and nothing is sent', async () => {
    const stage = await new Stage().holding()
    const at = stage.now
    const { lockStep, gateway } = stage.world.remains
    const room = openPanic({
      clock: stage.world.clock,
      prng: new Prng(3),
      mode: 'simulation',
      declared: null,
      account: 'DU7654321',
      orderIds: new MemoryOrderIds(),
      notice: () => undefined,
      connect: () => {
        const tap = new WireTap(gateway, { version: 193, sent: () => undefined })
        lockStep.taps.push(tap)
        return Promise.resolve(ok(tap))
      },
    })
    await stage.run(2_000)
    expect(room.refusal()?.detail).toContain('expected account DU7654321')
    expect(stage.since(at)).toEqual([])
  })
})
