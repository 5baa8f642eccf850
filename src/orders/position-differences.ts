import type { EpochMs } from '../base/clock.ts'
import { legsOf } from '../domain/contract.ts'
import type { ConId, OptionContract, StockContract, Ticker } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import type { Position, PositionCause } from '../domain/position.ts'
import type { BrokerOrder, BrokerSnapshot } from '../domain/report.ts'

/** A fill this near to the picture may be in one half of it only: exchange time, skew up to 5 s. */
export const IN_FLIGHT_MS = 5_000

/** One that lies further ahead is of a clock that is off (F70), and says nothing of when it was. */
export function isInFlight(at: EpochMs, requestedAt: EpochMs): boolean {
  return at > requestedAt - IN_FLIGHT_MS && at < requestedAt + 2 * IN_FLIGHT_MS
}

export interface Held {
  readonly orders: ReadonlyMap<ClientOrderId, TrackedOrder>
  readonly fills: ReadonlyMap<ExecId, Fill> // each in its highest revision seen
  readonly positions: readonly Position[]
  /** Executions of others that have explained a difference before. */
  readonly explained: ReadonlySet<ExecId>
  /** Their orders that were seen before, by perm id. */
  readonly foreign: ReadonlyMap<number, BrokerOrder>
}

export interface PositionDiffers {
  readonly kind: 'position-differs'
  readonly ours: number
  readonly theirs: Position
  readonly cause: PositionCause
  /** Executions of others that explain it. */
  readonly by: readonly ExecId[]
}

interface Pair {
  readonly contract: StockContract | OptionContract
  readonly ours: number
  readonly theirs: Position | null
}

/**
 * Contract by contract, our fills included; a contract with a fill in flight is judged next time,
 * unless executions of others in the same picture explain it to the unit: a person has sold while
 * our entry filled, and until it is taken over the broker refuses exits that sell too many (P30).
 */
export function positionDifferences(
  ours: Held,
  snapshot: BrokerSnapshot,
  missed: readonly Fill[],
): readonly PositionDiffers[] {
  const moving = inFlight([...ours.fills.values(), ...snapshot.fills], snapshot.requestedAt)
  const differing = pairs(ours, snapshot, missed).filter(
    (pair) =>
      changeOf(pair) !== 0 &&
      (!moving.has(pair.contract.conId) || isExplained(ours, snapshot, pair)),
  )
  const cause = causeFor(ours, snapshot, differing)
  return differing.map((pair) => ({
    kind: 'position-differs',
    ours: pair.ours,
    theirs: pair.theirs ?? { contract: pair.contract, quantity: 0, cost: 0 as Money },
    ...cause(pair),
  }))
}

/** By all of them together, and none of their orders is left that may fill on. */
function isExplained(ours: Held, snapshot: BrokerSnapshot, pair: Pair): boolean {
  const id = pair.contract.conId
  const isOf = ({ contract }: BrokerOrder): boolean =>
    legsOf(contract).some((leg) => leg.contract.conId === id)
  const resting = snapshot.openOrders.filter(({ orderId }) => !isOurs(ours, orderId))
  if ([...ours.foreign.values(), ...resting].some(isOf)) return false
  // One that is older was told late, or is in our books by another name: it explains nothing new.
  const fresh = foreignFills(ours, snapshot, id).filter(({ at }) =>
    isInFlight(at, snapshot.requestedAt),
  )
  const sum = fresh.reduce((units, each) => units + signed(each), 0)
  return units(sum) === changeOf(pair)
}

function isOurs({ orders }: Held, id: ClientOrderId | null): boolean {
  return id !== null && orders.has(id)
}

