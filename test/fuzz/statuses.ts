import type { EpochMs } from '../../src/base/clock.ts'
import type { Prng } from '../../src/base/prng.ts'
import { price } from '../../src/domain/money.ts'
import type { ExecId, Fill } from '../../src/domain/fill.ts'
import type { Order, OrderEvidence, ProvenStatus, TrackedOrder } from '../../src/domain/order.ts'
import { now, order, stopLoss } from '../../src/orders/fixtures.testing.ts'
import { statusAfter } from '../../src/orders/lifecycle.ts'
import { evolve } from '../../src/trading/evolve.ts'
import type { Event } from '../../src/trading/event.ts'
import { initialState } from '../../src/trading/state.ts'
import type { State } from '../../src/trading/state.ts'
import { counted, edgeOf } from './edges.ts'
import type { Counts } from './edges.ts'
import { beyondIntent, brokenBy } from './laws.ts'

const STEPS_MAX = 24
const PROVEN: readonly ProvenStatus[] = ['filled', 'cancelled', 'rejected', 'expired']
const EMPTY = initialState('demo', 'DU1')

/** One order and everything a broker, a link and a clock may say about it, in any sequence. */
export class OneOrder {
  readonly #prng: Prng
  readonly #walked: Counts
  readonly #table: typeof statusAfter
  readonly #intended: number
  readonly #id: Order['id']
  #state: State
  #at = now
  /** By a book of its own: base of the execution, its latest revision and quantity. */
  readonly #fills = new Map<string, { readonly revision: number; readonly quantity: number }>()

  /** `table`: another one than ours, to see that the laws notice. */
  constructor(prng: Prng, walked: Counts, table: typeof statusAfter = statusAfter) {
    this.#table = table
    this.#prng = prng
    this.#walked = walked
    const one = prng.chance(0.3) ? stopLoss() : order()
    this.#intended = prng.int(1, 9)
    const timeInForce = prng.chance(0.5) ? 'DAY' : 'GTC'
    this.#id = one.id
    this.#state = evolve(
      EMPTY,
      { type: 'OrderIntended', order: { ...plain(one), quantity: this.#intended, timeInForce } },
      now,
    )
  }

  /** What went wrong, or null. */
  run(): string | null {
    const steps = this.#prng.int(4, STEPS_MAX)
    for (let step = 0; step < steps; step++) {
      this.#at = (this.#at + this.#prng.int(1, 20_000)) as EpochMs
      const broken = this.#prng.chance(0.25) ? this.#fill() : this.#say(this.#evidence())
      if (broken !== null) return broken
    }
    return null
  }

  get #order(): TrackedOrder {
    const found = this.#state.orders.get(this.#id)
    if (found === undefined) throw new Error('the order is gone')
    return found
  }

  #record(event: Event): void {
    this.#state = evolve(this.#state, event, this.#at)
  }

  /** As the core does it: by the table, then into the fold. */
  #say(evidence: OrderEvidence, before = this.#order): string | null {
    const to = this.#table(before, evidence)
    const { status: from } = before
    counted(this.#walked, edgeOf(from, evidence, to))
    this.#record({ type: 'OrderMoved', orderId: before.id, from, to, evidence })
    if (evidence.kind === 'parent-missing' && to === 'sending') {
      this.#record({ type: 'ChildResent', orderId: before.id })
    }
    return brokenBy({ before, evidence, to }) ?? beyondIntent(this.#order, this.#intended)
  }

  /** New, told again, or corrected; never more than was ordered, as at a broker. */
  #fill(): string | null {
    const known = [...this.#fills]
    const told = known[this.#prng.int(0, Math.max(0, known.length - 1))]
    const before = this.#order
    if (before.status === 'intent') return null
    let [execId, revision, quantity] = [`x${known.length}`, 1, 0]
    if (told !== undefined && this.#prng.chance(0.4)) {
      const [base, last] = told
      const isNew = this.#prng.chance(0.5)
      execId = base
      revision = isNew ? last.revision + 1 : this.#prng.int(1, last.revision)
      quantity = isNew ? this.#prng.int(0, last.quantity) : this.#prng.int(1, 9)
      if (isNew) this.#fills.set(base, { revision, quantity })
    } else {
      const left = this.#intended - this.#total
      if (left <= 0) return null
      quantity = this.#prng.int(1, left)
      this.#fills.set(execId, { revision, quantity })
    }
    const fill: Fill = {
      execId: execId as ExecId,
      revision,
      orderId: before.id,
      contract: before.contract,
      side: before.side,
      quantity,
      price: price(2),
      at: this.#at,
      synthetic: false,
    }
    this.#record({ type: 'OrderFilled', fill })
    const { filled } = this.#order
    if (filled !== this.#total) return `${filled} units are counted, ${this.#total} were filled`
    return this.#say({ kind: 'fills-changed', filled }, before)
  }

  get #total(): number {
    let total = 0
    for (const { quantity } of this.#fills.values()) total += quantity
    return total
  }

  #evidence(): OrderEvidence {
    const prng = this.#prng
    switch (prng.int(0, 15)) {
      case 0:
        return prng.chance(0.1) ? { kind: 'denied', reason: '' } : { kind: 'handed-over' }
      case 1:
      case 2:
        return { kind: 'handed-over' }
      case 3:
        return { kind: 'reported', as: 'staged' }
      case 4:
        return { kind: 'reported', as: 'acked' }
      case 5:
        return { kind: 'reported', as: prng.chance(0.7) ? 'held' : 'cancel-pending' }
      case 6:
      case 7:
        return { kind: 'reported', as: 'working' }
      case 8:
        return { kind: 'cancel-requested' }
      case 9:
        return this.#replace()
      case 10:
        return { kind: 'cancel-reported' }
      case 11:
        return { kind: 'cancel-refused', hint: 'Filled' }
      case 12:
        return prng.chance(0.5)
          ? { kind: 'reject-reported', vendorCode: 201, reason: '' }
          : { kind: 'parent-missing' }
      case 13:
        return prng.chance(0.5)
          ? { kind: 'warned', vendorCode: 399, message: '' }
          : { kind: 'inactive' }
      case 14:
        return { kind: 'outcome-lost', reason: '' }
      default:
        return this.#proof()
    }
  }

  /** Never more than was meant: what the core asks for. */
  #replace(): OrderEvidence {
    const { terms } = this.#order
    const quantity = this.#prng.int(Math.max(1, this.#order.filled), this.#intended)
    return { kind: 'replace-requested', change: { orderId: this.#id, quantity, terms } }
  }

  #proof(): OrderEvidence {
    const prng = this.#prng
    const status = PROVEN[prng.int(0, PROVEN.length - 1)] ?? 'filled'
    switch (prng.int(0, 4)) {
      case 0:
        return { kind: 'proven', status, by: 'completed-order' }
      case 1:
        return { kind: 'proven', status: 'rejected', by: 'absent-everywhere' }
      case 2:
        return { kind: 'proven', status: 'cancelled', by: 'quarantine-over' }
      case 3:
        return { kind: 'proven', status: 'expired', by: 'session-end' }
      default:
        return { kind: 'proven', status: 'filled', by: 'fills' }
    }
  }
}

function plain(of: TrackedOrder): Order {
  const { id, structureId, parentId, oca, role, contract, side, quantity, terms, timeInForce } = of
  return { id, structureId, parentId, oca, role, contract, side, quantity, terms, timeInForce }
}
