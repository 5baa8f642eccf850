import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { comboOf } from '../../domain/combo.ts'
import type {
  ComboContract,
  ComboLeg,
  OptionContract,
  StockContract,
  Tradable,
} from '../../domain/contract.ts'
import type { Fill } from '../../domain/fill.ts'
import { money } from '../../domain/money.ts'
import type { ClientOrderId } from '../../domain/order.ts'
import type { Position } from '../../domain/position.ts'
import type { BrokerOrder, BrokerSnapshot } from '../../domain/report.ts'
import type { Fault } from '../../engine/ports.ts'
import { BAG } from '../../wire/order-blocks.ts'
import type { Connection } from '../session/connection.ts'
import type { ContractBook } from '../market/contracts.ts'
import type { AccountReads } from './account-reads.ts'
import type { OrderBook } from './order-book.ts'
import { heldAs } from './order-book.ts'
import type { OrderReports } from './order-reports.ts'
import { ask, askShared } from '../session/ask.ts'
import { contractsIn } from './snapshot-contracts.ts'
import type { Contracts } from './snapshot-contracts.ts'
import { allOpenOrders, completedOrders, executions, positions } from './snapshot-questions.ts'
import type { CompletedRow, ExecutionRow, OpenRow, PositionRow } from './snapshot-questions.ts'
import { fillFrom } from '../translate/translate-fill.ts'
import { completedEvidence, listedEvidence, sideOf } from '../translate/translate-order.ts'

export interface SnapshotOptions {
  readonly clock: Clock
  readonly account: string
  readonly book: OrderBook
  readonly reports: OrderReports
  readonly contracts: ContractBook
  readonly accounts: AccountReads
  /** What was left out before, and is told already. */
  readonly leftOut: Set<string>
}

interface Lists {
  readonly positions: readonly PositionRow[]
  readonly open: readonly OpenRow[]
  readonly completed: readonly CompletedRow[]
  readonly executions: readonly ExecutionRow[]
}

/**
 * The broker's picture, of one connection: the account, then positions, open orders, completed
 * orders and executions, asked for in this order and at once (promises.md 3.5). If one list does
 * not end there is no picture: an absence from half of it proves nothing. Without the account there
 * is one: entries need it, and exits do not.
 */
export async function takeSnapshot(
  connection: Connection,
  options: SnapshotOptions,
  signal: AbortSignal,
): Promise<Result<BrokerSnapshot, Fault>> {
  const { clock, account, accounts, reports } = options
  const { requests } = connection
  // First, because the day's profit can take a second to come, and the lists must not grow old.
  const values = await accounts.read(connection)
  const requestedAt = clock.now()
  const [held, open, completed, executed] = await Promise.all([
    askShared(requests, positions(account)),
    askShared(requests, allOpenOrders()),
    askShared(requests, completedOrders()),
    ask(
      requests,
      executions(account, (row) => reports.knows(row)),
      signal,
    ),
  ])
  if (!held.ok) return held
  if (!open.ok) return open
  if (!completed.ok) return completed
  if (!executed.ok) return executed
  const lists = {
    positions: held.value.filter(({ position }) => position !== 0),
    open: open.value,
    completed: completed.value,
    executions: executed.value,
  }
  const contracts = await contractsIn(rowsOf(lists), legIds(lists), {
    clock,
    book: options.contracts,
    requests,
  })
  if (!connection.isUp) return fail(CONNECTION_GONE)
  const known = { contracts, combos: combosOf(lists, contracts) }
  return ok({
    requestedAt,
    epoch: connection.epoch,
    openOrders: openOrders(lists.open, known, options.book),
    completedOrders: completedOf(lists.completed, known),
    fills: fillsOf(lists.executions, known, options),
    positions: positionsOf(lists.positions, contracts),
    account: values.ok ? values.value : null,
    ...(!values.ok && { whyNoAccount: values.error.detail }),
    ...leftOutOf(lists, known, options.leftOut),
  })
}

const CONNECTION_GONE: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  detail: 'the connection ended while its picture was taken',
  vendorCode: null,
}

function rowsOf({ positions, open, completed, executions }: Lists) {
  return [...positions, ...open, ...completed, ...executions].map(({ contract }) => contract)
}

/** Stocks and options by con id; combos, which have none, by the perm id of their order. */
interface Known {
  readonly contracts: Contracts
  readonly combos: ReadonlyMap<string, ComboContract>
}

function legIds({ open, completed }: Lists): readonly number[] {
  return [...open, ...completed].flatMap(({ order }) => order.comboLegs.map(({ conId }) => conId))
}

