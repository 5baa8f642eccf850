import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Observed } from '../engine/latency.ts'
import { requestVerdict } from '../ibkr/session/error-codes.ts'
import type { Notice } from '../ibkr/session/link.ts'
import { Distribution } from '../validation/distribution.ts'
import type { Tally } from '../validation/tally.ts'
import type { Bot } from './bot.ts'
import type { Gauge } from './validate-process.ts'

const LOOK_MS = 1_000
const POINT_MS = 60_000
/** After something was broken: by then the newest bar is one of the time after it. */
const AFTER_MS = 90_000
/** Delayed data, and data that another login has. */
const DELAYED: ReadonlySet<number> = new Set([10090, 10167, 10197])
const SKIPPED = 'interval'

export interface Watching {
  readonly clock: Clock
  readonly bot: Bot
  readonly symbols: readonly Ticker[]
  /** Something is broken on purpose, at this moment. */
  readonly isBroken: () => boolean
  readonly gauge: Gauge
}

/** Hears both ends of a run, looks at it every second, and counts. */
export class Watch {
  readonly tally: Tally
  /** When a connection came up. */
  readonly linkUps: EpochMs[] = []
  /** Decisions on the grid. */
  cycles: number
  readonly #newest = new Map<Ticker, EpochMs>()
  /** Those that are open. */
  readonly #incidents = new Set<string>()
  #minute = new Distribution()
  #minuteCycles = 0
  #brokenUntil = -Infinity

  /** What a process before this one counted is counted on. */
  constructor(tally: Tally, cycles = 0) {
    this.tally = tally
    this.cycles = cycles
  }

  observed({ kind, ms, outcome }: Observed, at: EpochMs): void {
    if (outcome === 'timeout') {
      this.tally.remark('timeouts', { at, text: `${kind} was not answered` })
    }
    if (outcome !== 'answered') return
    this.#minute.add(ms)
    if (at >= this.#brokenUntil) this.tally.answeredAfter(kind, ms)
  }

  notice(notice: Notice, at: EpochMs): void {
    if (notice.kind === 'link-up') this.linkUps.push(at)
    if (notice.kind === 'defect') this.tally.remark('defects', { at, text: String(notice.error) })
  }

  /** An error message of a Gateway that counts its limits out of our sight. */
  told(code: number, text: string, at: EpochMs): void {
    const verdict = requestVerdict(code, text)
    const fault = verdict.kind === 'fault' ? verdict.fault.code : null
    if (code === 100 || fault === 'paced') {
      this.tally.remark('violations', { at, text: `${code} ${text}` })
    }
    if (fault === 'no-permission' || DELAYED.has(code)) {
      this.tally.remark('noRights', { at, text: `${code} ${text}` })
    }
  }

  /** From now on, until the returned function is called. */
  attach(of: Watching): Cancel {
    const { clock, bot, gauge } = of
    const leave = [
      () => gauge.close(),
      bot.feed.onClosed((symbol, bar) => {
        // A repaired gap is told after what is newer.
        const end = Math.max(barEnd(bar.start, '1m'), this.#newest.get(symbol) ?? 0)
        this.#newest.set(symbol, end as EpochMs)
      }),
      bot.engine.subscribe((event) => {
        if (event.type === 'IncidentOpened') this.#incidents.add(event.incident.id)
        if (event.type === 'IncidentEnded') this.#incidents.delete(event.incident.id)
        if (event.type === 'CycleEnded' && event.outcome.reason !== SKIPPED) {
          this.cycles++
          this.#minuteCycles++
        }
      }),
      every(clock, LOOK_MS, () => this.#look(of)),
      every(clock, POINT_MS, () => this.#point(of)),
    ]
    return () => {
      for (const each of leave) each()
    }
  }

  /** Ages count where there is a bar to be had, and nothing is or was just broken. */
  #look({ clock, symbols, isBroken }: Watching): void {
    const now = clock.now()
    if (isBroken() || this.#incidents.size > 0) this.#brokenUntil = now + AFTER_MS
    const session = sessionAt(now)
    if (session === null || now < this.#brokenUntil) return
    for (const symbol of symbols) {
      const newest = this.#newest.get(symbol)
      // The first one after the open closes a minute later.
      const from = newest === undefined ? null : Math.max(newest, session.open)
      if (from !== null) this.tally.ages.add(now - from)
    }
  }

  #point({ clock, bot, gauge }: Watching): void {
    const used = bot.engine.view().gauges().budgets()
    const most = used.reduce(
      (top, { rule, used: count, limit }) => {
        const budget = limit > 0 ? count / limit : 0
        return budget > top.budget ? { budget, budgetRule: rule } : top
      },
      { budget: 0, budgetRule: 'none' },
    )
    const latencyMs = this.#minute.quantile(0.95)
    const cycles = this.#minuteCycles
    this.tally.sampled({ at: clock.now(), latencyMs, ...most, ...gauge.look(), cycles })
    this.#minute = new Distribution()
    this.#minuteCycles = 0
  }
}

export function every(clock: Clock, ms: number, action: () => void): Cancel {
  let cancel: Cancel = () => undefined
  const turn = (): void => {
    cancel = clock.after(ms, turn)
    action()
  }
  cancel = clock.after(ms, turn)
  return () => cancel()
}
