import { held } from './criterion.ts'
import type { Criterion } from './criterion.ts'
import type { Setup } from './facts.ts'
import { sumOf } from './facts.ts'

/** A position without a working exit for longer than this breaks promise P30. */
export const UNPROTECTED_MS_MAX = 5_000

/** Nothing leaves where nothing may; what is traded agrees with the broker. */
export function orderCriteria({ trades }: Setup): readonly Criterion[] {
  return trades ? [pnl, protection] : [noOrders]
}

const noOrders: Criterion = {
  name: 'order frames',
  wanted: 'none: nothing is traded',
  needsData: false,
  judge: (facts) => {
    const count = sumOf(facts, 'orderFrames')
    return held(count === 0, String(count))
  },
}

const pnl: Criterion = {
  name: 'profit and loss',
  wanted: "ours is the broker's, to the cent",
  needsData: false,
  judge: ({ trades }) => {
    if (trades === null) return held(false, 'nothing is known of what was traded')
    const { realizedPnl, brokerRealizedPnl, entries, fills } = trades
    const text = `$${realizedPnl.toFixed(2)} here, $${brokerRealizedPnl.toFixed(2)} there`
    return held(realizedPnl === brokerRealizedPnl, `${text}; ${entries} entries, ${fills} fills`)
  },
}

const protection: Criterion = {
  name: 'protection',
  wanted: `no position without its exit for over ${UNPROTECTED_MS_MAX / 1_000} s`,
  needsData: false,
  judge: ({ trades }) => {
    if (trades === null) return held(false, 'nothing is known of what was traded')
    const ms = trades.unprotectedMsMax
    return held(ms <= UNPROTECTED_MS_MAX, `at most ${ms} ms`)
  },
}
