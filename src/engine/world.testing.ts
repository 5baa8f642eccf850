import { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { money } from '../domain/money.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import { MemoryBarStore } from '../history/memory.ts'
import { MemoryJournal, MemoryLatch } from '../journal/memory.ts'
import type { SelectionRules } from '../selection/rules.ts'
import { SimulatedGateway } from '../simulator/gateway.ts'
import type { Guard, Strategy } from '../strategy/strategy.ts'
import type { Command } from '../trading/command.ts'
import type { Event } from '../trading/event.ts'
import type { Run } from '../trading/input.ts'
import { BarFeed } from './bar-feed.ts'
import { Engine } from './engine.ts'
import { rules } from './fixtures.testing.ts'
import type { Ports } from './ports.ts'
import { Schedule } from './schedule.ts'
import { at, SPY } from './scripted-bars.testing.ts'

export const run: Run = {
  mode: 'simulation',
  accountId: 'DU1234567',
  version: '0.0.0',
  configHash: 'test',
}

export const selection: SelectionRules = {
  structure: { kind: 'long-option' },
  expiry: { kind: 'weekly' },
  sameDayExpiry: false,
  allowDelayed: false,
  strike: { kind: 'offset', steps: 0 },
  spreadPctMax: 0.1,
  volumeMin: 0,
  openInterestMin: 0,
  candidates: 3,
}

export const generous = {
  ...rules,
  limits: { ...rules.limits, riskPerTradePct: 0.05, orderCostMax: money(20_000) },
}

type Notice = Extract<Command, { kind: 'notify' }>

export interface WorldOptions {
  readonly start?: string
  readonly seed?: number
  readonly strategies?: readonly Strategy[]
  readonly guards?: readonly Guard[]
  readonly intervalMs?: 60_000 | 180_000 | 600_000
  readonly symbols?: readonly UnderlyingKey[]
  readonly concurrentMax?: number
  /** Stands between the engine and one of its ports. */
  readonly wrap?: (ports: Ports) => Partial<Ports>
}

interface Bot {
  readonly engine: Engine
  readonly schedule: Schedule
  readonly feed: BarFeed
}

/** The whole bot in one process over the simulated Gateway: everything is real but the socket. */
export class World {
  readonly clock: VirtualClock
  readonly gateway: SimulatedGateway
  readonly latch = new MemoryLatch()
  readonly notices: Notice[] = []
  journal = new MemoryJournal()
  ports: Ports
  readonly #of: WorldOptions
  #epoch = 0
  #running: { readonly bot: Bot; readonly stop: AbortController } | null = null

  constructor(of: WorldOptions = {}) {
    this.#of = of
    const start = at(of.start ?? '10:00')
    this.clock = new VirtualClock({ start, settled: () => true, speed: null })
    this.gateway = new SimulatedGateway({ clock: this.clock, seed: of.seed ?? 7 })
    this.ports = this.#connect()
  }

  start(): Bot {
    const {
      strategies = [],
      guards = [],
      intervalMs = 60_000,
      symbols = [SPY],
      concurrentMax,
    } = this.#of
    const stop = new AbortController()
    const engine = Engine.start(this.ports, { rules: generous, run }, stop.signal)
    const feed = new BarFeed(this.ports)
    const plans = symbols.map((underlying) => {
      return { underlying, intervalMs, strategies, guards, selection, feed }
    })
    const schedule = new Schedule({
      engine,
      ports: this.ports,
      plans,
      ...(concurrentMax !== undefined && { concurrentMax }),
    })
    schedule.start()
    const bot = { engine, schedule, feed }
    this.#running = { bot, stop }
    return bot
  }

  /** The process is gone; what it journaled, and what rests at the broker, is left. */
  crash(): void {
    this.#running?.bot.schedule.stop()
    this.#running?.stop.abort()
    this.#running = null
  }

  /** Another process on what the last one left, over a connection of its own. */
  restart(): Bot {
    this.crash()
    this.journal = new MemoryJournal(this.journal.read())
    this.ports = this.#connect()
    return this.start()
  }

  #connect(): Ports {
    const direct = this.gateway.direct({ epoch: ++this.#epoch })
    const ports: Ports = {
      clock: this.clock,
      broker: direct,
      marketData: direct,
      barStore: new MemoryBarStore(),
      journal: this.journal,
      latch: this.latch,
      notifier: { notify: (notice) => this.notices.push(notice) },
    }
    return { ...ports, ...this.#of.wrap?.(ports) }
  }

  run(ms: number): Promise<void> {
    return this.clock.runUntil((this.clock.now() + ms) as EpochMs)
  }

  events<T extends Event['type']>(type: T): readonly Extract<Event, { type: T }>[] {
    return this.journal
      .read()
      .flatMap(({ event }) => (event.type === type ? [event as Extract<Event, { type: T }>] : []))
  }

  /** `kind: reason` of every decision, oldest first. */
  decisions(): readonly string[] {
    return this.events('CycleEnded').map(({ outcome }) => `${outcome.kind}: ${outcome.reason}`)
  }
}

/** Wants to enter on the bar that begins at this time, and to leave on the other. */
export function strategyAt(enter: string, leave: string | null = null): Strategy {
  return {
    name: 'timed',
    needs: { size: '1m', count: 30 },
    evaluate: ({ bars, held }) => {
      const last = bars.at(-1)?.start
      if (last === at(enter)) {
        return { kind: 'enter', outlook: 'rise', confidence: 0.9, reason: `it is ${enter}` }
      }
      if (leave !== null && last === at(leave)) return { kind: 'exit', reason: `it is ${leave}` }
      return { kind: 'hold', reason: `holding ${held.length}` }
    },
  }
}
