import type { EpochMs } from '../../src/base/clock.ts'
import type {
  BarView,
  CandidateView,
  ChainView,
  DecisionView,
  IndicatorView,
  JournalLine,
  JournalPage,
  LatencyHistory,
  OrderDetail,
  OrderView,
  SettingsView,
  SymbolDetail,
  TradeView,
  View,
} from '../../src/dashboard/view.ts'
import { HOSTILE, incidentOf, minutesAgo, orderOf, SPOTS, viewOf } from './stand-in-view.ts'
import type { Scenario } from './stand-in-view.ts'

/** What the stand-in answers to each GET. */
export function answerOf(path: string, scenario: Scenario, step: number): unknown {
  const [route = '', query = ''] = path.split('?')
  const [first, second = '', third = ''] = route.split('/').map(decodeURIComponent)
  const view = viewOf(scenario, step)
  const isEmpty = scenario === 'empty'
  switch (first) {
    case 'view':
      return view
    case 'symbols':
      return isEmpty
        ? { ...detailOf(second, view), bars: [], indicators: [], marks: [], decisions: [] }
        : detailOf(second, view)
    case 'chain':
      return isEmpty || second === 'TSLA' ? null : chainOf(second, view, scenario)
    case 'orders':
      return second === '' ? (isEmpty ? [] : ordersOf(view)) : orderDetail(second, view, scenario)
    case 'trades':
      return isEmpty ? [] : tradesOf(view)
    case 'incidents':
      return isEmpty ? [] : [...view.incidents, incidentOf(view.at, minutesAgo(view.at, 95))]
    case 'journal':
      return second === 'explain'
        ? explainOf(third, view, scenario)
        : journalOf(new URLSearchParams(query), view, scenario)
    case 'latency':
      return isEmpty ? { kinds: [], loop: [], memory: [] } : latencyOf(view)
    case 'settings':
      return settings
    case 'report':
      return new URLSearchParams(query).get('as') === 'json'
        ? reportOf(isEmpty, view.at)
        : '<!doctype html>'
    default:
      return undefined
  }
}

const wave = (n: number, every: number, height: number) =>
  Math.sin((n * 2 * Math.PI) / every) * height

function barsOf(symbol: string, at: number): readonly BarView[] {
  const spot = SPOTS[symbol] ?? 100
  const open = Date.UTC(2026, 2, 10, 13, 30)
  const today = Math.floor((at - open) / 60_000)
  const days = [open - 86_400_000, open]
  const mid = (n: number) =>
    spot *
    (1 + wave(n, 190, 0.004) + wave(n, 47, 0.0013) + wave(n, 11, 0.0005) + wave(n, 5, 0.0002))
  return days.flatMap((start, day) =>
    Array.from({ length: day === 0 ? 390 : today }, (_, n) => {
      const [from, to] = [mid(n + day * 390 - 1), mid(n + day * 390)]
      const reach = spot * 0.0003 * (1 + Math.abs(wave(n, 7, 1)))
      return {
        start: (start + n * 60_000) as EpochMs,
        open: from.toFixed(2),
        high: (Math.max(from, to) + reach).toFixed(2),
        low: (Math.min(from, to) - reach).toFixed(2),
        close: to.toFixed(2),
        volume: Math.round(40_000 + Math.abs(wave(n, 13, 90_000)) + (n < 20 ? 120_000 : 0)),
      }
    }),
  )
}

function emaOf(bars: readonly BarView[], length: number): IndicatorView {
  let value = Number(bars[0]?.close ?? 0)
  const points = bars.map((bar) => {
    value += (Number(bar.close) - value) * (2 / (length + 1))
    return { at: bar.start, value }
  })
  return { name: `EMA ${length}`, pane: 'price', points }
}

/** As the bot writes them. */
const MARK_TEXTS = {
  entry: 'entry: BUY 1 SPY 2026-03-13 585 C at $2.35',
  exit: 'take-profit: SELL 1 SPY 2026-03-13 585 C at $3.06',
} as const

