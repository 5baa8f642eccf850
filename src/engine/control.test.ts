import { expect, test } from 'vitest'
import type { ConId } from '../domain/contract.ts'
import { money } from '../domain/money.ts'
import { heldStructures } from '../trading/alive.ts'
import { answer } from './control.ts'
import type { Ticker } from '../domain/contract.ts'
import { budget, NO_GAUGES } from './budget.ts'
import type { EngineView } from './control.ts'
import { byId, call, fill, order, stateWith, structure } from './fixtures.testing.ts'
import { at } from './scripted-bars.testing.ts'
import { NO_FACTS, type Vitals } from './health.ts'
import { strategyAt, World } from './world.testing.ts'

const vitals: Vitals = {
  ...NO_FACTS,
  at: at('10:00'),
  seq: 7,
  link: 'up',
  lastCycleAt: null,
  loopDelayMsMax: 0,
  unprotected: 0,
  unprotectedSince: null,
  watchedHere: 0,
  noticesLost: 0,
  reconciledAt: null,
}
const held = { contract: call, quantity: 1, cost: money(100) }
const state = stateWith({
  seq: 7,
  positions: new Map([
    [call.conId, held],
    [9 as ConId, { ...held, quantity: 0 }],
  ]),
  structures: byId(structure()),
  orders: byId(order(), order({ id: 'A2' as ReturnType<typeof order>['id'], status: 'filled' })),
  fills: new Map([[fill().execId, fill()]]),
  commissions: new Map([[fill().execId, money(1)]]),
})

const symbol = 'SPY' as Ticker
const LIMIT = { rule: 'open-orders', used: 1, max: 9, unit: 'count', by: null } as const
const BUDGET = budget('P8', { used: 3, limit: 90 })

test('status tells what is held, what is open and what it brought, in words', () => {
  const view: EngineView = {
    state: () => state,
    vitals: () => vitals,
    gauges: () => ({
      ...NO_GAUGES,
      budgets: () => [BUDGET],
      bars: () => [{ symbol, source: 'five-second' }],
      limits: () => [LIMIT],
    }),
    quoteOf: () => null,
    subscribe: () => () => undefined,
    command: () => undefined,
  }
  expect(answer(view, { kind: 'status' })).toMatchObject({
    kind: 'status',
    seq: 7,
    mode: 'simulation',
    accountId: 'DU1',
    link: 'up',
    positions: [{ contract: 'SPY 2026-03-13 560 C', quantity: 1 }],
    structures: [{ id: 'S1', strategy: 'scalp', quantity: 1 }],
    orders: [{ id: 'A1', role: 'entry', status: 'working', filled: 0 }],
    pnl: { realized: 0, commissions: money(1), daily: null },
    vitals,
    budgets: [{ rule: 'P8', used: 3, limit: 90, left: 87, freesAtMs: null }],
    bars: [{ symbol: 'SPY', source: 'five-second' }],
    limits: [LIMIT],
  })
  expect(JSON.parse(JSON.stringify(answer(view, { kind: 'status' })))).toMatchObject({ seq: 7 })
})

test('a command is done once it is a fact, under the name of who gave it', async () => {
  const world = new World({ strategies: [strategyAt('10:02')] })
  const { engine } = world.start()
  await world.run(5_000)
  const command = { kind: 'halt' } as const
  const reply = answer(engine.view(), { kind: 'command', by: 'ada', command })
  expect(reply).toEqual({ kind: 'done', seq: engine.state.seq, tradingState: 'halt' })
  expect(engine.state.tradingState).toBe('halt')
  expect(world.events('OperatorCommanded')).toMatchObject([{ by: 'ada', command }])
})

test('flatten reduces and then closes each structure, every part under the name', async () => {
  const world = new World({ strategies: [strategyAt('10:02')] })
  const { engine } = world.start()
  await world.run(240_000)
  const held = heldStructures(engine.state).map(({ id }) => id)
  expect(held).toHaveLength(1)
  const reply = answer(engine.view(), { kind: 'flatten', by: 'ada', reason: 'enough' })
  expect(reply).toEqual({ kind: 'done', seq: engine.state.seq, tradingState: 'reduce-only' })
  const said = world.events('OperatorCommanded')
  const reason = 'flatten: enough'
  expect(said.map(({ by, command }) => [by, command])).toEqual([
    ['ada', { kind: 'reduce', reason }],
    ...held.map((structureId) => ['ada', { kind: 'close', structureId, reason }]),
  ])
  await world.run(30_000)
  expect(heldStructures(engine.state)).toEqual([])
})
