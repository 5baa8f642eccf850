import type { Clock, EpochMs } from '../base/clock.ts'
import { legsOf } from '../domain/contract.ts'
import type { CalendarDate, ConId, Tradable } from '../domain/contract.ts'
import type { BrokerSnapshot } from '../domain/report.ts'
import { IN_FLIGHT_MS, isInFlight } from '../orders/position-differences.ts'
import type { Rules } from '../trading/command.ts'
import { isReconciling } from '../trading/alive.ts'
import { baselineOf } from '../trading/decide-day.ts'
import type { Input } from '../trading/input.ts'
import type { State } from '../trading/state.ts'
import { withDeadline } from './deadline.ts'
import type { Broker, HeldNow } from './ports.ts'
import { snapshotDueAt } from './snapshot-due.ts'
import { ToldPositions } from './told-positions.ts'

export interface ReconcilerOptions {
  readonly clock: Clock
  readonly broker: Pick<Broker, 'snapshot'>
  readonly rules: Rules
  readonly state: () => State
  readonly dispatch: (input: Input) => void
  readonly answered: () => void
}

const ANSWER_MS = 15_000
const RETRY_MS = 2_000
/** A disk that is full may be so for hours. */
const UNSTORED_MS = 10_000

/** Takes the broker's picture: at once on every connection, and later whenever one is due. */
export class Reconciler {
  readonly #of: ReconcilerOptions
  #taking = false
  /** Nothing is known of the broker since the picture under way was begun. */
  #outdated = false
  #requestedAt: EpochMs | null = null
  #reconciledAt: EpochMs | null = null
  /** Something was traded as the picture was taken: from then on what is held can be judged. */
  #judgedFrom: EpochMs | null = null
  readonly #told = new ToldPositions()
  #isDoubted = false
  #notBeforeMs = 0
  #observedOn: CalendarDate | null = null
  #due: { readonly state: State; readonly asked: EpochMs | null; readonly at: EpochMs } | null =
    null

  constructor(of: ReconcilerOptions) {
    this.#of = of
  }

  /**
   * A new connection, or one that stayed and missed something (1101, 1102): nothing that was known
   * of the broker before counts, nor a picture that was begun before.
   */
  linkUp(): void {
    this.#outdated = true
    this.#requestedAt = null
    this.#notBeforeMs = 0
    this.#observedOn = null
    this.tick()
  }

  /** What is known of the broker was so then; null: nothing was compared in this run. */
  get reconciledAt(): EpochMs | null {
    return this.#reconciledAt
  }

  /** By the broker, unasked or as part of a picture. */
  told(held: HeldNow): void {
    this.#told.heard(held, this.#requestedAt === null ? null : this.#of.clock.now())
  }

  /**
   * An exit was not let out, by what was seen to be held: a fill in the moment of a picture may be
   * missing there, and the next picture shows it.
   */
  doubted(): void {
    this.#isDoubted = true
  }

