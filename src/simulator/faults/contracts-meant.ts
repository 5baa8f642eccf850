import { z } from 'zod'
import type { Listable } from '../session/session-contract.ts'
import type { Connection } from './fault.ts'
import { symbols } from './fault.ts'

/** Parameters of a fault that means some contracts and not others. */
export const meant = {
  of: z.enum(['options', 'stocks', 'all']).default('options').describe('of which contracts'),
  symbols,
}

export interface Meant {
  readonly of: 'options' | 'stocks' | 'all'
  readonly symbols?: readonly string[] | undefined
}

export function isMeant({ of, symbols }: Meant, contract: Listable): boolean {
  const kind = of === 'all' || (of === 'options') === (contract.kind === 'option')
  return kind && (symbols?.includes(contract.symbol) ?? true)
}

/** The contract of a line, where the fault means it. */
export function meantLine(of: Meant, connection: Connection, reqId: number): Listable | null {
  const contract = connection.lineOf(reqId)
  return contract !== null && isMeant(of, contract) ? contract : null
}
