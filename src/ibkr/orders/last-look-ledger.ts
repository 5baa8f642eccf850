import type { Clock } from '../../base/clock.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import { parseIbTime } from '../../domain/ib-time.ts'
import { execIdParts } from '../translate/translate.ts'
import { room } from './last-look-cover.ts'
import { LookHoldings } from './last-look-holdings.ts'
import { comboKey, tiedBy } from './last-look-order.ts'
import type { Framed, Sent } from './last-look-order.ts'

/** A list of open orders proves an absence from so long after the send on (P4). */
const PROOF_MS = 10_000
/** The engine counts from a moment before, when it journaled the order. */
const JOURNALED_MS = 500
/** A change that was not echoed by then came to nothing, or another has taken its place. */
const CHANGE_MS = 5_000
const MINUTE_MS = 60_000
const OVER: ReadonlySet<string> = new Set(['Filled', 'Cancelled', 'ApiCancelled'])

/**
 * What went out and what came back, as the wire itself shows it (P47): nothing of the engine's
 * books. Knight Capital had no such comparison of orders with fills before they left.
 */
export class LookLedger {
  readonly #clock: Clock
  readonly #clientId: number
  readonly #account: string
  readonly #orders = new Map<number, Sent>()
  readonly #executions = new Map<string, { readonly revision: number; readonly units: number }>()
  readonly #holdings: LookHoldings
  /** By reference: a picture tells of everything that is over, and there are many. */
  readonly #idsOf = new Map<string, Set<number>>()
  /** As it was before the frame that went last. */
  readonly #before = new Map<number, Sent | null>()
  #sentAt: number[] = []
  #listedAt = Infinity
  #brokerTime: { readonly wall: number; readonly mono: number; readonly skewMs: number } | null =
    null

  constructor(clock: Clock, of: { readonly clientId: number; readonly account: string }) {
    this.#clock = clock
    this.#clientId = of.clientId
    this.#account = of.account
    this.#holdings = new LookHoldings(clock)
  }

