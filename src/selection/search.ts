import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { CalendarDate, Right } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { EntrySignal } from '../domain/signal.ts'
import type { SelectionRules } from './rules.ts'

/** So many contracts are quoted, those closest to the centre of the ranges (product rules, 5.3). */
export const SEARCHED = 10

/** The rules as they are, or as the signal asks for them: it knows which option it means. */
export function rulesFor(rules: SelectionRules, { search }: EntrySignal): SelectionRules {
  if (search === undefined) return rules
  const { dte, otm } = search
  return { ...rules, expiry: { kind: 'dte', ...dte }, strike: { kind: 'otm', ...otm } }
}

/** How many get a streaming line before one is picked. */
export function quotedMax({ strike, candidates }: SelectionRules): number {
  return strike.kind === 'otm' ? SEARCHED : candidates
}

/** How far out of the money, from the holder's side, as a ratio of the spot. */
export function otmOf(strike: Price, spot: Price, right: Right): number {
  return (right === 'C' ? strike - spot : spot - strike) / spot
}

/** Strikes that are out of the money by an amount in the range; at and in the money never. */
export function strikesInRange(
  listed: readonly Price[],
  { min, max }: { readonly min: number; readonly max: number },
  of: { readonly spot: Price; readonly right: Right },
): Result<readonly Price[], string> {
  const inside = listed.filter((strike) => {
    const otm = otmOf(strike, of.spot, of.right)
    return otm > 0 && otm >= min && otm <= max
  })
  if (inside.length > 0) return ok(inside)
  const range = `${percent(min)} to ${percent(max)} out of the money`
  return fail(`no strike listed ${range}`)
}

interface Range {
  readonly min: number
  readonly max: number
}

/** 0 in the middle of both ranges, 1 for each range at whose edge it is. */
export function fromCentre(
  of: { readonly dte: number; readonly otm: number },
  ranges: { readonly dte: Range; readonly otm: Range },
): number {
  const off = (value: number, { min, max }: Range): number =>
    max > min ? Math.abs(value - (min + max) / 2) / ((max - min) / 2) : 0
  // To nine decimals: two strikes as far to either side are as far.
  return Number((off(of.dte, ranges.dte) + off(of.otm, ranges.otm)).toFixed(9))
}

/** The nearest first; of two as near the earlier expiry, then the lower strike. */
export function byCentre<T extends { readonly expiry: CalendarDate; readonly strike: Price }>(
  keys: readonly T[],
  distance: (key: T) => number,
): readonly T[] {
  return keys
    .map((key) => ({ key, distance: distance(key) }))
    .sort(
      (a, b) =>
        a.distance - b.distance ||
        (a.key.expiry < b.key.expiry ? -1 : a.key.expiry > b.key.expiry ? 1 : 0) ||
        a.key.strike - b.key.strike,
    )
    .map(({ key }) => key)
}

function percent(ratio: number): string {
  return `${Number((100 * ratio).toFixed(2))}%`
}
