import { sideOf } from '../config/ports.ts'
import { symbolObjection } from '../config/schema.ts'
import type { ChannelKind } from '../notify/channel.ts'
import type { StrategyName } from '../strategy/registry.ts'

/** Live is not among them: docs/live.md says what it takes, and a wizard is no part of it. */
export const INIT_MODES = ['demo', 'dry-run', 'paper'] as const
export type InitMode = (typeof INIT_MODES)[number]

/** What a configuration is made of; the rest is as config/example.yaml has it. */
export interface InitAnswers {
  readonly mode: InitMode
  readonly host: string
  readonly port: number
  /** Of mode paper. */
  readonly account: string | null
  readonly symbols: readonly string[]
  readonly strategies: readonly StrategyName[]
  readonly limits: SuggestedLimits
  /** Who may use the dashboard by a password; null: nobody. */
  readonly dashboardUser: string | null
  /** That the URLs of channels may name. */
  readonly notifyHosts: readonly string[]
  readonly channels: readonly InitChannel[]
}

/** Of `notify.channels`: what is not secret of one. */
export interface InitChannel {
  readonly kind: ChannelKind
  /** As they stand in YAML. */
  readonly keys: Readonly<Record<string, string>>
}

/** As they stand in the file: percentages, whole dollars and counts. */
export interface SuggestedLimits {
  readonly riskPerTradePct: number
  readonly dailyLossPct: number
  readonly openStructures: number
  readonly contracts: number
  readonly orderCost: number
  readonly structureLoss: number
  readonly baselineDifference: number
  readonly delta: number
  readonly gamma: number
  readonly vega: number
  readonly theta: number
  readonly shockLoss: number
}

/** Of an account, in dollars: below it no option of the example fits, above it nobody asks us. */
export const ACCOUNT_SIZE = { min: 1_000, max: 10_000_000, default: 100_000 } as const

/** What is suggested for an account never grows with it beyond this size. */
const SCALE_MAX = 1_000_000

/**
 * Limits for an account of this many dollars: those of config/example.yaml are of $100,000, and of
 * another size they are in proportion, within bounds. Suggestions, and no advice.
 */
export function suggestedLimits(accountDollars: number): SuggestedLimits {
  const size = Math.min(Math.max(accountDollars, ACCOUNT_SIZE.min), SCALE_MAX)
  const share = (of: number, step: number): number =>
    Math.max(step, Math.round((size * of) / step) * step)
  const cost = Math.min(share(0.02, 50), 10_000)
  return {
    riskPerTradePct: 0.5,
    dailyLossPct: 2,
    openStructures: size < 10_000 ? 2 : size < 25_000 ? 3 : 6,
    contracts: Math.min(20, Math.max(1, Math.round(size / 5_000))),
    orderCost: cost,
    structureLoss: cost,
    baselineDifference: Math.min(250, share(0.0025, 5)),
    delta: share(5, 1_000),
    gamma: share(4, 1_000),
    vega: share(0.015, 10),
    theta: share(0.03, 10),
    shockLoss: share(0.06, 10),
  }
}

/** Why this cannot be the account of mode paper; null: it can. */
export function accountObjection(account: string): string | null {
  if (/^D[UF]\d{4,10}$/.test(account)) return null
  return 'expected a paper account, DU or DF and digits, like DU1234567'
}

/** A port of the Gateway, as typed. */
export function portObjection(text: string): string | null {
  const port = Number(text)
  const isPort = /^\d+$/.test(text) && port >= 1 && port <= 65_535
  if (!isPort) return 'expected a port, 1 to 65535'
  return sideOf(port, {}) === 'live' ? 'that is a live port; init makes none of live' : null
}

/** Of US stocks and ETFs, which init is for: no digit in its root. `BRK B`, and no `AAPL1`. */
const STOCK = /^[A-Z]+([. ][A-Z0-9]+)?$/

const EXPECTED_STOCK = 'expected the ticker of a stock, in capitals and without digits, like "SPY"'

export function symbolsObjection(symbols: readonly string[]): string | null {
  if (symbols.length === 0) return 'expected at least one symbol, like SPY'
  for (const each of symbols) {
    const objection = symbolObjection(each) ?? (STOCK.test(each) ? null : EXPECTED_STOCK)
    if (objection !== null) return `${objection}; came "${each}"`
  }
  return new Set(symbols).size === symbols.length ? null : 'expected each symbol once'
}

/** `SPY, qqq` as SPY and QQQ. */
export function symbolsIn(text: string): readonly string[] {
  const all = text.split(',').map((each) => each.trim().toUpperCase())
  return all.filter((each) => each !== '')
}

/** As the file of the dashboard names its users. */
export function userObjection(name: string): string | null {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,39}$/.test(name)) return null
  return 'expected a name of 1 to 40 letters, digits, ".", "_", "@" or "-", like "ada"'
}