  /** What was told could not be written down, and so was not taken: a picture tells it again. */
  unstored(): void {
    if (this.#requestedAt === null) return
    this.#requestedAt = null
    this.#notBeforeMs = this.#of.clock.monotonicMs() + UNSTORED_MS
  }

  /** When the last picture was asked for lies ahead now: another is due. */
  clockSetBack(): void {
    this.#requestedAt = null
    this.#judgedFrom = null
    this.#observedOn = null
    this.#told.clockSetBack(this.#of.clock.now())
  }

  /** Asks when a picture is due; never two at once. */
  tick(): void {
    const { clock, rules } = this.#of
    const state = this.#of.state()
    if (this.#taking || state.link === 'down' || clock.monotonicMs() < this.#notBeforeMs) return
    const due = this.#dueAt(state, rules)
    const told = this.#told.dueAt(state.positions, this.#requestedAt, clock.now())
    const doubt = this.#isDoubted ? (this.#requestedAt ?? 0) + RETRY_MS : Infinity
    if (Math.min(due, told, doubt, this.#judgedFrom ?? Infinity) > clock.now()) return
    this.#taking = true
    clock.after(0, () => this.#take())
  }

  /** Of a state and a last picture that are still the same it is the same. */
  #dueAt(state: State, rules: Rules): EpochMs {
    const asked = this.#requestedAt
    if (this.#due?.state !== state || this.#due.asked !== asked) {
      this.#due = { state, asked, at: snapshotDueAt(state, asked, rules) }
    }
    return this.#due.at
  }

  async #take(): Promise<void> {
    const { clock, broker } = this.#of
    const { epoch } = this.#of.state()
    const requestedAt = clock.now()
    this.#outdated = false
    this.#isDoubted = false
    const deadline = { clock, ms: ANSWER_MS, of: "the broker's picture of the account" }
    const known = contractsOf(this.#of.state())
    const answer = await withDeadline(deadline, (signal) => broker.snapshot(signal, known))
    this.#taking = false
    const state = this.#of.state()
    const isOver = state.epoch !== epoch || state.link === 'down'
    if (isOver || this.#outdated) return this.tick()
    if (answer.ok && answer.value.epoch === epoch) {
      this.#requestedAt = requestedAt
      this.#of.answered()
      this.#observed(answer.value)
    } else {
      this.#notBeforeMs = clock.monotonicMs() + RETRY_MS
    }
  }

  /** Whether the picture is clean, and so the link up, is for the core to say. */
  #observed(snapshot: BrokerSnapshot): void {
    const { clock, dispatch, state } = this.#of
    const at = clock.now()
    dispatch({ kind: 'snapshot-taken', at, snapshot })
    if (state().link === 'up') this.#reconciledAt = snapshot.requestedAt
    this.#judgedFrom = judgedFrom(snapshot, state(), at)
    this.#observeDay(snapshot, at)
    if (isReconciling(state())) this.#notBeforeMs = clock.monotonicMs() + RETRY_MS
  }

  /**
   * The baseline of the day, once a connection and once a date, as soon as it is reliable; and
   * while entries wait because it was seen otherwise, with every picture.
   */
  #observeDay({ account }: BrokerSnapshot, at: EpochMs): void {
    const baseline = account === null ? null : baselineOf(account)
    const isDoubted = this.#of.state().gates.some(({ gate }) => gate === 'baseline')
    if (baseline === null || (baseline.date === this.#observedOn && !isDoubted)) return
    this.#of.dispatch({ kind: 'day-observed', at, baseline })
    const isTaken = this.#of.state().baseline?.date === baseline.date
    this.#observedOn = isTaken ? baseline.date : null
  }
}

/**
 * Null: all of it was judged. A contract with a fill in flight is not, which matters where somebody
 * else traded it, or where it differs. The soonest is a second later, the latest what a clock that
 * is 5 s off may cost.
 */
function judgedFrom(
  snapshot: BrokerSnapshot,
  { orders, fills, positions }: Pick<State, 'orders' | 'fills' | 'positions'>,
  now: EpochMs,
): EpochMs | null {
  const { requestedAt } = snapshot
  const held = new Map(snapshot.positions.map((each) => [each.contract.conId, each.quantity]))
  const differs = (conId: ConId): boolean =>
    (held.get(conId) ?? 0) !== (positions.get(conId)?.quantity ?? 0)
  const inFlight = [...snapshot.fills, ...fills.values()].filter(
    ({ orderId, contract, at }) =>
      isInFlight(at, requestedAt) &&
      (!orders.has(orderId) || legsOf(contract).some((leg) => differs(leg.contract.conId))),
  )
  if (inFlight.length === 0) return null
  const newest = Math.max(...inFlight.map(({ at }) => at)) + IN_FLIGHT_MS
  const soonest = Math.max(newest - requestedAt, 1_000)
  return (now + Math.min(soonest, 2 * IN_FLIGHT_MS)) as EpochMs
}

/** Of all that a picture may show and the journal knows. */
function contractsOf({ orders, positions, foreignOrders }: State): readonly Tradable[] {
  const all = [...orders.values(), ...positions.values(), ...foreignOrders.values()]
  return [...new Set(all.map(({ contract }) => contract))]
}
