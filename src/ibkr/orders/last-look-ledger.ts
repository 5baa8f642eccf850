import type { Clock } from '../../base/clock.ts'
import type { Response } from '../../wire/responses.ts'
import { execIdParts } from '../translate/translate.ts'

/** One order frame as it stands on the wire, read by the last look's own field map. */
export interface Framed {
  readonly orderId: number
  readonly parentId: number
  /** What it is of: the contract id, of a combo its legs. */
  readonly key: string
  readonly side: 'BUY' | 'SELL'
  readonly quantity: number
  /** Of a combo. */
  readonly legs: readonly { readonly conId: string; readonly units: number }[]
}

interface Sent extends Framed {
  readonly opens: boolean
  readonly at: number // monotonic
  /** The price that its limit never passes, in dollars; null: it has none. */
  readonly worst: number | null
  filled: number
  seenAt: number
  over: boolean
}

/** A list of open orders proves an absence from so long after the send on (P4). */
const PROOF_MS = 10_000
const MINUTE_MS = 60_000
const OVER: ReadonlySet<string> = new Set(['Filled', 'Cancelled', 'ApiCancelled'])

/**
 * What went out and what came back, as the wire itself shows it (P47): nothing of the engine's
 * books. Knight Capital had no such comparison of orders with fills before they left.
 */
export class LookLedger {
  readonly #clock: Clock
  readonly #clientId: number
  readonly #orders = new Map<number, Sent>()
  readonly #executions = new Map<string, { readonly revision: number; readonly units: number }>()
  /** By contract id, as positions were told last and executions have changed them since. */
  #held = new Map<string, number>()
  #rows = new Map<string, number>()
  #sentAt: number[] = []
  #listedAt = Infinity
  #brokerTime: { readonly wall: number; readonly mono: number } | null = null

  constructor(clock: Clock, clientId: number) {
    this.#clock = clock
    this.#clientId = clientId
  }

  /**
   * Now by the clock that the Gateway was last asked for, and monotonic since: a wall clock that
   * jumped since then shows as an age that cannot be. Null: it was never asked.
   */
  now(): number | null {
    if (this.#brokerTime === null) return null
    const { wall, mono } = this.#brokerTime
    return wall + this.#clock.monotonicMs() - mono
  }

  order(orderId: number): Sent | undefined {
    return this.#orders.get(orderId)
  }

  /** Frames of new orders in the last minute. */
  sentLately(): number {
    const from = this.#clock.monotonicMs() - MINUTE_MS
    this.#sentAt = this.#sentAt.filter((at) => at > from)
    return this.#sentAt.length
  }

  children(parentId: number): number {
    return [...this.#orders.values()].filter((order) => order.parentId === parentId).length
  }

  /** Units that may be sold: held, or bought by an order of ours. */
  covered({ key, legs }: Pick<Framed, 'key' | 'legs'>): number {
    if (legs.length === 0) return Math.max(this.#held.get(key) ?? 0, this.#flow(key))
    const whole = legs.map(({ conId, units }) => (this.#held.get(conId) ?? 0) / units)
    return Math.max(this.#flow(key), Math.floor(Math.min(...whole)))
  }

  /** Units that may be bought back. */
  short(key: string): number {
    return Math.max(0, -(this.#held.get(key) ?? 0))
  }

  /** Units opened and not seen closed or cancelled, over everything. */
  outstanding(): number {
    const keys = new Set([...this.#orders.values()].map((order) => order.key))
    return [...keys].reduce((units, key) => units + Math.max(0, this.#flow(key)), 0)
  }

  /** It leaves now; sent again under its id, it is a change. */
  went(frame: Framed, of: { readonly opens: boolean; readonly worst: number | null }): void {
    const at = this.#clock.monotonicMs()
    const before = this.#orders.get(frame.orderId)
    if (before !== undefined) {
      const quantity = Math.max(before.quantity, frame.quantity)
      this.#orders.set(frame.orderId, { ...before, quantity })
      return
    }
    this.#sentAt.push(at)
    this.#orders.set(frame.orderId, {
      ...frame,
      ...of,
      at,
      filled: 0,
      seenAt: at,
      over: false,
    })
  }

  listed(): void {
    this.#listedAt = this.#clock.monotonicMs()
  }

  heard(response: Response): void {
    switch (response.kind) {
      case 'currentTime':
        this.#brokerTime = { wall: this.#clock.now(), mono: this.#clock.monotonicMs() }
        return
      case 'openOrder': {
        const order = this.#orders.get(response.orderId)
        if (order !== undefined && response.order.clientId === this.#clientId) {
          order.seenAt = this.#clock.monotonicMs()
        }
        return
      }
      case 'orderStatus': {
        const order = this.#orders.get(response.orderId)
        if (order === undefined || response.clientId !== this.#clientId) return
        order.over ||= OVER.has(response.status)
        return
      }
      case 'openOrderEnd':
        return this.#absentOver()
      case 'execDetails':
        return this.#executed(response)
      case 'position':
        if (response.position !== 0) {
          this.#rows.set(String(response.contract.conId), response.position)
        }
        return
      case 'positionEnd':
        return this.#told()
      default:
    }
  }

  /** By frames alone: what may have been opened, less what was seen to close. */
  #flow(key: string): number {
    let opened = 0
    let closed = 0
    for (const order of this.#orders.values()) {
      if (order.key !== key) continue
      if (order.opens) opened += order.over ? order.filled : order.quantity
      else closed += order.filled
    }
    return opened - closed
  }

  #executed(execution: Extract<Response, { kind: 'execDetails' }>): void {
    const { base, revision } = execIdParts(execution.execId)
    const before = this.#executions.get(base)
    if (before !== undefined && before.revision >= revision) return
    // Signed: a correction may also say that it was on the other side.
    const units = execution.side === 'BOT' ? execution.shares : -execution.shares
    this.#executions.set(base, { revision, units })
    const moved = units - (before?.units ?? 0)
    const more = Math.abs(units) - Math.abs(before?.units ?? 0)
    const key = String(execution.contract.conId)
    const isCombo = execution.contract.secType === 'BAG'
    if (!isCombo) this.#held.set(key, (this.#held.get(key) ?? 0) + moved)
    const order =
      execution.clientId === this.#clientId ? this.#orders.get(execution.orderId) : undefined
    // The legs of a combo are executions too; the order fills by its own.
    if (order !== undefined && (isCombo || order.key === key)) order.filled += more
  }

  #told(): void {
    this.#held = this.#rows
    this.#rows = new Map()
  }

  /** Not in a list that was asked for long enough after the send: it is not alive. */
  #absentOver(): void {
    for (const order of this.#orders.values()) {
      const proven = this.#listedAt - order.at >= PROOF_MS && order.seenAt < this.#listedAt
      if (proven) order.over = true
    }
  }
}
