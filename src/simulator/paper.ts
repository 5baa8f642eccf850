import type { Cancel, Clock } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { newYorkDate, nextSession, sessionAt, sessionOf } from '../domain/calendar.ts'
import type { Candidate } from '../domain/quote.ts'
import { withDeadline } from '../engine/deadline.ts'
import type { Broker, Fault, MarketData } from '../engine/ports.ts'
import { GatewayCore } from './broker/core.ts'
import type { CoreOptions } from './broker/core.ts'
import { contractsOf } from './broker/combos.ts'
import { isWorking } from './broker/desk.ts'
import { directBroker } from './direct-broker.ts'
import type { DirectOptions } from './direct-broker.ts'
import { LiveMarket } from './market/live-market.ts'
import type { GatewayState, SimContract } from './broker/state.ts'

export interface PaperOptions extends DirectOptions {
  readonly clock: Clock
  readonly seed: number
  /** The live quotes. Nothing is ever sent anywhere else. */
  readonly marketData: MarketData
  readonly account: NonNullable<CoreOptions['account']>
  /** A quote proven alive longer ago than this fills nothing (P43): at most 2 s. */
  readonly quoteAgeMsMax: number
  /** What an earlier run left. */
  readonly saved: GatewayState | null
}

export interface Paper {
  readonly broker: Broker
  /** The port that was given; what the bot itself asks for is matched against, too. */
  readonly marketData: MarketData
  readonly core: GatewayCore
  readonly close: Cancel
}

/** Quotes of what rests and of what is held are asked for this often, while the market is open. */
const POLL_MS = 1_000
const ANSWER_MS_MAX = 5_000

/**
 * The broker of a dry run: the simulated Gateway itself, matching against live quotes. There is no
 * route to an order socket in it. Missing or dead quotes fill nothing.
 */
export function paper(options: PaperOptions): Paper {
  const { clock, seed, marketData, account, saved } = options
  const market = new LiveMarket(options.quoteAgeMsMax)
  for (const { contract } of saved?.orders.values() ?? []) market.know(contract)
  for (const { contract } of saved?.positions.values() ?? []) market.know(contract)
  const core = new GatewayCore({ clock, seed, market, account }, saved ?? undefined)
  const learn = (candidates: readonly Candidate[]): void => {
    for (const candidate of candidates) market.learn(candidate)
    core.marketMoved()
  }
  const broker = directBroker(core, options)
  return {
    broker: {
      ...broker,
      place(orders) {
        for (const { contract } of orders) market.know(contract)
        return broker.place(orders)
      },
      margin(asked) {
        market.know(asked.contract)
        return broker.margin(asked)
      },
    },
    marketData: listenedTo(marketData, learn),
    core,
    close: follow(core, marketData, learn),
  }
}

/** Asks for quotes while something rests or is held, never twice at once. */
function follow(
  core: GatewayCore,
  marketData: MarketData,
  learn: (candidates: readonly Candidate[]) => void,
): Cancel {
  const { clock } = core
  let closed = false
  let stop: Cancel | null = null
  const pollAfter = (ms: number): void => {
    stop = closed ? null : clock.after(ms, poll)
  }
  const poll = async (): Promise<void> => {
    const wanted = wantedOf(core)
    if (wanted.length === 0) {
      stop = null
      return
    }
    const wait = untilOpen(clock)
    if (wait === null || wait > 0) return pollAfter(wait ?? POLL_MS)
    const deadline = { clock, ms: ANSWER_MS_MAX, of: 'quotes of what rests and is held' }
    const found = await withDeadline(deadline, (signal) => marketData.candidates(wanted, signal))
    if (found.ok && !closed) learn(found.value)
    pollAfter(POLL_MS)
  }
  const unsubscribe = core.subscribe(({ kind }) => {
    if (stop === null && (kind === 'open-order' || kind === 'position')) pollAfter(0)
  })
  if (wantedOf(core).length > 0) pollAfter(0)
  return () => {
    closed = true
    unsubscribe()
    stop?.()
  }
}

function wantedOf(core: GatewayCore): readonly SimContract[] {
  const wanted = new Map<number, SimContract>()
  for (const { contract } of core.positions()) wanted.set(contract.conId, contract)
  for (const order of core.openOrders()) {
    if (!isWorking(order)) continue
    for (const contract of contractsOf(order.contract)) wanted.set(contract.conId, contract)
  }
  return [...wanted.values()]
}

/** 0 in a session; null when the calendar knows of none to come. */
function untilOpen(clock: Clock): number | null {
  const now = clock.now()
  if (sessionAt(now) !== null) return 0
  const today = sessionOf(newYorkDate(now))
  const next = today !== null && now < today.open ? today : nextSession(newYorkDate(now))
  return next === null ? null : next.open - now
}

function listenedTo(
  port: MarketData,
  learn: (candidates: readonly Candidate[]) => void,
): MarketData {
  const heard = async <T>(
    answer: Promise<Result<T, Fault>>,
    candidatesOf: (value: T) => readonly Candidate[],
  ): Promise<Result<T, Fault>> => {
    const found = await answer
    if (found.ok) learn(candidatesOf(found.value))
    return found
  }
  return {
    history: (request, signal) => port.history(request, signal),
    stream: (of, listener) => port.stream(of, listener),
    spot: (underlying, signal) => port.spot(underlying, signal),
    chains: (underlying, signal) => port.chains(underlying, signal),
    glance: (keys, signal) => port.glance(keys, signal),
    candidates: (keys, signal) => heard(port.candidates(keys, signal), (found) => found),
    requote: (contract, signal) => heard(port.requote(contract, signal), (found) => [found]),
    watch: (contract, ended) => {
      const line = port.watch(contract, ended)
      if (!line.ok) return line
      const latest = () => {
        const quote = line.value.latest()
        if (quote !== null) learn([{ contract, quote }])
        return quote
      }
      const { value } = line
      return ok({ latest, confirm: () => value.confirm(), close: () => value.close() })
    },
  }
}
