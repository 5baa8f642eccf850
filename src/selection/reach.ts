import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { OptionChain } from '../domain/chain.ts'
import type { CalendarDate, OptionKey, Right } from '../domain/contract.ts'
import { daysBetween } from '../domain/date.ts'
import type { Price } from '../domain/money.ts'
import { chainWith, eligibleChains } from './chain-choice.ts'
import { expiriesFor } from './expiry.ts'
import type { ChainView, SelectionRules } from './rules.ts'
import { byCentre, fromCentre, otmOf, SEARCHED } from './search.ts'
import { strikesFor } from './strike.ts'
import { nearStrikes, rightFor } from './structure.ts'

/**
 * A few more than will be quoted, because a chain lists strikes that do not trade at every expiry.
 */
function reachMax(rules: SelectionRules): number {
  return rules.strike.kind === 'otm' ? SEARCHED : 2 * rules.candidates + 3
}

/**
 * By chain and spot alone: what deserves a glance, the nearest to the target first, never more than
 * twice the candidates and three; or why nothing does.
 */
export function reachOf(
  view: ChainView,
  rules: SelectionRules,
): Result<readonly OptionKey[], string> {
  const right = rightFor(view.signal.outlook, rules.structure)
  if (right === null) {
    return fail(`${rules.structure.kind} does not express a ${view.signal.outlook}`)
  }
  const chains = eligibleChains(view.chains)
  if (chains.length === 0) return fail('no standard option chain')
  const listed = [...new Set(chains.flatMap((chain) => chain.expiries))]
  const expiries = expiriesFor(listed, rules, view)
  if (!expiries.ok) return expiries
  const columns: (readonly OptionKey[])[] = []
  for (const expiry of expiries.value) {
    const chain = chainWith(chains, expiry)
    if (chain === null) continue
    const keys = keysAt(chain, { expiry, right, view, rules })
    if (!keys.ok) return keys
    columns.push(keys.value)
  }
  const keys = ranked(columns, { view, rules }).slice(0, reachMax(rules))
  return keys.length > 0 ? ok(keys) : fail('no strike listed')
}

/** Every expiry has its nearest strikes; of ranges the nearest to the centre of both go first. */
function ranked(
  columns: readonly (readonly OptionKey[])[],
  { view, rules }: Pick<Place, 'view' | 'rules'>,
): readonly OptionKey[] {
  const { strike, expiry } = rules
  if (strike.kind !== 'otm') return interleaved(columns)
  const dte = expiry.kind === 'dte' ? expiry : { min: 0, max: 0 }
  return byCentre(columns.flat(), (key) => {
    const days = daysBetween(view.today, key.expiry)
    const otm = otmOf(key.strike, view.spot, key.right)
    return fromCentre({ dte: days, otm }, { dte, otm: strike })
  })
}

interface Place {
  readonly expiry: CalendarDate
  readonly right: Right
  readonly view: ChainView
  readonly rules: SelectionRules
}

function keysAt(
  chain: OptionChain,
  { expiry, right, view, rules }: Place,
): Result<readonly OptionKey[], string> {
  const listed = nearStrikes(chain.strikes, right, rules.structure)
  if (listed.length === 0 && chain.strikes.length > 0) {
    return fail('no strike has the other leg listed beside it')
  }
  const strikes = strikesFor({
    listed,
    spot: view.spot,
    right,
    rule: rules.strike,
    daysToExpiry: daysBetween(view.today, expiry),
    count: reachMax(rules),
  })
  if (!strikes.ok) return strikes
  return ok(strikes.value.map((strike) => optionKey(chain, { expiry, right, strike })))
}

function optionKey(
  chain: OptionChain,
  of: { readonly expiry: CalendarDate; readonly right: Right; readonly strike: Price },
): OptionKey {
  const { exchange, currency, tradingClass, multiplier, underlying } = chain
  const { symbol } = underlying
  return { kind: 'option', symbol, ...of, tradingClass, multiplier, exchange, currency }
}

/** The first of each column, then the second of each: every expiry has its nearest strikes. */
function interleaved<T>(columns: readonly (readonly T[])[]): readonly T[] {
  const rows = Math.max(0, ...columns.map((column) => column.length))
  return Array.from({ length: rows }, (_, row) =>
    columns.flatMap((column) => column.slice(row, row + 1)),
  ).flat()
}
