import type { Clock, EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { OptionChain } from '../../domain/chain.ts'
import { nameOf } from '../../domain/contract-key.ts'
import type { OptionKey } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import { price } from '../../domain/money.ts'
import { ask } from '../session/ask.ts'
import { chainQuestion, chainsFrom } from '../market/chains.ts'
import { contractDetails } from '../market/contracts.ts'
import type { OptionFacts, SymbolFacts } from './doctor-facts.ts'
import { lineFacts } from './doctor-line.ts'
import { contractFrom, keyToWire } from '../translate/translate-contract.ts'
import type { Visit } from './visit.ts'

/** Not every strike of a chain exists at every expiry: so many near the price are tried. */
const STRIKES_TRIED = 3

interface Looking {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Of one underlying: its chain, one contract of it, and one quote of that. */
export async function optionFacts(
  main: Visit,
  of: SymbolFacts,
  { clock, signal }: Looking,
): Promise<OptionFacts> {
  const { symbol, details, line } = of
  const stopped = (text: string): OptionFacts => {
    return { symbol, chain: fail(text), contract: null, line: null }
  }
  if (!details.ok) return stopped(details.error)
  const underlying = contractFrom(details.value, [])
  if (!underlying.ok) return stopped(underlying.error)
  const { value } = underlying
  if (value.kind !== 'stock' && value.kind !== 'index') return stopped(`${symbol} has no options`)
  const { requests } = main.connection
  const rows = await ask(requests, chainQuestion(value), signal)
  if (!rows.ok) return stopped(rows.error.detail)
  const chains = chainsFrom(rows.value, value, value.currency)
  const chain = widest(chains)
  if (chain === null) return stopped(`${symbol} lists no options`)
  const listed = ok({ expiries: chain.expiries.length, strikes: chain.strikes.length })
  // By the Gateway's clock, which may not be ours: what has expired there has no quote.
  const today = newYorkDate((clock.now() + main.skewMs) as EpochMs)
  const keys = keysNear(chain, { spot: line?.price ?? null, today })
  for (const key of keys) {
    const found = await ask(requests, contractDetails(keyToWire(key), 4), signal)
    const [option] = found.ok ? found.value : []
    const contract = option === undefined ? null : contractFrom(option, [])
    if (contract === null || !contract.ok) continue
    const quoted = await lineFacts(main, contract.value, signal)
    return { symbol, chain: listed, contract: ok(nameOf(contract.value)), line: quoted }
  }
  const tried = keys.map((key) => nameOf(key)).join(', ')
  const why = signal.aborted ? 'whoever asked does not wait any more' : 'none has a definition'
  return { symbol, chain: listed, contract: fail(`of ${tried || 'no expiry'}: ${why}`), line: null }
}

function widest(chains: readonly OptionChain[]): OptionChain | null {
  return chains.reduce<OptionChain | null>(
    (best, each) => (best === null || each.strikes.length > best.strikes.length ? each : best),
    null,
  )
}

/** Calls of the first expiry after today, nearest the price first. */
export function keysNear(
  chain: OptionChain,
  at: { readonly spot: number | null; readonly today: string },
): readonly OptionKey[] {
  const expiry = chain.expiries.find((each) => each > at.today)
  if (expiry === undefined) return []
  const middle = chain.strikes[Math.floor(chain.strikes.length / 2)] ?? price(0)
  const spot: Price = at.spot === null ? middle : price(at.spot)
  return [...chain.strikes]
    .sort((a, b) => Math.abs(a - spot) - Math.abs(b - spot))
    .slice(0, STRIKES_TRIED)
    .map((strike) => ({
      kind: 'option',
      symbol: chain.underlying.symbol,
      exchange: chain.exchange,
      currency: chain.currency,
      expiry,
      strike,
      right: 'C',
      tradingClass: chain.tradingClass,
      multiplier: chain.multiplier,
    }))
}
