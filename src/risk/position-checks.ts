import { nameOf } from '../domain/contract-key.ts'
import type { CalendarDate, Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import type { RiskCheck } from './limits.ts'
import { refuse } from './refusal.ts'
import { unattributed } from './unattributed.ts'

const openStructures: RiskCheck = (_entry, { structures }, { openStructuresMax }) =>
  structures.length < openStructuresMax
    ? null
    : refuse('open-structures', `${structures.length} of ${openStructuresMax} are open`)

const perUnderlying: RiskCheck = ({ candidate }, { structures }, { perUnderlyingMax }) => {
  const { symbol } = candidate.contract
  const open = structures.filter((each) => each.contract.symbol === symbol).length
  if (open < perUnderlyingMax) return null
  return refuse('per-underlying', `${open} of ${perUnderlyingMax} are open in ${symbol}`)
}

const perExpiry: RiskCheck = ({ candidate }, { structures }, { perExpiryMax }) => {
  const full = [...expiriesOf(candidate.contract)].flatMap((expiry) => {
    const open = structures.filter(({ contract }) => expiriesOf(contract).has(expiry)).length
    return open < perExpiryMax ? [] : [`${open} of ${perExpiryMax} end on ${expiry}`]
  })
  return full.length === 0 ? null : refuse('per-expiry', full.join('; '))
}

const onePosition: RiskCheck = (entry, { structures }) => {
  const { symbol } = entry.candidate.contract
  const held = structures.find(
    (each) => each.strategy === entry.strategy && each.contract.symbol === symbol,
  )
  if (held === undefined) return null
  return refuse('one-position', `${entry.strategy} has ${held.id} in ${symbol}`)
}

/** A position no structure explains: its underlying is left alone until something does. */
const unattributedPosition: RiskCheck = (entry, { positions, structures }) => {
  const { symbol } = entry.candidate.contract
  const left = unattributed(positions, structures).filter((each) => each.contract.symbol === symbol)
  if (left.length === 0) return null
  const names = left.map((each) => `${each.quantity} of ${nameOf(each.contract)}`)
  return refuse('unattributed-position', names.join(', '))
}

export const positionChecks: readonly RiskCheck[] = [
  openStructures,
  perUnderlying,
  perExpiry,
  onePosition,
  unattributedPosition,
]

/** The dates that a structure ends on. */
export function expiriesOf(contract: Tradable): ReadonlySet<CalendarDate> {
  return new Set(
    legsOf(contract).flatMap(({ contract: leg }) => (leg.kind === 'option' ? [leg.expiry] : [])),
  )
}
