import type { Clock } from '../../base/clock.ts'
import type { ConId, Contract, Tradable } from '../../domain/contract.ts'
import { withDeadline } from '../../engine/deadline.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { ContractBook } from '../market/contracts.ts'
import type { RequestLedger } from '../session/requests.ts'
import { tradableFromRow } from '../translate/translate-contract.ts'
import type { WireContract } from '../translate/translate-contract.ts'

export type Contracts = ReadonlyMap<number, Tradable>

/** So long a picture, and so its exits, wait for definitions; those that come later are kept. */
const WAIT_MS_MAX = 2_000

interface Sources {
  readonly clock: Clock
  readonly book: ContractBook
  readonly requests: RequestLedger
}

/**
 * Every stock and option that a row names, and the legs of combos, by con id. What is known is not
 * asked for. Where no definition comes, whatever the reason, the row itself says what has to be
 * known to close it; a leg without a row is left out. Other kinds cannot be traded here.
 */
export async function contractsIn(
  rows: readonly Omit<WireContract, 'includeExpired'>[],
  legIds: readonly number[],
  sources: Sources,
): Promise<Contracts> {
  const wanted = new Map<number, WireContract>()
  for (const row of rows) {
    const named = row.secType === 'STK' || row.secType === 'OPT'
    if (named) wanted.set(row.conId, { ...row, includeExpired: false })
  }
  for (const conId of legIds) {
    if (!wanted.has(conId)) wanted.set(conId, { ...emptyContract, conId })
  }
  const found = await Promise.all([...wanted.values()].map((row) => contractOf(row, sources)))
  const contracts = new Map<number, Tradable>()
  for (const each of found) {
    if (each === null || each.kind === 'index' || each.kind === 'combo') continue
    contracts.set(each.conId, each)
  }
  return contracts
}

async function contractOf(
  row: WireContract,
  { clock, book, requests }: Sources,
): Promise<Contract | null> {
  const known = book.known(row.conId as ConId)
  if (known !== null) return known
  const deadline = { clock, ms: WAIT_MS_MAX, of: `the definition of contract ${row.conId}` }
  const resolved = await withDeadline(deadline, () => book.byConId(requests, row, 2))
  return resolved.ok ? resolved.value : tradableFromRow(row)
}
