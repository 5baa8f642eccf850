import { isPaperAccount } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Currency, Money } from '../domain/money.ts'
import { contractChecks } from './contract-checks.ts'
import { costChecks } from './cost-checks.ts'
import { dayTrades } from './day-trades.ts'
import { hours } from './hours.ts'
import type { RiskCheck, RiskView } from './limits.ts'
import { margin } from './margin-check.ts'
import { orderChecks } from './order-checks.ts'
import { portfolioChecks } from './portfolio-checks.ts'
import { positionChecks } from './position-checks.ts'
import { quoteChecks } from './quote-checks.ts'
import { dollars, refuse } from './refusal.ts'

/**
 * The broker's account values trail by up to three minutes (IBKR sends them on a change of
 * position, otherwise every 3 minutes); twice that, and the funds are not known any more.
 */
export const ACCOUNT_AGE_MS_MAX = 360_000

const DOLLARS = 'USD' as Currency

/** Only `active` enters; the levels above it leave only the way out. */
const level: RiskCheck = (_entry, { tradingState }) =>
  tradingState === 'active' ? null : refuse('level', `trading state is ${tradingState}`)

/** Live trades a live account, and nothing else does (promises.md section 4). */
const mode: RiskCheck = (_entry, { mode: running, accountId, account: known }) => {
  const ids = known === null ? [accountId] : [accountId, known.id]
  const simulated = running === 'dry-run' || running === 'backtest'
  const wrong = ids.filter((id) => !simulated && isPaperAccount(id) !== (running !== 'live'))
  if (wrong.length > 0) return refuse('mode', `mode ${running} does not trade ${wrong.join(', ')}`)
  if (known === null || known.id === accountId) return null
  return refuse('mode', `expected the account ${accountId}, came ${known.id}`)
}

const armed: RiskCheck = (_entry, view) =>
  view.armed ? null : refuse('armed', 'live is not armed for today')

const gates: RiskCheck = (entry, view) => {
  const { symbol } = entry.candidate.contract
  const shut = view.gates.filter((gate) => gate.symbol === null || gate.symbol === symbol)
  if (shut.length === 0) return null
  return refuse('gate', shut.map((gate) => `${gate.gate}: ${gate.reason}`).join('; '))
}

const account: RiskCheck = (_entry, { account: known, now }) => {
  if (known === null) return refuse('account', 'the account is not known')
  const age = now - known.at
  // Of the future: our clock was set back, and nobody knows how old it is.
  if (age >= 0 && age <= ACCOUNT_AGE_MS_MAX) return null
  return refuse('account', `last observed ${age} ms ago, at most ${ACCOUNT_AGE_MS_MAX} ms`)
}

const currency: RiskCheck = (entry, { account: known }) => {
  const others = [known?.baseCurrency ?? DOLLARS, entry.candidate.contract.currency].filter(
    (each) => each !== DOLLARS,
  )
  if (others.length === 0) return null
  return refuse('currency', `expected USD, came ${others.join(', ')}; no conversion is configured`)
}

const baseline: RiskCheck = (_entry, view) => {
  const today = newYorkDate(view.now)
  if (view.baseline?.date === today) return null
  return refuse('baseline', `no baseline of ${today}; the last is of ${view.baseline?.date ?? '-'}`)
}

/** What is lost of the day's baseline, in money and what may be; null while either is unknown. */
export function dayLoss(
  view: Pick<RiskView, 'account' | 'baseline'>,
  dailyLossPctMax: number,
): { readonly lost: Money; readonly max: Money } | null {
  if (view.account === null || view.baseline === null) return null
  return {
    lost: (view.baseline.amount - view.account.netLiquidation) as Money,
    max: Math.round(view.baseline.amount * dailyLossPctMax) as Money,
  }
}

const dailyLoss: RiskCheck = (_entry, view, limits) => {
  const day = dayLoss(view, limits.dailyLossPctMax)
  if (day === null || day.lost < day.max) return null
  return refuse('daily-loss', `lost ${dollars(day.lost)} today, the limit is ${dollars(day.max)}`)
}

/** One function per rule; all of them run, so that a refusal is complete. */
export const entryChecks: readonly RiskCheck[] = [
  level,
  mode,
  armed,
  gates,
  hours,
  account,
  currency,
  baseline,
  dailyLoss,
  dayTrades,
  ...contractChecks,
  ...quoteChecks,
  ...positionChecks,
  ...orderChecks,
  ...portfolioChecks,
  ...costChecks,
  margin,
]
