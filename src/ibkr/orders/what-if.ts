import type { Clock } from '../../base/clock.ts'
import type { OptionContract, Side, StockContract } from '../../domain/contract.ts'
import type { OrderTerms } from '../../domain/order.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Connection } from '../session/connection.ts'
import type { Intent } from './intent.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { termsToWire } from '../translate/translate-order.ts'

/** client-library.md section 6. */
const ANSWER_MS_MAX = 8_000

/** What the Gateway said to an order that was only asked about. */
export type WhatIfAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  /** Not sent, or not answered: why. */
  | { readonly kind: 'unanswered'; readonly detail: string }

export interface WhatIfAsked {
  readonly account: string
  readonly orderId: number
  readonly contract: StockContract | OptionContract
  readonly side: Side
  readonly quantity: number
  readonly terms: OrderTerms
  readonly reference: string
}

/** The smallest question there is, at the market: no price that a preset could object to. */
export const ONE_SHARE = {
  side: 'BUY',
  quantity: 1,
  terms: { type: 'MKT' },
  reference: 'doctor what-if',
} as const

/** As it came; an acceptance with what it says of margins. */
export type WhatIfReply =
  | {
      readonly kind: 'accepted'
      readonly state: ResponseOf<'openOrder'>['orderState']
    }
  | Exclude<WhatIfAnswer, { kind: 'accepted' }>

/** Asks what an order would do. Its id is used up, and means nothing ever after. */
export class WhatIf {
  readonly #clock: Clock
  readonly #open = new Map<number, (answer: WhatIfReply) => void>()
  readonly #asked = new Set<number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ask(connection: Connection, asked: WhatIfAsked): Promise<WhatIfReply> {
    return new Promise((resolve) => {
      const settle = (answer: WhatIfReply): void => {
        stop()
        this.#open.delete(asked.orderId)
        resolve(answer)
      }
      const stop = this.#clock.after(ANSWER_MS_MAX, () => {
        settle({ kind: 'unanswered', detail: `no answer came within ${ANSWER_MS_MAX / 1000} s` })
      })
      this.#open.set(asked.orderId, settle)
      this.#asked.add(asked.orderId)
      const sent = connection.sendOrders(3, [{ request: orderOf(asked), intent: intentOf(asked) }])
      if (!sent.ok) settle({ kind: 'unanswered', detail: sent.error.detail })
    })
  }

  /** True: it was about a question of ours, and no order. */
  heard(response: Response): boolean {
    switch (response.kind) {
      case 'openOrder': {
        if (!response.order.whatIf) return this.#echoed(response.orderId)
        this.#open.get(response.orderId)?.({ kind: 'accepted', state: response.orderState })
        return true
      }
      case 'orderStatus':
        return this.#echoed(response.orderId)
      case 'error': {
        const settle = this.#open.get(response.id)
        // A warning comes beside the answer: the order lives (limits-and-codes.md, 6.4).
        if (settle === undefined || response.code === 399) return settle !== undefined
        settle({ kind: 'refused', code: response.code, text: response.text })
        return true
      }
      default:
        return false
    }
  }

  /**
   * As if it were alive: no answer, and no order of ours (F54). Should it live after all, the
   * broker's picture shows it, as one that nobody intended.
   */
  #echoed(orderId: number): boolean {
    if (!this.#asked.has(orderId)) return false
    this.#open.get(orderId)?.({ kind: 'unanswered', detail: 'it was echoed as an order' })
    return true
  }
}

function orderOf(asked: WhatIfAsked): RequestOf<'placeOrder'> {
  const { account, orderId, contract, side, quantity, terms, reference } = asked
  return {
    kind: 'placeOrder',
    orderId,
    contract: contractToWire(contract),
    order: {
      ...untouchedOrder,
      ...termsToWire(terms),
      action: side,
      totalQuantity: quantity,
      tif: 'DAY',
      account,
      orderRef: reference,
      transmit: true, // 413 otherwise
      whatIf: true,
    },
  }
}

function intentOf({ orderId, contract, side, quantity, terms, reference }: WhatIfAsked): Intent {
  return {
    orderId,
    parentId: 0,
    conId: contract.conId,
    symbol: contract.symbol,
    side,
    quantity,
    terms,
    timeInForce: 'DAY',
    ocaGroup: '',
    orderRef: reference,
    transmit: true,
    entry: false,
    whatIf: true,
  }
}
