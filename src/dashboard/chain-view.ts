import type { EpochMs } from '../base/clock.ts'
import { sessionOf } from '../domain/calendar.ts'
import { nameOf, keyOf, toKey } from '../domain/contract-key.ts'
import type { ContractKey, OptionKey } from '../domain/contract.ts'
import { impliedVolatility } from '../domain/implied-volatility.ts'
import { amountOf } from '../domain/money.ts'
import type { Price } from '../domain/money.ts'
import { greeksOf, yearsBetween } from '../domain/pricing.ts'
import type { OptionTerms } from '../domain/pricing.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import type { Sighting } from '../engine/sighting.ts'
import { illiquidities, spreadPct } from '../selection/liquidity.ts'
import type { SelectionRules } from '../selection/rules.ts'
import { priceText, quoteView } from './feed-texts.ts'
import type { CandidateView, ChainView, GreeksView } from './view.ts'

/**
 * No rate and no dividend: neither is known here, and for weeks both move a volatility by less than
 * the spread does.
 */
const UNKNOWN_RATES = { rate: 0, dividendYield: 0 } as const

/** How the last contract was picked; `outcome`: what the decision says of it by now. */
export function chainView(seen: Sighting, outcome: string | null): ChainView | null {
  const { symbol, at, spot, strategy, signal, rules, picked } = seen
  if (spot === null) return null
  return {
    symbol,
    at,
    spot: priceText(spot),
    strategy,
    outlook: signal.outlook,
    rules: ruleTexts(rules),
    candidates: candidates(seen, spot),
    pick: picked === null || seen.unfit.length > 0 ? null : nameOf(picked.contract),
    outcome: outcome ?? seen.outcome,
  }
}

/** Each contract once, as far as it came: the pick first, then what was quoted, and so on. */
function candidates(seen: Sighting, spot: Price): readonly CandidateView[] {
  const found = new Map<string, CandidateView>()
  const add = (key: string, view: CandidateView): void => {
    if (!found.has(key)) found.set(key, view)
  }
  const sight = { spot, at: seen.at, seen }
  const quoted = (candidate: Candidate, stage: CandidateView['stage']): void =>
    add(keyOf(candidate.contract), quotedView(candidate, stage, sight))
  if (seen.picked !== null) quoted(seen.picked, 'picked')
  for (const candidate of seen.quoted) quoted(candidate, 'quoted')
  for (const candidate of seen.glanced) quoted(candidate, 'glanced')
  for (const key of seen.reach) add(keyOf(key), reachView(key))
  return [...found.values()]
}

interface Sight {
  readonly spot: Price
  readonly at: EpochMs
  readonly seen: Sighting
}

function reachView(key: ContractKey): CandidateView {
  const none = { quote: null, volume: null, openInterest: null, greeks: null }
  return { ...named(key), stage: 'reach', ...none, passed: [], failed: [] }
}

function quotedView(
  { contract, quote }: Candidate,
  stage: CandidateView['stage'],
  { spot, at, seen }: Sight,
): CandidateView {
  const isNet = contract.kind === 'combo'
  const { rules } = seen
  // Open interest is asked of the best alone: of what was glanced at it is not known, and no fault.
  const isUnasked = stage === 'glanced' && quote.openInterest === null
  const judged = isUnasked ? { ...rules, openInterestMin: 0 } : rules
  const failed = [...illiquidities(quote, judged, isNet), ...blind(quote, rules)]
  const key = keyOf(contract)
  // What only the others told: that another one was better.
  const beside = seen.passedOver
    .filter((each) => stage !== 'glanced' && keyOf(each.key) === key && failed.length === 0)
    .map(({ reason }) => reason)
  const unfit = stage === 'picked' ? seen.unfit.filter((each) => !failed.includes(each)) : []
  return {
    ...named(toKey(contract)),
    contract: nameOf(contract),
    stage,
    quote: quoteView(quote),
    volume: quote.volume,
    openInterest: quote.openInterest,
    greeks: contract.kind === 'option' ? greeksView(contract, quote, { spot, at }) : null,
    passed: passedTexts(quote, rules, isNet),
    failed: [...failed, ...beside, ...unfit],
  }
}

