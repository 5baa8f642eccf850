import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { METRICS } from './metric-list.ts'
import { metricsText } from './metrics.ts'
import { fires, parsed, samplesIn, type Scrape } from './promql.testing.ts'
import { viewAt } from './samples.testing.ts'
import type { View } from './view.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
}

const path = join(import.meta.dirname, '../../config/monitoring/prometheus-alerts.yml')
const { groups } = parse(readFileSync(path, 'utf8')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}
const rules = groups.flatMap((group) => group.rules)
const MINUTES = 40

/** Two a minute; `lines` may change with the minutes. */
function scraped(lines: (minute: number) => readonly string[]): readonly Scrape[] {
  return Array.from({ length: MINUTES * 2 + 1 }, (_, half) => {
    return { at: half * 30, samples: samplesIn(lines(half / 2).join('\n')) }
  })
}

type Lines = readonly string[] | ((minute: number) => readonly string[])

const LIVE = 'ibkr_bot_info{mode="live",instance="two"} 1'

/** What makes each rule true, and what is nearest to it and does not. */
const SAMPLES: Readonly<Record<string, readonly [is: Lines, not: Lines]>> = {
  IbkrBotGone: [
    (minute) => (minute < 30 ? ['ibkr_bot_info{mode="paper"} 1', LIVE] : [LIVE]),
    ['ibkr_bot_info{mode="paper"} 1', LIVE],
  ],
  IbkrBotLate: [['ibkr_bot_view_age_seconds 6'], ['ibkr_bot_view_age_seconds 1.1']],
  IbkrBotUnprotected: [['ibkr_bot_unprotected_seconds 31'], ['ibkr_bot_unprotected_seconds 30']],
  IbkrBotKilled: [['ibkr_bot_level{state="kill"} 1'], ['ibkr_bot_level{state="kill"} 0']],
  IbkrBotHalted: [['ibkr_bot_level{state="halt"} 1'], ['ibkr_bot_level{state="kill"} 1']],
  IbkrBotReduceOnly: [
    ['ibkr_bot_level{state="reduce-only"} 1'],
    ['ibkr_bot_level{state="active"} 1'],
  ],
  IbkrBotDailyLossNear: [
    ['ibkr_bot_day_lost_dollars 801', 'ibkr_bot_day_loss_limit_dollars 1000'],
    ['ibkr_bot_day_lost_dollars 799', 'ibkr_bot_day_loss_limit_dollars 1000'],
  ],
  IbkrBotLinkDown: [
    ['ibkr_bot_link_up 0', 'ibkr_bot_market_open 1', 'ibkr_bot_restart_window 0'],
    ['ibkr_bot_link_up 0', 'ibkr_bot_market_open 0', 'ibkr_bot_restart_window 0'],
  ],
  IbkrBotConnectionDown: [
    ['ibkr_bot_connection_up{connection="data"} 0', 'ibkr_bot_restart_window 0'],
    ['ibkr_bot_connection_up{connection="data"} 0', 'ibkr_bot_restart_window 1'],
  ],
  IbkrBotFarmDown: [
    ['ibkr_bot_farm_up{farm="usopt"} 0', 'ibkr_bot_market_open 1'],
    ['ibkr_bot_farm_up{farm="usopt"} 0', 'ibkr_bot_market_open 0'],
  ],
  IbkrBotGatewayMute: [
    (minute) => [
      'ibkr_bot_market_open 1',
      // At first there was none at all, which has no line.
      ...(minute < 39 ? [] : ['ibkr_bot_last_answer_age_seconds 241']),
    ],
    (minute) => [
      `ibkr_bot_last_answer_age_seconds ${minute > 38 ? 300 : 4}`,
      'ibkr_bot_market_open 1',
    ],
  ],
  IbkrBotNoCycles: [
    ['ibkr_bot_market_open 1'], // none since the start: no age
    (minute) => [
      // The night is over for ten minutes, and the first cycle comes.
      `ibkr_bot_market_open ${minute < 30 ? 0 : 1}`,
      `ibkr_bot_last_cycle_age_seconds ${minute < 39 ? 63_000 : 5}`,
    ],
  ],
  IbkrBotRequestsSlow: [
    ['ibkr_bot_requests_slow{kind="history"} 1'],
    ['ibkr_bot_requests_slow{kind="history"} 0'],
  ],
  IbkrBotIncident: [
    ['ibkr_bot_incidents_open{verdict="HMDS_DOWN"} 1', 'ibkr_bot_restart_window 0'],
    ['ibkr_bot_incidents_open{verdict="HMDS_DOWN"} 1', 'ibkr_bot_restart_window 1'],
  ],
  IbkrBotReconnects: [
    (minute) => [`ibkr_bot_reconnects_total{connection="data"} ${Math.floor(minute / 5)}`],
    (minute) => [
      `ibkr_bot_reconnects_total{connection="data"} ${Math.floor(minute / 5)}`,
      `ibkr_bot_restart_window ${minute < 10 ? 1 : 0}`,
    ],
  ],
  IbkrBotBreakerOpen: [
    ['ibkr_bot_breaker_open{service="history"} 1'],
    ['ibkr_bot_breaker_open{service="history"} 0.5'],
  ],
  IbkrBotBudgetNear: [
    ['ibkr_bot_budget_used{rule="a"} 39', 'ibkr_bot_budget_limit{rule="a"} 40'],
    ['ibkr_bot_budget_used{rule="a"} 39', 'ibkr_bot_budget_limit{rule="b"} 40'],
  ],
  IbkrBotOrderUnknown: [['ibkr_bot_orders_unknown 1'], ['ibkr_bot_orders_unknown 0']],
  IbkrBotForeignOrder: [['ibkr_bot_foreign_orders 1'], ['ibkr_bot_foreign_orders 0']],
  IbkrBotLoopLate: [
    ['ibkr_bot_loop_delay_p99_seconds 0.11'],
    (minute) => [`ibkr_bot_loop_delay_p99_seconds ${minute % 2 === 0 ? 0.3 : 0.01}`],
  ],
  IbkrBotMemoryHigh: [['ibkr_bot_memory_bytes 1.6e9'], ['ibkr_bot_memory_bytes 1.4e9']],
  IbkrBotNoticesLost: [
    (minute) => [`ibkr_bot_notices_lost_total ${minute < 20 ? 3 : 4}`],
    ['ibkr_bot_notices_lost_total 4'],
  ],
}

