import type { Money } from '../domain/money.ts'
import { amountText } from '../domain/money.ts'
import type { Refusal } from './limits.ts'

export function refuse(rule: string, detail: string): Refusal {
  return { rule, detail }
}

/** Of an account that is held to the rules of both kinds. */
export const UNKNOWN_KIND =
  'the broker says neither cash nor margin, and account_kind is not set: ' +
  'settled cash counts, and day trades count'

/** Null while `used` is at most `max`. */
export function over(rule: string, used: number, max: Money): Refusal | null {
  return used <= max ? null : refuse(rule, `${dollars(used)} over ${dollars(max)}`)
}

export function dollars(amount: number | null): string {
  return amount === null ? 'unknown' : amountText(amount as Money)
}