function detailOf(symbol: string, view: View): SymbolDetail {
  const bars = barsOf(symbol, view.at)
  const rsi = bars.map((bar, n) => ({
    at: bar.start,
    value: 50 + wave(n, 47, 18) + wave(n, 11, 7),
  }))
  const markAt = (minutes: number) => minutesAgo(view.at, minutes)
  return {
    symbol,
    seq: view.seq,
    bars,
    indicators: [emaOf(bars, 8), emaOf(bars, 21), { name: 'RSI 14', pane: 'own', points: rsi }],
    marks: [
      { at: markAt(96), kind: 'signal', text: 'scalp: rise', id: 'd-1' },
      { at: markAt(95), kind: 'entry', text: MARK_TEXTS.entry, id: 'e-20260310-000042' },
      { at: markAt(71), kind: 'exit', text: MARK_TEXTS.exit, id: 'e-20260310-000043' },
      { at: markAt(40), kind: 'refused', text: 'order-cost', id: 'd-2' },
      { at: markAt(6), kind: 'signal', text: 'scalp: rise', id: 'd-3' },
      { at: markAt(5), kind: 'entry', text: MARK_TEXTS.entry, id: 'e-20260310-000142' },
    ],
    decisions: Array.from({ length: 40 }, (_, n) => decisionOf(symbol, view, n)),
  }
}

function decisionOf(symbol: string, view: View, n: number): DecisionView {
  const barStart = minutesAgo(Math.floor(view.at / 60_000) * 60_000, n + 1)
  const kinds = ['hold', 'hold', 'skipped', 'hold', 'none-picked', 'proposed'] as const
  return {
    symbol,
    barStart,
    at: (barStart + 60_180) as EpochMs,
    kind: kinds[n % 6] ?? 'hold',
    reason:
      n % 6 === 4
        ? 'no contract passed: spread 11.2% over 8%'
        : 'EMA 8 below EMA 21, RSI 14 at 48.2',
    id: `d-${symbol}-${barStart}`,
  }
}

function chainOf(symbol: string, view: View, scenario: Scenario): ChainView {
  const spot = SPOTS[symbol] ?? 100
  const base = Math.round(spot / 5) * 5
  const candidates = Array.from({ length: 14 }, (_, n): CandidateView => {
    const strike = base - 30 + n * 5
    const mid = Math.max(0.05, (spot - strike) * 0.4 + 6 - n * 0.25)
    const isQuoted = n > 3 && n < 10
    const isPick = n === 7
    const reason = scenario === 'hostile' ? HOSTILE : 'spread 11.2% over 8%'
    return {
      contract: `${symbol} 2026-03-13 ${strike} C`,
      strike: String(strike),
      expiry: '2026-03-13',
      right: 'C',
      stage: isPick ? 'picked' : isQuoted ? 'quoted' : n === 0 || n > 12 ? 'reach' : 'glanced',
      quote:
        n === 0
          ? null
          : {
              bid: (mid - 0.03).toFixed(2),
              ask: (mid + 0.03).toFixed(2),
              last: mid.toFixed(2),
              aliveAt: (view.at - 400 - n * 90) as EpochMs,
              isDelayed: false,
              isHalted: false,
            },
      volume: n === 0 ? null : 4200 - n * 210,
      openInterest: n === 0 ? null : 12_000 - n * 700,
      greeks:
        n < 2
          ? null
          : {
              iv: 0.182 + n * 0.004,
              delta: 0.82 - n * 0.055,
              gamma: 0.021,
              theta: -0.31,
              vega: n === 5 ? null : 0.14,
            },
      passed: isQuoted
        ? ['days to expiry', 'delta', 'open interest', ...(isPick ? ['spread', 'premium'] : [])]
        : ['days to expiry'],
      failed: isPick
        ? []
        : isQuoted
          ? [reason]
          : ['delta 0.71 over 0.55', 'premium $9.10 over $5.00'],
    }
  })
  return {
    symbol,
    at: minutesAgo(view.at, 3),
    spot: spot.toFixed(2),
    strategy: 'scalp',
    outlook: 'rise',
    rules: [
      '3 to 10 days to expiry',
      'delta 0.35 to 0.55',
      'spread at most 8% of the mid',
      'open interest at least 500',
      'premium at most $5.00',
    ],
    candidates,
    pick: candidates[7]?.contract ?? null,
    outcome: 'proposed: 1 unit at 2.35, take-profit 3.06, stop 1.88, risk $47.00 of $500.00',
  }
}