const at = (lines: Lines) => (typeof lines === 'function' ? lines : () => lines)

describe('the rules of alerts', () => {
  test('each has a sample, of metrics that are exported', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(Object.keys(SAMPLES))
    for (const [is, not] of Object.values(SAMPLES)) {
      for (const { samples } of [...scraped(at(is)), ...scraped(at(not))]) {
        for (const { name, labels } of samples) {
          const { instance: _, ...own } = labels
          const known = METRICS[name as keyof typeof METRICS]
          expect(known.labels, name).toEqual(expect.arrayContaining(Object.keys(own)))
        }
      }
    }
  })

  test.each(rules.map((rule) => [rule.alert, rule] as const))('%s', (name, rule) => {
    const [is, not] = SAMPLES[name] ?? [[], []]
    expect(fires(rule, scraped(at(is)))).toBe(true)
    expect(fires(rule, scraped(at(not)))).toBe(false)
  })
})

const sample = viewAt(7)
const healthy: View = {
  ...sample,
  level: { ...sample.level, state: 'active' },
  incidents: [],
  foreignOrders: [],
  market: { ...sample.market, isOpen: true },
  protection: { ...sample.protection, unprotected: 0, unprotectedSince: null },
  day: { ...sample.day, lost: '0' },
  link: 'up',
  health: {
    ...sample.health,
    lastAnswerAt: sample.at,
    lastCycleAt: sample.at,
    breakers: [],
    farms: [],
    connections: [
      { name: 'order', isUp: true, since: sample.at, reconnects: 0 },
      { name: 'data', isUp: true, since: sample.at, reconnects: 0 },
    ],
    requests: [],
  },
}
const night: View = {
  ...healthy,
  market: { ...healthy.market, isOpen: false },
  health: { ...healthy.health, lastCycleAt: (sample.at - 40_000_000) as View['at'] },
}
const restarting: View = {
  ...night,
  link: 'down',
  incidents: [{ ...sampleIncident(), endedAt: null }],
  health: {
    ...night.health,
    lastAnswerAt: (sample.at - 1_200_000) as View['at'],
    connections: night.health.connections.map((each) => ({ ...each, isUp: false, reconnects: 9 })),
  },
}

function sampleIncident() {
  const [incident] = sample.incidents
  if (incident === undefined) throw new Error('expected an incident in the sample')
  return incident
}

async function firing(view: View | ((minute: number) => View | null), isRestartWindow = false) {
  const texts = new Map<View, readonly string[]>()
  const of = {
    version: '0.1.0',
    viewAgeMs: 250,
    isRestartWindow,
    streamsDropped: 0,
    decisions: { proposed: 0, hold: 9, 'none-picked': 0, skipped: 0 },
    incidents: {},
  }
  const shown = typeof view === 'function' ? view : () => view
  for (let half = 0; half <= MINUTES * 2; half++) {
    const each = shown(half / 2)
    if (each === null || texts.has(each)) continue
    texts.set(each, (await metricsText(each, of)).split('\n'))
  }
  const history = scraped((minute) => {
    const each = shown(minute)
    return each === null ? [] : (texts.get(each) ?? [])
  })
  return rules.filter((rule) => fires(rule, history)).map(({ alert }) => alert)
}

describe('of what a bot really exports', () => {
  test('a day, a night and a start again page nobody', async () => {
    expect(await firing(healthy)).toEqual([])
    expect(await firing(night)).toEqual([])
    expect(await firing((minute) => (minute > 38 && minute < 39.5 ? null : healthy))).toEqual([])
  })

  test('the nightly restart of the Gateway pages nobody; the same at any other time does', async () => {
    expect(await firing(restarting, true)).toEqual([])
    expect(await firing(restarting)).toEqual(['IbkrBotConnectionDown', 'IbkrBotIncident'])
  })

  test('the same while the market is open is critical', async () => {
    const open: View = { ...restarting, market: healthy.market }
    expect(await firing(open)).toEqual(
      expect.arrayContaining(['IbkrBotLinkDown', 'IbkrBotGatewayMute', 'IbkrBotNoCycles']),
    )
  })

  test('one that is gone, or is not heard of, is told', async () => {
    expect(await firing((minute) => (minute > 30 ? null : healthy))).toEqual(['IbkrBotGone'])
  })
})

test('what the reader of rules does not know it refuses', () => {
  for (const expr of ['rate(ibkr_bot_info[1h]) > 1', 'a +', 'a > > 1', 'sum(a)', 'a{b=~"c"} ! 1']) {
    expect(() => parsed(expr)([])).toThrow()
  }
})
