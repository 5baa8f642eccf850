import { assert } from '../src/base/assert.ts'
import type { ConId, Ticker } from '../src/domain/contract.ts'
import { money, price } from '../src/domain/money.ts'
import { reachOf } from '../src/selection/reach.ts'
import { chain, chainView, RULES } from '../src/selection/selection.testing.ts'
import { decide } from '../src/trading/decide.ts'
import { call, quote, ready, request, rules } from '../src/trading/play.testing.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { interleaved, medianOf, micros, roundsOf, Sink } from './measure.ts'
import type { Side } from './measure.ts'

const HELD = [1, 100] as const
const STRIKES = [40, 400, 4_000] as const

export const growth: Bench = {
  name: 'growth',
  what: 'What a tick costs with orders open, and what a chain costs with its strikes.',
  peers: ['as much a piece as the fewest'],
  goal: 'none: shown as they grow; at most linear is expected',
  run: async (effort) => [...(await ordersOpen(effort)), ...(await strikes(effort))],
}

/** A second passes: every structure is looked at, with a new quote; nothing has to be done. */
function ordersOpen(effort: Effort): Promise<readonly Row[]> {
  const counts = effort === 'full' ? HELD : HELD.slice(0, 1)
  return rowsOf(
    counts.map((count) => {
      const story = holding(count)
      const quotes = [...story.state.structures.keys()].map((structureId) => ({
        structureId,
        quote: quote({ bid: price(1.95), ask: price(2), aliveAt: story.at }),
      }))
      const tick = { kind: 'time-passed', at: story.at, quotes } as const
      const sink = new Sink()
      return {
        name: `a tick, ${2 * count} orders open of ${count} structures`,
        count,
        operations: effort === 'full' ? Math.ceil(20_000 / count) : 3,
        work: () => sink.take(decide(story.state, tick, story.rules).events.length),
      }
    }),
    effort,
  )
}

/** Each with its target and its stop at the broker. */
function holding(count: number) {
  const symbols = Array.from({ length: count }, (_, i) => `S${i}` as Ticker)
  const [underlying] = rules.underlyings
  assert(underlying?.kind === 'stock', 'stories are of a stock')
  const story = ready({
    underlyings: symbols.map((symbol) => ({ ...underlying, symbol })),
    limits: {
      ...rules.limits,
      openStructuresMax: 1_000,
      orderCostMax: money(400),
      premiumPctMax: 1,
      perExpiryMax: 1_000,
      openOrdersMax: 1_000,
      ordersPerMinuteMax: 1_000,
      repeats: { max: 1_000, withinMs: 1_800_000 },
    },
  })
  for (const [i, symbol] of symbols.entries()) {
    const contract = { ...call, symbol, tradingClass: symbol, conId: (1_000 + i) as ConId }
    const wanted = request({ signalKey: `scalp ${symbol} 1 rise` }, story.at)
    const candidate = { contract, quote: wanted.candidate.quote }
    story.happens({ kind: 'entry-proposed', request: { ...wanted, candidate } })
    const entry = story.orders('intent').find(({ role }) => role === 'entry')
    assert(entry !== undefined, `entry ${symbol} is approved: ${story.told.join(', ')}`)
    story.handedOver().accepted().filled(entry.id, entry.quantity)
  }
  return story
}

/** From the chain to the contracts that are asked about. */
function strikes(effort: Effort): Promise<readonly Row[]> {
  const counts = effort === 'full' ? STRIKES : STRIKES.slice(0, 1)
  return rowsOf(
    counts.map((count) => {
      const listed = Array.from({ length: count }, (_, i) => price(600 + (i - count / 2) * 0.1))
      const view = chainView({ chains: [chain({ strikes: listed })] })
      const sink = new Sink()
      return {
        name: `a chain of ${count} strikes reached into`,
        count,
        operations: effort === 'full' ? 2_000 : 3,
        work() {
          const reached = reachOf(view, RULES)
          assert(reached.ok, 'there are strikes')
          sink.take(reached.value.length)
        },
      }
    }),
    effort,
  )
}

interface Growing {
  readonly name: string
  readonly count: number
  readonly operations: number
  readonly work: () => void
}

async function rowsOf(all: readonly Growing[], effort: Effort): Promise<readonly Row[]> {
  const turns = roundsOf(effort)
  const sides: readonly Side[] = all.map(({ name, operations, work }) => ({
    name,
    operations,
    work(times) {
      for (let i = 0; i < times; i++) work()
    },
  }))
  const samples = await interleaved(sides, { ...turns, clock: 'cpu' })
  const [fewest] = all
  assert(fewest !== undefined, 'something grows')
  const each = medianOf(samples, fewest.name, micros) / fewest.count
  return all.map(({ name, count, operations }) => ({
    name,
    unit: 'us',
    better: 'lower',
    clock: 'cpu',
    samples: turns.rounds,
    operations,
    ours: { name: 'ours', value: medianOf(samples, name, micros) },
    peers: [{ name: 'as much a piece as the fewest', value: each * count }],
    goal: null,
  }))
}