/** From the legs that an order carries: an execution of a combo says only whose it is. */
function combosOf(
  { open, completed }: Lists,
  contracts: Contracts,
): ReadonlyMap<string, ComboContract> {
  const combos = new Map<string, ComboContract>()
  for (const { order } of [...open, ...completed]) {
    const legs = order.comboLegs.flatMap(({ conId, ratio, action }): readonly ComboLeg[] => {
      const contract = contracts.get(conId)
      if (contract === undefined || !isHeld(contract)) return []
      return [{ contract, ratio, side: sideOf(action) }]
    })
    const made = legs.length === order.comboLegs.length ? comboOf(legs) : null
    if (made?.ok !== true) continue
    combos.set(String(order.permId), made.value)
  }
  return combos
}

function contractOf(
  row: OpenRow | CompletedRow | ExecutionRow,
  { contracts, combos }: Known,
): Tradable | undefined {
  if (row.contract.secType !== BAG) return contracts.get(row.contract.conId)
  return combos.get(String('order' in row ? row.order.permId : row.permId))
}

function openOrders(
  rows: readonly OpenRow[],
  known: Known,
  book: OrderBook,
): readonly BrokerOrder[] {
  return rows.flatMap((row) => {
    const ours = book.echoed(row)
    const held = heldAs(row.order)
    const contract = ours?.tradable ?? contractOf(row, known)
    if (contract === undefined) return []
    // What is filled of it later is told without its legs.
    if (ours !== null && contract.kind === 'combo') ours.tradable = contract
    return {
      orderId: ours?.id ?? null,
      permId: row.order.permId ?? 0,
      contract,
      side: sideOf(row.order.action),
      quantity: row.order.totalQuantity - (ours === null ? (row.filled ?? 0) : 0),
      evidence: listedEvidence(row.orderState.status),
      ...(ours !== null && held !== null && { held }),
      ...(ours?.change != null && { changing: true }),
    }
  })
}

const FOREIGN = '' as ClientOrderId

/** A completed order carries no order id: its reference says whose it is. */
function completedOf(rows: readonly CompletedRow[], known: Known): readonly BrokerOrder[] {
  return rows.flatMap((row) => {
    const contract = contractOf(row, known)
    if (contract === undefined) return []
    return {
      orderId: row.order.orderRef === '' ? null : (row.order.orderRef as ClientOrderId),
      permId: row.order.permId ?? 0,
      contract,
      side: sideOf(row.order.action),
      quantity: row.order.totalQuantity,
      evidence: completedEvidence(row),
    }
  })
}

/** Those of others are of no order of ours; they explain what a position has become. */
function fillsOf(
  rows: readonly ExecutionRow[],
  known: Known,
  { book, clock }: SnapshotOptions,
): readonly Fill[] {
  return rows.flatMap((row) => {
    const owner = book.ownerOf(row)
    const placed = owner === null ? null : (book.byId(owner)?.tradable ?? null)
    const isOwn = row.contract.secType === BAG && placed?.kind === 'combo'
    const contract = isOwn ? placed : contractOf(row, known)
    const orderId = owner ?? FOREIGN
    if (contract === undefined) return []
    return fillFrom(row, { orderId, contract, readAt: clock.now() })
  })
}

const NAMED: ReadonlySet<string> = new Set(['STK', 'OPT', BAG])

/** Held, or open: what nobody can name, and risk does not know of. */
function leftOutOf(
  { positions, open }: Lists,
  known: Known,
  told: Set<string>,
): Pick<BrokerSnapshot, 'leftOut' | 'unnamed'> {
  const held = positions
    .filter(({ contract }) => !known.contracts.has(contract.conId))
    .map(({ contract, position }) => ({ contract, what: `${position} held of` }))
  const orders = open
    .filter((row) => contractOf(row, known) === undefined)
    .map(({ contract, order }) => ({ contract, what: `an order, perm id ${order.permId}, of` }))
  const all = [...held, ...orders]
    .filter(({ contract }) => NAMED.has(contract.secType))
    .map(({ contract, what }) => {
      const { secType, symbol, localSymbol, conId } = contract
      return `${what} ${secType} ${localSymbol || symbol}, contract ${conId}`
    })
  if (all.length === 0) return {}
  const names = all.filter((name) => !told.has(name))
  for (const name of names) told.add(name)
  return { unnamed: true, ...(names.length > 0 && { leftOut: names }) }
}

function positionsOf(rows: readonly PositionRow[], contracts: Contracts): readonly Position[] {
  return rows.flatMap(({ contract: { conId }, position, avgCost }) => {
    const contract = contracts.get(conId)
    if (contract === undefined || !isHeld(contract)) return []
    return { contract, quantity: position, cost: money(avgCost * position) }
  })
}

function isHeld(contract: Tradable): contract is StockContract | OptionContract {
  return contract.kind !== 'combo'
}
