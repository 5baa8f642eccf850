import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withOwn } from '../../src/cli/own-load.ts'
import type { Event } from '../../src/trading/event.ts'
import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

type Of<T extends Event['type']> = Extract<Event, { readonly type: T }>

async function ran(fault: FaultSpec, minutes: number) {
  const written = { strategies: 'scalp', strike: 'otm2' }
  const plan = fixedPlan({ date: '2026-03-10', time: '10:29', minutes, written })
  const world = new World({ plan, checkers: checkersOf('one') })
  world.remains.gateway.inject(fault)
  await world.runUntil(plan.until)
  const all = <T extends Event['type']>(type: T): readonly Of<T>[] =>
    world.remains.journal
      .read()
      .flatMap(({ event }) => (event.type === type ? [event as Of<T>] : []))
  return { world, all }
}

const preset = { code: 10349, on: 'new', which: 'child', side: 'SELL' } as const

test('10349: exits that a preset made DAY orders are recorded and rest as GTC again (P30)', async () => {
  const { world, all } = await ran({ name: 'order-error', ...preset, count: 2 }, 5)
  expect(all('OrderFilled').length).toBeGreaterThan(0)
  const echoes = all('OrderMoved').filter(({ evidence }) => evidence.kind === 'echoed')
  expect(echoes.length).toBeGreaterThan(0)
  const resting = world.remains.gateway.core
    .openOrders()
    .filter(({ side, status }) => side === 'SELL' && status !== 'PendingCancel')
  expect(resting.map(({ type, timeInForce }) => `${type} ${timeInForce}`).sort()).toEqual([
    'LMT GTC',
    'STP GTC',
  ])
  expect(world.violations).toEqual([])
})

/** A call is bought once, on a falling morning, with a stop near by. */
function falling(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'protection-')), 'once.mjs')
  const enter = "{ kind: 'enter', outlook: 'rise', confidence: 1, reason: 'once' }"
  const hold = "{ kind: 'hold', reason: 'had it' }"
  const evaluate = `evaluate: (view) => view.lastEntryAt === null ? ${enter} : ${hold}`
  const needs = "needs: { size: '1m', count: 2 }"
  writeFileSync(file, `export const strategy = { name: 'once', ${needs}, ${evaluate} }`)
  return `{ file: ${file} }`
}

test('F24: a reset delays the stops that IBKR simulates: the bot closes by itself (P36)', async () => {
  const written = { strategies: falling(), stopLoss: '3%', takeProfit: '900%' }
  const plan = fixedPlan({ date: '2026-03-06', time: '10:58', minutes: 10, written })
  const { settings } = await withOwn(plan.settings)
  const world = new World({ plan, settings, checkers: checkersOf('one') })
  const { gateway } = world.remains
  const restart = { warnings: 1, everyMs: 1_000, downMs: 30_000, restored: 1102 } as const
  let isReset = false
  gateway.core.subscribe((event) => {
    if (event.kind !== 'execution' || isReset) return
    isReset = true
    gateway.core.impose({ kind: 'stops-late' })
    world.clock.after(1_000, () => void gateway.inject({ name: 'restart', ...restart }))
  })
  await world.runUntil(plan.until)
  const events = world.remains.journal.read().map(({ event }) => event)
  const endings = events.filter((event) => event.type === 'ExitTriggered')
  expect(endings.map(({ exit }) => exit)).toEqual(['stop-loss'])
  expect(endings[0]?.reason).toMatch(/rests and is late$/)
  const sold = events.flatMap((event) => {
    if (event.type !== 'OrderFilled' || event.fill.side !== 'SELL') return []
    return world.bot.engine.state.orders.get(event.fill.orderId)?.role ?? []
  })
  expect(new Set(sold)).toEqual(new Set(['close']))
  expect(gateway.core.positions().filter(({ quantity }) => quantity !== 0)).toEqual([])
  expect(world.violations).toEqual([])
})
