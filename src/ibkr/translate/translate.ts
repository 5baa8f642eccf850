import { isAmount, money, price } from '../../domain/money.ts'
import type { Money, Price } from '../../domain/money.ts'

/**
 * Wire numbers into the domain. The codec has turned the unset sentinels into null; what is left
 * are the values that mean "none" in their place (protocol.md 8.1): no price is 0 or below.
 */

/** A quoted price: -1 and 0 are no quote, and nothing costs billions. */
export function quotedPrice(value: number | null): Price | null {
  return value === null || !isAmount(value) || value <= 0 ? null : price(value)
}

/** A size or a count: 0 is real, negative is unknown. */
export function countOf(value: number | null): number | null {
  return value === null || !Number.isFinite(value) || value < 0 ? null : value
}

/** An amount of money; null when it is not known yet, or can be none. */
export function amount(value: number | null): Money | null {
  return value === null || !isAmount(value) ? null : money(value)
}

/** Account values come as text. */
export function amountText(text: string | undefined): Money | null {
  return text === undefined || text.trim() === '' ? null : amount(Number(text))
}

/** -1 and unset say that the commission will come later (client-library.md, H30). */
export function commissionOf(value: number | null): Money | null {
  return value === -1 ? null : amount(value)
}

/** `0000e0d5.67a1.01.02`: the part after the last dot is a revision, the highest wins. */
export function execIdParts(execId: string): { readonly base: string; readonly revision: number } {
  const dot = execId.lastIndexOf('.')
  const revision = Number(execId.slice(dot + 1))
  if (dot < 0 || !Number.isInteger(revision)) return { base: execId, revision: 0 }
  return { base: execId.slice(0, dot), revision }
}
