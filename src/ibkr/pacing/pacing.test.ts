import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { Pacer } from './pacing.ts'
import type { Lane } from './pacing.ts'

function newClock(): VirtualClock {
  return new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
}

const lanes = fc.constantFrom<Lane>(0, 1, 2, 3, 4, 5, 6)

test('no window of one second holds more than 45 messages (P1, H9, D30)', async () => {
  const offers = fc.array(fc.record({ lane: lanes, at: fc.integer({ min: 0, max: 3_000 }) }), {
    maxLength: 400,
  })
  await fc.assert(
    fc.asyncProperty(offers, async (wanted) => {
      const clock = newClock()
      const pacer = new Pacer(clock)
      const sent: number[] = []
      for (const { lane, at } of wanted) {
        clock.after(at, () => {
          pacer.offer(lane, { run: () => sent.push(clock.monotonicMs()), aged: () => undefined })
        })
      }
      await clock.runUntil(150_000 as EpochMs)
      for (const [index, at] of sent.entries()) {
        const inWindow = sent.slice(0, index + 1).filter((other) => other > at - 1_000)
        expect(inWindow.length).toBeLessThanOrEqual(45)
      }
    }),
    { numRuns: 30 },
  )
})

test('a Gateway that is busy for half a second never counts more in a second than we sent', async () => {
  const starts = fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(starts, async (busyFrom) => {
      const clock = newClock()
      const pacer = new Pacer(clock)
      const read: number[] = []
      for (let i = 0; i < 200; i++) {
        pacer.offer(4, {
          run: () => {
            const now = clock.monotonicMs()
            const busy = busyFrom.find((from) => from <= now && now < from + 500)
            read.push(busy === undefined ? now : busy + 500)
          },
          aged: () => undefined,
        })
      }
      await clock.runUntil(20_000 as EpochMs)
      for (const at of read) {
        const inWindow = read.filter((other) => other > at - 1_000 && other <= at)
        expect(inWindow.length).toBeLessThanOrEqual(45)
      }
    }),
    { numRuns: 50 },
  )
})

test('a Gateway that stands still for however long never counts more than 50 in a second', async () => {
  const times = fc.record({
    stopsAt: fc.integer({ min: 0, max: 8_000 }),
    standsMs: fc.integer({ min: 0, max: 60_000 }),
    everyMs: fc.integer({ min: 20, max: 400 }),
    reconnectsMs: fc.integer({ min: 5_000, max: 20_000 }),
  })
  await fc.assert(
    fc.asyncProperty(times, async ({ stopsAt, standsMs, everyMs, reconnectsMs }) => {
      const clock = newClock()
      const pacer = new Pacer(clock)
      let connection = { name: 'first' }
      const goesOn = stopsAt + standsMs
      const read: number[] = []
      const stands = (): boolean => clock.monotonicMs() >= stopsAt && clock.monotonicMs() < goesOn
      const offer = (): void => {
        const to = connection
        const run = (): void => {
          const now = clock.monotonicMs()
          read.push(stands() ? goesOn : now)
          // An answer, as soon as it reads.
          clock.after(stands() ? goesOn - now : 1, () => pacer.heard(to))
        }
        pacer.offer(6, { run, aged: () => undefined }, to)
        if (clock.monotonicMs() < 90_000) clock.after(everyMs, offer)
      }
      offer()
      clock.after(stopsAt + reconnectsMs, () => {
        pacer.ended(connection)
        connection = { name: 'second' }
      })
      await clock.runUntil(120_000 as EpochMs)
      expect(read.length).toBeGreaterThan(20)
      for (const at of read) {
        const inWindow = read.filter((other) => other > at - 1_000 && other <= at)
        expect(inWindow.length).toBeLessThanOrEqual(50)
      }
    }),
    { numRuns: 12 },
  )
})

