import type { Ticker } from '../domain/contract.ts'
import { strategyNamed } from '../strategy/registry.ts'
import type { Settings } from './settings.ts'

/** Indexes that strategies of these settings look at, beside the symbols that they trade. */
export function observedOf({
  symbols,
  strategyRules,
  own,
}: Pick<Settings, 'symbols' | 'strategyRules' | 'own'>): readonly Ticker[] {
  const refs = symbols.flatMap(({ strategies }) => strategies)
  const indexes = refs.flatMap((ref) =>
    typeof ref === 'string'
      ? (strategyNamed(ref, strategyRules).needs.index ?? [])
      : (own.get(ref.file)?.needs.index ?? []),
  )
  return [...new Set(indexes.map(({ symbol }) => symbol))]
}
