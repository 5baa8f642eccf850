import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isAlertName } from '../domain/alert.ts'
import { ACCESS } from './access.ts'
import { METRICS, metricsPage } from './metric-list.ts'
import { metricsText, type MetricsOf } from './metrics.ts'
import type { View } from './view.ts'

const root = join(import.meta.dirname, '../..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const namesIn = (of: string) => [...new Set(of.match(/\bibkr_bot_[a-z0-9_]+/g) ?? [])]

/** The formatter pads tables. */
const unpadded = (of: string) => of.replace(/ +/g, ' ').replace(/-{3,}/g, '---')

const T = 1_773_156_665_000
const exampleView = {
  seq: 42,
  at: T,
  version: '0.1.0',
  mode: 'paper',
  account: 'DU*****67',
  isSimulated: false,
  speed: null,
  market: { isOpen: true, session: null, isEarlyClose: false },
  level: { state: 'halt', cause: 'operator', flattenWaits: null, armedOn: null },
  gates: [{ gate: 'stale-data', symbol: 'SPY', since: T, reason: 'r' }],
  link: 'up',
  epoch: 3,
  equity: {
    netLiquidation: '100000.50',
    availableFunds: '90000',
    settledCash: '80000',
    kind: 'margin',
    at: T - 5_000,
  },
  day: {
    date: '2026-03-10',
    pnl: '-1751.40',
    realizedEver: '12.5',
    commissionsEver: '3.1',
    baseline: '101751.90',
    lost: '1751.40',
    lossMax: '3000',
  },
  protection: {
    structures: 2,
    unprotected: 1,
    unprotectedSince: T - 7_000,
    watchedHere: 1,
    coverage: 0.5,
  },
  structures: [],
  positions: [{ contract: 'SPY', quantity: 1, cost: '1', isUnattributed: true }],
  orders: [],
  foreignOrders: [{ permId: 1, contract: 'X', side: 'BUY', quantity: 1, status: 's' }],
  incidents: [
    {
      id: 'i',
      symptom: 's',
      since: T,
      endedAt: null,
      verdict: 'HMDS_DOWN',
      verdictText: 'HMDS_DOWN',
      evidence: [],
      excluded: [],
      missing: [],
      timeline: [],
      tried: [],
      remedy: '',
    },
  ],
  health: {
    lastAnswerAt: T - 2_000,
    lastCycleAt: null,
    loopDelayMsP99: 12,
    loopDelayMsMax: 30,
    memoryBytes: 123_456_789,
    uptimeMs: 60_000,
    requests: [
      {
        kind: 'history',
        count: 9,
        p50: 120,
        p90: null,
        p99: 900,
        max: 950,
        deadlineMs: 60_000,
        answered: 8,
        failed: 1,
        timeouts: 0,
        slowSince: null,
      },
    ],
    breakers: [{ class: 'history', phase: 'open', openings: 2, probeInMs: 100 }],
    budgets: [{ rule: 'messages a second', used: 10, limit: 40, freesAt: null }],
    connections: [{ name: 'order', isUp: true, since: T, reconnects: 4 }],
    farms: [
      { name: 'usopt', state: 'down', since: T },
      { name: 'usfarm', state: 'unknown', since: T },
    ],
    noticesLost: 0,
  },
  limits: [{ rule: 'max_open', used: 2, max: 5, unit: 'count', by: null }],
  symbols: [],
  alarms: [{ severity: 'critical', text: 'look', since: null, remedy: null }],
} as unknown as View

const of: MetricsOf = {
  version: '0.1.0',
  viewAgeMs: 250,
  isRestartWindow: false,
  streamsDropped: 7,
  decisions: { proposed: 1, hold: 20, 'none-picked': 2, skipped: 3 },
  incidents: { HMDS_DOWN: 2 },
}

async function lines(view = exampleView): Promise<readonly string[]> {
  return (await metricsText(view, of)).split('\n').filter((line) => !line.startsWith('#'))
}

describe('what is exported', () => {
  test.each([
    'ibkr_bot_info{version="0.1.0",mode="paper",account="DU*****67"} 1',
    'ibkr_bot_view_age_seconds 0.25',
    'ibkr_bot_restart_window 0',
    'ibkr_bot_level{state="halt"} 1',
    'ibkr_bot_level{state="active"} 0',
    'ibkr_bot_gate{gate="stale-data",symbol="SPY"} 1',
    'ibkr_bot_equity_dollars 100000.5',
    'ibkr_bot_day_pnl_dollars -1751.4',
    'ibkr_bot_unprotected_seconds 7',
    'ibkr_bot_protection_ratio 0.5',
    'ibkr_bot_last_answer_age_seconds 2',
    'ibkr_bot_request_latency_seconds{kind="history",quantile="0.99"} 0.9',
    'ibkr_bot_requests_recent{kind="history",outcome="failed"} 1',
    'ibkr_bot_breaker_open{service="history"} 1',
    'ibkr_bot_budget_used{rule="messages a second"} 10',
    'ibkr_bot_farm_up{farm="usopt"} 0',
    'ibkr_bot_connection_up{connection="order"} 1',
    'ibkr_bot_reconnects_total{connection="order"} 4',
    'ibkr_bot_incidents_open{verdict="HMDS_DOWN"} 1',
    'ibkr_bot_incidents_total{verdict="HMDS_DOWN"} 2',
    'ibkr_bot_decisions_total{outcome="hold"} 20',
    'ibkr_bot_limit_used{rule="max_open",unit="count"} 2',
    'ibkr_bot_streams_dropped_total 7',
    'ibkr_bot_notices_lost_total 0',
    'ibkr_bot_loop_delay_p99_seconds 0.012',
  ])('%s', async (line) => {
    expect(await lines()).toContain(line)
  })

  test('what is unknown has no line', async () => {
    const all = await lines({ ...exampleView, equity: null })
    const named = (name: string) => all.filter((line) => line.startsWith(name))
    expect(named('ibkr_bot_equity_dollars')).toEqual([])
    expect(named('ibkr_bot_last_cycle_age_seconds')).toEqual([])
    expect(all.join('\n')).not.toMatch(/quantile="0.9"|usfarm|NaN|null/)
  })

  test('counters are counters, and two exports do not add up', async () => {
    await metricsText(exampleView, of)
    const whole = await metricsText(exampleView, of)
    expect(whole).toContain('# TYPE ibkr_bot_decisions_total counter')
    expect(whole).toContain('# TYPE ibkr_bot_level gauge')
    expect(whole).toContain('ibkr_bot_decisions_total{outcome="hold"} 20')
  })

  test('all of it is documented, and nothing else', async () => {
    expect(unpadded(text('docs/metrics.md'))).toBe(unpadded(metricsPage()))
    const exported = (await metricsText(exampleView, of)).match(/^# HELP (\S+)/gm) ?? []
    expect(exported.map((line) => line.slice(7))).toEqual(Object.keys(METRICS))
  })

  test('units stand in the names', () => {
    for (const [name, { help }] of Object.entries(METRICS)) {
      expect(help, name).toMatch(/^[A-Z0-9].*\.$/)
      if (/dollar|equity|funds/i.test(help) && help.endsWith('by the broker.')) {
        expect(name).toMatch(/_dollars$/)
      }
    }
  })
})

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

describe('config/monitoring', () => {
  const dashboard = JSON.parse(text('config/monitoring/grafana-dashboard.json')) as {
    readonly templating: { readonly list: readonly { readonly type: string }[] }
    readonly panels: readonly {
      readonly type: string
      readonly datasource?: { readonly uid: string }
      readonly targets?: readonly { readonly expr: string }[]
    }[]
  }
  const { groups } = parse(text('config/monitoring/prometheus-alerts.yml')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[]
  }
  const rules = groups.flatMap((group) => group.rules)
  const known: readonly string[] = Object.keys(METRICS)

  test('the dashboard names exported metrics alone, and shows each of them', () => {
    const exprs = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    const named = namesIn(exprs.join('\n'))
    expect(named.filter((name) => !known.includes(name))).toEqual([])
    expect(known.filter((name) => !named.includes(name))).toEqual([])
  })

  test('the dashboard loads without edits: its data source is a variable', () => {
    expect(dashboard.templating.list.map(({ type }) => type)).toContain('datasource')
    const sources = dashboard.panels.filter(({ type }) => type !== 'row')
    expect(new Set(sources.map(({ datasource }) => datasource?.uid))).toEqual(
      new Set(['${datasource}']),
    )
  })

  test('a bot that is gone or hangs, and so is not scraped, has a rule of its own', () => {
    const gone = rules.find(({ expr }) => expr.startsWith('absent(ibkr_bot_info) or'))
    expect(gone?.labels).toMatchObject({ severity: 'critical' })
  })

  test('the rules name exported metrics alone', () => {
    const named = namesIn(rules.map(({ expr }) => expr).join('\n'))
    expect(named.length).toBeGreaterThan(15)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  test('the example of Prometheus asks where they are served, by the token', () => {
    const block = /```yaml\n([\s\S]*?)```/.exec(text('docs/metrics.md'))?.[1] ?? ''
    const { rule_files: files, scrape_configs: jobs } = parse(block) as {
      readonly rule_files: readonly string[]
      readonly scrape_configs: readonly {
        readonly metrics_path: string
        readonly authorization: { readonly type: string }
      }[]
    }
    expect(jobs.map((job) => ACCESS[`GET ${job.metrics_path}`])).toEqual(['token'])
    expect(jobs.map((job) => job.authorization.type)).toEqual(['Bearer'])
    for (const file of files) expect(() => text(`config/monitoring/${file}`)).not.toThrow()
  })

  test('each rule has a severity, a summary and an entry of the runbook', () => {
    expect(rules.length).toBeGreaterThan(15)
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const { alert, for: wait, labels, annotations } of rules) {
      expect(alert).toMatch(/^IbkrBot[A-Za-z]+$/)
      expect(wait).toMatch(/^\d+m$/)
      expect(['warning', 'critical']).toContain(labels.severity)
      expect(annotations.summary.length).toBeGreaterThan(10)
      const [page, anchor = ''] = annotations.runbook.split('#')
      expect(page).toBe('docs/runbook.md')
      expect(isAlertName(anchor), anchor).toBe(true)
    }
  })

  test('labels that the rules pick by are exported', () => {
    for (const { expr } of rules) {
      for (const [, name = '', label = ''] of expr.matchAll(/(ibkr_bot_\w+)\{(\w+)=/g)) {
        const { labels } = METRICS[name as keyof typeof METRICS]
        expect(labels, expr).toContain(label)
      }
    }
  })
})
