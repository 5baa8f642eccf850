import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { withOwn } from '../../src/cli/own-load.ts'
import { amountOf, money } from '../../src/domain/money.ts'
import { tradesOf } from '../../src/journal/trades.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { PushedMarket } from './pushed-market.ts'
import { World } from './world.ts'

/** Four legs through every layer: one order in, one order out, a strategy of a user's own. */

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/quiet-hour.mjs')

async function staged() {
  const written = {
    strategies: `{ file: ${EXAMPLE} }`,
    structure: 'iron-condor:$5',
    strike: 'otm3',
    expiry: 'dte:3-10',
    spreadMax: '80%',
    takeProfit: '60%',
    stopLoss: '40%',
    orderCostMax: '$5000',
    structureLossMax: '$5000',
  }
  const plan = fixedPlan({ date: '2026-03-10', time: '11:32', minutes: 30, written })
  const market = new PushedMarket(plan.market)
  const { settings } = await withOwn(plan.settings)
  const account = { ...plan.account, cash: money(3_000_000) }
  const of = { ...plan, market, account }
  return { market, world: new World({ plan: of, settings, checkers: checkersOf('one') }) }
}

function condorOf({ bot }: World) {
  const [held] = [...bot.engine.state.structures.values()].filter(({ quantity }) => quantity !== 0)
  return held?.contract.kind === 'combo' ? { ...held, contract: held.contract } : null
}

async function until(world: World, is: () => boolean): Promise<void> {
  while (!is() && world.clock.now() < world.plan.until) {
    await world.runUntil((world.clock.now() + 500) as EpochMs)
  }
}

test('an iron condor is opened as one order, protected, and closed as one', async () => {
  const { market, world } = await staged()
  await until(world, () => condorOf(world) !== null)
  const journal = () => world.remains.journal.read()
  const held = condorOf(world)
  const said = journal().flatMap(({ event }) =>
    event.type === 'CycleEnded' ? [event.outcome.reason] : [],
  )
  assert(held !== null, `an iron condor is held: ${said.slice(-3).join(' | ')}`)
  await world.runUntil((world.clock.now() + 5_000) as EpochMs)

  const { contract, openPrice } = held
  expect(amountOf(openPrice)).toBeLessThan(0) // a credit
  const sides = contract.legs.map(({ contract: of, side }) => {
    assert(of.kind === 'option', 'four options')
    return `${side} ${of.right}`
  })
  expect(sides).toEqual(['BUY P', 'SELL P', 'SELL C', 'BUY C'])
  const quantities = world.remains.gateway.core.positions().map(({ quantity }) => quantity)
  const units = condorOf(world)?.quantity ?? 0
  expect([...quantities].sort((a, b) => a - b)).toEqual([-units, -units, units, units])
  expect(condorOf(world)?.plan).toMatchObject({
    takeProfit: { watchedBy: 'broker' },
    stopLoss: { watchedBy: 'local' },
  })

  // What was sold becomes dearer, and the stop, which nobody rests for us, is met.
  world.say('reduce')
  for (const { contract: of, side } of contract.legs) {
    const since = (world.clock.now() + 200) as EpochMs
    if (side === 'SELL') market.push(of.conId, { since, factor: 1.5 })
  }
  await until(world, () => world.remains.gateway.core.positions().length === 0)
  await world.rest()
  expect(world.violations).toEqual([])
  const trades = tradesOf(journal())
  expect(trades).toMatchObject([{ structureId: held.id, contract: { kind: 'combo' } }])
  expect(trades[0]?.closedAt).not.toBeNull()
  const kinds = journal().flatMap(({ event }) =>
    event.type === 'OrderIntended' ? [event.order.contract.kind] : [],
  )
  expect(new Set(kinds)).toEqual(new Set(['combo']))
})
