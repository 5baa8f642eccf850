import { assert } from '../base/assert.ts'
import type { StrategyRef } from '../config/own-file.ts'
import type { Settings } from '../config/settings.ts'
import type { Mode, SetGate } from '../domain/account.ts'
import type { BarSize } from '../domain/bar.ts'
import type { Cancel, EpochMs } from '../base/clock.ts'
import { notice } from '../domain/alert.ts'
import { BarFeed } from '../engine/bar-feed.ts'
import type { Budget, SymbolTraded } from '../engine/budget.ts'
import type { CyclePlan } from '../engine/cycle-plan.ts'
import { Engine } from '../engine/engine.ts'
import { afterFirstMinute, byMinute, regularHours } from '../engine/gates.ts'
import { isRatioHigh, orderBudgets, orderGates } from '../engine/order-activity.ts'
import type { ConnectionFigures, FarmFigures } from '../engine/health.ts'
import type { Notifier, Ports } from '../engine/ports.ts'
import { Schedule } from '../engine/schedule.ts'
import { sessionAt } from '../domain/calendar.ts'
import { efficiencyRatio } from '../trading/activity.ts'
import type { Window } from '../engine/gates.ts'
import { restartWindowAt } from '../domain/restart-windows.ts'
import { limitsInUse } from '../risk/limits-in-use.ts'
import { holdingsView } from '../trading/views.ts'
import { whyNoEntryHour } from '../risk/hours.ts'
import type { Event } from '../trading/event.ts'
import { liveOrders } from '../trading/alive.ts'
import type { Input } from '../trading/input.ts'
import type { State } from '../trading/state.ts'
import { strategyNamed } from '../strategy/registry.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { trendExit } from '../strategy/trend-exit.ts'
import { adapted } from './own-adapter.ts'

export interface Bot {
  readonly engine: Engine
  readonly feed: BarFeed
  /** No cycle and no turn begins after this; what rests at the broker stays. */
  stop(): void
}

/** What speaks to the engine from outside: gates, budgets, and what must be known. */
export interface GateSource {
  budgets(): readonly Budget[]
  connections(): readonly ConnectionFigures[]
  farms(): readonly FarmFigures[]
  gates(): readonly SetGate[]
  onGates(listener: (gates: readonly SetGate[]) => void): Cancel
  onInput(listener: (input: Input) => void): Cancel
}

export interface BotParts {
  readonly settings: Settings
  readonly ports: Ports
  readonly mode: Mode
  readonly accountId: string
  readonly version: string
  readonly connections: GateSource | null
  /** Why this run is no evidence for live; null, or left out: it may be. */
  readonly rehearsal?: string | null
}

/** The same bot in every mode: which ports it is handed is all that differs. */
export function startBot(parts: BotParts): Bot {
  const { settings, ports, mode, accountId, version, connections } = parts
  const abort = new AbortController()
  const { clientIdBase } = settings.gateway
  // A dry run has a broker of its own, which no client id reaches.
  const ids = mode === 'dry-run' ? {} : { clientIdBase }
  const rehearsal = parts.rehearsal == null ? {} : { rehearsal: parts.rehearsal }
  const run = { mode, accountId, version, configHash: settings.hash, ...ids, ...rehearsal }
  const underlyings = settings.symbols.map(({ underlying }) => underlying)
  const rules = { ...settings.rules, underlyings }
  const engine = Engine.start(ports, { rules, run, window: windowOf(settings) }, abort.signal)
  const leave = connections?.onGates((gates) => engine.setGates('connections', gates))
  const leaveInputs = connections?.onInput((input) => engine.dispatch(input))
  if (connections !== null) engine.setGates('connections', connections.gates())
  const feed = new BarFeed(ports, settings.hours)
  const plans = plansOf(settings, feed, ports.notifier)
  const schedule = new Schedule({
    engine,
    ports,
    plans,
    concurrentMax: settings.concurrentMax,
  })
  schedule.start()
  const activity = countOrders(engine, ports)
  engine.show({
    budgets: () => [...(connections?.budgets() ?? []), ...activity.budgets()],
    bars: () => [...feed.counts.sources].map(([symbol, source]) => ({ symbol, source })),
    limits: () => {
      const view = holdingsView(engine.state, { at: ports.clock.now(), rules: engine.rules })
      return limitsInUse(
        view,
        engine.marks((of) => feed.last(of)),
        engine.rules.limits,
      )
    },
    symbols: () => plans.map((plan) => symbolOf(plan)),
    closedBars: (symbol, size) => feed.known(symbol, size),
    connections: () => connections?.connections() ?? [],
    farms: () => connections?.farms() ?? [],
    rules: () => engine.rules,
  })
  return {
    engine,
    feed,
    stop() {
      leave?.()
      leaveInputs?.()
      activity.stop()
      schedule.stop()
      abort.abort()
    },
  }
}

