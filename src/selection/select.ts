import { toKey } from '../domain/contract-key.ts'
import type { ContractKey } from '../domain/contract.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import { illiquidities, spreadPct } from './liquidity.ts'
import type { PassedOver, Picked, SelectionRules } from './rules.ts'
import { quotedMax } from './search.ts'
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
    .slice(0, quotedMax(rules))
    .map(({ key }) => key)
}

/**
 * The lowest spread wins; of two as low, the one that came first, which is the nearest strike. Of a
 * range out of the money the highest volume wins, and then the lowest spread.
 */
export function pick(candidates: readonly Candidate[], rules: SelectionRules): Picked {
  const rejected: PassedOver[] = []
  const liquid: Liquid[] = []
  for (const candidate of candidates) {
    const reasons = objections(candidate, rules)
    if (reasons.length === 0) {
      liquid.push({ candidate, spread: spreadPct(candidate.quote, isNet(candidate)) ?? Infinity })
    } else rejected.push({ key: toKey(candidate.contract), reason: reasons.join('; ') })
  }
  const byVolume = rules.strike.kind === 'otm'
  const [best, ...others] = liquid.sort(
    (a, b) => (byVolume ? compare(volumeOf(b), volumeOf(a)) : 0) || compare(a.spread, b.spread),
  )
  if (best === undefined) return { kind: 'none', why: rejected }
  for (const other of others) {
    const volumes = `volume ${textOf(other)}, that of the pick ${textOf(best)}; `
    const spreads = `${percent(other.spread)} of mid, that of the pick ${percent(best.spread)}`
    const reason = `${byVolume ? volumes : ''}spread ${spreads}`
    rejected.push({ key: toKey(other.candidate.contract), reason })
  }
  const side = sideOf(rules.structure)
  return { kind: 'picked', candidate: best.candidate, side, rejected }
}

interface Liquid {
  readonly candidate: Candidate
  readonly spread: number
}

function textOf({ candidate }: Liquid): string {
  return String(candidate.quote.volume ?? 'unknown')
}

/** Unknown is least. */
function volumeOf({ candidate }: Liquid): number {
  return candidate.quote.volume ?? -1
}

function isNet({ contract }: Candidate): boolean {
  return contract.kind === 'combo'
}

function objections(candidate: Candidate, rules: SelectionRules): readonly string[] {
  const { quote } = candidate
  const blind = rules.strike.kind === 'delta' && quote.delta === null
  return [...illiquidities(quote, rules, isNet(candidate)), ...(blind ? ['delta unknown'] : [])]
}

function distanceFrom(quote: Quote, rule: SelectionRules['strike']): number {
  if (rule.kind !== 'delta') return 0
  return quote.delta === null ? Infinity : Math.abs(Math.abs(quote.delta) - rule.target)
}

/** Unlike a difference it knows that infinity equals infinity. */
function compare(a: number, b: number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(2)}%`
}
