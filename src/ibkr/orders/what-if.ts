import type { Clock } from '../../base/clock.ts'
import type { Side, Tradable } from '../../domain/contract.ts'
import type { ClientOrderId, Order, OrderTerms } from '../../domain/order.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Connection } from '../session/connection.ts'
import { orderEvidence } from '../session/error-codes.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { orderRefusal, orderToWire } from '../translate/translate-order.ts'
import { intentOf } from './intent.ts'
import type { Intent } from './intent.ts'

/** client-library.md section 6. */
const ANSWER_MS_MAX = 8_000
/** An answer with margins may follow one without (ib_insync #380); so long it is waited for. */
const UNSET_MS_MAX = 1_000
/** Ids that are remembered: what is said of a question later is not said of an order. */
const PAST_KEPT = 1_000

/** What the Gateway said to an order that was only asked about. */
export type WhatIfAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  /** Not sent, or not answered: why. */
  | { readonly kind: 'unanswered'; readonly detail: string }

/** As it came; an acceptance with what it says of margins. */
export type WhatIfReply =
  | { readonly kind: 'accepted'; readonly state: OrderState }
  | Exclude<WhatIfAnswer, { kind: 'accepted' }>

export interface WhatIfAsked {
  readonly account: string
  readonly orderId: number
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly terms: OrderTerms
  readonly reference: string
  /** `acceptance`: that it is taken at all. */
  readonly wants: 'acceptance' | 'margins'
}

/** The smallest question there is, at the market: no price that a preset could object to. */
export const ONE_SHARE = {
  side: 'BUY',
  quantity: 1,
  terms: { type: 'MKT' },
  reference: 'doctor what-if',
  wants: 'acceptance',
} as const

type OrderState = ResponseOf<'openOrder'>['orderState']

interface Open {
  readonly wants: WhatIfAsked['wants']
  readonly settle: (reply: WhatIfReply) => void
  /** Came without margins, and may come again. */
  readonly unset: (state: OrderState) => void
}

/**
 * Asks what an order would do. Each question takes an order id of its own, which means nothing ever
 * after, and ends once: by its answer, its deadline or the end of the connection. It has no breaker
 * and sets no gate: who gets no answer does not enter, and asks again with the next signal. That
 * questions stay unanswered is a matter of the diagnosis (`OrderWatch`).
 */
export class WhatIf {
  readonly #clock: Clock
  readonly #open = new Map<number, Open>()
  readonly #past = new Set<number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ask(connection: Connection, asked: WhatIfAsked): Promise<WhatIfReply> {
    const { orderId, wants } = asked
    const order = orderOf(asked)
    const refusal = orderRefusal(order)
    if (refusal !== null) return Promise.resolve({ kind: 'unanswered', detail: refusal })
    return new Promise((resolve) => {
      const within = (ms: number, reply: WhatIfReply) => this.#clock.after(ms, () => settle(reply))
      let stop = within(ANSWER_MS_MAX, NO_ANSWER)
      const settle = (reply: WhatIfReply): void => {
        stop()
        this.#open.delete(orderId)
        resolve(reply)
      }
      const unset = (state: OrderState): void => {
        stop()
        stop = within(UNSET_MS_MAX, { kind: 'accepted', state })
      }
      this.#open.set(orderId, { wants, settle, unset })
      this.#remember(orderId)
      const failed = (detail: string): void => settle({ kind: 'unanswered', detail })
      const sent = connection.sendInTurn(3, frameOf(order, asked), {
        intent: questionOf(order, asked),
        aged: (fault) => failed(fault.detail),
      })
      if (!sent.ok) failed(sent.error.detail)
    })
  }

  /** The connection is over: nothing will be answered on it. */
  endAll(detail: string): void {
    for (const { settle } of this.#open.values()) settle({ kind: 'unanswered', detail })
  }

  /** True: it was about a question of ours, and no order. */
  heard(response: Response): boolean {
    switch (response.kind) {
      case 'openOrder':
        return response.order.whatIf ? this.#answered(response) : this.#echoed(response.orderId)
      case 'orderStatus':
        return this.#echoed(response.orderId)
      case 'error':
        return this.#refused(response)
      default:
        return false
    }
  }

  #answered({ orderId, orderState }: ResponseOf<'openOrder'>): true {
    const open = this.#open.get(orderId)
    const isUnset = orderState.initMarginAfter === null || orderState.equityWithLoanAfter === null
    if (open?.wants === 'margins' && isUnset) open.unset(orderState)
    else open?.settle({ kind: 'accepted', state: orderState })
    return true
  }

  #refused({ id, code, text }: ResponseOf<'error'>): boolean {
    // A warning comes beside the answer (limits-and-codes.md, 6.4).
    if (orderEvidence(code, text, 'new').kind !== 'warned') {
      this.#open.get(id)?.settle({ kind: 'refused', code, text })
    }
    return this.#past.has(id)
  }

  /**
   * As if it were alive: no answer, and no order of ours (F54). Should it live after all, the
   * broker's picture shows it, as one that nobody intended. A status beside an answer, which is
   * what F54 does, comes after it.
   */
  #echoed(orderId: number): boolean {
    this.#open.get(orderId)?.settle({ kind: 'unanswered', detail: 'it was echoed as an order' })
    return this.#past.has(orderId)
  }

  #remember(orderId: number): void {
    this.#past.add(orderId)
    const [oldest] = this.#past
    if (this.#past.size > PAST_KEPT && oldest !== undefined) this.#past.delete(oldest)
  }
}

const NO_ANSWER: WhatIfReply = {
  kind: 'unanswered',
  detail: `no answer came within ${ANSWER_MS_MAX / 1000} s`,
}

/** As the entry itself would be, so that the answer is about that. */
function orderOf({ contract, side, quantity, terms, reference }: WhatIfAsked): Order {
  return {
    id: reference as ClientOrderId,
    structureId: null,
    parentId: null,
    oca: null,
    role: 'entry',
    contract,
    side,
    quantity,
    terms,
    timeInForce: 'DAY',
  }
}

function frameOf(order: Order, { account, orderId }: WhatIfAsked): RequestOf<'placeOrder'> {
  return {
    kind: 'placeOrder',
    orderId,
    contract: contractToWire(order.contract),
    // Without transmit it would be refused (413).
    order: { ...orderToWire(order, { account, parentId: 0, transmit: true }), whatIf: true },
  }
}

function questionOf(order: Order, { orderId }: WhatIfAsked): Intent {
  const intent = intentOf(order, orderId, { parentId: 0, transmit: true })
  return { ...intent, entry: false, whatIf: true }
}
