import { expect, test } from 'vitest'
import { at } from './facts.testing.ts'
import { plotSvg } from './plot.ts'
import { POINTS_MAX } from './points.ts'
import type { Point } from './points.ts'
import { Tally } from './tally.ts'

const EVERY_MS = 5_000
const THREE_DAYS = (72 * 3_600_000) / EVERY_MS

function point(i: number, of: Partial<Point> = {}): Point {
  const outside = { sockets: 7, handles: 39, journalMb: 1, gatewayMb: 90, messagesPerSecond: i % 3 }
  return {
    at: at(i * EVERY_MS),
    latencyMs: null,
    budget: 0.1,
    budgetRule: 'P2',
    rssMb: 130,
    heapMb: null,
    cpu: 0.01,
    loopMs: 2,
    cycles: 0,
    outside,
    ...of,
  }
}

/** A look each five seconds; one of them saw more than the others. */
function looked(count: number, peak: number): Tally {
  const tally = new Tally()
  for (let i = 0; i < count; i++) {
    const more = { rssMb: 300, loopMs: 900, budget: 0.9, budgetRule: 'P5' }
    tally.sampled(point(i, i === peak ? more : {}))
  }
  return tally
}

const most = (values: readonly number[]): number => Math.max(...values)

test('hours are kept as they were seen', () => {
  const { points } = looked(POINTS_MAX - 1, 5)
  expect(points).toHaveLength(POINTS_MAX - 1)
  expect(points[5]).toEqual(point(5, { rssMb: 300, loopMs: 900, budget: 0.9, budgetRule: 'P5' }))
})

test('days take no more room than hours, in equal parts, and no peak is lost', () => {
  const { points } = looked(THREE_DAYS, 12_345)
  expect(points.length).toBeLessThan(POINTS_MAX)
  expect(points.length).toBeGreaterThanOrEqual(POINTS_MAX / 2)
  const steps = points.slice(1).map((each, i) => each.at - (points[i]?.at ?? 0))
  expect(new Set(steps).size).toBe(1)
  expect(most(points.map(({ rssMb }) => rssMb))).toBe(300)
  expect(most(points.map(({ loopMsMost, loopMs }) => loopMsMost ?? loopMs))).toBe(900)
  expect(points.find(({ budget }) => budget === 0.9)?.budgetRule).toBe('P5')
  // One that is late says little of the minutes around it.
  expect(points.filter(({ loopMs }) => loopMs > 2)).toHaveLength(1)
  expect(most(points.map(({ loopMs }) => loopMs))).toBeLessThan(50)
  const sent = points.map(({ outside }) => outside?.messagesPerSecond ?? 0)
  expect(sent.reduce((sum, each) => sum + each, 0) / sent.length).toBeCloseTo(1, 1)
})

test('what is kept goes on as it was', () => {
  const tally = looked(POINTS_MAX + 10, 5)
  const again = Tally.from(JSON.parse(JSON.stringify(tally.kept())) as never)
  for (const each of [tally, again]) {
    for (let i = 0; i < 100; i++) each.sampled(point(POINTS_MAX + 10 + i))
  }
  expect(again.points).toEqual(tally.points)
})

test('a plot of more values than a call may have arguments', () => {
  const at = Array.from({ length: 500_000 }, (_, i) => i)
  const lines = [{ name: 'resident', values: at }]
  const svg = plotSvg({ title: 'Memory', unit: 'MB', at, lines, bands: [], timeText: String })
  expect(svg).toContain('>500000<')
})
