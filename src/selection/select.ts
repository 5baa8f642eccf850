import { toKey } from '../domain/contract-key.ts'
import type { ContractKey } from '../domain/contract.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import { illiquidities, spreadPct } from './liquidity.ts'
import type { PassedOver, Picked, SelectionRules } from './rules.ts'
import { sideOf } from './structure.ts'

/**
 * By snapshots or cached quotes: the few that deserve a streaming line. Those that look liquid
 * first; among them the nearest to the wanted delta, else in the order they came, nearest first.
 */
export function shortlist(
  seen: readonly Candidate[],
  rules: SelectionRules,
): readonly ContractKey[] {
  const ranked = seen.map((candidate) => ({
    key: toKey(candidate.contract),
    flaws: objections(candidate, rules).length > 0 ? 1 : 0,
    distance: distanceFrom(candidate.quote, rules.strike),
  }))
  return ranked
    .sort((a, b) => a.flaws - b.flaws || compare(a.distance, b.distance))
    .slice(0, rules.candidates)
    .map(({ key }) => key)
}

/** The lowest spread wins; of two as low, the one that came first, which is the nearest strike. */
export function pick(candidates: readonly Candidate[], rules: SelectionRules): Picked {
  const rejected: PassedOver[] = []
  const liquid: { readonly candidate: Candidate; readonly spread: number }[] = []
  for (const candidate of candidates) {
    const reasons = objections(candidate, rules)
    if (reasons.length === 0) {
      liquid.push({ candidate, spread: spreadPct(candidate.quote) ?? Infinity })
    } else rejected.push({ key: toKey(candidate.contract), reason: reasons.join('; ') })
  }
  const [best, ...others] = liquid.sort((a, b) => compare(a.spread, b.spread))
  if (best === undefined) return { kind: 'none', why: rejected }
  for (const { candidate, spread } of others) {
    rejected.push({
      key: toKey(candidate.contract),
      reason: `spread ${percent(spread)} of mid, that of the pick ${percent(best.spread)}`,
    })
  }
  const side = sideOf(rules.structure)
  return { kind: 'picked', candidate: best.candidate, side, rejected }
}

function objections({ quote }: Candidate, rules: SelectionRules): readonly string[] {
  const blind = rules.strike.kind === 'delta' && quote.delta === null
  return [...illiquidities(quote, rules), ...(blind ? ['delta unknown'] : [])]
}

function distanceFrom(quote: Quote, rule: SelectionRules['strike']): number {
  if (rule.kind === 'offset') return 0
  return quote.delta === null ? Infinity : Math.abs(Math.abs(quote.delta) - rule.target)
}

/** Unlike a difference it knows that infinity equals infinity. */
function compare(a: number, b: number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(2)} %`
}