function ordersOf(view: View): readonly OrderView[] {
  return Array.from({ length: 18 }, (_, n) =>
    n < 5
      ? orderOf(view.at, n)
      : orderOf(view.at, n, {
          status:
            (
              ['filled', 'cancelled', 'filled', 'rejected', 'expired', 'denied', 'unknown'] as const
            )[n % 7] ?? 'filled',
          filled: n % 2 === 0 ? 2 : 0,
          contract: `NVDA 2026-03-20 ${130 + n} C`,
          statusSince: minutesAgo(view.at, n * 9),
          intendedAt: minutesAgo(view.at, n * 9 + 1),
        }),
  )
}

function orderDetail(id: string, view: View, scenario: Scenario): OrderDetail {
  const order = view.orders.find((each) => each.id === id) ?? orderOf(view.at, 0, { id })
  const at = order.intendedAt
  const later = (seconds: number) => (at + seconds * 1000) as EpochMs
  const told = scenario === 'hostile' ? HOSTILE : 'warning 399: order held until the session opens'
  return {
    order,
    history: [
      { at, seq: 18_001, from: null, to: 'intent', text: 'scalp: EMA 8 crossed EMA 21 upwards' },
      { at: later(0.01), seq: 18_002, from: 'intent', to: 'sending', text: 'handed to the socket' },
      { at: later(0.08), seq: 18_004, from: 'sending', to: 'acked', text: 'PendingSubmit' },
      { at: later(0.4), seq: 18_005, from: 'acked', to: 'working', text: told },
    ],
    fills: [
      {
        execId: '0000e0d5.1',
        orderId: id,
        at: later(2),
        side: 'BUY',
        quantity: 1,
        price: '2.35',
        commission: '0.65',
        slippage: '2.00',
      },
      {
        execId: '0000e0d5.2',
        orderId: id,
        at: later(3),
        side: 'BUY',
        quantity: 1,
        price: '2.33',
        commission: null,
        slippage: '-1.00',
      },
    ],
  }
}

function tradesOf(view: View): readonly TradeView[] {
  return Array.from({ length: 12 }, (_, n) => ({
    structureId: `e-2026030${(n % 9) + 1}-0${n}42`,
    strategy: n % 3 === 0 ? 'whale' : 'scalp',
    symbol: 'SPY',
    contract: `SPY 2026-03-13 ${580 + n} C`,
    openedAt: minutesAgo(view.at, 40 * n + 30),
    closedAt: n < 2 ? null : minutesAgo(view.at, 40 * n),
    quantity: (n % 3) + 1,
    pnl: (wave(n, 5, 140) + 31).toFixed(2),
    commissions: '1.30',
    exit: n < 2 ? null : n % 2 === 0 ? 'take-profit' : 'stop-loss',
  }))
}

const TYPES = [
  'CycleEnded',
  'OrderMoved',
  'OrderFilled',
  'GateSet',
  'PlanChanged',
  'AccountObserved',
]