/** When entries are possible: regular hours, those of the file, no announced restart (5.1). */
function windowOf({ hours, rules, gateway }: Settings): Window {
  const regular = hours === 'all' ? afterFirstMinute : regularHours
  return byMinute(
    (now) =>
      regular(now) ?? whyNoEntryHour(now, rules.limits) ?? restartNear(gateway.restartWindows, now),
  )
}

/** No entry from a minute before a restart on (limits-and-codes.md section 5). */
const BEFORE_RESTART_MS = 60_000

function restartNear(windows: Settings['gateway']['restartWindows'], now: EpochMs): string | null {
  const near = restartWindowAt(windows, (now + BEFORE_RESTART_MS) as EpochMs)
  const within = restartWindowAt(windows, now) ?? near
  return within === null ? null : `a restart is announced, ${within.window.text}`
}

/** Orders of the day against IBKR's limits: gates while they are near, a word before. */
function countOrders(engine: Engine, { clock, notifier }: Ports) {
  let warned = isRatioHigh(engine.state, clock.now())
  engine.setGates('order-activity', orderGates(engine.state, clock.now()))
  const stop = engine.subscribe((event, state) => {
    const now = clock.now()
    if (!ORDER_EVENTS.has(event.type)) return
    engine.setGates('order-activity', orderGates(state, now))
    const isWarned = isRatioHigh(state, now)
    if (isWarned && !warned) {
      const ratio = efficiencyRatio(state, now).toFixed(1)
      const message = `order efficiency ratio ${ratio}; IBKR objects above 20: entries do not walk`
      notifier.notify(notice('order-ratio', message))
    }
    warned = isWarned
  })
  return { stop, budgets: () => orderBudgets(engine.state, clock.now()) }
}

const ORDER_EVENTS: ReadonlySet<Event['type']> = new Set<Event['type']>([
  'OrderIntended',
  'CancelIntended',
  'ReplaceIntended',
  'OrderMoved',
  'OrderFilled',
  'DayOpened',
])

function symbolOf({ underlying, strategies, guards, feed }: CyclePlan): SymbolTraded {
  const { symbol } = underlying
  const sizes = [...strategies, ...guards].map(({ needs }) => needs.size)
  return {
    symbol,
    strategies: strategies.map(({ name }) => name),
    sizes: [...new Set<BarSize>(['1m', ...sizes])],
    last: feed.last(symbol),
  }
}

function plansOf(settings: Settings, feed: BarFeed, notifier: Notifier) {
  return settings.symbols.map(({ underlying, strategies }) => ({
    underlying,
    intervalMs: settings.intervalMs,
    strategies: strategies.map((ref) => strategyOf(ref, settings, notifier)),
    guards: settings.trendExit ? [trendExit] : [],
    selection: settings.selection,
    feed,
  }))
}

function strategyOf(ref: StrategyRef, settings: Settings, notifier: Notifier): Strategy {
  if (typeof ref === 'string') return strategyNamed(ref, settings.strategyRules)
  const own = settings.own.get(ref.file)
  assert(own !== undefined, `${ref.file} is loaded before the bot starts`)
  return adapted(own, (message) => notifier.notify(notice('own-strategy', message)))
}

/**
 * The market is open, or something rests or is held: then the heartbeat is at its fastest (P10).
 */
export function busy(state: State, now: EpochMs): boolean {
  if (sessionAt(now) !== null || state.positions.size > 0) return true
  return liveOrders(state).length > 0
}
