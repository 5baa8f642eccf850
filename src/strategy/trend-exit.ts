import type { Structure } from '../domain/position.ts'
import { closesOf, usableBars } from './bars.ts'
import { outlookOf } from './held.ts'
import { ema } from './indicators.ts'
import type { Guard, Leave } from './strategy.ts'

export const SPAN = 20
export const BARS_MIN = 21
/** Four sessions of regular hours; the half hour to 10:00 is a bar of its own. */
const BARS = 28

/**
 * A long option leaves when the underlying closes an hour on the wrong side of its average: a call
 * below, a put above; on it both stay (product rules, section 4.5).
 */
export const trendExit: Guard = {
  name: 'trend-exit',
  needs: { size: '1h', count: BARS },
  judge({ bars, held }): readonly Leave[] {
    const usable = usableBars(bars, BARS_MIN)
    if (!usable.ok) return []
    const closes = closesOf(usable.value)
    const close = closes.at(-1) ?? NaN
    const average = ema(closes, SPAN)
    return held.flatMap((structure) => {
      const wants = sideOf(structure)
      const isWrong = wants === 'above' ? close < average : close > average
      if (wants === null || !isWrong) return []
      const text = `an hour closed at ${close.toFixed(2)}, EMA${SPAN} ${average.toFixed(4)}`
      return [{ structureId: structure.id, reason: `trend exit: ${text}` }]
    })
  },
}

/** Where the underlying has to stay; null for what is no long option. */
function sideOf(structure: Structure): 'above' | 'below' | null {
  const outlook = structure.quantity > 0 ? outlookOf(structure) : null
  if (outlook === null) return null
  return outlook === 'rise' ? 'above' : 'below'
}
