import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../../base/clock.ts'
import { Scout } from './scout.ts'

/** Two links that wait, and a third client that is not answered before `answers` says so. */
function newRig() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const state = { answers: false, wakes: 0, asked: [] as number[] }
  const newLink = (dueAt: number) => ({
    dueAt: dueAt as number | null,
    waitMs: 60_000,
    retryNow: () => void state.wakes++,
  })
  const links = [newLink(60_000), newLink(90_000)] as const
  const scout = new Scout({
    clock,
    links: () => links,
    ask: (done) => {
      state.asked.push(clock.now())
      clock.after(10_000, () => done(state.answers))
    },
  })
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  return { state, links, scout, pass }
}

test('it begins when every link waits for long, and tries between them', async () => {
  const { state, links, scout, pass } = newRig()
  links[0].waitMs = 16_000
  scout.failed('no-handshake')
  expect(scout.dueAt).toBeNull()
  links[0].waitMs = 60_000
  scout.failed('no-handshake')
  await pass(2 * 3_600_000)
  expect(state.asked[0]).toBe(15_000)
  expect(state.asked.length).toBeLessThanOrEqual(130) // P12
  expect(state.asked.length).toBeGreaterThanOrEqual(110)
})

test('an answer wakes every link, once; who fails all the same is on its own until one is up', async () => {
  const { state, scout, pass } = newRig()
  scout.failed('no-handshake')
  await pass(100_000)
  state.answers = true
  await pass(60_000)
  expect(state.wakes).toBe(2)
  scout.failed('no-handshake')
  await pass(600_000)
  expect([state.wakes, scout.dueAt]).toEqual([2, null])
  scout.up()
  scout.failed('no-handshake')
  expect(scout.dueAt).not.toBeNull()
})

test('a client id that is in use is no question for a third client', () => {
  const { scout } = newRig()
  scout.failed('no-handshake')
  scout.failed('client-id-in-use')
  expect(scout.dueAt).toBeNull()
})
