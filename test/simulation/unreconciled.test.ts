import { afterAll, describe, expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Event } from '../../src/trading/event.ts'
import type { Request } from '../../src/wire/requests.ts'
import { liveOrders } from '../../src/trading/alive.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'
import type { Remains } from './world.ts'

/** What must go on while the broker's picture is not whole, or not there at all. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** What a person does at the broker is in none of our books. */
const BY_HAND = [
  'books-agree',
  'protected',
  'within-intent',
  'fills-once',
  'orders-agree',
  'never-oversold',
]
const figures: string[] = []
afterAll(() => process.stdout.write(`${figures.join('\n')}\n`))

class Stage {
  readonly world: World
  /** Requests that never reach the Gateway, and so are never answered. */
  readonly lost = new Set<Request['kind']>()
  readonly sent: { readonly at: EpochMs; readonly request: Request }[] = []

  constructor(
    of: {
      readonly from?: Remains
      readonly lost?: readonly Request['kind'][]
      readonly entry?: string
      readonly byHand?: true
    } = {},
  ) {
    for (const kind of of.lost ?? []) this.lost.add(kind)
    const exits = { takeProfit: '300%', stopLoss: '60%' } as const
    const written = { ...exits, ...(of.entry !== undefined && { entry: of.entry }) }
    const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 0, written })
    const unasked = of.byHand === true ? BY_HAND : []
    this.world = new World({
      plan,
      checkers: checkersOf('one').filter(({ name }) => !unasked.includes(name)),
      ...(of.from && { from: of.from }),
      alter: (request, payload) => {
        if (this.lost.has(request.kind)) return []
        this.sent.push({ at: this.now, request })
        return [payload]
      },
    })
    // What is lost is lost for good: nothing has to come back from it.
    if (of.lost !== undefined) this.world.failing(() => undefined)
  }

  get now(): EpochMs {
    return this.world.clock.now()
  }

  get core() {
    return this.world.remains.gateway.core
  }

  get held() {
    return this.core.positions().find(({ quantity }) => quantity !== 0)
  }

  get exits(): readonly string[] {
    const sells = this.core.openOrders().filter(({ side }) => side === 'SELL')
    return sells.map(({ type, quantity }) => `${type} x${quantity}`).sort()
  }

  /** Of positions: each is told to a person. */
  get alerts(): readonly Event[] {
    const events = this.world.remains.journal.read().map(({ event }) => event)
    return events.filter((event) => {
      if (event.type !== 'GateSet') return event.type === 'PositionAdjusted'
      return event.set.gate === 'reconcile' && event.set.symbol !== null
    })
  }

  async run(ms: number): Promise<void> {
    await this.world.runUntil((this.now + ms) as EpochMs)
  }

  async until(isSo: () => boolean, stepMs: number, withinMs: number): Promise<number> {
    const from = this.now
    while (!isSo() && this.now - from < withinMs) await this.run(stepMs)
    expect(isSo()).toBe(true)
    return this.now - from
  }

  async holding(): Promise<this> {
    await this.until(() => this.held !== undefined, MINUTE, 30 * MINUTE)
    await this.until(() => this.exits.length === 2, 1_000, MINUTE)
    return this
  }
}

describe('a restart with a position whose exits are gone', () => {
  const lost = [
    ['the account summary', ['reqAccountSummary', 'reqPnL']],
    ['any definition of a contract', ['reqContractDetails']],
    ['both', ['reqAccountSummary', 'reqPnL', 'reqContractDetails']],
  ] as const

  test.each(lost)('without %s: exits within 10 s, and no entry', async (_, kinds) => {
    const before = await new Stage().holding()
    const remains = before.world.left()
    const { lockStep, gateway } = remains
    gateway.core.cancelAll(0)
    await lockStep.clock.runUntil((lockStep.clock.now() + 2_000) as EpochMs)
    expect(gateway.core.openOrders()).toEqual([])
    const stage = new Stage({ from: remains, lost: kinds, byHand: true })
    const quantity = stage.held?.quantity ?? 0
    await stage.until(() => stage.exits.length === 2, 250, 10_000)
    expect(stage.exits).toEqual([`LMT x${quantity}`, `STP x${quantity}`])
    const { state } = stage.world.bot.engine
    expect(state.link).toBe('up')
    const isKnown = !kinds.some((kind) => kind === 'reqAccountSummary')
    expect(state.gates.some(({ gate }) => gate === 'account')).toBe(!isKnown)
    await stage.run(2 * MINUTE)
    const bought = stage.sent.filter(
      ({ request }) => request.kind === 'placeOrder' && request.order.action === 'BUY',
    )
    expect(bought).toEqual([])
    expect(stage.world.violations).toEqual([])
  })
})

