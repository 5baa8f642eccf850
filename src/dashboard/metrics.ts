import { Counter, Gauge, Registry } from 'prom-client'
import { LEVELS, METRICS, type MetricName } from './metric-list.ts'
import type { View } from './view.ts'

/** What is not in the view and is counted by the server itself. */
export interface MetricsOf {
  /** Of the commit or package: `0.1.0`. */
  readonly version: string
  /** Since the view came, by real time. */
  readonly viewAgeMs: number
  readonly isRestartWindow: boolean
  /** Streams that were closed because their reader did not keep up, since the start. */
  readonly streamsDropped: number
  /** Cycles since the run began, by their outcome. */
  readonly decisions: Readonly<Record<'proposed' | 'hold' | 'none-picked' | 'skipped', number>>
  /** Incidents since the run began, by verdict: those that are over too. */
  readonly incidents: Readonly<Record<string, number>>
}

type Labels = Readonly<Record<string, string>>
type Put = (name: MetricName, value: number | null, labels?: Labels) => void

/** In the text format of Prometheus. What is unknown has no line: never 0 in its place. */
export async function metricsText(view: View, of: MetricsOf): Promise<string> {
  const registry = new Registry()
  const sinks = new Map<MetricName, (labels: Labels, value: number) => void>()
  for (const [name, { help, labels }] of Object.entries(METRICS)) {
    const of = { name, help, labelNames: [...labels], registers: [registry] }
    const isCounter = name.endsWith('_total')
    const metric = isCounter ? new Counter(of) : new Gauge(of)
    // It begins with a 0 that nobody measured.
    if (labels.length === 0) metric.remove()
    sinks.set(name as MetricName, (given, value) => {
      if (metric instanceof Counter) metric.inc({ ...given }, value)
      else metric.set({ ...given }, value)
    })
  }
  putAll(view, of, (name, value, labels = {}) => {
    if (value !== null && Number.isFinite(value)) sinks.get(name)?.(labels, value)
  })
  return registry.metrics()
}

function putAll(view: View, of: MetricsOf, put: Put): void {
  const { mode, account, market, at } = view
  put('ibkr_bot_info', 1, { version: of.version, mode, account })
  put('ibkr_bot_simulated', flag(view.isSimulated))
  put('ibkr_bot_journal_seq', view.seq)
  put('ibkr_bot_time_seconds', at / 1_000)
  put('ibkr_bot_view_age_seconds', of.viewAgeMs / 1_000)
  put('ibkr_bot_restart_window', flag(of.isRestartWindow))
  put('ibkr_bot_market_open', flag(market.isOpen))
  for (const state of LEVELS) {
    put('ibkr_bot_level', flag(view.level.state === state), { state })
  }
  for (const { gate, symbol } of view.gates) put('ibkr_bot_gate', 1, { gate, symbol: symbol ?? '' })
  put('ibkr_bot_gates', view.gates.length)
  money(view, put)
  holdings(view, put)
  connections(view, put)
  health(view, put)
  for (const verdict of new Set(view.incidents.map((incident) => incident.verdict))) {
    const open = view.incidents.filter((incident) => incident.verdict === verdict).length
    put('ibkr_bot_incidents_open', open, { verdict })
  }
  for (const [verdict, count] of Object.entries(of.incidents)) {
    put('ibkr_bot_incidents_total', count, { verdict })
  }
  for (const [outcome, count] of Object.entries(of.decisions)) {
    put('ibkr_bot_decisions_total', count, { outcome })
  }
  for (const severity of ['critical', 'warning', 'info'] as const) {
    const count = view.alarms.filter((alarm) => alarm.severity === severity).length
    put('ibkr_bot_alarms', count, { severity })
  }
  put('ibkr_bot_streams_dropped_total', of.streamsDropped)
}

function money({ equity, day, limits }: View, put: Put): void {
  put('ibkr_bot_equity_dollars', dollars(equity?.netLiquidation))
  put('ibkr_bot_available_funds_dollars', dollars(equity?.availableFunds))
  put('ibkr_bot_settled_cash_dollars', dollars(equity?.settledCash))
  put('ibkr_bot_equity_observed_seconds', equity === null ? null : equity.at / 1_000)
  put('ibkr_bot_day_pnl_dollars', dollars(day.pnl))
  put('ibkr_bot_day_lost_dollars', dollars(day.lost))
  put('ibkr_bot_day_loss_limit_dollars', dollars(day.lossMax))
  put('ibkr_bot_realized_pnl_dollars', dollars(day.realizedEver))
  put('ibkr_bot_commissions_dollars', dollars(day.commissionsEver))
  for (const { rule, used, max, unit } of limits) {
    put('ibkr_bot_limit_used', used, { rule, unit })
    put('ibkr_bot_limit_max', max, { rule, unit })
  }
}

