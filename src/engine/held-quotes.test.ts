import { expect, test } from 'vitest'
import { fail, ok } from '../base/result.ts'
import type { EpochMs } from '../base/clock.ts'
import { price } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import type { Structure } from '../domain/position.ts'
import { call, structure } from './fixtures.testing.ts'
import { HeldQuotes } from './held-quotes.ts'
import type { Fault, MarketData } from './ports.ts'
import { clockAt } from './scripted-bars.testing.ts'

const quote = (bid: number, aliveAt: EpochMs): Quote => ({
  bid: price(bid),
  ask: price(bid + 0.1),
  last: null,
  bidSize: 1,
  askSize: 1,
  volume: 1,
  openInterest: 1,
  delta: null,
  receivedAt: aliveAt,
  aliveAt,
  delayed: false,
  halted: false,
  synthetic: false,
})

const NO_LINE: Fault = { code: 'paced', retry: 'later', detail: 'no line', vendorCode: null }
const noLine: MarketData['watch'] = () => fail(NO_LINE)

/** A tick each second over `seconds`; what was asked, and the bids that were known at each tick. */
async function watch(
  held: Structure,
  seconds: number,
  {
    answers = true,
    from = '10:00',
    isOpening = false,
  }: { answers?: boolean; from?: string; isOpening?: boolean } = {},
) {
  const clock = clockAt(from)
  let asked = 0
  const requote: MarketData['requote'] = (contract) => {
    asked++
    const live = { contract, quote: quote(asked, clock.now()) }
    return Promise.resolve(
      answers
        ? ok(live)
        : fail({ code: 'stale', retry: 'later', detail: 'no tick', vendorCode: null }),
    )
  }
  const quotes = new HeldQuotes(clock, { requote, watch: noLine }, () => undefined)
  const known: (number | null)[] = []
  for (let second = 0; second < seconds; second++) {
    const [first] = quotes.refresh([{ structure: held, isOpening }])
    known.push(first?.quote.bid ?? null)
    await clock.runUntil((clock.now() + 1000) as EpochMs)
  }
  return { asked, known }
}

test('a stop that rests is looked at every 5 s; the last quote is told with its own age', async () => {
  const { asked, known } = await watch(structure(), 7)
  expect(asked).toBe(2)
  expect(known).toEqual([null, 1, 1, 1, 1, 1, 2].map((bid) => (bid === null ? null : price(bid))))
})

test('one that we watch ourselves is looked at every tick', async () => {
  const { plan } = structure()
  const local = { price: price(0.5), watchedBy: 'local' as const }
  expect((await watch(structure({ plan: { ...plan, stopLoss: local } }), 7)).asked).toBe(7)
  expect((await watch(structure({ triggered: 'close' }), 7)).asked).toBe(7)
})

test('what is being entered is looked at every second where it has no line', async () => {
  expect((await watch(structure({ quantity: 0 }), 9, { isOpening: true })).asked).toBe(9)
})

test('while the market is closed once a minute is enough; the open ends that', async () => {
  const triggered = structure({ triggered: 'close' })
  expect((await watch(triggered, 121, { from: '18:00' })).asked).toBe(3)
  expect((await watch(triggered, 66, { from: '09:29' })).asked).toBe(1 + 6)
  expect((await watch(triggered, 60, { from: '16:14' })).asked).toBe(60) // an index option's hours
})

test('what never came is unknown, not a price', async () => {
  expect((await watch(structure(), 7, { answers: false })).known).toEqual(
    Array.from({ length: 7 }, () => null),
  )
})

/** Lines that tell `told` of the second that they are asked in; what was opened and asked. */
function withLine(told: (second: number) => Quote | null, asks = 9) {
  const clock = clockAt('10:00')
  const seen = { opened: 0, closed: 0, asked: 0, confirmed: 0 }
  let end: (fault: Fault) => void = () => undefined
  const startedAt = clock.now()
  const quotes = new HeldQuotes(
    clock,
    {
      requote: (contract) => {
        seen.asked++
        return Promise.resolve(ok({ contract, quote: quote(asks, clock.now()) }))
      },
      watch: (_contract, ended) => {
        seen.opened++
        end = ended
        const latest = () => told((clock.now() - startedAt) / 1_000)
        return ok({ latest, confirm: () => seen.confirmed++, close: () => seen.closed++ })
      },
    },
    () => undefined,
  )
  const run = async (held: readonly Structure[], seconds: number) => {
    const bids: (number | null)[] = []
    for (let second = 0; second < seconds; second++) {
      const quoted = held.map((each) => ({ structure: each, isOpening: false }))
      bids.push(quotes.refresh(quoted)[0]?.quote.bid ?? null)
      await clock.runUntil((clock.now() + 1_000) as EpochMs)
    }
    return bids
  }
  return { clock, seen, run, end: () => end(NO_LINE) }
}

