import type { Clock } from '../../base/clock.ts'
import type { StockContract } from '../../domain/contract.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { Connection } from '../session/connection.ts'
import type { Intent } from './intent.ts'
import { contractToWire } from '../translate/translate-contract.ts'

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
  readonly contract: StockContract
}

/**
 * Asks what buying one share at the market would do: the one proof that the Gateway takes orders of
 * the API. A market order, because it has no price that a preset could object to.
 */
export class WhatIf {
  readonly #clock: Clock
  readonly #open = new Map<number, (answer: WhatIfAnswer) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ask(connection: Connection, asked: WhatIfAsked): Promise<WhatIfAnswer> {
    return new Promise((resolve) => {
      const settle = (answer: WhatIfAnswer): void => {
        stop()
        this.#open.delete(asked.orderId)
        resolve(answer)
      }
      const stop = this.#clock.after(ANSWER_MS_MAX, () => {
        settle({ kind: 'unanswered', detail: `no answer came within ${ANSWER_MS_MAX / 1000} s` })
      })
      this.#open.set(asked.orderId, settle)
      const sent = connection.sendOrders(3, [{ request: orderOf(asked), intent: intentOf(asked) }])
      if (!sent.ok) settle({ kind: 'unanswered', detail: sent.error.detail })
    })
  }

  /** True: it was about a question of ours, and no order. */
  heard(response: Response): boolean {
    switch (response.kind) {
      case 'openOrder': {
        if (!response.order.whatIf) return false
        this.#open.get(response.orderId)?.({ kind: 'accepted' })
        return true
      }
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
}

function orderOf({ account, orderId, contract }: WhatIfAsked): RequestOf<'placeOrder'> {
  return {
    kind: 'placeOrder',
    orderId,
    contract: contractToWire(contract),
    order: {
      ...untouchedOrder,
      action: 'BUY',
      totalQuantity: 1,
      orderType: 'MKT',
      tif: 'DAY',
      account,
      orderRef: REFERENCE,
      transmit: true, // 413 otherwise
      whatIf: true,
    },
  }
}

function intentOf({ orderId, contract }: WhatIfAsked): Intent {
  return {
    orderId,
    parentId: 0,
    conId: contract.conId,
    symbol: contract.symbol,
    side: 'BUY',
    quantity: 1,
    terms: { type: 'MKT' },
    timeInForce: 'DAY',
    ocaGroup: '',
    ocaType: 0,
    orderRef: REFERENCE,
    transmit: true,
    entry: false,
    whatIf: true,
  }
}

const REFERENCE = 'doctor what-if'
