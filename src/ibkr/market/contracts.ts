import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import { comboOf } from '../../domain/combo.ts'
import type {
  ComboLeg,
  ConId,
  Contract,
  ContractKey,
  Listing,
  OptionKey,
  StockKey,
  Tradable,
  UnderlyingKey,
} from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import type { Fault } from '../../engine/ports.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { Lane } from '../pacing/pacing.ts'
import { ask, askShared } from '../session/ask.ts'
import type { Question } from '../session/question.ts'
import type { RequestLedger } from '../session/requests.ts'
import { contractFrom, keyToWire, SMART } from '../translate/translate-contract.ts'
import type { WireContract } from '../translate/translate-contract.ts'

type Details = ResponseOf<'contractDetails'>
type Increments = Listing['priceIncrements']
type Key = StockKey | OptionKey | UnderlyingKey
/** How long it is believed that a contract does not exist: strikes that do not are often asked. */
const MISSING_MS = { option: 600_000, other: 30_000 } as const

/**
 * The contracts of the process, resolved one by one and never by the chain. Kept for one day: the
 * hours of a contract reach only a week ahead.
 */
export class ContractBook {
  readonly #clock: Clock
  #date = ''
  readonly #contracts = new Map<string, Promise<Result<Contract, Fault>>>()
  readonly #rules = new Map<number, Promise<Result<Increments, Fault>>>()
  /** What has been resolved, for those who cannot wait. */
  readonly #known = new Map<ConId, Contract>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Of those that were asked about; null: none was. */
  anyStock(): StockKey | null {
    for (const known of this.#known.values()) {
      if (known.kind !== 'stock') continue
      const { kind, symbol, exchange, currency } = known
      return { kind, symbol, exchange, currency }
    }
    return null
  }

  known(conId: ConId): Contract | null {
    return this.#known.get(conId) ?? null
  }

  /** A contract that is part of our picture already, as one of an order that is sent. */
  remember(contract: Contract): void {
    if (contract.kind === 'combo') for (const leg of contract.legs) this.remember(leg.contract)
    else this.#known.set(contract.conId, contract)
  }

