import type { Cancel } from '../../src/base/clock.ts'
import type { ConId } from '../../src/domain/contract.ts'
import { nameOf } from '../../src/domain/contract-key.ts'
import type { GatewayCore } from '../../src/simulator/broker/core.ts'
import type { SimOrder } from '../../src/simulator/broker/state.ts'

/** Promise P30. */
const UNCOVERED_MS_MAX = 5_000
const POLL_MS = 50

/**
 * Looks at the broker's own book, again and again: what is held has working exits for all of it,
 * and not for more. Counted from readiness on, and anew after each.
 */
export class CoverWatch {
  readonly #core: GatewayCore
  readonly #since = new Map<string, number>()
  readonly #stop: Cancel
  #ready = false
  readonly #found: string[] = []
  #longestMs = 0

  constructor(core: GatewayCore) {
    this.#core = core
    const timer = setInterval(() => this.#look(), POLL_MS)
    this.#stop = () => clearInterval(timer)
  }

  /** The bot is ready: from now on it answers for what is held. */
  begin(): void {
    this.#ready = true
  }

  /** It was killed: nobody answers until it is ready again. */
  end(): void {
    this.#ready = false
    this.#since.clear()
  }

  /** What was wrong for too long, since this was last asked. */
  take(): readonly string[] {
    return this.#found.splice(0)
  }

  /** The longest that anything was wrong, milliseconds. */
  get longestMs(): number {
    return this.#longestMs
  }

  close(): void {
    this.#stop()
  }

  #look(): void {
    if (!this.#ready) return
    const now = performance.now()
    const wrong = new Set(
      this.#core.positions().flatMap(({ contract, quantity }) => {
        const { conId } = contract
        const name = nameOf(contract)
        const cover = coverOf(this.#core.openOrders(), conId)
        if (quantity < 0) return [`${name}: short ${-quantity}`]
        if (cover.exits < quantity) return [`${name}: exits for ${cover.exits} of ${quantity}`]
        const most = quantity + cover.entering
        return cover.exits > most ? [`${name}: exits for ${cover.exits}, at most ${most} held`] : []
      }),
    )
    for (const each of this.#since.keys()) if (!wrong.has(each)) this.#since.delete(each)
    for (const each of wrong) {
      const since = this.#since.get(each) ?? now
      this.#since.set(each, since)
      this.#longestMs = Math.max(this.#longestMs, now - since)
      if (now - since > UNCOVERED_MS_MAX && !this.#found.includes(each)) this.#found.push(each)
    }
  }
}

/** Of one OCA group only one side can fill, so its largest counts. */
function coverOf(orders: readonly SimOrder[], conId: ConId): { exits: number; entering: number } {
  const groups = new Map<string, number>()
  let entering = 0
  for (const order of orders) {
    const { contract, side, staged, status, whyHeld, quantity, filled } = order
    if (contract.kind !== 'option' || contract.conId !== conId || staged) continue
    const left = quantity - filled
    if (side === 'BUY') entering += left
    const works = status === 'Submitted' || status === 'PreSubmitted'
    if (side === 'BUY' || !works || whyHeld.includes('child')) continue
    const group = order.ocaGroup === '' ? `order ${order.orderId}` : order.ocaGroup
    groups.set(group, Math.max(groups.get(group) ?? 0, left))
  }
  return { exits: [...groups.values()].reduce((sum, of) => sum + of, 0), entering }
}