test('nothing is heard: what can wait waits, a cancel leaves, and an answer lets the rest go', async () => {
  const clock = newClock()
  const pacer = new Pacer(clock)
  const to = {}
  const sent: number[] = []
  for (let i = 0; i < 60; i++) {
    pacer.offer(6, { run: () => sent.push(6), aged: () => undefined }, to)
  }
  await clock.runUntil(20_000 as EpochMs)
  expect(sent.length).toBe(35)
  pacer.offer(0, { run: () => sent.push(0), aged: () => undefined }, to)
  expect([sent.at(-1), pacer.tryTake(1, 9, to), pacer.tryTake(1, 1, to)]).toEqual([0, true, false])
  pacer.heard(to)
  await clock.runUntil(30_000 as EpochMs)
  expect(sent.length).toBe(61)
})

test('what waits for a connection that has ended keeps nobody else back, however often', async () => {
  const clock = newClock()
  const pacer = new Pacer(clock)
  const sent: string[] = []
  for (let round = 0; round < 20; round++) {
    const [old, next] = [{}, {}]
    for (let i = 0; i < 40; i++) {
      pacer.offer(6, { run: () => sent.push('old'), aged: () => undefined }, old)
    }
    pacer.ended(old)
    pacer.heard(next)
    await clock.runUntil((clock.now() + 10_000) as EpochMs)
    sent.length = 0
    pacer.offer(6, { run: () => sent.push('new'), aged: () => undefined }, next)
    await clock.runUntil((clock.now() + 10_000) as EpochMs)
    expect([round, sent]).toEqual([round, ['new']])
    pacer.heard(next)
  }
})

test('every offer is run or aged exactly once, and lane 0 never ages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lanes, { maxLength: 300 }), async (wanted) => {
      const clock = newClock()
      const pacer = new Pacer(clock)
      const ends = wanted.map(() => ({ run: 0, aged: 0 }))
      for (const [index, lane] of wanted.entries()) {
        const end = ends[index] ?? { run: 0, aged: 0 }
        pacer.offer(lane, { run: () => end.run++, aged: () => end.aged++ })
      }
      await clock.runUntil(200_000 as EpochMs)
      expect(ends.every(({ run, aged }) => run + aged === 1)).toBe(true)
      expect(ends.filter((end, index) => wanted[index] === 0 && end.aged > 0)).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('a cancel leaves at once behind 200 history requests (H3)', async () => {
  const clock = newClock()
  const pacer = new Pacer(clock)
  const sent: string[] = []
  for (let i = 0; i < 200; i++) {
    pacer.offer(6, { run: () => sent.push('history'), aged: () => undefined })
  }
  pacer.offer(0, { run: () => sent.push('cancel'), aged: () => undefined })
  expect(sent.at(-1)).toBe('cancel')
  await clock.runUntil(20_000 as EpochMs)
  expect(sent.filter((each) => each === 'history')).toHaveLength(200)
})

test('a full budget of what can wait still leaves room for two brackets', () => {
  const pacer = new Pacer(newClock())
  for (let i = 0; i < 100; i++) pacer.offer(4, { run: () => undefined, aged: () => undefined })
  expect(pacer.tryTake(3, 3)).toBe(true)
  expect(pacer.tryTake(1, 3)).toBe(true)
  expect(pacer.tryTake(3, 3)).toBe(false)
})

test('lanes go in order of priority, each first in first out (R30)', async () => {
  const clock = newClock()
  const pacer = new Pacer(clock, 12)
  const sent: string[] = []
  const offer = (lane: Lane, name: string): void => {
    pacer.offer(lane, { run: () => sent.push(name), aged: () => sent.push(`${name} aged`) })
  }
  pacer.tryTake(0, 12)
  offer(6, 'history')
  offer(4, 'quote a')
  offer(4, 'quote b')
  offer(2, 'positions')
  await clock.runUntil(6_000 as EpochMs)
  expect(sent).toEqual(['positions', 'quote a', 'quote b', 'history'])
})

test('after code 100 the rate halves and history rests for a minute', async () => {
  const clock = newClock()
  const pacer = new Pacer(clock)
  pacer.penalise()
  expect(pacer.tryTake(0, 23)).toBe(false)
  expect(pacer.tryTake(0, 22)).toBe(true)
  let sentAt: number | null = null
  pacer.offer(6, { run: () => (sentAt = clock.monotonicMs()), aged: () => undefined })
  await clock.runUntil(61_000 as EpochMs)
  expect(sentAt).toBe(60_000)
})
