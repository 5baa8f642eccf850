import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Bar } from '../domain/bar.ts'
import { amountOf } from '../domain/money.ts'

/**
 * The bars that hold numbers, at least `count` of them. A last bar that does not is a reason to
 * wait, because the one before it would be taken for the present.
 */
export function usableBars(bars: readonly Bar[], count: number): Result<readonly Bar[], string> {
  const usable = bars.filter(isUsable)
  if (usable.length < count) return fail(`${usable.length} usable bars, needs ${count}`)
  if (usable.at(-1) !== bars.at(-1)) return fail('the last bar has missing values')
  return ok(usable)
}

export function closesOf(bars: readonly Bar[]): readonly number[] {
  return bars.map((bar) => amountOf(bar.close))
}

function isUsable(bar: Bar): boolean {
  const prices = [bar.open, bar.high, bar.low, bar.close]
  return prices.every((each) => each > 0 && Number.isFinite(each)) && bar.volume >= 0
}
