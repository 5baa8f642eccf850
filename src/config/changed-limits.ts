import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import type { RiskLimits } from '../risk/limits.ts'
import { liquidityFields } from './liquidity.ts'
import { nearest } from './nearest.ts'
import { riskFields } from './risk.ts'
import { readYaml } from './yaml-file.ts'

const fields = z.strictObject({ ...riskFields, ...liquidityFields }).partial()
const NAMES = Object.keys(fields.shape)

/** What a limit of the file is called in the core: limits are given one at a time. */
const PLACES: Readonly<Record<string, readonly [keyof RiskLimits, string?]>> = {
  max_risk_per_trade: ['riskPerTradePct'],
  max_daily_loss: ['dailyLossPctMax'],
  max_baseline_difference: ['baselineDifferenceMax'],
  max_open_structures: ['openStructuresMax'],
  max_per_underlying: ['perUnderlyingMax'],
  max_per_expiry: ['perExpiryMax'],
  max_contracts: ['quantityMax'],
  max_premium: ['premiumPctMax'],
  max_order_cost: ['orderCostMax'],
  max_structure_loss: ['structureLossMax'],
  max_quote_age: ['quoteAgeMsMax'],
  max_through_nbbo: ['collarPctMax'],
  min_quote_size: ['quoteSizeMin'],
  days_to_expiry: ['daysToExpiry'],
  entry_hours: ['entryHours'],
  no_entry_windows: ['noEntryWindows'],
  max_open_orders: ['openOrdersMax'],
  max_orders_per_minute: ['ordersPerMinuteMax'],
  max_orders_per_day: ['ordersPerDayMax'],
  day_trades: ['dayTrades'],
  max_delta: ['greeks', 'delta'],
  max_gamma: ['greeks', 'gamma'],
  max_vega: ['greeks', 'vega'],
  max_theta: ['greeks', 'theta'],
  max_shock_loss: ['shocks', 'lossMax'],
  shock_moves: ['shocks', 'movesPct'],
  shock_volatility: ['shocks', 'volatilityPct'],
  max_repeats: ['repeats', 'max'],
  repeats_within: ['repeats', 'withinMs'],
  max_spread: ['spreadPctMax'],
  min_volume: ['volumeMin'],
  min_open_interest: ['openInterestMin'],
}

/**
 * Limits by their names in `risk:` and `selection:`, each as it would stand in the file, put over
 * others. Every name that is unknown and every value without its unit is said at once.
 */
export function changedLimits(
  asked: Readonly<Record<string, string>>,
): Result<(limits: RiskLimits) => RiskLimits, readonly string[]> {
  const problems: string[] = []
  const changes: (readonly [readonly [keyof RiskLimits, string?], unknown])[] = []
  for (const [given, text] of Object.entries(asked)) {
    const name = given.replace(/^(risk|selection)\./, '')
    const place = Object.hasOwn(PLACES, name) ? PLACES[name] : undefined
    if (place === undefined) {
      const guess = nearest(name, NAMES)
      const remedy = guess === null ? 'see risk: and selection:' : `did you mean "${guess}"?`
      problems.push(`${given}: no such limit; ${remedy}`)
      continue
    }
    const value = valueOf(name, text)
    if (value.ok) changes.push([place, value.value])
    else problems.push(`${given}: ${value.error}, came "${text}"`)
  }
  if (problems.length > 0) return fail(problems)
  return ok((limits) => changes.reduce((so, [place, value]) => changed(so, place, value), limits))
}

/** Read as the file is read: `2%`, `$500`, `15s`, `20`, `[5%, 10%]`. */
function valueOf(name: string, text: string): Result<unknown, string> {
  const yaml = readYaml(`value: ${text}`)
  if (!yaml.ok) return fail('expected one value, as it would stand in the file')
  const { value } = (yaml.value.content ?? {}) as { readonly value?: unknown }
  const parsed = fields.safeParse({ [name]: value ?? text })
  if (parsed.success) return ok((parsed.data as Readonly<Record<string, unknown>>)[name])
  return fail(parsed.error.issues[0]?.message.replace(/^Invalid input: /, '') ?? 'ill-formed')
}

function changed(
  limits: RiskLimits,
  [key, part]: readonly [keyof RiskLimits, string?],
  value: unknown,
): RiskLimits {
  const next = part === undefined ? value : { ...(limits[key] as object), [part]: value }
  return { ...limits, [key]: next }
}
