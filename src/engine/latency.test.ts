import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { Latencies, type RequestOutcome } from './latency.ts'

function newBook() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const told: string[] = []
  const book = new Latencies({
    clock,
    deadlineMs: { history: 20_000, positions: 10_000 },
    slow: (_, text) => told.push(text),
  })
  /** Seconds in which one request of the kind takes so long. */
  const pass = async (seconds: number, ms: number, outcome: RequestOutcome = 'answered') => {
    for (let second = 0; second < seconds; second++) {
      book.observed({ kind: 'history', ms, outcome })
      await clock.runUntil((clock.now() + 1_000) as EpochMs)
      book.check()
    }
  }
  return { book, told, pass }
}

test('what is answered in good time is never slow', async () => {
  const { book, told, pass } = newBook()
  await pass(600, 9_000)
  expect(told).toEqual([])
  expect(book.figures()).toMatchObject([
    { kind: 'history', max: 9_000, deadlineMs: 20_000, answered: 600, slowSince: null },
  ])
})

test('slow before dead: told once, while every request is still answered', async () => {
  const { book, told, pass } = newBook()
  await pass(60, 300)
  await pass(23, 15_000)
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/^history is slow: p99 15.0 s of its deadline of 20.0 s, p50 0.3 s/)
  await pass(300, 15_000)
  expect(told).toHaveLength(1)
  expect(book.figures()[0]).toMatchObject({ timeouts: 0, slowSince: 63_000 })
})

test('two slow answers are no trend; over, and slow again, is told again', async () => {
  const { told, pass } = newBook()
  await pass(2, 19_000)
  await pass(60, 100)
  expect(told).toEqual([])
  await pass(30, 19_000)
  await pass(400, 100) // the slow minutes are forgotten
  await pass(30, 19_000)
  expect(told).toHaveLength(2)
})

test('a request that nobody waits for says nothing about the service', async () => {
  const { book, told, pass } = newBook()
  await pass(60, 19_000, 'abandoned')
  expect(told).toEqual([])
  expect(book.figures()).toEqual([])
})

test('timeouts count with their deadline', async () => {
  const { book, told, pass } = newBook()
  await pass(30, 20_000, 'timeout')
  expect(told).toHaveLength(1)
  expect(book.figures()).toMatchObject([{ timeouts: 30, answered: 0, max: 20_000 }])
})
