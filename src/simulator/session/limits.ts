/**
 * IBKR's limits as the Gateway counts them; ids P1 to P13 are those of the protocol documentation.
 * The bot's pacing has its own table, on purpose: a mistake in one of the two shows in the other.
 */
export interface GatewayLimits {
  /** P1: frames of one connection in any second; half of the market-data lines. */
  readonly messagesPerSecond: number
  /** P1: violations that end the connection. */
  readonly strikes: number
  /** P2: historical requests and streams open at a time, of all connections together. */
  readonly historyOpen: number
  /** P3: the same request for small bars again, milliseconds. */
  readonly historyIdenticalMs: number
  /** P4: requests for small bars of one contract, exchange and tick type in any two seconds. */
  readonly historyBurst: number
  /** P5: weight of requests for small bars in any ten minutes. */
  readonly historyTotal: number
  /** P8: market-data lines open at a time, of all connections together. */
  readonly lines: number
  /** P11: account summaries open at a time on one connection. */
  readonly summaries: number
  /** P12: connections past startApi. */
  readonly clients: number
  /** P13: working orders of one contract and side. */
  readonly activeOrders: number
}

export const GATEWAY_LIMITS: GatewayLimits = {
  messagesPerSecond: 50, // TWS API, "Pacing Limitations": 100 lines / 2
  strikes: 3,
  historyOpen: 50, // TWS API, "Historical Data Limitations"
  historyIdenticalMs: 15_000,
  historyBurst: 5, // "six or more ... within two seconds" is the violation
  historyTotal: 60,
  lines: 100, // TWS API, "Market Data Lines": the least that every user has
  summaries: 2,
  clients: 32,
  activeOrders: 20, // TWS API, "Order Limitations"
}

const SECOND = 1_000
const BURST_WINDOW_MS = 2 * SECOND
const TOTAL_WINDOW_MS = 600 * SECOND

interface Counted {
  readonly key: string
  readonly at: number
  readonly weight: number
}

/** Weights per key over the window (t - w, t]. Moments are monotonic milliseconds. */
export class SlidingSum {
  readonly #windowMs: number
  readonly #sums = new Map<string, number>()
  #counted: Counted[] = []

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  sum(key: string, at: number): number {
    this.#expire(at)
    return this.#sums.get(key) ?? 0
  }

  add(counted: Counted): void {
    this.#expire(counted.at)
    this.#counted.push(counted)
    this.#sums.set(counted.key, (this.#sums.get(counted.key) ?? 0) + counted.weight)
  }

  /** When the oldest that still counts stops counting; `at` when nothing counts. */
  firstExpiry(at: number): number {
    this.#expire(at)
    const oldest = this.#counted[0]
    return oldest === undefined ? at : oldest.at + this.#windowMs
  }

  /** On a clock that shows `shiftMs` more. */
  clone(shiftMs: number): SlidingSum {
    const copy = new SlidingSum(this.#windowMs)
    for (const each of this.#counted) copy.add({ ...each, at: each.at + shiftMs })
    return copy
  }

  #expire(at: number): void {
    let gone = 0
    for (const { key, at: then, weight } of this.#counted) {
      if (then > at - this.#windowMs) break
      gone++
      const left = (this.#sums.get(key) ?? 0) - weight
      if (left > 0) this.#sums.set(key, left)
      else this.#sums.delete(key)
    }
    if (gone > 0) this.#counted = this.#counted.slice(gone)
  }
}

/** P1 of one connection. A refused frame counts as well. */
export class MessageRate {
  readonly #limits: GatewayLimits
  readonly #window = new SlidingSum(SECOND)
  #strikes = 0

  constructor(limits: GatewayLimits) {
    this.#limits = limits
  }

  take(at: number): 'fits' | 'over' | 'last-strike' {
    this.#window.add({ key: '', at, weight: 1 })
    if (this.#window.sum('', at) <= this.#limits.messagesPerSecond) return 'fits'
    this.#strikes++
    return this.#strikes < this.#limits.strikes ? 'over' : 'last-strike'
  }

  /** With `+PACEAPI`: how long a frame that is here at `at` is held back, in milliseconds. */
  holdMs(at: number): number {
    if (this.#window.sum('', at) < this.#limits.messagesPerSecond) return 0
    return this.#window.firstExpiry(at) - at
  }
}

/** One request that P3, P4 and P5 look at. */
export interface SmallBarsRequest {
  /** All that makes two requests identical. */
  readonly identity: string
  /** Contract, exchange and tick type. */
  readonly tape: string
  /** 2 for BID_ASK, else 1. */
  readonly weight: 1 | 2
}

/** P2 to P5 and P8: counted over all connections of the login. */
export class LoginLimits {
  readonly limits: GatewayLimits
  #identical: SlidingSum
  #burst = new SlidingSum(BURST_WINDOW_MS)
  #total = new SlidingSum(TOTAL_WINDOW_MS)
  readonly #historyOpen = new Set<string>()
  readonly #lines = new Set<string>()

  constructor(limits: GatewayLimits) {
    this.limits = limits
    this.#identical = new SlidingSum(limits.historyIdenticalMs)
  }

  /** What was counted goes along, what is open does not: the connections stay behind. */
  clone(shiftMs: number): LoginLimits {
    const copy = new LoginLimits(this.limits)
    copy.#identical = this.#identical.clone(shiftMs)
    copy.#burst = this.#burst.clone(shiftMs)
    copy.#total = this.#total.clone(shiftMs)
    return copy
  }

  /** P3, P4, P5. A refused request is not counted (assumed). */
  admitSmallBars(request: SmallBarsRequest, at: number): boolean {
    const { identity, tape, weight } = request
    const fits =
      this.#identical.sum(identity, at) < 1 &&
      this.#burst.sum(tape, at) < this.limits.historyBurst &&
      this.#total.sum('', at) + weight <= this.limits.historyTotal
    if (!fits) return false
    this.#identical.add({ key: identity, at, weight: 1 })
    this.#burst.add({ key: tape, at, weight: 1 })
    this.#total.add({ key: '', at, weight })
    return true
  }

  /** P5 alone: real-time bars share the ten-minute budget. */
  admitRealTimeBars(at: number): boolean {
    if (this.#total.sum('', at) >= this.limits.historyTotal) return false
    this.#total.add({ key: '', at, weight: 1 })
    return true
  }

  /** What P5 still admits. */
  smallBarsLeft(at: number): number {
    return this.limits.historyTotal - this.#total.sum('', at)
  }

  /** P2. `owner` names the connection and its request. */
  openHistory(owner: string): boolean {
    return open(this.#historyOpen, owner, this.limits.historyOpen)
  }

  closeHistory(owner: string): void {
    this.#historyOpen.delete(owner)
  }

  /** P8. */
  openLine(owner: string): boolean {
    return open(this.#lines, owner, this.limits.lines)
  }

  closeLine(owner: string): void {
    this.#lines.delete(owner)
  }

  get linesFree(): number {
    return this.limits.lines - this.#lines.size
  }
}

function open(set: Set<string>, owner: string, limit: number): boolean {
  if (!set.has(owner) && set.size >= limit) return false
  set.add(owner)
  return true
}
