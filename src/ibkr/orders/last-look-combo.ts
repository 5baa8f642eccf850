import type { Side } from '../../domain/contract.ts'

/** One leg of the combo that an order was meant to be of. */
export interface IntendedLeg {
  readonly conId: number
  readonly ratio: number
  readonly side: Side
}

/** The block of a combo stands behind `hidden` (protocol.md 7.2), and shifts what follows. */
const BLOCK_AT = 35
const SEC_TYPE_AT = 4
const LEG_FIELDS = 8
const LEGS_MAX = 8

/** What a frame says of its legs: as it stands there, and by how much the rest is shifted. */
export interface ComboBlock {
  readonly legs: readonly (readonly string[])[]
  /** Prices of single legs, and routing: with either, one leg could fill without the other. */
  readonly extras: number
  readonly shift: number
}

/** No block: of a stock or an option. Null: it cannot be read. */
export function comboBlock(fields: readonly string[]): ComboBlock | null {
  if (fields[SEC_TYPE_AT] !== 'BAG') return { legs: [], extras: 0, shift: 0 }
  const count = countAt(fields, BLOCK_AT)
  if (count === null || count > LEGS_MAX) return null
  const pricesAt = BLOCK_AT + 1 + count * LEG_FIELDS
  const prices = countAt(fields, pricesAt)
  const routing = prices === null ? null : countAt(fields, pricesAt + 1 + prices)
  if (prices === null || routing === null) return null
  const legs = Array.from({ length: count }, (_, leg) => {
    const from = BLOCK_AT + 1 + leg * LEG_FIELDS
    return fields.slice(from, from + LEG_FIELDS)
  })
  const end = pricesAt + 1 + prices + 1 + 2 * routing
  return { legs, extras: prices + routing, shift: end - BLOCK_AT }
}

const EXEMPT_CODE = 45
const OCA_TYPE = 46
const WHAT_IF = 84

/**
 * Fields behind the block. Below version 177 a field more comes before them (protocol.md 7.1): the
 * exempt code, -1, tells where we are; anything else there, and the frame cannot be read.
 */
export function behind(
  fields: readonly string[],
  block: ComboBlock,
): { readonly isReadable: boolean; readonly ocaType: string; readonly whatIf: string } {
  const shift = block.shift + (fields[EXEMPT_CODE + block.shift] === '-1' ? 0 : 1)
  return {
    isReadable: fields[EXEMPT_CODE + shift] === '-1',
    ocaType: fields[OCA_TYPE + shift] ?? '',
    whatIf: fields[WHAT_IF + shift] ?? '',
  }
}

/** How the legs on the wire differ from those that were meant, in their order; null: not at all. */
export function legsDifference(block: ComboBlock, meant: readonly IntendedLeg[]): string | null {
  const sent = block.legs.map((leg) => leg.join(' ').trim())
  // conId, ratio, action, exchange, openClose, shortSaleSlot, designatedLocation, exemptCode
  const wanted = meant.map(({ conId, ratio, side }) => `${conId} ${ratio} ${side} SMART 0 0  -1`)
  if (sent.join('; ') !== wanted.join('; ')) {
    return `expected the legs "${wanted.join('; ')}", were "${sent.join('; ')}"`
  }
  if (block.extras === 0) return null
  return 'legs with prices or routing of their own could fill one by one'
}

function countAt(fields: readonly string[], index: number): number | null {
  const count = Number(fields[index] ?? 'none')
  return Number.isInteger(count) && count >= 0 && count < fields.length ? count : null
}
