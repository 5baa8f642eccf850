import type { TradingState } from '../domain/account.ts'

export const LEVELS: readonly TradingState[] = ['active', 'reduce-only', 'halt', 'kill']

export interface Metric {
  readonly help: string
  readonly labels: readonly string[]
}

const NONE: readonly string[] = []

/**
 * Every metric that is exported, in the order of docs/metrics.md, which is made of this table.
 * Those named `_total` are counters, all others gauges; each says what the newest view says.
 */
export const METRICS = {
  ibkr_bot_info: { help: 'Always 1: which bot this is.', labels: ['version', 'mode', 'account'] },
  ibkr_bot_simulated: { help: '1 when the Gateway is simulated: no money is real.', labels: NONE },
  ibkr_bot_journal_seq: {
    help: 'Last row of the journal that these numbers are of.',
    labels: NONE,
  },
  ibkr_bot_time_seconds: { help: "The bot's own clock, in seconds since 1970.", labels: NONE },
  ibkr_bot_view_age_seconds: {
    help: 'Since the bot last said how things are, by the clock of the server; above 15 it is 503.',
    labels: NONE,
  },
  ibkr_bot_restart_window: {
    help: '1 in an announced restart of the Gateway or of IBKR, which pages nobody.',
    labels: NONE,
  },
  ibkr_bot_market_open: { help: '1 in regular trading hours of the exchange.', labels: NONE },
  ibkr_bot_level: { help: '1 for the level that holds, 0 for the others.', labels: ['state'] },
  ibkr_bot_gate: {
    help: '1 for each gate that is set; symbol is empty for all symbols.',
    labels: ['gate', 'symbol'],
  },
  ibkr_bot_gates: { help: 'Gates that are set: entries wait for them.', labels: NONE },
  ibkr_bot_equity_dollars: { help: 'Net liquidation by the broker.', labels: NONE },
  ibkr_bot_available_funds_dollars: { help: 'Available funds by the broker.', labels: NONE },
  ibkr_bot_settled_cash_dollars: { help: 'Settled cash by the broker.', labels: NONE },
  ibkr_bot_equity_observed_seconds: {
    help: 'When the broker said so, in seconds since 1970.',
    labels: NONE,
  },
  ibkr_bot_day_pnl_dollars: {
    help: 'Profit and loss of the New York date, by the broker.',
    labels: NONE,
  },
  ibkr_bot_day_lost_dollars: {
    help: 'What is lost of the baseline of the day, 0 or more.',
    labels: NONE,
  },
  ibkr_bot_day_loss_limit_dollars: { help: 'At this loss entries end for the date.', labels: NONE },
  ibkr_bot_realized_pnl_dollars: {
    help: 'Realized by our fills since the journal began, commissions included.',
    labels: NONE,
  },
  ibkr_bot_commissions_dollars: { help: 'Commissions since the journal began.', labels: NONE },
  ibkr_bot_limit_used: { help: 'What is used of each risk limit.', labels: ['rule', 'unit'] },
  ibkr_bot_limit_max: { help: 'Each risk limit.', labels: ['rule', 'unit'] },
  ibkr_bot_structures: { help: 'Structures that are held.', labels: NONE },
  ibkr_bot_structures_unprotected: { help: 'Of them, without a working exit.', labels: NONE },
  ibkr_bot_structures_watched_here: {
    help: 'Of them, those whose stop only the running bot watches.',
    labels: NONE,
  },
  ibkr_bot_protection_ratio: {
    help: 'Share of held units that exits cover, 0 to 1; no line while flat.',
    labels: NONE,
  },
  ibkr_bot_unprotected_seconds: {
    help: 'For how long something has been unprotected; 0: nothing is.',
    labels: NONE,
  },
  ibkr_bot_positions: { help: 'Positions of the account.', labels: NONE },
  ibkr_bot_positions_unattributed: { help: 'Of them, held by no structure of ours.', labels: NONE },
  ibkr_bot_orders_live: { help: 'Orders that are not ended by proof.', labels: NONE },
  ibkr_bot_orders_unknown: { help: 'Of them, those whose outcome is unknown.', labels: NONE },
  ibkr_bot_foreign_orders: { help: 'Orders at the broker that are not ours.', labels: NONE },
  ibkr_bot_link_up: { help: '1 when connected and reconciled.', labels: NONE },
  ibkr_bot_link_epoch: { help: 'Counts connections of the order link.', labels: NONE },
  ibkr_bot_connection_up: { help: '1 for each connection that is up.', labels: ['connection'] },
  ibkr_bot_reconnects_total: {
    help: 'Reconnects of each connection in this run.',
    labels: ['connection'],
  },
  ibkr_bot_farm_up: { help: "1 for each of IBKR's data farms that is not down.", labels: ['farm'] },
  ibkr_bot_last_answer_age_seconds: { help: 'Since any request was answered.', labels: NONE },
  ibkr_bot_last_cycle_age_seconds: { help: 'Since a cycle ended.', labels: NONE },
  ibkr_bot_request_latency_seconds: {
    help: 'Latency of requests in the last five minutes, by kind and quantile.',
    labels: ['kind', 'quantile'],
  },
  ibkr_bot_requests_recent: {
    help: 'Requests of the last five minutes, by kind and outcome.',
    labels: ['kind', 'outcome'],
  },
  ibkr_bot_requests_slow: {
    help: '1 for each kind that is slower than it should be.',
    labels: ['kind'],
  },
  ibkr_bot_breaker_open: {
    help: '1 for each open breaker, 0.5 for one that is half open; no line while closed.',
    labels: ['service'],
  },
  ibkr_bot_breakers: { help: 'Breakers that are not closed.', labels: NONE },
  ibkr_bot_budget_used: { help: "What is used of each of IBKR's pacing limits.", labels: ['rule'] },
  ibkr_bot_budget_limit: { help: 'Each pacing limit.', labels: ['rule'] },
  ibkr_bot_incidents_open: {
    help: 'Incidents that are not over, by verdict.',
    labels: ['verdict'],
  },
  ibkr_bot_incidents_total: {
    help: 'Incidents since the run began, by verdict.',
    labels: ['verdict'],
  },
  ibkr_bot_decisions_total: {
    help: 'Cycles since the run began, by outcome.',
    labels: ['outcome'],
  },
  ibkr_bot_alarms: { help: 'What needs a person now, by severity.', labels: ['severity'] },
  ibkr_bot_loop_delay_p99_seconds: {
    help: 'Delay of the event loop, 99th percentile of 10 s.',
    labels: NONE,
  },
  ibkr_bot_loop_delay_max_seconds: {
    help: 'Longest delay of a beat in the last minute.',
    labels: NONE,
  },
  ibkr_bot_memory_bytes: { help: 'Resident memory of the process.', labels: NONE },
  ibkr_bot_uptime_seconds: { help: 'Since the process began.', labels: NONE },
  ibkr_bot_notices_lost_total: {
    help: 'Notices that no way to people took, in this run.',
    labels: NONE,
  },
  ibkr_bot_streams_dropped_total: {
    help: 'Event streams closed because their reader was too slow.',
    labels: NONE,
  },
} as const satisfies Readonly<Record<string, Metric>>