export function lineOf(seq: number, at: EpochMs, scenario: Scenario): JournalLine {
  const type = TYPES[seq % TYPES.length] ?? 'CycleEnded'
  const texts = [
    'SPY hold: EMA 8 below EMA 21, RSI 14 at 48.2',
    'e-20260310-000143 take-profit of NVDA 2026-03-20 140 C: acked to working',
    'bought 1 SPY 2026-03-13 585 C at 2.35, commission $0.65',
    'window: no entries in the last 15 min of the session',
    'stop of AAPL vertical is watched at 1.48',
    'net liquidation $102,412.35, day +$412.35',
  ]
  const text = scenario === 'hostile' ? HOSTILE : (texts[seq % texts.length] ?? '')
  return { seq, at, type, text, id: seq % 6 === 5 ? null : `d-SPY-${seq}` }
}

function journalOf(query: URLSearchParams, view: View, scenario: Scenario): JournalPage {
  if (scenario === 'empty') return { seq: 1, entries: [], before: null }
  const from = Number(query.get('before') ?? view.seq + 1) - 1
  const limit = Number(query.get('limit') ?? 100)
  const text = (query.get('text') ?? '').toLowerCase()
  const types = (query.get('types') ?? '').split(',').filter((type) => type !== '')
  const entries = Array.from({ length: limit }, (_, n) =>
    lineOf(from - n, (view.at - n * 7000) as EpochMs, scenario),
  ).filter(
    (line) =>
      line.text.toLowerCase().includes(text) && (types.length === 0 || types.includes(line.type)),
  )
  return { seq: view.seq, entries, before: from - limit > 0 ? from - limit + 1 : null }
}

/** Under an event all that it holds, as the bot writes it. */
const FACTS = ['quote.bid                 $2.33', 'quote.ask                 $2.37']

function explainOf(id: string, view: View, scenario: Scenario): readonly JournalLine[] {
  if (id === 'nothing') return []
  return Array.from({ length: 6 }, (_, n) => {
    const line = lineOf(18_000 + n, view.at, scenario)
    return { ...line, id, text: `${line.text}\n${line.type}\n      ${FACTS.join('\n      ')}` }
  })
}

function latencyOf(view: View): LatencyHistory {
  const points = (p50: number) =>
    Array.from({ length: 360 }, (_, n) => ({
      at: (view.at - (359 - n) * 10_000) as EpochMs,
      p50: n % 90 === 50 ? null : p50 * (1 + wave(n, 40, 0.2)),
      p99: n % 90 === 50 ? null : p50 * (4 + wave(n, 23, 1.6) + (n > 300 && n < 320 ? 9 : 0)),
    }))
  const kinds = [
    ['reqCurrentTime', 8],
    ['reqHistoricalData', 420],
    ['reqMktData', 96],
    ['placeOrder', 61],
  ] as const
  return {
    kinds: kinds.map(([kind, p50]) => ({ kind, points: points(p50) })),
    loop: points(1).map(({ at, p99 }) => ({ at, p99: p99 === null ? 2 : p99 / 2 })),
    memory: points(1).map(({ at }, n) => ({
      at,
      bytes: (120 + n / 12 + wave(n, 20, 6)) * 2 ** 20,
    })),
  }
}

const settings: SettingsView = {
  file: '/home/anna/bot/config.yaml',
  hash: 'a3f19c7e0b52d8',
  sections: [
    {
      name: 'bot',
      rows: [
        { key: 'mode', value: 'demo' },
        { key: 'state_dir', value: '/home/anna/bot/state' },
        { key: 'interval', value: '60s' },
      ],
    },
    {
      name: 'gateway',
      rows: [
        { key: 'host', value: '127.0.0.1' },
        { key: 'port', value: '4002' },
        { key: 'client_id_base', value: '30' },
      ],
    },
    {
      name: 'risk',
      rows: [
        'max_risk_per_trade',
        'max_daily_loss',
        'max_open_structures',
        'max_order_cost',
        'max_quote_age',
      ].map((key, n) => ({ key, value: ['1%', '2.5%', '5', '$500', '2s'][n] ?? '' })),
    },
    {
      name: 'selection',
      rows: [
        { key: 'days_to_expiry', value: '3 to 10' },
        { key: 'delta', value: '0.35 to 0.55' },
        { key: 'max_spread', value: '8%' },
      ],
    },
    {
      name: 'strategies',
      rows: [
        { key: 'scalp.symbols', value: 'SPY, QQQ, AAPL, NVDA, TSLA' },
        { key: 'scalp.fast', value: '8' },
        { key: 'scalp.slow', value: '21' },
      ],
    },
    {
      name: 'notify',
      rows: [
        { key: 'webhook_url', value: 'set, hidden' },
        { key: 'quiet_hours', value: '22:00 to 07:00' },
      ],
    },
  ],
}

