import type { EpochMs } from '../base/clock.ts'
import type { ConId } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { nothingOf, traded, type Holding } from '../domain/ledger.ts'
import type { Money } from '../domain/money.ts'

/** One fill that closed something, and what that came to, its commissions included. */
export interface Realization {
  readonly at: EpochMs
  readonly amount: Money
}

/**
 * What the fills of one structure came to, one by one: by average cost, as `domain/ledger.ts`
 * counts. Their sum is the realised profit and loss of the structure, to the millionth.
 */
export function realizationsOf(
  fills: Iterable<Fill>,
  commissions: ReadonlyMap<ExecId, Money>,
): readonly Realization[] {
  const holdings = new Map<ConId, Holding>()
  const found: Realization[] = []
  for (const fill of [...fills].sort((a, b) => a.at - b.at)) {
    const { contract, execId, at } = fill
    if (contract.kind === 'combo') continue
    const commission = commissions.get(execId) ?? (0 as Money)
    const held = holdings.get(contract.conId) ?? nothingOf(contract)
    // One that was busted moves nothing, and what it cost it has cost.
    const after =
      fill.quantity > 0
        ? traded(held, { ...fill, commission })
        : { ...held, realized: (held.realized - commission) as Money }
    holdings.set(contract.conId, after)
    const amount = (after.realized - held.realized) as Money
    if (amount !== 0) found.push({ at, amount })
  }
  return found
}
