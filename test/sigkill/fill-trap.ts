import { nameOf } from '../../src/domain/contract-key.ts'
import type { GatewayCore } from '../../src/simulator/broker/core.ts'
import type { CoreEvent, SimExecution, SimOrder } from '../../src/simulator/broker/state.ts'
import { orderKey } from '../../src/simulator/broker/state.ts'

/** Springs in the middle of the broker's own turn: an entry was filled, its exits are not told. */
export class FillTrap {
  readonly #core: GatewayCore
  /** Orders that the broker has said anything about. */
  readonly #told = new Set<string>()
  #spring: ((what: string) => void) | null = null

  constructor(core: GatewayCore) {
    this.#core = core
    core.subscribe((event) => this.#hear(event))
  }

  /** Runs `kill` within the event, and says what had been filled. */
  arm(kill: () => void): Promise<string> {
    return new Promise((resolve) => {
      this.#spring = (what) => {
        this.#spring = null
        kill()
        resolve(what)
      }
    })
  }

  disarm(): void {
    this.#spring = null
  }

  #hear(event: CoreEvent): void {
    if (event.kind === 'open-order' || event.kind === 'order-status') {
      this.#told.add(orderKey(event.order.clientId, event.order.orderId))
    }
    if (event.kind !== 'execution') return
    const exits = this.#exitsOf(event.execution)
    const silent = exits.every((each) => !this.#told.has(orderKey(each.clientId, each.orderId)))
    if (exits.length === 0 || !silent) return
    const { side, quantity, contract } = event.execution
    this.#spring?.(`${side} ${quantity} ${nameOf(contract)}`)
  }

  #exitsOf({ clientId, orderId }: SimExecution): readonly SimOrder[] {
    return this.#core
      .openOrders()
      .filter((each) => each.clientId === clientId && each.parentId === orderId)
  }
}
