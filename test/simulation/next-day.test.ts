import { expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import { atNewYork, nextSession } from '../../src/domain/calendar.ts'
import { money } from '../../src/domain/money.ts'
import type { ClientOrderId, StructureId } from '../../src/domain/order.ts'
import { checkersOf } from './checkers/all.ts'
import { textOf } from './checkers/checker.ts'
import type { Complaint } from './checkers/checker.ts'
import { withinLimits } from './checkers/within-limits.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

/**
 * What no execution tells: the broker forgets overnight its orders that are over, and whose an
 * execution was; and an option that is exercised is sold to nobody.
 */

const MINUTE = 60_000
const written = {
  symbols: 'SPY',
  expiry: 'dte:5-14',
  takeProfit: '300%',
  stopLoss: '90%',
  holdOvernight: true,
  structuresMax: 1,
  orderCostMax: '$2000',
  structureLossMax: '$2000',
  riskMax: '5%',
}

/** Of what the bot does not trade. */
function sharesByHand({ remains }: World): void {
  const { core } = remains.gateway
  const contract = core.market.underlyings
    .map((each) => each.contract)
    .find(({ symbol }) => symbol === 'AAPL')
  if (contract?.kind !== 'stock') throw new Error('expected AAPL')
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  const alone = {
    parentId: 0,
    ocaGroup: '',
    ocaType: 0,
    outsideRth: false,
    transmit: true,
  } as const
  const who = { clientId: 0, orderId: -1, orderRef: '', account: core.accountId }
  core.place({ ...terms, ...alone, ...who, contract, side: 'BUY', quantity: 1 })
}

/** What the limits say when one more structure is to be bought. */
function oneMore({ sight }: World): Complaint {
  const { orders } = sight.record
  const of = [...orders.values()].find(({ role }) => role === 'entry')
  if (of === undefined) throw new Error('expected an entry')
  const id = 'one-more' as ClientOrderId
  orders.set(id, { ...of, id, structureId: 'one-more' as StructureId })
  const order = { totalQuantity: 1, lmtPrice: 1, orderRef: id }
  const frame = { clientId: 1, request: { kind: 'placeOrder', order } } as never
  return textOf(withinLimits().sent?.(frame, sight))
}

/** The bot of the next day, on what the one of this day has left. */
async function nextDay(first: World): Promise<World> {
  const { plan } = first
  const remains = first.left()
  const session = nextSession(plan.session.date)
  if (session === null) throw new Error('expected another session')
  const start = atNewYork(session.date, '10:30')
  await remains.lockStep.clock.runUntil(start)
  const world = new World({ plan, checkers: checkersOf('restarted'), from: remains })
  await world.runUntil((start + MINUTE) as EpochMs)
  return world
}

test('what was bought on one day and sold on the next one is open no more', async () => {
  const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 5, written })
  const first = new World({ plan, checkers: checkersOf('one') })
  await first.runUntil((plan.start + 4 * MINUTE) as EpochMs)
  sharesByHand(first)
  await first.runUntil(plan.until)
  await first.rest()
  expect(first.violations).toEqual([])
  const world = await nextDay(first)
  expect(oneMore(world)).toMatch(/^2 structures \(\S+, one-more\), limit 1$/)
  world.say('close')
  await world.runUntil((world.clock.now() + MINUTE) as EpochMs)
  await world.rest()
  expect(oneMore(world)).toBeNull()
  // Shares that a person bought yesterday are theirs today too.
  expect(world.violations).toEqual([])
})

test('what fills while nobody looks, and is told no more, may be estimated', async () => {
  const near = { ...written, takeProfit: '5%', stopLoss: '5%' }
  const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 1, written: near })
  const first = new World({ plan, checkers: checkersOf('one') })
  await first.runUntil(plan.until)
  expect(first.violations).toEqual([])
  const world = await nextDay(first)
  await world.rest()
  const fills = world.record.lastFills().map(({ estimated }) => estimated ?? false)
  expect(fills).toEqual([false, true])
  expect(world.violations).toEqual([])
})

test('what is exercised, and paid out for want of funds, may be estimated', async () => {
  const fixed = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 3, written })
  const plan = { ...fixed, account: { ...fixed.account, cash: money(30_000) } }
  const world = new World({ plan, checkers: checkersOf('one') })
  await world.runUntil((plan.start + 1.5 * MINUTE) as EpochMs)
  const heal = world.failing(
    world.remains.gateway.inject({ name: 'broker-acts', what: 'exercised' }),
  )
  world.clock.after(20_000, heal)
  await world.runUntil(plan.until)
  await world.rest()
  expect(world.record.lastFills().some(({ estimated }) => estimated === true)).toBe(true)
  expect(world.violations).toEqual([])
})
