import type { EpochMs } from '../base/clock.ts'
import type { ConId } from '../domain/contract.ts'
import type { ExecId } from '../domain/fill.ts'
import { ledgerOf as holdingsOf, type Holding } from '../domain/ledger.ts'
import { addMoney, type Money, type Price } from '../domain/money.ts'
import type { PositionCause } from '../domain/position.ts'
import { isCashSettled } from '../domain/settlement.ts'
import type { Event } from '../trading/event.ts'
import type { Entry } from './rows.ts'
import type { RoleFill, Trade } from './trades.ts'

/** A structure that is over, or is not whole any more, and no fill says what it came to. */
export interface Unvalued {
  readonly at: EpochMs
  /** `untold`: a combo that was closed, and the executions of its legs were not all told. */
  readonly by: PositionCause | 'untold'
  /** What is left out had cost; negative: it had been received. Null: not known. */
  readonly cost: Money | null
}

interface Settled {
  /** Closed by its expiry where it is worth nothing for certain; else as its fills have it. */
  readonly trade: Trade
  readonly unvalued: Unvalued | null
}

interface Gone {
  readonly at: EpochMs
  readonly cause: PositionCause
}

type Adjusted = Extract<Event, { type: 'PositionAdjusted' }>

/** An option expires at its last trading, whenever the broker's list showed that. */
export function adjustedAt({ position: { contract }, cause }: Adjusted, at: EpochMs): EpochMs {
  if (cause !== 'expired' || contract.kind !== 'option') return at
  return Math.min(at, contract.lastTradingAt) as EpochMs
}

/** What became of trades that no fill closed. `entries`: those that count, in their order. */
export function settlementsOf(
  entries: readonly Entry[],
  commissions: ReadonlyMap<ExecId, Money>,
): (trade: Trade) => Settled {
  const gone = goneOf(entries)
  return (trade) => {
    const held = [...holdingsOf(trade.fills, commissions).holdings.values()].filter(
      ({ quantity }) => quantity !== 0,
    )
    if (trade.closedAt !== null) {
      const { closedAt: at } = trade
      const isTold = trade.contract.kind !== 'combo' || isWhole(trade, held)
      return { trade, unvalued: isTold ? null : { at, by: 'untold', cost: null } }
    }
    const ends = held.flatMap(({ contract }) => {
      const end = gone.get(contract.conId)
      return end !== undefined && end.at >= trade.openedAt ? [end] : []
    })
    const last = ends.toSorted((a, b) => a.at - b.at).at(-1)
    if (last === undefined || ends.length < held.length) return { trade, unvalued: null }
    const by = ends.find(({ cause }) => cause !== 'expired')?.cause ?? 'expired'
    if (by === 'expired' && held.every(isWorthless)) {
      return { trade: expired(trade, held, { at: last.at, commissions }), unvalued: null }
    }
    const cost = addMoney(...held.map((each) => each.cost))
    return { trade, unvalued: { at: last.at, by, cost } }
  }
}

/** Of a combo the result is that of its legs, which are told by executions of their own. */
function isWhole({ fills }: Trade, held: readonly Holding[]): boolean {
  return held.length === 0 && fills.some(({ contract }) => contract.kind !== 'combo')
}

/** That of nothing delivered, where it would be delivered if it were worth anything. */
function isWorthless({ contract }: Holding): boolean {
  return contract.kind === 'option' && !isCashSettled(contract)
}

/** By contract, when and why the broker's list had none of it any more. */
function goneOf(entries: readonly Entry[]): ReadonlyMap<ConId, Gone> {
  const gone = new Map<ConId, Gone>()
  for (const { at, event } of entries) {
    if (event.type !== 'PositionAdjusted') continue
    const { contract, quantity } = event.position
    if (quantity !== 0) gone.delete(contract.conId)
    else gone.set(contract.conId, { at: adjustedAt(event, at), cause: event.cause })
  }
  return gone
}

/** The same with a closing fill at $0 of all that was held. */
function expired(
  trade: Trade,
  held: readonly Holding[],
  { at, commissions }: { readonly at: EpochMs; readonly commissions: ReadonlyMap<ExecId, Money> },
): Trade {
  const closedAt = Math.max(at, ...trade.fills.map((fill) => fill.at)) as EpochMs
  const closing = held.flatMap(({ contract, quantity }): readonly RoleFill[] => {
    const opened = trade.fills.find(
      (fill) => fill.contract.kind !== 'combo' && fill.contract.conId === contract.conId,
    )
    if (opened === undefined) return []
    const execId = `expiry ${trade.structureId} ${contract.conId}` as ExecId
    const { synthetic } = opened
    const [side, price] = [quantity > 0 ? ('SELL' as const) : ('BUY' as const), 0 as Price]
    const fill = { execId, revision: 1, orderId: opened.orderId, contract, side, price, synthetic }
    return [{ ...fill, quantity: Math.abs(quantity), at: closedAt, role: 'expiry' }]
  })
  const fills = [...trade.fills, ...closing]
  return { ...trade, closedAt, fills, pnl: holdingsOf(fills, commissions).realized }
}