export type MetricName = keyof typeof METRICS

/** docs/metrics.md is this. */
export function metricsPage(): string {
  const rows = Object.entries<Metric>(METRICS).map(([name, { help, labels }]) => {
    return `| \`${name}\` | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`
  })
  return `${HEAD}\n\n| metric | labels | what it says |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

const HEAD = `# Metrics

The dashboard's server exports these at \`GET /metrics\`, in the text format of Prometheus, to
whoever sends \`Authorization: Bearer\` with the token. The token is the secret
\`IBKR_BOT__DASHBOARD__METRICS_TOKEN\`, at least 12 letters; without it there is no such page (404).
Units stand in the names: \`_seconds\`, \`_dollars\` (base currency), \`_bytes\`, \`_ratio\`
(0 to 1), \`_total\` (only grows within a run). What is unknown has no line, so an alert on it
must use \`absent()\`; a 0 is a measured 0. Every name is stable: one that changes is said in the
changelog. Account ids are masked.

\`config/monitoring/grafana-dashboard.json\` and \`config/monitoring/prometheus-alerts.yml\`
use nothing else. This page is made of the table in
\`src/dashboard/metric-list.ts\`; a test compares the two.

## Prometheus

The server listens on this machine alone, so Prometheus runs here too. A file that it takes as it
is; the token stands in a file of its own, which only Prometheus reads:

\`\`\`yaml
rule_files: [prometheus-alerts.yml]
scrape_configs:
  - job_name: ibkr-options-bot
    scrape_interval: 15s
    metrics_path: /metrics
    authorization:
      type: Bearer
      credentials_file: metrics-token
    static_configs:
      - targets: ['127.0.0.1:8470']
\`\`\`

To see that it works: \`curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8470/metrics\`.

## Every metric`
