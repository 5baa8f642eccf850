import type { Prng } from '../../src/base/prng.ts'
import type { ExecId, Fill } from '../../src/domain/fill.ts'
import { price } from '../../src/domain/money.ts'
import type { ClientOrderId, OrderEvidence, TrackedOrder } from '../../src/domain/order.ts'
import { isTerminal, mayStillFill } from '../../src/orders/lifecycle.ts'
import { brokerOrder, ready, request, Story } from '../../src/trading/play.testing.ts'
import type { State } from '../../src/trading/state.ts'
import { counted, edgeOf } from './edges.ts'
import type { Counts } from './edges.ts'
import { brokenBy } from './laws.ts'

const STEPS_MAX = 20
const BEGUN = ready().state

/** A broker, a link, an operator and a clock that do what they like, before the whole core. */
export class WholeCore {
  readonly #prng: Prng
  readonly #walked: Counts
  readonly #story = new Story()
  readonly #fills = new Map<ExecId, Fill>()
  #judged = 0

  constructor(prng: Prng, walked: Counts) {
    this.#prng = prng
    this.#walked = walked
    this.#story.state = BEGUN
  }

  /** What went wrong, or null. */
  run(): string | null {
    const story = this.#story
    const steps = this.#prng.int(6, STEPS_MAX)
    story.happens({ kind: 'entry-proposed', request: request() })
    for (let step = 0; step < steps; step++) {
      story.after(this.#prng.int(1, this.#prng.chance(0.1) ? 30_000 : 900))
      this.#happening()
      const broken = this.#judge()
      if (broken !== null) return broken
    }
    return null
  }

  #happening(): void {
    const prng = this.#prng
    const story = this.#story
    const orders = [...story.state.orders.values()]
    const one = orders[prng.int(0, Math.max(0, orders.length - 1))]
    switch (prng.int(0, 13)) {
      case 0:
        story.handedOver()
        return
      case 1:
      case 2:
        story.handedOver().accepted()
        return
      case 3:
      case 4:
      case 5:
        if (one !== undefined) story.reported(one.id, this.#evidence())
        return
      case 6:
      case 7:
        if (one !== undefined) this.#fill(one)
        return
      case 8: {
        const up = prng.chance(0.5)
        const epoch = story.state.epoch + (up ? 1 : 0)
        story.happens({ kind: 'link-changed', link: up ? 'reconciling' : 'down', epoch })
        return
      }
      case 9:
        if (prng.chance(0.3)) story.begins()
        return
      case 10: {
        const kind = (['reduce', 'halt', 'kill'] as const)[prng.int(0, 2)] ?? 'halt'
        if (prng.chance(0.3))
          story.happens({ kind: 'operator-commanded', by: 'me', command: { kind } })
        return
      }
      case 11:
        this.#picture()
        return
      default:
        story.ticks(prng.chance(0.3) ? null : prng.int(30, 50) / 20)
    }
  }

  #evidence(): OrderEvidence {
    const of: readonly OrderEvidence[] = [
      { kind: 'reported', as: 'acked' },
      { kind: 'reported', as: 'held' },
      { kind: 'reported', as: 'working' },
      { kind: 'reported', as: 'staged' },
      { kind: 'inactive' },
      { kind: 'cancel-reported' },
      { kind: 'cancel-refused', hint: 'Filled' },
      { kind: 'reject-reported', vendorCode: 201, reason: 'no' },
      { kind: 'parent-missing' },
      { kind: 'warned', vendorCode: 399, message: 'later' },
      { kind: 'denied', reason: 'link' },
      { kind: 'outcome-lost', reason: 'silence' },
    ]
    return of[this.#prng.int(0, of.length - 1)] ?? { kind: 'handed-over' }
  }

  /** What a broker could send: new, or again, or corrected to less. */
  #fill(order: TrackedOrder): void {
    const prng = this.#prng
    const mine = [...this.#fills.values()].filter(({ orderId }) => orderId === order.id)
    const known = mine[prng.int(0, Math.max(0, mine.length - 1))]
    if (known !== undefined && prng.chance(0.4)) {
      const isNew = prng.chance(0.3)
      const quantity = isNew ? prng.int(0, known.quantity) : known.quantity
      return this.#tell({ ...known, quantity, revision: known.revision + (isNew ? 1 : 0) })
    }
    const { structures } = this.#story.state
    const held = order.structureId === null ? 0 : (structures.get(order.structureId)?.quantity ?? 0)
    const left = mayStillFill(order)
    const most = order.role === 'entry' ? left : Math.min(left, held)
    if (order.status === 'intent' || most <= 0) return
    this.#tell({
      execId: `x${this.#fills.size}` as ExecId,
      revision: 1,
      orderId: order.id,
      contract: order.contract,
      side: order.side,
      quantity: prng.int(1, most),
      price: price(2),
      at: this.#story.at,
      synthetic: false,
    })
  }

  #tell(fill: Fill): void {
    const last = this.#fills.get(fill.execId)
    if (last === undefined || last.revision < fill.revision) this.#fills.set(fill.execId, fill)
    this.#story.happens({ kind: 'order-reported', report: { kind: 'filled', fill } })
  }

  /** Of all that is open; an order that nobody mentions is proven to be nowhere. */
  #picture(): void {
    const prng = this.#prng
    const { state } = this.#story
    const alive = [...state.orders.values()].filter(({ status }) => !isTerminal(status))
    const seen = alive.filter(() => prng.chance(0.8))
    this.#story.snapshot({
      openOrders: seen.filter(() => prng.chance(0.8)).map((each) => brokerOrder(each)),
      completedOrders: seen
        .filter(() => prng.chance(0.2))
        .map((each) => {
          return brokerOrder(each, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
        }),
      fills: [...this.#fills.values()],
    })
  }

  /** What was journaled since the last look, and what came of it. */
  #judge(): string | null {
    const { journal, state } = this.#story
    for (const { event } of journal.slice(this.#judged)) {
      if (event.type !== 'OrderMoved') continue
      const before = state.orders.get(event.orderId)
      if (before === undefined) return `${event.orderId} moved and is not known`
      const { from, to, evidence } = event
      counted(this.#walked, edgeOf(from, evidence, to))
      const broken = brokenBy({ before: { ...before, status: from }, evidence, to })
      if (broken !== null) return broken
    }
    this.#judged = journal.length
    return this.#miscounted(state) ?? exposed(state)
  }

  /** By a book of its own: each execution once, in its last revision. */
  #miscounted(state: State): string | null {
    const totals = new Map<ClientOrderId, number>()
    for (const { orderId, quantity } of this.#fills.values()) {
      totals.set(orderId, (totals.get(orderId) ?? 0) + quantity)
    }
    for (const { id, filled } of state.orders.values()) {
      const total = totals.get(id) ?? 0
      if (filled !== total) return `${id}: ${filled} units are counted, ${total} were filled`
    }
    return null
  }
}

/** What is held and what may yet be opened is never more than what was approved. */
function exposed(state: State): string | null {
  for (const { id, quantity } of state.structures.values()) {
    const orders = [...state.orders.values()].filter(({ structureId }) => structureId === id)
    const entries = orders.filter(({ role }) => role === 'entry')
    const opening = entries.reduce((sum, order) => sum + mayStillFill(order), 0)
    const bought = entries.reduce((sum, order) => sum + order.filled, 0)
    const intended = entries.reduce((sum, order) => sum + order.quantity, 0)
    if (opening + bought > intended) return `${id}: ${opening + bought} of ${intended} intended`
    if (quantity > bought) return `${id} holds ${quantity}, ${bought} were bought`
  }
  return null
}