  /**
   * Now as our clock was when the Gateway last told its time, and monotonic since: a wall clock
   * that jumped since then shows as an age that cannot be. Decisions and quotes are stamped by our
   * clock, both off by the same `skewMs`: their difference is an age in broker time. Null: it was
   * never asked.
   */
  now(): number | null {
    if (this.#brokerTime === null) return null
    const { wall, mono } = this.#brokerTime
    return wall + this.#clock.monotonicMs() - mono
  }

  /** The broker's clock less ours, when it was last asked for; null: it was never. */
  skewMs(): number | null {
    return this.#brokerTime?.skewMs ?? null
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

  /** Units that this frame may close. */
  room(frame: Framed): number {
    return room(frame, {
      orders: this.#orders,
      held: (conId) => this.#holdings.of(conId),
      combos: this.#holdings.isSettled(frame.key) ? 0 : Math.max(0, this.#filledOf(frame.key)),
    })
  }

  /** Units opened and not seen closed or cancelled, over everything. */
  outstanding(): number {
    const keys = new Set([...this.#orders.values()].map((order) => order.key))
    return [...keys].reduce((units, key) => units + Math.max(0, this.#flow(key)), 0)
  }

  /** It leaves now; sent again under its id, it is a change. */
  went(
    frame: Framed,
    of: { readonly opens: boolean; readonly worst: number | null; readonly ref: string },
  ): void {
    const at = this.#clock.monotonicMs()
    const before = this.#orders.get(frame.orderId)
    this.#before.set(frame.orderId, before === undefined ? null : { ...before })
    if (before === undefined || before.adopted) this.#sentAt.push(at)
    if (before === undefined) {
      this.#keep(frame.orderId, sentOf(frame, { ...of, at, adopted: false }))
      return
    }
    before.quantity = Math.max(before.quantity, frame.quantity)
    before.asked = frame.quantity
    before.askedAt = at
  }

  /** The frame that the last `went` was about has not left after all. */
  unsent(orderId: number): void {
    const before = this.#before.get(orderId)
    if (before === undefined) return
    this.#before.delete(orderId)
    if (before === null || before.adopted) this.#sentAt.pop()
    if (before === null) this.#orders.delete(orderId)
    else this.#keep(orderId, before)
  }

  #keep(orderId: number, order: Sent): void {
    this.#orders.set(orderId, order)
    const ids = this.#idsOf.get(order.ref)
    if (ids === undefined) this.#idsOf.set(order.ref, new Set([orderId]))
    else ids.add(orderId)
  }

  listed(): void {
    this.#listedAt = this.#clock.monotonicMs()
  }

  positionsAsked(): void {
    this.#holdings.asked(this.#brokerNow())
  }

  heard(response: Response): void {
    switch (response.kind) {
      case 'currentTime': {
        const wall = this.#clock.now()
        // Told in whole seconds: half a second later is the best guess.
        const skewMs = response.time * 1_000 + 500 - wall
        this.#brokerTime = { wall, mono: this.#clock.monotonicMs(), skewMs }
        return
      }
      case 'openOrder':
        return this.#echoed(response)
      case 'orderStatus':
        return this.#stated(response)
      case 'completedOrder':
        for (const id of this.#idsOf.get(response.order.orderRef) ?? []) {
          const order = this.#orders.get(id)
          if (order?.ref === response.order.orderRef) this.#ended(order)
        }
        return
      case 'openOrderEnd':
        return this.#absentOver()
      case 'execDetails':
        return this.#executed(response)
      case 'position':
        // A login may manage several accounts: what another holds covers nothing here.
        if (response.account !== this.#account) return
        return this.#holdings.row(String(response.contract.conId), response.position)
      case 'positionEnd': {
        const askedAt = this.#holdings.told() ?? -Infinity
        for (const order of this.#orders.values()) {
          order.settled ||= order.overAt !== null && order.overAt < askedAt
        }
        return
      }
      default:
    }
  }

  /** Null: it was never asked. */
  #brokerNow(): number | null {
    const now = this.now()
    return now === null ? null : now + (this.skewMs() ?? 0)
  }

  /** An order of ours; of an earlier run it is taken over, for what it may close is on its way. */
  #echoed(response: ResponseOf<'openOrder'>): void {
    const { orderId, order: echo, orderState } = response
    if (echo.clientId !== this.#clientId || echo.whatIf) return
    if (echo.account !== this.#account) return
    const at = this.#clock.monotonicMs()
    const known = this.#orders.get(orderId)
    if (known === undefined) {
      if (orderId <= 0 || OVER.has(orderState.status)) return
      const { parentId, ocaGroup, orderRef: ref } = echo
      const opens = echo.action === 'BUY' && parentId === 0 && ocaGroup === ''
      const order = sentOf(framedFrom(response), { opens, worst: null, ref, at, adopted: true })
      this.#keep(orderId, { ...order, permId: echo.permId ?? 0 })
      return
    }
    known.seenAt = at
    known.permId = echo.permId ?? known.permId
    if (echo.totalQuantity !== known.asked && at - known.askedAt < CHANGE_MS) return
    known.quantity = echo.totalQuantity
    known.asked = echo.totalQuantity
    known.taken = 0
  }

  /** A status carries the client id of whoever cancelled, so the perm id goes first. */
  #stated({ orderId, permId, clientId, status, filled }: ResponseOf<'orderStatus'>): void {
    const named = permId ?? 0
    const byPermId =
      named === 0 ? undefined : [...this.#orders.values()].find((each) => each.permId === named)
    const own = clientId === this.#clientId ? this.#orders.get(orderId) : undefined
    const order = byPermId ?? own
    if (order === undefined) return
    order.told = Math.max(order.told, status === 'Filled' ? order.quantity : filled)
    if (OVER.has(status)) this.#ended(order)
  }

  /** By frames alone: what may have been opened, less what was seen to close. */
  #flow(key: string): number {
    let opened = 0
    let closed = 0
    for (const order of this.#orders.values()) {
      if (order.key !== key) continue
      if (order.opens) opened += order.overAt === null ? order.quantity : order.filled
      else closed += order.filled
    }
    return opened - closed
  }

  #filledOf(key: string): number {
    return [...this.#orders.values()]
      .filter((order) => order.key === key)
      .reduce((units, { opens, filled }) => units + (opens ? filled : -filled), 0)
  }

  #executed(execution: ResponseOf<'execDetails'>): void {
    if (execution.account !== this.#account) return
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
    if (!isCombo) {
      const at = parseIbTime(execution.time)
      this.#holdings.moved(key, { units: moved, isPushed: execution.reqId === PUSHED, at })
    }
    const order =
      execution.clientId === this.#clientId ? this.#orders.get(execution.orderId) : undefined
    // The legs of a combo are executions too; the order fills by its own.
    if (order === undefined || (!isCombo && order.key !== key)) return
    order.filled += more
    if (isCombo) this.#holdings.comboMoved(order.key)
    if (order.group === '') return
    for (const other of this.#orders.values()) {
      if (other.group === order.group && other !== order) other.taken += more
    }
  }

  #ended(order: Sent): void {
    order.overAt ??= this.#clock.monotonicMs()
  }

  /** Not in a list that was asked for long enough after the send: it is not alive. */
  #absentOver(): void {
    for (const order of this.#orders.values()) {
      const age = this.#listedAt - order.at
      if (age >= PROOF_MS - JOURNALED_MS && order.seenAt < this.#listedAt) this.#ended(order)
    }
  }
}

/** An execution that was not asked for. */
const PUSHED = -1

function sentOf(frame: Framed, of: Pick<Sent, 'opens' | 'worst' | 'ref' | 'at' | 'adopted'>): Sent {
  return {
    ...frame,
    ...of,
    permId: 0,
    asked: frame.quantity,
    askedAt: of.at,
    filled: 0,
    told: 0,
    taken: 0,
    seenAt: of.at,
    overAt: null,
    settled: false,
  }
}

function framedFrom({ orderId, contract, order }: ResponseOf<'openOrder'>): Framed {
  const legs = order.comboLegs.map(({ conId, ratio, action }) => ({
    conId: String(conId),
    units: action === 'SELL' ? -ratio : ratio,
  }))
  return {
    orderId,
    parentId: order.parentId,
    key: contract.secType === 'BAG' ? comboKey(legs) : String(contract.conId),
    side: order.action === 'BUY' ? 'BUY' : 'SELL',
    quantity: order.totalQuantity,
    legs,
    group: tiedBy(order.ocaGroup, order.ocaType),
  }
}