  /** One that an earlier run resolved; what was resolved since is newer. */
  recall(contract: Contract): void {
    if (contract.kind === 'combo') for (const leg of contract.legs) this.recall(leg.contract)
    else if (!this.#known.has(contract.conId)) this.#known.set(contract.conId, contract)
  }

  /** A stock or an option by its key, a combo by those of its legs. */
  async tradable(ledger: RequestLedger, key: ContractKey): Promise<Result<Tradable, Fault>> {
    if (key.kind !== 'combo') {
      const found = await this.byKey(ledger, key)
      if (!found.ok || isTradable(found.value)) return found as Result<Tradable, Fault>
      return fail(noContract(keyToWire(key), 'it cannot be traded'))
    }
    const legs: ComboLeg[] = []
    for (const found of await Promise.all(key.legs.map((leg) => this.byKey(ledger, leg.key)))) {
      if (!found.ok) return found
      const leg = key.legs[legs.length]
      const { value } = found
      if (leg === undefined || value.kind === 'index' || value.kind === 'combo') break
      legs.push({ contract: value, ratio: leg.ratio, side: leg.side })
    }
    const combo = comboOf(legs)
    return combo.ok ? combo : fail(noCombo(combo.error))
  }

  byKey(ledger: RequestLedger, key: Key): Promise<Result<Contract, Fault>> {
    return this.#resolve(ledger, { cacheKey: JSON.stringify(key), lane: 4, wire: keyToWire(key) })
  }

  /** Of a position or an order, which say no exchange to be sent to. */
  byConId(ledger: RequestLedger, of: WireContract, lane: Lane): Promise<Result<Contract, Fault>> {
    const exchange = of.secType === 'IND' ? of.exchange : SMART
    const wire = { ...emptyContract, conId: of.conId, exchange, currency: of.currency }
    return this.#resolve(ledger, { cacheKey: String(of.conId), lane, wire })
  }

  #resolve(
    ledger: RequestLedger,
    of: { readonly cacheKey: string; readonly lane: Lane; readonly wire: WireContract },
  ): Promise<Result<Contract, Fault>> {
    const today = newYorkDate(this.#clock.now())
    if (today !== this.#date) this.#contracts.clear()
    this.#date = today
    const cached = this.#contracts.get(of.cacheKey)
    if (cached !== undefined) return cached
    const resolving = this.#ask(ledger, of)
    this.#contracts.set(of.cacheKey, resolving)
    void resolving.then((result) => {
      if (result.ok) return this.remember(result.value)
      // What passes is not worth remembering, and 200 may be a word of maintenance hours (F65).
      const keptMs = isMissing(result.error)
        ? MISSING_MS[of.wire.secType === 'OPT' ? 'option' : 'other']
        : 0
      const forget = (): void => {
        if (this.#contracts.get(of.cacheKey) === resolving) this.#contracts.delete(of.cacheKey)
      }
      if (keptMs === 0) forget()
      else this.#clock.after(keptMs, forget)
    })
    return resolving
  }

  async #ask(
    ledger: RequestLedger,
    { lane, wire }: { readonly lane: Lane; readonly wire: WireContract },
  ): Promise<Result<Contract, Fault>> {
    const rows = await ask(ledger, contractDetails(wire, lane))
    if (!rows.ok) return rows
    const [details, ...others] = rows.value
    if (details === undefined) return fail(noContract(wire, 'nothing was found'))
    if (others.some((other) => other.contract.conId !== details.contract.conId)) {
      return fail(noContract(wire, `${rows.value.length} contracts were found`))
    }
    const other = adjustment(wire, details)
    if (other !== null) return fail(noContract(wire, other))
    const increments = await this.#increments(ledger, details)
    if (!increments.ok) return increments
    const contract = contractFrom(details, increments.value)
    return contract.ok ? contract : fail(noContract(wire, contract.error))
  }

  /** The market rule of the exchange we send to; without one, minTick everywhere. */
  async #increments(ledger: RequestLedger, details: Details): Promise<Result<Increments, Fault>> {
    const exchanges = details.validExchanges.split(',')
    const ids = details.marketRuleIds.split(',')
    const id = Number(ids[Math.max(0, exchanges.indexOf(SMART))])
    if (!(id > 0)) return ok([{ from: 0 as Price, tick: price(details.minTick) }])
    let rule = this.#rules.get(id)
    if (rule === undefined) {
      rule = askShared(ledger, marketRule(id))
      this.#rules.set(id, rule)
      void rule.then((result) => {
        if (!result.ok) this.#rules.delete(id)
      })
    }
    return rule
  }
}

function isTradable(contract: Contract): contract is Tradable {
  return contract.kind !== 'index'
}

function noCombo(detail: string): Fault {
  return { code: 'no-data', retry: 'never', detail, vendorCode: null }
}

/** What was asked for by its terms and came with others delivers something else (F66). */
function adjustment(wire: WireContract, { contract }: Details): string | null {
  if (wire.conId !== 0 || wire.secType !== 'OPT') return null
  const { tradingClass, multiplier } = contract
  const same = tradingClass === wire.tradingClass && Number(multiplier) === Number(wire.multiplier)
  return same ? null : `it is adjusted: class ${tradingClass}, multiplier ${multiplier}`
}

function isMissing({ code, retry }: Fault): boolean {
  return code === 'no-data' && retry === 'never'
}

/** Every contract that fits; 200 is an answer, and says that there is none. */
export function contractDetails(contract: WireContract, lane: Lane): Question<readonly Details[]> {
  const rows: Details[] = []
  return {
    kind: 'contractDetails',
    lane,
    request: (reqId) => ({
      kind: 'reqContractDetails',
      reqId,
      contract,
      secIdType: '',
      secId: '',
      issuerId: '',
    }),
    answer: (response) => {
      if (response.kind === 'contractDetails') rows.push(response)
      return response.kind === 'contractDetailsEnd' ? ok(rows) : null
    },
  }
}

function marketRule(ruleId: number): Question<Increments> {
  return {
    kind: 'marketRule',
    key: String(ruleId),
    lane: 5,
    request: () => ({ kind: 'reqMarketRule', ruleId }),
    answer: (response) => {
      if (response.kind !== 'marketRule' || response.ruleId !== ruleId) return null
      return ok(
        response.increments
          .map(({ lowEdge, increment }) => ({ from: price(lowEdge), tick: price(increment) }))
          .sort((a, b) => a.from - b.from),
      )
    },
  }
}

function noContract(wire: WireContract, why: string): Fault {
  const { symbol, secType, lastTradeDateOrContractMonth, strike, right, conId } = wire
  const name = symbol === '' ? `conId ${conId}` : symbol
  const terms = `${secType} ${lastTradeDateOrContractMonth} ${strike} ${right}`.trim()
  const detail = `expected one contract for ${name} ${terms}: ${why}`
  return { code: 'no-data', retry: 'never', detail, vendorCode: null }
}
