import type { ConId, OptionContract, StockContract } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import type { Position, PositionCause } from '../domain/position.ts'
import type { BrokerSnapshot } from '../domain/report.ts'

/** A fill this near to the picture may be in one half of it only: exchange time, skew up to 5 s. */
const IN_FLIGHT_MS = 5_000

export interface Held {
  readonly orders: ReadonlyMap<ClientOrderId, TrackedOrder>
  readonly fills: ReadonlyMap<ExecId, Fill> // each in its highest revision seen
  readonly positions: readonly Position[]
}

export interface PositionDiffers {
  readonly kind: 'position-differs'
  readonly ours: number
  readonly theirs: Position
  readonly cause: PositionCause
}

interface Pair {
  readonly contract: StockContract | OptionContract
  readonly ours: number
  readonly theirs: Position | null
}

/**
 * Contract by contract, our fills included; a contract with a fill in flight is judged next time.
 */
export function positionDifferences(
  ours: Held,
  snapshot: BrokerSnapshot,
  missed: readonly Fill[],
): readonly PositionDiffers[] {
  const moving = inFlight([...ours.fills.values(), ...snapshot.fills], snapshot.requestedAt)
  const differing = pairs(ours, snapshot, missed).filter(
    ({ contract, ours, theirs }) => ours !== (theirs?.quantity ?? 0) && !moving.has(contract.conId),
  )
  const cause = causeFor(ours, snapshot, differing)
  return differing.map((pair) => ({
    kind: 'position-differs',
    ours: pair.ours,
    theirs: pair.theirs ?? { contract: pair.contract, quantity: 0, cost: 0 as Money },
    cause: cause(pair),
  }))
}

function inFlight(fills: readonly Fill[], requestedAt: number): ReadonlySet<ConId> {
  return new Set(
    fills.flatMap(({ contract, at }) =>
      contract.kind !== 'combo' && at > requestedAt - IN_FLIGHT_MS ? [contract.conId] : [],
    ),
  )
}

function pairs(ours: Held, snapshot: BrokerSnapshot, missed: readonly Fill[]): readonly Pair[] {
  const all = new Map<ConId, Pair>()
  for (const { contract, quantity } of ours.positions) {
    all.set(contract.conId, { contract, ours: quantity, theirs: null })
  }
  for (const fill of missed) {
    const { contract, execId } = fill
    if (contract.kind === 'combo') continue
    const before = ours.fills.get(execId)
    const moved = signed(fill) - (before === undefined ? 0 : signed(before))
    const known = all.get(contract.conId)?.ours ?? 0
    all.set(contract.conId, { contract, ours: known + moved, theirs: null })
  }
  for (const theirs of snapshot.positions) {
    const { contract } = theirs
    all.set(contract.conId, { contract, ours: all.get(contract.conId)?.ours ?? 0, theirs })
  }
  return [...all.values()]
}

/** Why a position moved without a fill of ours, as far as the picture itself tells. */
function causeFor(
  ours: Held,
  snapshot: BrokerSnapshot,
  differing: readonly Pair[],
): (pair: Pair) => PositionCause {
  const traded = new Set(
    [...ours.orders.values()].flatMap(({ contract }) =>
      contract.kind === 'combo' ? contract.legs.map((leg) => leg.contract.conId) : [contract.conId],
    ),
  )
  const foreign = new Map<ConId, number>()
  for (const fill of snapshot.fills) {
    if (fill.contract.kind === 'combo' || ours.orders.has(fill.orderId)) continue
    foreign.set(fill.contract.conId, (foreign.get(fill.contract.conId) ?? 0) + signed(fill))
  }
  const gone = differing.filter(
    ({ contract, theirs }) => contract.kind === 'option' && (theirs?.quantity ?? 0) === 0,
  )
  return (pair) => {
    const { contract, theirs } = pair
    const isOption = contract.kind === 'option'
    const partner = isOption
      ? gone.includes(pair) && differing.find((stock) => delivered(pair, stock))
      : gone.find((option) => delivered(option, pair))
    if (partner) return (isOption ? pair : partner).ours > 0 ? 'exercised' : 'assigned'
    if (gone.includes(pair) && isOption && snapshot.requestedAt >= contract.lastTradingAt) {
      return 'expired'
    }
    // A person's own fill of today, or a contract that we never traded.
    const change = (theirs?.quantity ?? 0) - pair.ours
    const explained = foreign.get(contract.conId) === change || !traded.has(contract.conId)
    return explained ? 'foreign-trade' : 'unexplained'
  }
}

/** Did the shares of this option come or go? */
function delivered(option: Pair, stock: Pair): boolean {
  if (stock.contract.kind !== 'stock' || stock.contract.symbol !== option.contract.symbol) {
    return false
  }
  const shares = Math.abs(option.ours) * option.contract.multiplier
  return Math.abs((stock.theirs?.quantity ?? 0) - stock.ours) === shares
}

function signed(fill: Fill): number {
  return fill.side === 'BUY' ? fill.quantity : -fill.quantity
}