const START = clockAt('10:00').now()
const at = (second: number): EpochMs => (START + 1_000 * second) as EpochMs

test('what is held has one line, and nothing is asked for while the line is proven alive', async () => {
  const { seen, run } = withLine((second) => quote(1 + second, at(second)))
  expect((await run([structure()], 60)).at(-1)).toBe(price(60))
  expect(seen).toMatchObject({ opened: 1, closed: 0, asked: 0 })
  await run([], 1)
  expect(seen).toMatchObject({ opened: 1, closed: 1, asked: 0 })
})

test('a stop that we watch asks in the seconds in which its line is not proven', async () => {
  const heartbeats = (second: number) => quote(1, at(5 * Math.floor(second / 5)))
  const local = { price: price(0.5), watchedBy: 'local' as const }
  const { plan } = structure()
  const { seen, run } = withLine(heartbeats, 1)
  await run([structure({ plan: { ...plan, stopLoss: local } })], 20)
  expect(seen.opened).toBe(1)
  expect(seen.asked).toBeGreaterThan(5)
  expect(seen.asked).toBeLessThan(20)
})

test('a line that says nothing is asked around, and stays', async () => {
  const { seen, run } = withLine(() => null)
  expect((await run([structure()], 12)).at(-1)).toBe(price(9))
  expect(seen).toMatchObject({ opened: 1, closed: 0, asked: 3 })
})

test('a line that tells another price than what is asked beside it is replaced', async () => {
  const { seen, run } = withLine(() => quote(1, at(0)), 2)
  expect((await run([structure()], 16)).at(-1)).toBe(price(2))
  expect(seen).toMatchObject({ opened: 2, closed: 1, confirmed: 0 })
})

test('one that tells the same is confirmed, and stays', async () => {
  const { seen, run } = withLine(() => quote(2, at(0)), 2)
  await run([structure()], 16)
  expect(seen).toMatchObject({ opened: 1, closed: 0, confirmed: 1 })
})

test('one that ticks on, but always the same, is asked about and replaced (F63)', async () => {
  const { plan } = structure()
  const local = { price: price(0.5), watchedBy: 'local' as const }
  const watched = structure({ plan: { ...plan, stopLoss: local } })
  const stuck = withLine((second) => quote(1, at(second)), 2)
  const bids = await stuck.run([watched], 66)
  expect(stuck.seen).toMatchObject({ opened: 2, closed: 1 })
  expect(bids).toContain(price(2))
  const resting = withLine((second) => quote(1, at(second)), 2)
  await resting.run([structure()], 290)
  expect(resting.seen).toMatchObject({ opened: 1, asked: 0 })
  await resting.run([structure()], 20)
  expect(resting.seen).toMatchObject({ opened: 2, closed: 1 })
})

test('one that stands where the market stands is asked about, and stays', async () => {
  const { plan } = structure()
  const local = { price: price(0.5), watchedBy: 'local' as const }
  const { seen, run } = withLine((second) => quote(2, at(second)), 2)
  await run([structure({ plan: { ...plan, stopLoss: local } })], 190)
  expect(seen).toMatchObject({ opened: 1, closed: 0, asked: 3 })
})

test('one that never says a word is opened anew after half a minute', async () => {
  const { seen, run } = withLine(() => null)
  await run([structure()], 32)
  expect(seen).toMatchObject({ opened: 2, closed: 1 })
})

test('a clock that is set back makes nothing older than it is', async () => {
  const heard: number[] = []
  const { run } = withLine((second) => {
    heard.push(second)
    return quote(1 + second, at(second < 5 ? second + 60 : second)) // five seconds of the future
  })
  const bids = await run([structure()], 9)
  expect(bids.slice(-2)).toEqual([price(8), price(9)])
})

test('a line that ended is opened again after 5 s, and what it told grows old', async () => {
  const { seen, run, end } = withLine((second) => quote(1, at(second)))
  await run([structure()], 3)
  end()
  await run([structure()], 1)
  expect(seen.opened).toBe(1)
  await run([structure()], 3)
  expect(seen.opened).toBe(2)
})

test('what is held no longer is forgotten', async () => {
  const clock = clockAt('10:00')
  const live = { contract: call, quote: quote(1, clock.now()) }
  const quotes = new HeldQuotes(
    clock,
    { requote: () => Promise.resolve(ok(live)), watch: noLine },
    () => undefined,
  )
  quotes.refresh([{ structure: structure(), isOpening: false }])
  await clock.runUntil((clock.now() + 1000) as EpochMs)
  expect(quotes.refresh([{ structure: structure(), isOpening: false }]).length).toBe(1)
  expect(quotes.refresh([])).toEqual([])
  expect(quotes.refresh([{ structure: structure(), isOpening: false }])).toEqual([])
})