/** At the near side, where nobody sells to it for a while. */
const RESTS = '{ start: 0% }'

describe('a kill while entries are out', () => {
  const entries = (stage: Stage) =>
    liveOrders(stage.world.bot.engine.state).filter(({ role }) => role === 'entry')
  const cancelledSince = (stage: Stage, at: EpochMs) =>
    stage.sent.filter((sent) => sent.at >= at && sent.request.kind === 'cancelOrder')

  test('before there is a picture on the new connection: cancelled within 1 s', async () => {
    const stage = new Stage({ entry: RESTS })
    await stage.until(() => entries(stage).some(({ status }) => status === 'working'), 100, HOUR)
    stage.lost.add('reqPositions')
    for (const transport of stage.world.remains.gateway.transports) transport.close()
    await stage.until(() => stage.world.bot.engine.state.link === 'reconciling', 100, MINUTE)
    const at = stage.now
    stage.world.say('kill')
    await stage.run(1_000)
    expect(stage.world.bot.engine.state.link).toBe('reconciling')
    expect(cancelledSince(stage, at)).toHaveLength(1)
    expect(stage.core.openOrders()).toEqual([])
    expect(stage.world.violations).toEqual([])
  })

  test('of an entry that nothing is heard of: cancelled within 1 s', async () => {
    const stage = new Stage()
    const { bot, remains } = stage.world
    let isDead = false
    bot.engine.subscribe((event) => {
      if (isDead || event.type !== 'OrderIntended') return
      isDead = true
      remains.gateway.inject({ name: 'orders-dead' }) // before it has read the entry
    })
    await stage.until(() => entries(stage).some(({ status }) => status === 'unknown'), 250, HOUR)
    const at = stage.now
    stage.world.say('kill')
    await stage.run(1_000)
    expect(cancelledSince(stage, at)).toHaveLength(1)
    expect(stage.world.violations).toEqual([])
  })
})

describe('a position that a person closes at the broker', () => {
  /** At once, in the account of somebody who may write options: otherwise the exits forbid it. */
  async function closedByHand(stage: Stage): Promise<void> {
    await stage.run(20_000) // none of our own pictures is near
    const { contract, quantity } = stage.held ?? {}
    if (contract === undefined || quantity === undefined) throw new Error('nothing is held')
    const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
    const group = { ocaGroup: '', ocaType: 0, parentId: 0 } as const
    const of = { outsideRth: false, orderRef: '', account: '', transmit: true }
    const hand = { clientId: 0, orderId: 900, contract, side: 'SELL', quantity } as const
    stage.core.impose({ kind: 'writes' })
    stage.core.place({ ...hand, ...terms, ...group, ...of })
    await stage.until(() => stage.held === undefined, 100, 1_000)
  }

  test('its exits are gone, and a person is told, within 10 s', async () => {
    const stage = await new Stage({ byHand: true }).holding()
    await closedByHand(stage)
    const alertedMs = await stage.until(() => stage.alerts.length > 0, 100, 10_000)
    const goneMs = await stage.until(() => stage.exits.length === 0, 100, 10_000 - alertedMs)
    figures.push(`closed by hand: alert ${alertedMs} ms, exits gone ${alertedMs + goneMs} ms`)
    expect(stage.alerts).toMatchObject([{ type: 'PositionAdjusted', cause: 'foreign-trade' }])
    expect(stage.world.violations).toEqual([])
  })

  test('and no execution is told: a person is alerted within 10 s (P24)', async () => {
    const stage = await new Stage({ byHand: true }).holding()
    const { gateway } = stage.world.remains
    gateway.inject({ name: 'snapshot-incomplete', list: 'executions', count: null })
    await closedByHand(stage)
    const alertedMs = await stage.until(() => stage.alerts.length > 0, 100, 10_000)
    figures.push(`closed by hand, not told: alert ${alertedMs} ms`)
    expect(stage.alerts).toMatchObject([{ type: 'GateSet' }])
  })
})
