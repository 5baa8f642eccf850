import type { UnderlyingKey } from '../domain/contract.ts'
import { amountOf } from '../domain/money.ts'
import type { OptionSearch, Signal } from '../domain/signal.ts'
import { heldBy } from './held.ts'
import type { Strategy, StrategyView } from './strategy.ts'

const NAME = 'vix-regime'

export type Regime = 'complacency' | 'normal' | 'elevated' | 'peak fear'

export interface VixRules {
  readonly index: UnderlyingKey
  /** Bought in complacency: where to look for the put, by symbol. */
  readonly puts: Readonly<Record<string, OptionSearch>>
  /** Bought in normal and elevated times: where to look for the call, by symbol. */
  readonly calls: Readonly<Record<string, OptionSearch>>
  /** After an entry nothing is entered in the symbol for so long: a regime lasts (R21). */
  readonly coolDownMs: number
}

/** Of the level of the VIX, in points (product rules, section 4.4). */
export function regimeOf(vix: number): Regime {
  if (vix < 15) return 'complacency'
  if (vix < 20) return 'normal'
  return vix < 30 ? 'elevated' : 'peak fear'
}

const CONFIDENCE = { complacency: 0.85, normal: 0.6, elevated: 0.75 } as const

/** What the level of the VIX says is bought, symbol by symbol; looked at once an hour. */
export function vixRegime(rules: VixRules): Strategy {
  return {
    name: NAME,
    needs: { size: '1h', count: 1, index: rules.index },
    evaluate: (view) => signalOf(rules, view),
  }
}

function signalOf(rules: VixRules, view: StrategyView): Signal {
  const { index, symbol, now, lastEntryAt } = view
  const hold = (reason: string): Signal => ({ kind: 'hold', reason })
  if (index === null) return hold(`${rules.index.symbol} is unknown: no regime`) // R5
  const vix = amountOf(index)
  const regime = regimeOf(vix)
  const text = `${rules.index.symbol} ${vix.toFixed(2)}, ${regime}`
  if (regime === 'peak fear') return hold(text)
  const search = (regime === 'complacency' ? rules.puts : rules.calls)[symbol]
  if (search === undefined) return hold(`${text}: ${symbol} is not in its universe`)
  if (heldBy(NAME, view) !== null) return hold(`already holding; ${text}`)
  if (lastEntryAt !== null && now - lastEntryAt < rules.coolDownMs) {
    return hold(`cooling down after the last entry; ${text}`)
  }
  const outlook = regime === 'complacency' ? 'fall' : 'rise'
  return { kind: 'enter', outlook, confidence: CONFIDENCE[regime], reason: text, search }
}
