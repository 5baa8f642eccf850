import type { Account } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import { amountText } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import { cleared, gated } from './decide-gates.ts'
import type { Turn } from './turn.ts'

/** Of net liquidation: what prices alone do to the funds of a minute is no return of them. */
const RISE_MIN = 0.01

/** As `rejectClass` calls it, which begins the reason of a 201. */
const FUNDS = 'funds: '

/**
 * The broker refused an entry for want of funds (201, R18): whatever our own sum says, the next one
 * would be refused as well. Entries wait until funds return (promises.md 5.1); exits go on.
 */
export function fundsRefused(turn: Turn, order: TrackedOrder, reason: string): void {
  if (order.role !== 'entry' || !reason.startsWith(FUNDS)) return
  const known = turn.state.account
  const funds = known === null ? 'unknown' : amountText(known.availableFunds)
  const why = `the broker refused ${order.id}: ${reason}; available by its last word: ${funds}`
  gated(turn, { gate: 'low-funds', symbol: null, since: turn.at, reason: why })
  turn.notify('low-funds', `no entries until funds return: ${why}`)
}

/** A later picture has more of them, or another date has begun. */
export function fundsReturned(turn: Turn, account: Account): void {
  const set = turn.state.gates.find(({ gate }) => gate === 'low-funds')
  if (set === undefined || account.at <= set.since) return
  const { lowFunds } = turn.state
  const rise = account.availableFunds - (lowFunds ?? account.availableFunds)
  const hasRisen = rise > 0 && rise >= RISE_MIN * account.netLiquidation
  if (hasRisen) return cleared(turn, set, `${amountText(account.availableFunds)} are available`)
  if (newYorkDate(turn.at) > newYorkDate(set.since)) cleared(turn, set, 'another date has begun')
}
