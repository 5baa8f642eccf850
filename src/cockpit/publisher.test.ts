import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { NO_GAUGES } from '../engine/budget.ts'
import type { EngineView } from '../engine/control.ts'
import { NO_FACTS } from '../engine/health.ts'
import { CANDIDATES_MAX, Sightings, type Sighting } from '../engine/sighting.ts'
import { initialState } from '../trading/state.ts'
import type { ToThread } from './messages.ts'
import { Publisher } from './publisher.ts'

const START = 1_795_000_000_000 as EpochMs

function published(of: { readonly breaks?: () => boolean } = {}) {
  const clock = new VirtualClock({ start: START, settled: () => true, speed: null })
  const sightings = new Sightings()
  const sent: Extract<ToThread, { kind: 'view' }>[] = []
  const failed: unknown[] = []
  let untaken = 0
  const view: EngineView = {
    state: () => {
      if (of.breaks?.() === true) throw new Error('no state')
      return initialState('paper', 'DU1234567')
    },
    vitals: () => ({
      ...NO_FACTS,
      at: clock.now(),
      seq: 0,
      link: 'up',
      lastCycleAt: null,
      loopDelayMsMax: 0,
      unprotected: 0,
      unprotectedSince: null,
      watchedHere: 0,
      noticesLost: 0,
      reconciledAt: null,
    }),
    gauges: () => NO_GAUGES,
    quoteOf: () => null,
    subscribe: () => () => undefined,
    command: () => undefined,
  }
  const publisher = new Publisher({
    view,
    clock,
    wall: clock,
    sightings,
    version: '1',
    isSimulated: false,
    speed: () => null,
    memoryBytes: () => 1,
    send: (message) => void sent.push(message),
    failed: (error) => void failed.push(error),
    untaken: { ms: 30_000, tell: () => untaken++ },
  })
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  return { publisher, sightings, sent, failed, pass, untaken: () => untaken }
}

test('a view that cannot be made is told and tried again; no timer of the bot ends by it', async () => {
  let breaks = true
  const { sent, failed, pass } = published({ breaks: () => breaks })
  await pass(3_000)
  expect(sent).toEqual([])
  expect(failed.length).toBeGreaterThan(1)
  expect(failed.length).toBeLessThan(5) // once a second, not each time it may
  breaks = false
  await pass(1_500)
  expect(sent).toHaveLength(1)
})

test('a thread that takes nothing for half a minute is told, once, until there is another', async () => {
  const { publisher, sent, pass, untaken } = published()
  await pass(29_000)
  expect([sent.length, untaken()]).toEqual([1, 0])
  await pass(60_000)
  expect([sent.length, untaken()]).toEqual([1, 1])
  publisher.begin()
  await pass(31_000)
  expect([sent.length, untaken()]).toEqual([2, 2])
})

test('a message has few sightings of bounded size; the others come with the next', async () => {
  const { publisher, sightings, sent, pass } = published()
  const reach = Array.from({ length: 500 }, (_, index) => index)
  const symbols = Array.from({ length: 10 }, (_, index) => `S${index}`)
  for (const symbol of symbols) {
    const none = { glanced: reach, quoted: reach, passedOver: reach }
    sightings.saw({ symbol: symbol as Ticker, reach, ...none } as unknown as Sighting)
  }
  for (let message = 0; message < 4; message++) {
    await pass(1_250)
    publisher.taken()
  }
  expect(sent.map((each) => each.sightings.length)).toEqual([4, 4, 2, 0])
  expect(sent.flatMap((each) => each.sightings.map(({ symbol }) => symbol))).toEqual(symbols)
  for (const { reach: near, glanced, quoted, passedOver } of sent[0]?.sightings ?? []) {
    const sizes = [near, glanced, quoted, passedOver].map(({ length }) => length)
    expect(sizes).toEqual([CANDIDATES_MAX, CANDIDATES_MAX, CANDIDATES_MAX, CANDIDATES_MAX])
  }
})
