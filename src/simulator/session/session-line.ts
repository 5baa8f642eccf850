import type { Cancel, EpochMs } from '../../base/clock.ts'
import { tickAt } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import { UNWATCHED } from '../market/market.ts'
import type { MarketQuote } from '../market/market.ts'
import type { Client } from './session-client.ts'
import type { Listable } from './session-contract.ts'
import { changingTicks, startingTicks } from './session-generic-ticks.ts'
import { Greeks } from './session-greeks.ts'
import { DELAYED_TICKS, isComplete, LIVE_TICKS, notBefore, quoteTicks } from './session-ticks.ts'

/** protocol.md, section 12.11: a snapshot that still lacks something ends anyway. */
const SNAPSHOT_MS = 11_000
/** How old delayed data is: 15 minutes at US exchanges. */
const DELAY_MS = 15 * 60_000

export interface LineRequest {
  readonly reqId: number
  readonly contract: Listable
  readonly genericTicks: ReadonlySet<number>
  readonly snapshot: boolean
  readonly delayed: boolean
}

/** One market-data line: first all there is to say, then what changes; a snapshot ends with 57. */
export class Line {
  readonly #client: Client
  readonly #of: LineRequest
  readonly #ended: () => void
  #greeks: Greeks | null
  readonly #numbers
  #said: MarketQuote | null = null
  #next: Cancel = () => undefined
  #deadline: Cancel = () => undefined

  constructor(client: Client, of: LineRequest, ended: () => void) {
    this.#client = client
    this.#of = of
    this.#ended = ended
    this.#numbers = of.delayed ? DELAYED_TICKS : LIVE_TICKS
    this.#greeks = this.#newGreeks()
  }

  get contract(): Listable {
    return this.#of.contract
  }

  get symbol(): string {
    return this.#of.contract.symbol
  }

  start(): void {
    const { reqId, contract, genericTicks, snapshot, delayed } = this.#of
    const { house } = this.#client
    this.#client.send({ kind: 'marketDataType', reqId, type: delayed ? 3 : 1 })
    this.#client.send({
      kind: 'tickReqParams',
      reqId,
      minTick: contract.kind === 'index' ? 0.01 : amountOf(tickAt(contract, 0 as Price)),
      bboExchange: contract.kind === 'index' ? '' : '9c0001',
      snapshotPermissions: 3,
    })
    if (snapshot) this.#deadline = this.#client.after(SNAPSHOT_MS, () => this.#end())
    const at = this.#moment()
    for (const tick of startingTicks({ reqId, contract, at }, genericTicks, house)) {
      this.#client.send(tick)
    }
    this.#speak()
  }

  /** Says everything once more: what was said meanwhile has not arrived. */
  refresh(): void {
    this.#next()
    this.#said = null
    this.#greeks = this.#newGreeks()
    this.#speak()
  }

  stop(): void {
    this.#next()
    this.#deadline()
  }

  #speak(): void {
    const { reqId, contract, genericTicks, snapshot } = this.#of
    const at = this.#moment()
    const quote = this.#quote(at)
    if (quote !== null) {
      const change = { before: this.#said, now: quote }
      const ticks = [
        ...quoteTicks(reqId, change, this.#numbers),
        ...changingTicks({ reqId, contract }, genericTicks, change),
        ...(this.#greeks?.due(quote, at) ?? []),
      ]
      for (const tick of ticks) this.#client.send(tick)
      this.#said = quote
      if (snapshot && isComplete(quote, contract.kind) && (this.#greeks?.isComplete ?? true)) {
        return this.#end()
      }
    }
    const change = this.#client.house.market.nextChange(contract.conId, at)
    if (change === null) return
    const due = notBefore(change, at, contract.kind) + this.#lagMs
    this.#next = this.#client.at(due as EpochMs, () => this.#speak())
  }

  #newGreeks(): Greeks | null {
    const { reqId, contract } = this.#of
    return contract.kind === 'option' ? new Greeks(contract, reqId, this.#numbers) : null
  }

  #end(): void {
    this.stop()
    this.#client.send({ kind: 'tickSnapshotEnd', reqId: this.#of.reqId })
    this.#ended()
  }

  get #lagMs(): number {
    return this.#of.delayed ? DELAY_MS : 0
  }

  /** The moment whose market this line shows. */
  #moment(): EpochMs {
    return (this.#client.house.clock.now() - this.#lagMs) as EpochMs
  }

  #quote(at: EpochMs): MarketQuote | null {
    const { core, market } = this.#client.house
    const { contract, delayed } = this.#of
    return delayed ? market.quote(contract.conId, at, UNWATCHED) : core.quote(contract.conId)
  }
}
