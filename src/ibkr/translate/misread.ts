import { isAmount } from '../../domain/money.ts'
import type { Response } from '../../wire/responses.ts'

/** A field that cannot mean what its place says. */
export interface Misread {
  readonly field: string
  readonly detail: string
}

/**
 * Numbers that the wire may carry and the domain has no room for: a price of billions, a part of a
 * contract filled of an order of ours, `clientId`. A Gateway does not say them, so whatever was
 * read there was something else, and the message is not believed (S14). Null: nothing of the kind.
 */
export function misread(response: Response, clientId: number): Misread | null {
  switch (response.kind) {
    case 'execDetails': {
      const { shares, price, contract } = response
      // A person may trade parts of a share; what we send is whole (orderRefusal).
      const isWhole = Number.isSafeInteger(shares) || response.clientId !== clientId
      if (!isWhole || shares < 0) return odd('shares', 'whole units', shares)
      return amounts({ shares, price, 'contract.strike': contract.strike })
    }
    case 'openOrder': {
      const { contract, order } = response
      const { lmtPrice, auxPrice } = order
      return amounts({ lmtPrice, auxPrice, 'contract.strike': contract.strike })
    }
    case 'position': {
      const { position, avgCost, contract } = response
      const cost = avgCost * position
      return amounts({ position, avgCost, cost, 'contract.strike': contract.strike })
    }
    case 'completedOrder':
      return amounts({ 'contract.strike': response.contract.strike })
    case 'contractDetails':
      return amounts({ minTick: response.minTick, 'contract.strike': response.contract.strike })
    case 'marketRule':
      return first(response.increments, 'increments', ({ lowEdge, increment }) =>
        amounts({ lowEdge, increment }),
      )
    case 'secDefOptParam':
      return first(response.strikes, 'strikes', (strike) => amounts({ strike }))
    case 'historicalData':
      return first(response.bars, 'bars', barAmounts)
    case 'historicalDataUpdate':
    case 'realTimeBar':
      return barAmounts(response)
    default:
      return null
  }
}

function barAmounts(of: {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}): Misread | null {
  return amounts({ open: of.open, high: of.high, low: of.low, close: of.close })
}

function amounts(fields: Readonly<Record<string, number | null>>): Misread | null {
  for (const field in fields) {
    const value = fields[field]
    if (typeof value === 'number' && !isAmount(value)) return odd(field, 'an amount', value)
  }
  return null
}

function odd(field: string, expected: string, came: number): Misread {
  return { field, detail: `expected ${expected} as ${field}, came ${came}` }
}

function first<T>(
  rows: readonly T[],
  name: string,
  judge: (row: T) => Misread | null,
): Misread | null {
  for (const [i, row] of rows.entries()) {
    const found = judge(row)
    if (found !== null) return { ...found, field: `${name}.${i}.${found.field}` }
  }
  return null
}
