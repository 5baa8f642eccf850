import { afterAll, describe, expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { Prng, seedOf } from '../../src/base/prng.ts'
import type { Approved, Order } from '../../src/domain/order.ts'
import { MemoryJournal } from '../../src/journal/memory.ts'
import { crashPointsOf, isOrderFrame, revived } from './crashes.ts'
import type { CrashPoint } from './crashes.ts'
import { fixedPlan, planOf } from './plan.ts'
import type { Plan } from './plan.ts'
import { brokerWith } from './planted/bug.ts'

const MINUTES = 8
/** Seeds in which much happens; of each the process ends at every effect up to this many. */
const SEEDS = [6, 8, 18, 29, 42, 60, 64, 96]
const POINTS_MAX = 45
/** At once, after moments, and after the exits at the broker have had time to do their work. */
const DOWN_MS = [0, 0, 1_000, 20_000, 120_000] as const

const counts = { points: 0, insideBracket: 0, beforeChildren: 0, holding: 0 }

/** What the checkers say of every crash, with the place of the crash. */
async function complaintsOf(plan: Plan, points: readonly CrashPoint[]): Promise<readonly string[]> {
  const prng = new Prng(seedOf(plan.seed, 'downtime'))
  const complaints: string[] = []
  for (const [number, point] of points.entries()) {
    const afterMs = DOWN_MS[prng.int(0, DOWN_MS.length - 1)] ?? 0
    const { violations } = await revived(plan, point, { afterMs })
    counts.points++
    for (const kind of ['insideBracket', 'beforeChildren', 'holding'] as const) {
      if (point[kind]) counts[kind]++
    }
    const at = new Date(point.at).toISOString()
    for (const { checker, text } of violations) {
      complaints.push(
        `point ${number}, ${at}, ${point.effect}, down ${afterMs}: ${checker} ${text}`,
      )
    }
  }
  return complaints
}

describe('a process that ends after any effect loses nothing, doubles nothing, bares nothing', () => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const plan = planOf(seed, MINUTES)
    const points = await crashPointsOf(plan, (_, number) => number < POINTS_MAX)
    expect(await complaintsOf(plan, points)).toEqual([])
  })

  test('the moments that matter were among them', () => {
    expect(counts.points).toBeGreaterThan(200)
    for (const kind of ['insideBracket', 'beforeChildren', 'holding'] as const) {
      expect(counts[kind], kind).toBeGreaterThan(15)
    }
  })
})

const QUIET = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 2, written: {} })

/** Right after the Gateway has received the whole of the first bracket. */
async function sentBracket(): Promise<CrashPoint> {
  const points = await crashPointsOf(QUIET, isOrderFrame)
  const point = points[2]
  assert(point !== undefined, 'a bracket of three was sent')
  return point
}

describe('what a crash must not do is seen when a bug does it', () => {
  test('without a bug: nothing', async () => {
    const { violations } = await revived(QUIET, await sentBracket(), { afterMs: 0 })
    expect(violations).toEqual([])
  })

  test('orders that left before their intent was durable are strangers', async () => {
    const point = await sentBracket()
    const rows = point.remains.journal.read()
    const first = rows.findIndex(({ event }) => event.type === 'EntryApproved')
    const remains = { ...point.remains, journal: new MemoryJournal(rows.slice(0, first)) }
    const { violations } = await revived(QUIET, { ...point, remains }, { afterMs: 0 })
    const checkers = violations.map(({ checker }) => checker)
    expect(checkers).toEqual(expect.arrayContaining(['within-intent', 'protected', 'books-agree']))
  })

  test('an order that is sent again by the next process is seen twice', async () => {
    const point = await sentBracket()
    const intents = point.remains.journal
      .read()
      .flatMap(({ event }) => (event.type === 'OrderIntended' ? [event.order] : []))
    const plant = brokerWith((port) => ({
      onLink: (listener) =>
        port.onLink((up, epoch) => {
          listener(up, epoch)
          if (up) port.place(intents as Approved<Order>[])
        }),
    }))
    const { violations } = await revived(QUIET, point, { afterMs: 0, plant })
    const said = violations.filter(({ checker }) => checker === 'sent-once')
    expect(said.map(({ text }) => text)).toEqual([expect.stringContaining('and again as')])
  })
})

afterAll(() => {
  const list = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
  console.log(`crashes: ${list.join(', ')}`)
})