function named(key: ContractKey) {
  const option = key.kind === 'option' ? key : null
  return {
    contract: nameOf(key),
    strike: option === null ? null : priceText(option.strike),
    expiry: option?.expiry ?? null,
    right: option?.right ?? null,
  }
}

function blind(quote: Quote, { strike }: SelectionRules): readonly string[] {
  return strike.kind === 'delta' && quote.delta === null ? ['delta unknown'] : []
}

/** The filters that the quote passes, with its value and the threshold. */
function passedTexts(quote: Quote, rules: SelectionRules, isNet: boolean): readonly string[] {
  const spread = spreadPct(quote, isNet)
  const { volume, openInterest } = quote
  const { spreadPctMax, volumeMin, openInterestMin } = rules
  const enough = (what: string, value: number | null, min: number): readonly string[] => {
    if (min <= 0) return [`${what}: none is asked for`]
    const text = (of: number) => of.toLocaleString('en-US')
    return value !== null && value >= min ? [`${what} ${text(value)}, at least ${text(min)}`] : []
  }
  return [
    ...(spread !== null && spread <= spreadPctMax
      ? [`spread ${(100 * spread).toFixed(2)}% of mid, at most ${percent(spreadPctMax)}`]
      : []),
    ...enough('volume', volume, volumeMin),
    ...enough('open interest', openInterest, openInterestMin),
  ]
}

/** By Black-Scholes from the mid; the delta is the broker's own where it tells one. */
export function greeksView(
  option: OptionKey & { readonly lastTradingAt?: EpochMs },
  quote: Quote,
  of: { readonly spot: Price; readonly at: EpochMs },
): GreeksView {
  const unknown = { iv: null, gamma: null, theta: null, vega: null, delta: quote.delta }
  const { bid, ask } = quote
  const ends = option.lastTradingAt ?? sessionOf(option.expiry)?.close
  if (bid === null || ask === null || bid > ask || ends === undefined) return unknown
  const terms: OptionTerms = {
    right: option.right,
    spot: amountOf(of.spot),
    strike: amountOf(option.strike),
    years: yearsBetween(of.at, ends),
    ...UNKNOWN_RATES,
  }
  const iv = impliedVolatility(terms, (amountOf(bid) + amountOf(ask)) / 2)
  if (iv === null) return unknown
  const { delta, gamma, theta, vega } = greeksOf(terms, iv)
  return { iv, delta: quote.delta ?? delta, gamma, theta, vega }
}

function ruleTexts(rules: SelectionRules): readonly string[] {
  return [
    structureText(rules.structure),
    expiryText(rules),
    strikeText(rules.strike),
    `spread at most ${percent(rules.spreadPctMax)} of mid`,
    `volume at least ${rules.volumeMin}`,
    `open interest at least ${rules.openInterestMin}`,
    ...(rules.allowDelayed ? ['delayed quotes are allowed'] : []),
  ]
}

function structureText(structure: SelectionRules['structure']): string {
  switch (structure.kind) {
    case 'vertical':
      return `${structure.entry} vertical, $${amountOf(structure.width)} wide`
    case 'iron-condor':
      return `iron condor, wings $${amountOf(structure.width)} wide`
    case 'buy-write':
      return 'buy-write: 100 shares and a call sold against them'
    default:
      return 'a long option'
  }
}

function expiryText({ expiry, sameDayExpiry }: SelectionRules): string {
  const today = sameDayExpiry ? 'today allowed' : 'never today'
  if (expiry.kind === 'weekly') return `expiry of this trading week, ${today}`
  return `expiry in ${expiry.min} to ${expiry.max} days, ${today}`
}

function strikeText(strike: SelectionRules['strike']): string {
  switch (strike.kind) {
    case 'delta':
      return `strike nearest to a delta of ${strike.target}`
    case 'otm':
      return `strike ${percent(strike.min)} to ${percent(strike.max)} out of the money`
    default: {
      const { steps } = strike
      if (steps === 0) return 'strike at the money'
      return `strike ${Math.abs(steps)} ${steps > 0 ? 'out of' : 'in'} the money`
    }
  }
}

function percent(ratio: number): string {
  return `${Number((100 * ratio).toFixed(2))}%`
}
