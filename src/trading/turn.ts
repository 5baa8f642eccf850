import { assert } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import { notice, type AlertLevel, type AlertName } from '../domain/alert.ts'
import type { ClientOrderId, OrderEvidence, TrackedOrder } from '../domain/order.ts'
import { statusAfter } from '../orders/lifecycle.ts'
import type { Command, Decision, Rules } from './command.ts'
import type { Event } from './event.ts'
import { evolve } from './evolve.ts'
import type { State } from './state.ts'

/** One turn being decided: what it recorded so far already counts for what it decides next. */
export interface Turn {
  readonly at: EpochMs
  readonly rules: Rules
  readonly state: State
  record(event: Event): void
  send(command: Command): void
  /** At the level of the catalogue, unless the caller knows better. */
  notify(alert: AlertName, message: string, level?: AlertLevel): void
  /** Unique over runs: the start of the run, the seq the turn began at, the place in the turn. */
  readonly nextId: () => ClientOrderId
}

export function openTurn(
  state: State,
  at: EpochMs,
  rules: Rules,
): Turn & { readonly decision: Decision } {
  return new OpenTurn(state, at, rules)
}

/** A class, because an object with getters takes ten times as long to make, once every beat. */
class OpenTurn implements Turn {
  readonly at: EpochMs
  readonly rules: Rules
  readonly nextId: () => ClientOrderId
  readonly #began: number
  readonly #events: Event[] = []
  readonly #commands: Command[] = []
  #state: State
  #ids = 0

  constructor(state: State, at: EpochMs, rules: Rules) {
    this.at = at
    this.rules = rules
    this.#state = state
    this.#began = state.seq
    this.nextId = () => this.#newId()
  }

  get state(): State {
    return this.#state
  }

  get decision(): Decision {
    return { events: this.#events, commands: this.#commands }
  }

  record(event: Event): void {
    this.#events.push(event)
    this.#state = evolve(this.#state, event, this.at)
  }

  send(command: Command): void {
    this.#commands.push(command)
  }

  notify(alert: AlertName, message: string, level?: AlertLevel): void {
    this.#commands.push(notice(alert, message, level === undefined ? {} : { level }))
  }

  #newId(): ClientOrderId {
    const { runStartedAt } = this.#state
    assert(runStartedAt !== null, 'a run has begun before there is an order')
    this.#ids += 1
    return `${runStartedAt.toString(36)}-${this.#began}.${this.#ids}` as ClientOrderId
  }
}

/** Evidence that changes no status but says something a person will ask about. */
const worthKeeping: ReadonlySet<OrderEvidence['kind']> = new Set([
  'parent-missing',
  'warned',
  'reject-reported',
  'cancel-refused',
])

/** Applies evidence by the table; what means nothing in this status leaves no row. */
export function moved(turn: Turn, order: TrackedOrder, evidence: OrderEvidence): boolean {
  const to = statusAfter(order, evidence)
  if (to === order.status && !worthKeeping.has(evidence.kind)) return false
  turn.record({ type: 'OrderMoved', orderId: order.id, from: order.status, to, evidence })
  return to !== order.status
}
