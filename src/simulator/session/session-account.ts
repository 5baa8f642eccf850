import type { Cancel } from '../../base/clock.ts'
import { newYorkTime } from '../../domain/calendar.ts'
import { amountOf, notional } from '../../domain/money.ts'
import type { Money } from '../../domain/money.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { accountValues } from './session-account-values.ts'
import type { AccountValue } from './session-account-values.ts'
import type { Answers, Client, House, Subject } from './session-client.ts'
import { wireContract } from './session-contract.ts'
import type { SimPosition } from '../broker/state.ts'

/** protocol.md, section 12.14. */
const REFRESH_MS = 180_000

/** Writes the rows of one subscription, and remembers them: unchanged ones are not repeated. */
interface Subscription {
  readonly said: Map<string, string>
  readonly row: (value: AccountValue) => Response
  /** The positions that go along; only reqAccountUpdates has them. */
  readonly portfolio: boolean
}

/** Account values and portfolio of one client: all of it, then what changes. */
export class AccountUpdates implements Subject {
  readonly #client: Client
  readonly #stop: () => void
  readonly #multi = new Map<number, Subscription>()
  #updates: Subscription | null = null
  #refresh: Cancel = () => undefined
  #stale = false

  constructor(client: Client) {
    this.#client = client
    this.#stop = client.house.core.subscribe(({ kind }) => {
      if (kind === 'account' || kind === 'position') this.#changedSoon()
    })
  }

  readonly answers: Answers = {
    reqAccountUpdates: (request) => this.#subscribe(request),
    reqAccountUpdatesMulti: (request) => this.#subscribeMulti(request),
    cancelAccountUpdatesMulti: ({ reqId }) => void this.#multi.delete(reqId),
  }

  close(): void {
    this.#stop()
  }

  #subscribe({ subscribe, account }: RequestOf<'reqAccountUpdates'>): void {
    this.#refresh()
    this.#updates = null
    if (!subscribe) return
    const { core } = this.#client.house
    if (account !== '' && account !== core.accountId) {
      return this.#client.error(-1, 321, INVALID_ACCOUNT)
    }
    this.#updates = {
      said: new Map(),
      row: (value) => ({ kind: 'accountValue', ...value, account: core.accountId }),
      portfolio: true,
    }
    this.#tellAll()
    this.#client.send({ kind: 'accountDownloadEnd', account: core.accountId })
  }

  /** The full set, now and every three minutes; it ends with the time. */
  #tellAll(): void {
    if (this.#updates === null) return
    this.#updates.said.clear()
    this.#tell(this.#updates)
    this.#client.send({ kind: 'accountUpdateTime', time: this.#time() })
    this.#refresh = this.#client.after(REFRESH_MS, () => this.#tellAll())
  }

  #subscribeMulti(request: RequestOf<'reqAccountUpdatesMulti'>): void {
    const { reqId, account, modelCode } = request
    const { accountId } = this.#client.house.core
    if (account !== '' && account !== accountId) {
      return this.#client.error(reqId, 321, INVALID_ACCOUNT)
    }
    const subscription: Subscription = {
      said: new Map(),
      row: (value) => ({
        kind: 'accountUpdateMulti',
        reqId,
        account: accountId,
        modelCode,
        ...value,
      }),
      portfolio: false,
    }
    this.#multi.set(reqId, subscription)
    this.#tell(subscription)
    this.#client.send({ kind: 'accountUpdateMultiEnd', reqId })
  }

  /** Several events of one moment are one change. */
  #changedSoon(): void {
    if (this.#stale || (this.#updates === null && this.#multi.size === 0)) return
    this.#stale = true
    this.#client.after(0, () => {
      this.#stale = false
      if (this.#updates !== null) this.#tell(this.#updates)
      for (const subscription of this.#multi.values()) this.#tell(subscription)
    })
  }

  #tell({ said, row, portfolio }: Subscription): void {
    const { house } = this.#client
    const tell = (name: string, response: Response): void => {
      const text = JSON.stringify(response)
      if (said.get(name) === text) return
      said.set(name, text)
      this.#client.send(response)
    }
    for (const value of accountValues(house.core.account())) {
      tell(`${value.key} ${value.currency}`, row(value))
    }
    if (!portfolio) return
    const held = new Set<string>()
    for (const position of house.core.positions()) {
      const name = `position ${position.contract.conId}`
      held.add(name)
      tell(name, portfolioValueOf(position, house))
    }
    for (const [name, text] of said) {
      if (!name.startsWith('position ') || held.has(name)) continue
      said.delete(name)
      // A position that is gone is said once more, as nothing (protocol.md, section 12.14).
      this.#client.send({ ...(JSON.parse(text) as Portfolio), ...NOTHING_HELD })
    }
  }

  #time(): string {
    const { hour, minute } = newYorkTime(this.#client.house.clock.now())
    return [hour, minute].map((value) => String(value).padStart(2, '0')).join(':')
  }
}

type Portfolio = Extract<Response, { kind: 'portfolioValue' }>

const INVALID_ACCOUNT = "Error validating request.-'bA' : cause - Invalid account code"
const NOTHING_HELD = { position: 0, marketValue: 0, avgCost: 0, unrealizedPnl: 0 } as const

export function portfolioValueOf(
  { contract, quantity, cost }: SimPosition,
  house: House,
): Portfolio {
  const quote = house.core.quote(contract.conId)
  const listed = house.market.underlyings.find((each) => each.contract.symbol === contract.symbol)
  const mark =
    quote?.bid != null && quote.ask !== null
      ? (Math.round((quote.bid + quote.ask) / 2) as typeof quote.bid)
      : (quote?.last ?? null)
  const value = mark === null ? cost : notional(mark, quantity, contract.multiplier)
  return {
    kind: 'portfolioValue',
    contract: {
      ...wireContract(contract, ''),
      primaryExchange: contract.kind === 'stock' ? (listed?.primaryExchange ?? '') : 'CBOE',
    },
    position: quantity,
    marketPrice: mark === null ? 0 : amountOf(mark),
    marketValue: amountOf(value),
    avgCost: averageCost({ quantity, cost }),
    unrealizedPnl: amountOf((value - cost) as Money),
    realizedPnl: amountOf(realizedOf(contract.conId, house)),
    account: house.core.accountId,
  }
}

/** Per share of stock, per contract of options, commissions included. */
export function averageCost(held: { readonly quantity: number; readonly cost: Money }): number {
  return held.quantity === 0 ? 0 : amountOf(held.cost) / held.quantity
}

/** Of today's executions in one contract. */
export function realizedOf(conId: number, { core }: House): Money {
  return core
    .executions()
    .filter(({ contract }) => contract.kind !== 'combo' && contract.conId === conId)
    .reduce((sum, { realizedPnl }) => sum + (realizedPnl ?? 0), 0) as Money
}
