import type { EpochMs } from '../base/clock.ts'
import { addMoney } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { ClientOrderId, Order, StructureId } from '../domain/order.ts'
import { ledgerOf as holdingsOf } from '../domain/ledger.ts'
import type { Entry } from './rows.ts'

export interface RoleFill extends Fill {
  /** `expiry`: by no order; closed at $0 by its expiry. */
  readonly role: Order['role'] | 'expiry'
}

/** One structure from its first fill to flat. */
export interface Trade {
  readonly structureId: StructureId
  readonly strategy: string
  readonly contract: Order['contract']
  readonly openedAt: EpochMs
  /** Null while something is held. */
  readonly closedAt: EpochMs | null
  /** Units bought, or sold, to open. */
  readonly quantity: number
  readonly fills: readonly RoleFill[]
  readonly commissions: Money
  /** Of what was closed, commissions included. */
  readonly pnl: Money
}

interface Ledger {
  readonly orders: Map<ClientOrderId, Order>
  readonly fills: Map<ExecId, Fill>
  readonly commissions: Map<ExecId, Money>
  readonly strategies: Map<StructureId, string>
}

/** Every structure that had a fill, in the order they were opened. */
export function tradesOf(entries: Iterable<Entry>): readonly Trade[] {
  const ledger = ledgerOf(entries)
  const byStructure = new Map<StructureId, [RoleFill, ...RoleFill[]]>()
  for (const fill of ledger.fills.values()) {
    const order = ledger.orders.get(fill.orderId)
    if (order === undefined || order.structureId === null) continue
    const roleFill = { ...fill, role: order.role }
    const fills = byStructure.get(order.structureId)
    if (fills === undefined) byStructure.set(order.structureId, [roleFill])
    else fills.push(roleFill)
  }
  return [...byStructure].map(([structureId, fills]) => tradeOf(structureId, fills, ledger))
}

/** All fills of the journal, corrections applied, and all commissions. */
export function ledgerOf(entries: Iterable<Entry>): Ledger {
  const ledger: Ledger = {
    orders: new Map(),
    fills: new Map(),
    commissions: new Map(),
    strategies: new Map(),
  }
  for (const { event } of entries) {
    if (event.type === 'OrderIntended') ledger.orders.set(event.order.id, event.order)
    if (event.type === 'OrderFilled') ledger.fills.set(event.fill.execId, event.fill)
    if (event.type === 'CommissionReported') ledger.commissions.set(event.execId, event.commission)
    if (event.type === 'EntryApproved') {
      ledger.strategies.set(event.structureId, event.request.strategy)
    }
  }
  return ledger
}

function tradeOf(
  structureId: StructureId,
  fills: readonly [RoleFill, ...RoleFill[]],
  ledger: Ledger,
): Trade {
  const [first] = fills
  const last = fills.at(-1) ?? first
  const contract = ledger.orders.get(first.orderId)?.contract ?? first.contract
  // A combo counts by its own fills; those of its legs say what it was made of, and what it cost.
  const own = fills.filter(
    (fill) => (fill.contract.kind === 'combo') === (contract.kind === 'combo'),
  )
  const left = own.reduce((sum, fill) => sum + signed(fill), 0)
  return {
    structureId,
    strategy: ledger.strategies.get(structureId) ?? 'unknown',
    contract,
    openedAt: first.at,
    closedAt: left === 0 ? last.at : null,
    quantity: own
      .filter((fill) => fill.role === 'entry')
      .reduce((sum, fill) => sum + fill.quantity, 0),
    fills,
    commissions: addMoney(
      ...fills.map((fill) => ledger.commissions.get(fill.execId) ?? (0 as Money)),
    ),
    pnl: holdingsOf(fills, ledger.commissions).realized,
  }
}

function signed(fill: Fill): number {
  return fill.side === 'BUY' ? fill.quantity : -fill.quantity
}