function holdings(view: View, put: Put): void {
  const { protection, at } = view
  put('ibkr_bot_structures', protection.structures)
  put('ibkr_bot_structures_unprotected', protection.unprotected)
  put('ibkr_bot_structures_watched_here', protection.watchedHere)
  put('ibkr_bot_protection_ratio', protection.coverage)
  const { unprotectedSince } = protection
  const unprotected = unprotectedSince === null ? 0 : Math.max(0, at - unprotectedSince) / 1_000
  put('ibkr_bot_unprotected_seconds', unprotected)
  put('ibkr_bot_positions', view.positions.length)
  put('ibkr_bot_positions_unattributed', view.positions.filter((p) => p.isUnattributed).length)
  put('ibkr_bot_orders_live', view.orders.length)
  put('ibkr_bot_orders_unknown', view.orders.filter(({ status }) => status === 'unknown').length)
  put('ibkr_bot_foreign_orders', view.foreignOrders.length)
}

function connections({ link, epoch, health: { connections: all, farms } }: View, put: Put): void {
  put('ibkr_bot_link_up', flag(link === 'up'))
  put('ibkr_bot_link_epoch', epoch)
  for (const { name: connection, isUp, reconnects } of all) {
    put('ibkr_bot_connection_up', flag(isUp), { connection })
    put('ibkr_bot_reconnects_total', reconnects, { connection })
  }
  for (const { name: farm, state } of farms) {
    // Inactive sleeps until it is asked; unknown is no news, and no line.
    if (state !== 'unknown') put('ibkr_bot_farm_up', flag(state !== 'down'), { farm })
  }
}

function health({ health: of, at }: View, put: Put): void {
  put('ibkr_bot_last_answer_age_seconds', age(of.lastAnswerAt, at))
  put('ibkr_bot_last_cycle_age_seconds', age(of.lastCycleAt, at))
  for (const { kind, p50, p90, p99, answered, failed, timeouts, slowSince } of of.requests) {
    const quantiles = [
      ['0.5', p50],
      ['0.9', p90],
      ['0.99', p99],
    ] as const
    for (const [quantile, ms] of quantiles) {
      put('ibkr_bot_request_latency_seconds', ms === null ? null : ms / 1_000, { kind, quantile })
    }
    put('ibkr_bot_requests_recent', answered, { kind, outcome: 'answered' })
    put('ibkr_bot_requests_recent', failed, { kind, outcome: 'failed' })
    put('ibkr_bot_requests_recent', timeouts, { kind, outcome: 'timeout' })
    put('ibkr_bot_requests_slow', flag(slowSince !== null), { kind })
  }
  for (const { class: service, phase } of of.breakers) {
    put('ibkr_bot_breaker_open', phase === 'open' ? 1 : 0.5, { service })
  }
  put('ibkr_bot_breakers', of.breakers.length)
  for (const { rule, used, limit } of of.budgets) {
    put('ibkr_bot_budget_used', used, { rule })
    put('ibkr_bot_budget_limit', limit, { rule })
  }
  const { loopDelayMsP99, loopDelayMsMax } = of
  put('ibkr_bot_loop_delay_p99_seconds', loopDelayMsP99 === null ? null : loopDelayMsP99 / 1_000)
  put('ibkr_bot_loop_delay_max_seconds', loopDelayMsMax / 1_000)
  put('ibkr_bot_memory_bytes', of.memoryBytes)
  put('ibkr_bot_uptime_seconds', of.uptimeMs / 1_000)
  put('ibkr_bot_notices_lost_total', of.noticesLost)
}

function age(since: number | null, at: number): number | null {
  return since === null ? null : Math.max(0, at - since) / 1_000
}

function flag(is: boolean): 0 | 1 {
  return is ? 1 : 0
}

/** "-1751.40", as the view has it; null: it is unknown. */
function dollars(text: string | null | undefined): number | null {
  return text === null || text === undefined || text === '' ? null : Number(text)
}
