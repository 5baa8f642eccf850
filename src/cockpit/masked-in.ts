import { maskedAccounts } from '../base/masked.ts'

/** A copy in which every text is without account ids, whatever it came from (T12). */
export function maskedIn<T>(value: T): T {
  if (typeof value === 'string') return maskedAccounts(value) as T
  if (Array.isArray(value)) return value.map((each: unknown) => maskedIn(each)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [name, maskedIn(each)] as const)
  return Object.fromEntries(entries) as T
}
