import type { Money } from '../domain/money.ts'
import { amountOf } from '../domain/money.ts'
import type { Mark } from '../domain/mark.ts'
import { dayLoss } from './checks.ts'
import type { HoldingsView, RiskLimits } from './limits.ts'
import { repeatsOf } from './order-checks.ts'
import { expiriesOf } from './position-checks.ts'
import { GREEKS, portfolioOf, shockLoss, worstOf } from './portfolio.ts'
import { reservation } from './reservation.ts'
import { spendable } from './size.ts'

/** One limit and what is used of it now, for people. */
export interface LimitUse {
  readonly rule: string
  /** Null: it is not known. What is judged entry by entry is not listed: nothing is used of it. */
  readonly used: number | null
  readonly max: number | null
  readonly unit: 'dollars' | 'count'
  /** What uses most of it, where that is one of several. */
  readonly by: string | null
}

/** Every limit of what is open, was sent, or was lost. */
export function limitsInUse(
  view: HoldingsView,
  marks: readonly Mark[],
  limits: RiskLimits,
): readonly LimitUse[] {
  const { structures } = view
  const underlying = most(structures.map(({ contract }) => contract.symbol))
  const expiry = most(structures.flatMap(({ contract }) => [...expiriesOf(contract)]))
  const open = view.orders.length + view.foreignOrders
  return [
    ...money(view, limits),
    count('open-structures', structures.length, limits.openStructuresMax),
    count('per-underlying', underlying.times, limits.perUnderlyingMax, underlying.name),
    count('per-expiry', expiry.times, limits.perExpiryMax, expiry.name),
    count('open-orders', open, limits.openOrdersMax),
    count('orders-per-minute', view.sent.minute, limits.ordersPerMinuteMax),
    count('orders-per-day', view.sent.today, limits.ordersPerDayMax),
    repeats(view, limits),
    ...portfolio(view, marks, limits),
  ]
}

function money(view: HoldingsView, limits: RiskLimits): readonly LimitUse[] {
  const day = dayLoss(view, limits.dailyLossPctMax)
  const { account } = view
  const have = account === null ? null : Math.min(account.availableFunds, spendable(account))
  return [
    dollars('daily-loss', day === null ? null : Math.max(0, day.lost), day?.max ?? null),
    dollars('funds', reservation(view), have),
  ]
}

function repeats(view: HoldingsView, limits: RiskLimits): LimitUse {
  const times = view.pastEntries.map(({ strategy, contract }) => {
    const entry = { strategy, candidate: { contract } }
    return {
      name: `${strategy} in ${contract.symbol}`,
      times: repeatsOf(entry, view, limits).length,
    }
  })
  const worst = times.reduce((so, each) => (each.times > so.times ? each : so), NONE)
  return count('repeated-execution', worst.times, limits.repeats.max, worst.name)
}

function portfolio(
  view: HoldingsView,
  marks: readonly Mark[],
  limits: RiskLimits,
): readonly LimitUse[] {
  const measured = portfolioOf(view, marks, limits)
  const known = measured.kind === 'known' ? measured.portfolio : null
  const by = measured.kind === 'unknown' ? measured.of.join(', ') : null
  const rounded = (value: number | null) => (value === null ? null : Math.round(value * 1e6))
  return [
    ...GREEKS.map((greek) => {
      const used = known === null ? null : worstOf(known, greek)
      return { ...dollars(greek, rounded(used), limits.greeks[greek]), by }
    }),
    {
      ...dollars('shock', rounded(known === null ? null : shockLoss(known)), limits.shocks.lossMax),
      by,
    },
  ]
}

const NONE: { readonly name: string | null; readonly times: number } = { name: null, times: 0 }

/** The name that comes most often. */
function most(names: readonly string[]): typeof NONE {
  const times = new Map<string, number>()
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1)
  return [...times].reduce((so, [name, n]) => (n > so.times ? { name, times: n } : so), NONE)
}

function count(
  ...[rule, used, max, by = null]: [string, number, number, (string | null)?]
): LimitUse {
  return { rule, used, max, unit: 'count', by }
}

function dollars(rule: string, used: number | null, max: number | null): LimitUse {
  const amount = (of: number | null) => (of === null ? null : amountOf(of as Money))
  return { rule, used: amount(used), max: amount(max), unit: 'dollars', by: null }
}