function inFlight(fills: readonly Fill[], requestedAt: EpochMs): ReadonlySet<ConId> {
  return new Set(
    fills.flatMap(({ contract, at }) =>
      isInFlight(at, requestedAt) ? legsOf(contract).map((leg) => leg.contract.conId) : [],
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
): (pair: Pair) => Pick<PositionDiffers, 'cause' | 'by'> {
  const traded = new Set(
    [...ours.orders.values()].flatMap(({ contract }) =>
      contract.kind === 'combo' ? contract.legs.map((leg) => leg.contract.conId) : [contract.conId],
    ),
  )
  const delivered = deliveries(differing)
  return (pair) => {
    const { contract, theirs } = pair
    const own = delivered.find((each) =>
      contract.kind === 'stock' ? each.symbol === contract.symbol : each.pair === pair,
    )
    if (own !== undefined) return { cause: own.pair.ours > 0 ? 'exercised' : 'assigned', by: [] }
    const isOver = contract.kind === 'option' && snapshot.requestedAt >= contract.lastTradingAt
    if (isOver && (theirs?.quantity ?? 0) === 0) return { cause: 'expired', by: [] }
    // A person's own fill of today, or a contract that we never traded.
    const foreign = foreignFills(ours, snapshot, contract.conId)
    const isTheirs = addsUp(foreign, changeOf(pair))
    if (!isTheirs && traded.has(contract.conId)) return { cause: 'unexplained', by: [] }
    return { cause: 'foreign-trade', by: foreign.map(({ execId }) => execId) }
  }
}

/** Those of nobody's order here that have explained nothing yet, oldest first. */
function foreignFills(ours: Held, { fills }: BrokerSnapshot, id: ConId): readonly Fill[] {
  return fills
    .filter(
      ({ contract, orderId, execId }) =>
        contract.kind !== 'combo' &&
        contract.conId === id &&
        !ours.orders.has(orderId) &&
        !ours.explained.has(execId),
    )
    .sort((a, b) => a.at - b.at)
}

/** Whether the newest so many of them do: older ones may be in our books already. */
function addsUp(fills: readonly Fill[], change: number): boolean {
  let sum = 0
  return fills.toReversed().some((fill) => units((sum += signed(fill))) === change)
}

function changeOf({ ours, theirs }: Pair): number {
  return units((theirs?.quantity ?? 0) - ours)
}

/** A person may hold parts of a share, and 0.1 and 0.2 of one are 0.3 of it. */
function units(of: number): number {
  return Math.round(of * 1e6) / 1e6
}

/** Units of an option that are not there any more, and what came of the stock if they delivered. */
interface Ended {
  readonly pair: Pair
  readonly symbol: Ticker
  readonly shares: number
}

function endedUnits(pair: Pair): readonly Ended[] {
  const { contract, ours } = pair
  const left = pair.theirs?.quantity ?? 0
  const gone = ours - left
  const isLess = Math.abs(left) < Math.abs(ours) && Math.sign(left) !== -Math.sign(ours)
  if (contract.kind !== 'option' || !isLess) return []
  // A call that is exercised brings shares, a put takes them; for who is assigned it is reversed.
  const shares = gone * contract.multiplier * (contract.right === 'C' ? 1 : -1)
  return [{ pair, symbol: contract.symbol, shares }]
}

/** Those that account for the shares that came or went, underlying by underlying. */
function deliveries(differing: readonly Pair[]): readonly Ended[] {
  const ended = differing.flatMap(endedUnits)
  return differing.flatMap((pair) => {
    const { contract } = pair
    if (contract.kind !== 'stock') return []
    return deliveredBy(
      changeOf(pair),
      ended.filter(({ symbol }) => symbol === contract.symbol),
    )
  })
}

/** More options of one underlying than this do not end at once. */
const ENDED_MAX = 12

/** The fewest whose shares add up to it; none: something else happened. */
function deliveredBy(shares: number, ended: readonly Ended[]): readonly Ended[] {
  let best: readonly Ended[] = []
  const some = ended.slice(0, ENDED_MAX)
  for (let chosen = 1; chosen < 2 ** some.length; chosen++) {
    const subset = some.filter((_, index) => Math.floor(chosen / 2 ** index) % 2 === 1)
    const sum = subset.reduce((total, each) => total + each.shares, 0)
    if (sum === shares && (best.length === 0 || subset.length < best.length)) best = subset
  }
  return best
}

function signed(fill: Fill): number {
  return fill.side === 'BUY' ? fill.quantity : -fill.quantity
}
