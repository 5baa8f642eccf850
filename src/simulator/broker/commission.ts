import type { SimContract } from './state.ts'
import type { Tradable } from '../../domain/contract.ts'
import { legsOf } from '../../domain/contract.ts'
import { addMoney } from '../../domain/money.ts'
import type { Money } from '../../domain/money.ts'

/** IBKR Pro, fixed: $0.65 a contract and $0.005 a share, at least $1.00 an order. */
const PER_UNIT = { option: 650_000, stock: 5_000 } as const
const LEAST_PER_ORDER = 1_000_000

/** Of one fill, when `before` units of its order had been filled: the least is charged once. */
export function commissionOf(kind: SimContract['kind'], before: number, quantity: number): Money {
  return (ofOrder(kind, before + quantity) - ofOrder(kind, before)) as Money
}

/** Of a combo each leg is charged as an order of its own. */
export function commissionFor(contract: Tradable, before: number, quantity: number): Money {
  return addMoney(
    ...legsOf(contract).map(({ contract: { kind }, ratio }) =>
      commissionOf(kind, before * ratio, quantity * ratio),
    ),
  )
}

function ofOrder(kind: SimContract['kind'], filled: number): number {
  return filled === 0 ? 0 : Math.max(LEAST_PER_ORDER, filled * PER_UNIT[kind])
}
