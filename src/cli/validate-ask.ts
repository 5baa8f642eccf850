import type { Result } from '../base/result.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { Margin } from '../domain/margin.ts'
import type { EntrySignal } from '../domain/signal.ts'
import { withDeadline } from '../engine/deadline.ts'
import { observe } from '../engine/observe.ts'
import type { Fault, MarketData, Ports } from '../engine/ports.ts'
import type { SelectionRules } from '../selection/rules.ts'
import type { Tally } from '../validation/tally.ts'
import type { Settings } from '../config/settings.ts'
import type { Bot } from './bot.ts'

export interface Asking {
  readonly settings: Settings
  readonly bot: Bot
  readonly ports: Ports
  readonly tally: Tally
}

/** As many bars as the shortest look back of a strategy needs. */
const BARS = 20
/** As a cycle has for its observation (engine/cycle.ts). */
const ASK_MS_MAX = 25_000
/** Nothing is entered: which way does not matter. */
const RISE: EntrySignal = {
  kind: 'enter',
  outlook: 'rise',
  confidence: 1,
  reason: 'validation: only asked, never entered',
}

/** Every symbol is asked for all that an entry needs, so many of them at the same time. */
export async function askAll(of: Asking): Promise<void> {
  const waiting = [...of.settings.symbols]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await askOne(of, next.underlying)
    }
  }
  const count = Math.min(of.settings.concurrentMax, waiting.length)
  await Promise.all(Array.from({ length: count }, worker))
}

/** The way of a cycle itself, from the chain to the pick; each answer is noted on its way. */
async function askOne(of: Asking, underlying: UnderlyingKey): Promise<void> {
  const { settings, bot, ports, tally } = of
  const { symbol } = underlying
  const faultOf = (result: Result<unknown, Fault>): string | null =>
    result.ok ? null : result.error.detail
  tally.asked(symbol, 'bars', faultOf(bot.feed.closed(symbol, '1m', BARS)))
  const { clock } = ports
  const marketData = noted(ports.marketData, (what, result) =>
    tally.asked(symbol, what, faultOf(result)),
  )
  const plan = {
    underlying,
    intervalMs: settings.intervalMs,
    strategies: [],
    guards: [],
    selection: anyContract(settings.selection),
    feed: bot.feed,
  }
  const deadline = { clock, ms: ASK_MS_MAX, of: 'what an entry needs' }
  await withDeadline(deadline, (signal) => marketData.spot(underlying, signal))
  const task = {
    plan,
    chains: new Map(),
    entry: { strategy: 'validation', signal: RISE },
    margin: notAsked,
  }
  await withDeadline(deadline, (signal) => observe({ ...ports, marketData }, task, signal))
}

/** A validation has no order connection. */
async function notAsked(): Promise<Margin> {
  return { kind: 'not-asked', why: 'a validation enters nothing' }
}

/** It is asked whether they are answered, not whether they are good enough. */
function anyContract(rules: SelectionRules): SelectionRules {
  return { ...rules, spreadPctMax: Infinity, volumeMin: 0, openInterestMin: 0 }
}

type Noted = 'quote' | 'chain' | 'candidates'

function noted(
  port: MarketData,
  note: (what: Noted, result: Result<unknown, Fault>) => void,
): MarketData {
  const heard = async <T>(
    what: Noted,
    answer: Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> => {
    const result = await answer
    note(what, result)
    return result
  }
  return {
    history: (request, signal) => port.history(request, signal),
    stream: (of, listener) => port.stream(of, listener),
    spot: (underlying, signal) => heard('quote', port.spot(underlying, signal)),
    chains: (underlying, signal) => heard('chain', port.chains(underlying, signal)),
    glance: (keys, signal) => port.glance(keys, signal),
    candidates: (keys, signal) => heard('candidates', port.candidates(keys, signal)),
    requote: (contract, signal) => heard('candidates', port.requote(contract, signal)),
    watch: (contract, ended) => port.watch(contract, ended),
  }
}