function reportOf(isEmpty: boolean, at: number): unknown {
  const figures = (key: string, n: number) => ({
    key,
    opened: n,
    closed: n,
    wins: Math.ceil(n / 2),
    losses: Math.floor(n / 2),
    even: 0,
    winRate: n === 0 ? null : Math.ceil(n / 2) / n,
    grossProfit: (n * 61).toFixed(2),
    grossLoss: (n * 33).toFixed(2),
    profitFactor: n === 0 ? null : 1.85,
    profitFactorWhy: n === 0 ? 'nothing was closed' : null,
    expectancy: n === 0 ? null : '34.36',
    realized: (n * 28 - (n % 3) * 60).toFixed(2),
    commissions: (n * 1.3).toFixed(2),
  })
  const slippage = { key: 'all', fills: isEmpty ? 0 : 12, units: 18, unknown: 1 }
  const none = { ...slippage, againstMid: null, againstFar: null, againstFillMid: null }
  const known = { ...none, againstMid: { amount: '14.50', ofSpread: 0.21 } }
  const many = isEmpty ? 0 : 12
  return {
    title: 'Report, day: 2026-03-10',
    notes: ['mode demo: simulated market, simulated account'],
    period: 'day',
    from: '2026-03-10',
    to: '2026-03-10',
    mode: 'demo',
    equity: '102000.00',
    all: figures('all', many),
    drawdown: isEmpty ? null : { amount: '310.20', ofEquity: 0.003 },
    ratio: { value: null, why: '1 of 20 trading days that it takes' },
    curve: Array.from({ length: many * 5 }, (_, n) => ({
      at: at - (60 - n) * 300_000,
      realized: (n * 7 - 60 + wave(n, 12, 70)).toFixed(2),
    })),
    days: [],
    by: isEmpty
      ? { strategy: [], symbol: [] }
      : {
          strategy: [figures('scalp', 8), figures('whale', 4)],
          symbol: [figures('AAPL', 3), figures('NVDA', 4), figures('SPY', 5)],
          hour: [figures('09:00', 5), figures('10:00', 4), figures('13:00', 3)],
          weekday: [figures('Tuesday', 12)],
        },
    exits: isEmpty ? [] : [figures('stop-loss', 5), figures('take-profit', 7)],
    open: isEmpty ? 0 : 3,
    decisions: isEmpty ? 0 : 1510,
    outcomes: isEmpty
      ? []
      : [
          { key: 'hold', count: 1380 },
          { key: 'skipped', count: 101 },
          { key: 'proposed', count: 29 },
        ],
    approved: many,
    refused: isEmpty ? 0 : 17,
    refusals: isEmpty
      ? []
      : [
          { key: 'per-underlying', count: 11 },
          { key: 'order-cost', count: 6 },
        ],
    slippage: isEmpty
      ? { entries: none, exits: none }
      : { entries: known, exits: { ...known, againstMid: { amount: '-3.10', ofSpread: -0.05 } } },
    unprotected: { spans: isEmpty ? 0 : 2, ms: 3100, msMax: 2000 },
    trades: isEmpty
      ? []
      : tradesOf({ at } as View).map((trade) => ({ ...trade, realized: trade.pnl })),
  }
}
