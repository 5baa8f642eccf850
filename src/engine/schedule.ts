import type { Cancel } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { CycleOutcome } from '../trading/input.ts'
import { runCycle } from './cycle.ts'
import type { CyclePlan } from './cycle-plan.ts'
import type { CycleTask } from './cycle.ts'
import type { Engine } from './engine.ts'
import { IndexLevels } from './index-levels.ts'
import type { ChainMemory } from './observe.ts'
import type { Judged } from './question.ts'
import type { Ports } from './ports.ts'

export interface ScheduleOptions {
  readonly engine: Engine
  readonly ports: Ports
  readonly plans: readonly CyclePlan[]
  /** Cycles that observe at the same time; the others wait their turn. */
  readonly concurrentMax?: number
}

interface Planned {
  readonly plan: CyclePlan
  readonly judged: Judged
  busy: boolean
}

/** Each needs some of the reserve of market-data lines for its candidates. */
const CONCURRENT_MAX = 4
/** Whoever takes longer to be quoted gives its place to the next, and goes on without one. */
const PLACE_MS_MAX = 3_000
/** A bar repaired later than this is history: it is recorded, not acted on. */
const LATE_MS = 120_000

/** When cycles run: one decision for each closed bar of each symbol, on the interval's grid. */
export class Schedule {
  readonly #of: ScheduleOptions
  readonly #planned: ReadonlyMap<Ticker, Planned>
  readonly #chains: ChainMemory = new Map()
  readonly #indexes: IndexLevels
  readonly #waiting: (() => void)[] = []
  readonly #leave: Cancel[] = []
  #running = 0

  constructor(of: ScheduleOptions) {
    this.#of = of
    this.#indexes = new IndexLevels(of.ports)
    this.#planned = new Map(
      of.plans.map((plan) => [
        plan.underlying.symbol,
        { plan, judged: new Map(), busy: false } satisfies Planned,
      ]),
    )
  }

  /** Follows every symbol and listens; stopped by `stop`. */
  start(): void {
    const { plans } = this.#of
    for (const feed of new Set(plans.map((plan) => plan.feed))) {
      this.#leave.push(feed.onClosed((symbol, bar) => this.#closed(symbol, bar)))
    }
    for (const { feed, underlying, strategies, guards } of plans) {
      for (const { needs } of [...strategies, ...guards]) {
        this.#leave.push(feed.follow(underlying, needs))
      }
    }
  }

  stop(): void {
    for (const leave of this.#leave.splice(0)) leave()
    this.#waiting.length = 0
  }

  #closed(symbol: Ticker, bar: Bar): void {
    const planned = this.#planned.get(symbol)
    if (planned === undefined) return
    const end = barEnd(bar.start, '1m')
    const lateMs = this.#of.ports.clock.now() - end
    const skip = (reason: string): void => this.#skip({ symbol, barStart: bar.start, reason })
    if (lateMs > LATE_MS) return skip(`late bar: closed ${lateMs / 1000} s ago`)
    if (end % planned.plan.intervalMs !== 0) return skip('interval')
    if (planned.busy) return skip('previous cycle still running')
    planned.busy = true
    const { plan, judged } = planned
    this.#enqueue({ plan, bar, judged, chains: this.#chains, indexes: this.#indexes }, planned)
  }

  #enqueue(task: CycleTask, planned: Planned): void {
    const { engine, ports, concurrentMax = CONCURRENT_MAX } = this.#of
    const run = async (): Promise<void> => {
      const leave = this.#place()
      await runCycle(engine, ports, task)
      planned.busy = false
      leave()
    }
    const begin = (): void => {
      this.#running++
      ports.clock.after(0, run)
    }
    if (this.#running < concurrentMax) begin()
    else this.#waiting.push(begin)
  }

  /** One of the places of those that run; a symbol that hangs holds up the others only so long. */
  #place(): Cancel {
    let held = true
    const leave = (): void => {
      if (!held) return
      held = false
      stop()
      this.#running--
      this.#waiting.shift()?.()
    }
    const stop = this.#of.ports.clock.after(PLACE_MS_MAX, leave)
    return leave
  }

  #skip(of: Omit<CycleOutcome, 'kind'>): void {
    const { engine, ports } = this.#of
    const outcome = { ...of, kind: 'skipped' } as const
    engine.dispatch({ kind: 'cycle-ended', at: ports.clock.now(), outcome })
  }
}
