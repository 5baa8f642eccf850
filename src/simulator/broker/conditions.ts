import type { EpochMs } from '../../base/clock.ts'
import type { IndexContract } from '../../domain/contract.ts'
import type { Condition, Imposed, Scope } from './condition.ts'
import type { Desk } from './desk.ts'
import type { SimContract } from './state.ts'

type Of<K extends Condition['kind']> = Extract<Condition, { kind: K }>

/** The first of its kind that holds now, if it means this; counted as used once. */
export function used<K extends Condition['kind']>(
  desk: Desk,
  kind: K,
  means: (condition: Of<K>) => boolean = () => true,
): Of<K> | null {
  const { conditions } = desk.state
  for (const imposed of conditions) {
    const condition = imposed.condition as Of<K>
    if (condition.kind !== kind || !holds(imposed, desk.now) || !means(condition)) continue
    if (imposed.left !== null) imposed.left--
    imposed.uses++
    return condition
  }
  return null
}

export function holds({ since, until, left }: Imposed, at: EpochMs): boolean {
  return since <= at && (until === null || at < until) && left !== 0
}

export function covers(
  { what, symbols }: Scope,
  { kind, symbol }: SimContract | IndexContract,
): boolean {
  return (what === 'all' || kind === 'option') && (symbols?.includes(symbol) ?? true)
}
