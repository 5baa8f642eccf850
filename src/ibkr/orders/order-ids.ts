import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { Fault, OrderIdStore } from '../../engine/ports.ts'
import { FIRST_REQUEST_ID } from '../session/question.ts'

/** Ids are made durable in blocks, so that most orders wait for no disk. */
const BLOCK = 30

/**
 * Order ids of one client id: they only grow, also when the Gateway's floor goes back after its
 * restart (P26). An id is used only after a mark above it is durable; only a way out goes on where
 * the disk takes none (P7). Then the Gateway's floor is all that keeps the next run from it, and
 * orders are known by their reference.
 */
export class OrderIds {
  readonly #store: OrderIdStore
  readonly #clientId: number
  #highest: number // used, reserved by an earlier run, or seen at the broker
  #reserved: number

  constructor(store: OrderIdStore, clientId: number) {
    this.#store = store
    this.#clientId = clientId
    this.#reserved = store.load(clientId)
    this.#highest = this.#reserved
  }

  /** One of ours, in an openOrder or an execution. */
  saw(orderId: number): void {
    this.#highest = Math.max(this.#highest, orderId)
  }

  /** The first of `count` ids in a row; `floor` is the nextValidId of this connection. */
  take(floor: number, count: number, isWayOut = false): Result<number, Fault> {
    const first = Math.max(floor, this.#highest + 1)
    const last = first + count - 1
    if (last >= FIRST_REQUEST_ID) return fail(fault('refused', `order id ${last} is no order id`))
    const objection = last > this.#reserved ? this.#reserve(last) : null
    if (objection !== null && !isWayOut) {
      return fail(fault('storage', `order ids are not durable: ${objection}`))
    }
    this.#highest = last
    return ok(first)
  }

  /** Why the disk did not take it; null: it did. */
  #reserve(last: number): string | null {
    const upTo = Math.min(last + BLOCK, FIRST_REQUEST_ID - 1)
    try {
      this.#store.reserve(this.#clientId, upTo)
    } catch (error) {
      return String(error)
    }
    this.#reserved = upTo
    return null
  }
}

function fault(code: Fault['code'], detail: string): Fault {
  return { code, retry: 'never', detail, vendorCode: null }
}
