import type { Clock, EpochMs } from '../../base/clock.ts'
import { budget } from '../../engine/budget.ts'
import type { Budget } from '../../engine/budget.ts'
import { allowanceOf, PACING } from './allowance.ts'
import type { Allowance, Pacing } from './allowance.ts'
import { HistoryDesk } from './history-desk.ts'
import { RULES } from './limits.ts'
import { Lines } from './lines.ts'
import { Pacer } from './pacing.ts'
import type { RequestCounters } from '../session/question.ts'

export interface BudgetOptions {
  readonly clock: Clock
  readonly pacing?: Pacing
  readonly requests: RequestCounters
  /** Why entries must wait for a budget; null when they need not any more. */
  readonly blocked: (reason: string | null) => void
}

/** All that IBKR counts of this process, in one place: one for each process. */
export class Budgets {
  readonly allowance: Allowance
  readonly pacer: Pacer
  readonly history: HistoryDesk
  readonly lines: Lines
  readonly #clock: Clock
  readonly #requests: RequestCounters

  constructor({ clock, pacing = PACING, requests, blocked }: BudgetOptions) {
    this.#clock = clock
    this.#requests = requests
    this.allowance = allowanceOf(pacing)
    this.pacer = new Pacer(clock, this.allowance.messagesPerSecond)
    this.history = new HistoryDesk(clock, this.allowance)
    this.lines = new Lines(clock, this.allowance, (scarce) => {
      const { lines } = this.allowance
      blocked(scarce ? `no market-data line is free for an entry, of ${lines}` : null)
    })
  }

  /** Every rule that something of ours can use up, for a person. */
  view(): readonly Budget[] {
    const { allowance, history, lines, pacer } = this
    const inWindow = (of: { readonly freesInMs: number | null }): EpochMs | null =>
      of.freesInMs === null ? null : ((this.#clock.now() + of.freesInMs) as EpochMs)
    const most = allowance.minuteHistoryPerTenMinutes
    const again = allowance.streamsAgainPerTenMinutes
    const [total, minutes, messages] = [
      history.used('total'),
      history.used('minutes'),
      pacer.used(),
    ]
    return [
      budget('P1 messages a second', {
        used: messages.used,
        limit: allowance.messagesPerSecond,
        freesAtMs: inWindow(messages),
      }),
      budget('P2 historical requests open', {
        used: history.streams + history.inFlight,
        limit: allowance.historyOpen,
      }),
      budget('P2 bar streams', { used: history.streams, limit: allowance.streams }),
      budget('P2 history in flight', { used: history.inFlight, limit: allowance.historyInFlight }),
      budget('P5 history in 10 minutes', {
        used: total.used,
        limit: allowance.historyPerTenMinutes,
        freesAtMs: inWindow(total),
      }),
      budget('P5 minute bars in 10 minutes', {
        used: minutes.used,
        // Beyond it only streams are opened, after a lost connection.
        limit: minutes.used > most ? most + again : most,
        freesAtMs: inWindow(minutes),
      }),
      budget('P8 market-data lines', { used: lines.used, limit: allowance.lines }),
      budget('P8 lines of bars', { used: lines.usedFor('bars'), limit: allowance.barLines }),
      budget('P11 account summaries', {
        used: this.#requests.open.accountSummary,
        limit: RULES.P11.ours,
      }),
    ]
  }
}
