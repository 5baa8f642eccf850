import { VirtualClock } from '../../base/clock.ts'
import type { EpochMs } from '../../base/clock.ts'
import { money, price } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { encodeRequest } from '../../wire/requests.ts'
import { executionOf, orderOf, WIRE_OPTION } from '../gateway.testing.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { orderToWire } from '../translate/translate-order.ts'
import { lastLook } from './last-look.ts'
import type { Intent } from './intent.ts'
import { ocaTypeOf } from './intent.ts'
import { LookLedger } from './last-look-ledger.ts'
import type { LookLimits } from './last-look-limits.ts'

export const CLIENT = 30
export const start = 1_767_970_000_000 as EpochMs
export const LIMITS: LookLimits = {
  quantityMax: 5,
  notionalMax: money(2_000),
  outstandingMax: 12,
  ordersPerMinuteMax: 6,
  childrenMax: 2,
  quoteAgeMsMax: 3_000,
}

interface Sent {
  readonly parentId_?: number
  readonly whatIf_?: true
}

/** The last look alone, with a ledger that was told the time. */
export class Look {
  readonly clock = new VirtualClock({ start, speed: null, settled: () => true })
  readonly ledger = new LookLedger(this.clock, { clientId: CLIENT, account: 'DU1' })
  epoch: number | null = 1
  readonly #guard

  constructor(limits: Partial<LookLimits> = {}) {
    this.#guard = lastLook({
      mode: 'paper',
      account: 'DU1',
      readLatch: () => null,
      look: { ledger: this.ledger, limits: { ...LIMITS, ...limits }, epoch: () => this.epoch },
    })
    this.ledger.heard({ kind: 'currentTime', time: start / 1_000 })
  }

  sends(orderId: number, changes: Partial<Order> & Sent = {}) {
    const { parentId_: parentId = 0, whatIf_: whatIf = false, ...terms } = changes
    const now = this.clock.now()
    const far = price(2)
    const fence = { epoch: 1, at: now, quoteAt: now, far }
    const order = orderOf(`o-${orderId}`, { fence, ...terms })
    const intent: Intent = {
      orderId,
      parentId,
      conId: order.contract.kind === 'combo' ? 0 : order.contract.conId,
      ...(order.contract.kind === 'combo' && {
        legs: order.contract.legs.map(({ contract: { conId }, ratio, side }) => {
          return { conId, ratio, side }
        }),
      }),
      symbol: order.contract.symbol,
      side: order.side,
      quantity: order.quantity,
      terms: order.terms,
      timeInForce: order.timeInForce,
      ocaGroup: order.oca?.name ?? '',
      ocaType: ocaTypeOf(order.oca),
      orderRef: order.id,
      transmit: true,
      entry: order.role === 'entry' && !whatIf,
      ...(whatIf && { whatIf }),
      ...(order.fence && { fence: { ...order.fence, worst: order.worst ?? null } }),
    }
    const wire = orderToWire(order, { account: 'DU1', parentId, transmit: true })
    const request = {
      kind: 'placeOrder',
      orderId,
      contract: contractToWire(order.contract),
      order: { ...wire, whatIf },
    } as const
    const frame = encodeRequest(request, 193)
    if (!frame.ok) throw new Error(frame.error.detail)
    return this.#guard(frame.value, intent)
  }

  closes(orderId: number, quantity: number) {
    return this.sends(orderId, { role: 'close', side: 'SELL', quantity })
  }

  asksPositions(): void {
    this.ledger.positionsAsked()
  }

  holds(position: number, account = 'DU1'): void {
    this.row(position, account)
    this.ledger.heard({ kind: 'positionEnd' })
  }

  row(position: number, account: string): void {
    const contract = WIRE_OPTION
    this.ledger.heard({ kind: 'position', account, contract, position, avgCost: 1 })
  }

  /** `reqId`: of the question that it answers; -1: it was not asked for. */
  fills(
    ...[orderId, shares, execId, side = 'BOT', reqId = -1]: [
      number,
      number,
      string,
      string?,
      number?,
    ]
  ): void {
    const contract = WIRE_OPTION
    this.ledger.heard(
      executionOf(orderId, { account: 'DU1', shares, execId, side, reqId, contract }),
    )
  }
}
