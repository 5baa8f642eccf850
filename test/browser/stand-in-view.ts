import type { EpochMs } from '../../src/base/clock.ts'
import type {
  AlarmView,
  IncidentView,
  LimitView,
  OrderView,
  RequestView,
  StructureView,
  SymbolView,
  View,
} from '../../src/dashboard/view.ts'

/** What the stand-in plays; each is a state that the page has to show well. */
export type Scenario =
  'normal' | 'empty' | 'killed' | 'incident' | 'many' | 'long' | 'hostile' | 'live'

/** A Tuesday, 14:32 in New York. */
export const START = Date.UTC(2026, 2, 10, 18, 32) as EpochMs
export const minutesAgo = (at: number, minutes: number) => (at - minutes * 60_000) as EpochMs
const DAY_OPEN = Date.UTC(2026, 2, 10, 13, 30) as EpochMs
const DAY_CLOSE = Date.UTC(2026, 2, 10, 20) as EpochMs

export const HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
const LONG =
  'Order rejected - reason: the contract is not available for trading in this account because of ' +
  'restrictions-that-have-no-blank-in-their-name-and-go-on-and-on-until-somebody-breaks-the-line'

/** A wave instead of chance: the same on every machine. */
const wave = (step: number, every: number, height: number) =>
  Math.sin((step * 2 * Math.PI) / every) * height

const quoteOf = (mid: number, at: number) => ({
  bid: (mid - 0.02).toFixed(2),
  ask: (mid + 0.02).toFixed(2),
  last: mid.toFixed(2),
  aliveAt: (at - 400) as EpochMs,
  isDelayed: false,
  isHalted: false,
})

const SYMBOLS = ['SPY', 'QQQ', 'AAPL', 'NVDA', 'TSLA'] as const
export const SPOTS: Readonly<Record<string, number>> = {
  SPY: 584.12,
  QQQ: 498.4,
  AAPL: 231.55,
  NVDA: 141.02,
  TSLA: 342.7,
}

const REASONS = [
  ['hold', 'EMA 8 below EMA 21, RSI 14 at 48.2: no cross since 14:02'],
  ['proposed', 'scalp: EMA 8 crossed EMA 21 upwards, RSI 14 at 57.3, volume 1.8 × its mean'],
  ['none-picked', 'no contract passed: spread 11.2% over 8%, open interest 84 under 500'],
  ['skipped', 'interval: this bar is off the grid of 180 s'],
  ['hold', 'already holds one structure of scalp in NVDA'],
] as const

function structures(at: number, step: number, isSafe: boolean): readonly StructureView[] {
  const one = (n: number, contract: string, open: number): StructureView => {
    const mid = open + 0.12 + wave(step + n * 7, 40, 0.2)
    return {
      id: `e-20260310-000${n}42`,
      strategy: n === 2 ? 'whale' : 'scalp',
      symbol: contract.split(' ')[0] ?? '',
      contract,
      quantity: n + 1,
      openPrice: open.toFixed(2),
      openedAt: minutesAgo(at, 12 * n + 4),
      quote: quoteOf(mid, at),
      unrealized: ((mid - open) * 100 * (n + 1)).toFixed(2),
      exits: [
        {
          kind: 'take-profit',
          price: (open * 1.3).toFixed(2),
          watchedBy: 'broker',
          orderId: `e-20260310-000${n}43`,
          status: 'working',
        },
        {
          kind: 'stop-loss',
          price: (open * 0.8).toFixed(2),
          watchedBy: n === 2 ? 'local' : 'broker',
          orderId: n === 2 || (n === 1 && !isSafe) ? null : `e-20260310-000${n}44`,
          status: n === 2 || (n === 1 && !isSafe) ? null : 'held',
        },
      ],
      timeInForce: 'GTC',
      isProtected: n !== 1 || isSafe,
      triggered: null,
    }
  }
  return [
    one(0, 'SPY 2026-03-13 585 C', 2.35),
    one(1, 'NVDA 2026-03-20 140 C', 4.1),
    one(2, 'AAPL 2026-03-13 230/235 C vertical', 1.85),
  ]
}

export function orderOf(at: number, n: number, over: Partial<OrderView> = {}): OrderView {
  const exit = n % 3
  return {
    id: `e-20260310-000${Math.floor(n / 3)}4${(n % 3) + 2}`,
    structureId: `e-20260310-000${Math.floor(n / 3)}42`,
    role: exit === 0 ? 'entry' : exit === 1 ? 'take-profit' : 'stop-loss',
    symbol: 'SPY',
    contract: 'SPY 2026-03-13 585 C',
    side: exit === 0 ? 'BUY' : 'SELL',
    quantity: 2,
    filled: exit === 0 ? 1 : 0,
    type: exit === 2 ? 'STP' : 'LMT',
    price: exit === 0 ? '2.35' : exit === 1 ? '3.06' : '1.88',
    timeInForce: exit === 0 ? 'DAY' : 'GTC',
    status: exit === 2 ? 'held' : 'working',
    statusSince: minutesAgo(at, n + 1),
    intendedAt: minutesAgo(at, n + 2),
    ...over,
  }
}

export function incidentOf(at: number, endedAt: EpochMs | null): IncidentView {
  const since = minutesAgo(endedAt ?? at, 4)
  const later = (seconds: number) => (since + seconds * 1000) as EpochMs
  return {
    id: endedAt === null ? 'incident-2' : 'incident-1',
    symptom: 'No answer to reqHistoricalData for SPY within 30 s, heartbeat answers',
    since,
    endedAt,
    verdict: 'HMDS_DOWN',
    verdictText: 'HMDS_DOWN{ushmds}',
    evidence: [
      'the order connection answered a heartbeat 1.2 s ago',
      '2105: HMDS data farm connection is broken: ushmds',
      'a second client asked the same and was not answered in 10 s either',
    ],
    excluded: [
      'LOCAL_READER_STALLED, LOCAL_WRITER_STALLED: bytes arrived 0.4 s ago, the loop is 3 ms late',
      'GATEWAY_HUNG, NETWORK_BLACKHOLE: heartbeats are answered on both connections',
      'PACING: 41 of 60 historical requests in 10 min, no 162 came',
    ],
    missing: endedAt === null ? ['whether other farms answer: asked, 12 s left'] : [],
    timeline: [
      { at: since, text: 'a request for bars of SPY ran out of its time' },
      { at: later(2), text: '2105 for ushmds' },
      { at: later(12), text: 'verdict: HMDS_DOWN{ushmds}' },
      { at: later(30), text: 'bars of SPY follow from five-second bars' },
    ],
    tried: [
      { at: later(12), step: 'follow bars from five-second bars' },
      { at: later(60), step: 'ask one bar again each 20 s' },
    ],
    remedy:
      'Wait: IBKR’s history service is away, trading goes on with five-second bars. If it lasts over 30 min, see IBKR’s system status.',
  }
}

const request = (kind: string, p50: number, more: Partial<RequestView> = {}): RequestView => ({
  kind,
  count: 120,
  p50,
  p90: p50 * 2.2,
  p99: p50 * 5.1,
  max: p50 * 9,
  deadlineMs: 30_000,
  answered: 120,
  failed: 0,
  timeouts: 0,
  slowSince: null,
  ...more,
})

function health(at: number, step: number, isIll: boolean): View['health'] {
  const since = minutesAgo(at, 62)
  return {
    lastAnswerAt: (at - (isIll ? 3200 : 600)) as EpochMs,
    lastCycleAt: (at - 14_000) as EpochMs,
    loopDelayMsP99: 2.4 + wave(step, 30, 1),
    loopDelayMsMax: 18.2,
    memoryBytes: 148 * 2 ** 20 + Math.round(wave(step, 60, 6) * 2 ** 20),
    uptimeMs: 62 * 60_000 + step * 1000,
    requests: [
      request('reqCurrentTime', 8, { deadlineMs: 10_000, count: 60, answered: 60 }),
      request('reqHistoricalData', isIll ? 9200 : 420, {
        count: 18,
        answered: isIll ? 11 : 18,
        timeouts: isIll ? 7 : 0,
        slowSince: isIll ? minutesAgo(at, 3) : null,
      }),
      request('reqMktData', 96),
      request('reqSecDefOptParams', 310, { count: 5, answered: 4, failed: 1 }),
      request('reqContractDetails', 150, { count: 22, answered: 22 }),
      request('placeOrder', 61, { count: 9, answered: 9, deadlineMs: 5000 }),
      request('what-if', 0, { count: 0, p50: null, p90: null, p99: null, max: null, answered: 0 }),
    ],
    breakers: isIll ? [{ class: 'history', phase: 'open', openings: 3, probeInMs: 12_400 }] : [],
    budgets: [
      { rule: 'messages per second', used: 7, limit: 45, freesAt: null },
      { rule: 'history, 10 min', used: isIll ? 57 : 22, limit: 60, freesAt: null },
      { rule: 'history, same contract in 2 s', used: 1, limit: 5, freesAt: null },
      { rule: 'market data lines', used: 31, limit: 100, freesAt: null },
      isIll
        ? { rule: 'open history requests', used: 50, limit: 50, freesAt: (at + 8000) as EpochMs }
        : { rule: 'open history requests', used: 5, limit: 50, freesAt: null },
    ],
    connections: [
      { name: 'order', isUp: true, since, reconnects: 0 },
      {
        name: 'data',
        isUp: true,
        since: isIll ? minutesAgo(at, 2) : since,
        reconnects: isIll ? 2 : 0,
      },
      { name: 'canary', isUp: isIll, since: isIll ? minutesAgo(at, 2) : null, reconnects: 0 },
    ],
    farms: [
      { name: 'usfarm', state: 'ok', since },
      { name: 'usopt', state: 'ok', since },
      { name: 'ushmds', state: isIll ? 'down' : 'ok', since: isIll ? minutesAgo(at, 4) : since },
      { name: 'secdefil', state: 'inactive', since },
    ],
    noticesLost: 0,
  }
}

type Used = readonly [used: number | null, max: number | null]

const limit = (rule: string, [used, max]: Used, more: Partial<LimitView> = {}): LimitView => ({
  rule,
  used,
  max,
  unit: 'count',
  by: null,
  ...more,
})

function limits(lost: number): readonly LimitView[] {
  return [
    limit('daily-loss', [lost, 2500], { unit: 'dollars' }),
    limit('funds', [3110, 51_204.55], { unit: 'dollars' }),
    limit('open-structures', [3, 5]),
    limit('per-underlying', [1, 1], { by: 'SPY' }),
    limit('per-expiry', [2, 3], { by: '2026-03-13' }),
    limit('open-orders', [6, 20]),
    limit('orders-per-minute', [2, 10]),
    limit('orders-per-day', [41, 200]),
    limit('repeats', [1, 4], { by: 'scalp in SPY' }),
    limit('delta', [14_210, 50_000], { unit: 'dollars' }),
    limit('gamma', [null, 2000], { unit: 'dollars' }),
    limit('vega', [212.4, 1000], { unit: 'dollars' }),
    limit('shock-loss', [1890, 5000], { unit: 'dollars', by: '−10% and +20 points of volatility' }),
  ]
}

function symbols(at: number, step: number): readonly SymbolView[] {
  return SYMBOLS.map((symbol, n) => {
    const [kind, reason] = REASONS[n] ?? REASONS[0]
    const barStart = (Math.floor((at - 60_000) / 60_000) * 60_000) as EpochMs
    return {
      symbol,
      source: n === 4 ? 'five-second' : 'keep-up-to-date',
      strategies: n === 1 ? ['scalp', 'vix-regime'] : ['scalp'],
      last: {
        price: ((SPOTS[symbol] ?? 100) + wave(step + n, 25, 0.3)).toFixed(2),
        at: (at - 300) as EpochMs,
      },
      decision: {
        symbol,
        barStart,
        at: (barStart + 60_000 + 180 + n * 30) as EpochMs,
        kind,
        reason,
        id: `d-${symbol}-${barStart}`,
      },
    }
  })
}

const alarm = (
  severity: AlarmView['severity'],
  said: readonly [string, string],
  since: EpochMs,
) => ({
  severity,
  text: said[0],
  remedy: said[1],
  since,
})

/** A whole view; `step` makes it move. */
export function viewOf(scenario: Scenario, step: number): View {
  const at = (START + step * 1000) as EpochMs
  const pnl = 412.35 + wave(step, 50, 180)
  const base: View = {
    seq: 18_204 + step,
    at,
    version: '0.9.0',
    mode: 'demo',
    account: 'DU*****67',
    isSimulated: true,
    speed: 1,
    market: { isOpen: true, session: { open: DAY_OPEN, close: DAY_CLOSE }, isEarlyClose: false },
    level: { state: 'active', cause: null, flattenWaits: null, armedOn: null },
    gates: [],
    link: 'up',
    epoch: 1,
    equity: {
      netLiquidation: (102_412.35 + wave(step, 50, 180)).toFixed(2),
      availableFunds: '51204.55',
      settledCash: '48120.10',
      kind: 'margin',
      at: (at - 2000) as EpochMs,
    },
    day: {
      date: '2026-03-10',
      at: (at - 2000) as EpochMs,
      pnl: pnl.toFixed(2),
      realizedEver: '1730.11',
      commissionsEver: '84.50',
      baseline: '102000.00',
      lost: '0.00',
      lossMax: '2500.00',
    },
    reconciledAt: (at - 2000) as EpochMs,
    journal: { seq: 18_204 + step, isBehind: false, error: null },
    protection: {
      structures: 3,
      unprotected: 0,
      unprotectedSince: null,
      watchedHere: 1,
      coverage: 1,
    },
    structures: structures(at, step, true),
    positions: [
      { contract: 'SPY 2026-03-13 585 C', quantity: 1, cost: '235.00', isUnattributed: false },
      { contract: 'NVDA 2026-03-20 140 C', quantity: 2, cost: '820.00', isUnattributed: false },
      { contract: 'AAPL 2026-03-13 230 C', quantity: 3, cost: '1281.00', isUnattributed: false },
      { contract: 'AAPL 2026-03-13 235 C', quantity: -3, cost: '-726.00', isUnattributed: false },
    ],
    orders: [0, 1, 2, 4, 5].map((n) => orderOf(at, n)),
    foreignOrders: [
      {
        permId: 1_880_412_977,
        contract: 'IBM 2026-06-19 250 C',
        side: 'SELL',
        quantity: 1,
        status: 'Submitted',
      },
    ],
    incidents: [],
    health: health(at, step, false),
    limits: limits(0),
    symbols: symbols(at, step),
    alarms: [],
  }
  return variants[scenario](base, step)
}

const variants: Readonly<Record<Scenario, (base: View, step: number) => View>> = {
  normal: (base) => base,
  empty: (base) => ({
    ...base,
    seq: 1,
    market: { ...base.market, isOpen: false },
    link: 'reconciling',
    equity: null,
    day: {
      ...base.day,
      pnl: null,
      realizedEver: '0.00',
      commissionsEver: '0.00',
      baseline: null,
      lost: null,
      lossMax: null,
    },
    protection: {
      structures: 0,
      unprotected: 0,
      unprotectedSince: null,
      watchedHere: 0,
      coverage: null,
    },
    structures: [],
    positions: [],
    orders: [],
    foreignOrders: [],
    health: {
      ...base.health,
      requests: [],
      budgets: [],
      farms: [],
      lastAnswerAt: null,
      lastCycleAt: null,
      loopDelayMsP99: null,
    },
    limits: [],
    symbols: base.symbols.map((each) => ({ ...each, last: null, decision: null, source: null })),
  }),
  killed: (base) => ({
    ...base,
    level: {
      state: 'kill',
      cause: 'operator',
      flattenWaits: 'AAPL 2026-03-13 235 C: bought back before its cover is sold',
      armedOn: null,
    },
    structures: base.structures.slice(2).map((each) => ({ ...each, triggered: 'close' as const })),
    protection: {
      structures: 1,
      unprotected: 0,
      unprotectedSince: null,
      watchedHere: 1,
      coverage: 1,
    },
    orders: [
      orderOf(base.at, 0, { role: 'close', status: 'working', contract: 'AAPL 2026-03-13 235 C' }),
    ],
    alarms: [
      alarm(
        'critical',
        [
          'Killed by anna: “testing the stop”',
          'When you know why, resume with the account id and a reason.',
        ],
        minutesAgo(base.at, 2),
      ),
    ],
  }),
  incident: (base, step) => ({
    ...base,
    gates: [
      {
        gate: 'farm',
        symbol: null,
        since: minutesAgo(base.at, 4),
        reason: 'HMDS farm ushmds is down (2105)',
      },
      {
        gate: 'breaker',
        symbol: null,
        since: minutesAgo(base.at, 3),
        reason: 'history opened its breaker 3 times',
      },
      {
        gate: 'stale-data',
        symbol: 'TSLA',
        since: minutesAgo(base.at, 2),
        reason: 'the newest bar is 2 min old',
      },
    ],
    day: { ...base.day, pnl: '-1951.40', lost: '1951.40' },
    epoch: 3,
    protection: {
      structures: 3,
      unprotected: 1,
      unprotectedSince: minutesAgo(base.at, 1),
      watchedHere: 1,
      coverage: 0.67,
    },
    structures: structures(base.at, step, false),
    incidents: [incidentOf(base.at, null)],
    health: health(base.at, step, true),
    limits: limits(1951.4),
    alarms: [
      alarm(
        'critical',
        [
          'NVDA 2026-03-20 140 C has no stop at the broker for 1 min',
          'The bot places it again with each tick. If it stays so, close the structure.',
        ],
        minutesAgo(base.at, 1),
      ),
      alarm(
        'warning',
        ['HMDS_DOWN{ushmds}: history of IBKR is away', 'Wait; bars follow from five-second bars.'],
        minutesAgo(base.at, 4),
      ),
    ],
  }),
  many: (base) => ({
    ...base,
    structures: Array.from({ length: 24 }, (_, n) => ({
      ...(base.structures[n % 3] as StructureView),
      id: `e-many-${n}`,
    })),
    orders: Array.from({ length: 60 }, (_, n) => orderOf(base.at, n, { id: `e-many-${n}` })),
    positions: Array.from({ length: 40 }, (_, n) => ({
      contract: `SPY 2026-03-13 ${560 + n} C`,
      quantity: n + 1,
      cost: `${(n + 1) * 1_234_567}.00`,
      isUnattributed: n === 7,
    })),
    protection: {
      structures: 24,
      unprotected: 0,
      unprotectedSince: null,
      watchedHere: 8,
      coverage: 1,
    },
    alarms: Array.from({ length: 7 }, (_, n) =>
      alarm(
        'warning',
        [`Position ${n} is held by no structure of ours`, 'Close it at the broker, or adopt it.'],
        minutesAgo(base.at, n),
      ),
    ),
  }),
  long: (base) => withText(base, LONG),
  hostile: (base) => withText(base, HOSTILE),
  live: (base) => ({
    ...base,
    mode: 'live',
    account: 'U*****12',
    isSimulated: false,
    speed: null,
    level: { ...base.level, armedOn: '2026-03-10' },
  }),
}

/** Wherever words of the broker, of a file or of another program come to the page. */
function withText(base: View, text: string): View {
  return {
    ...base,
    account: base.account,
    gates: [{ gate: 'stale-data', symbol: 'SPY', since: base.at, reason: text }],
    level: { ...base.level, flattenWaits: text },
    structures: base.structures.map((each, n) => ({
      ...each,
      contract: `${text} ${n}`,
      strategy: text,
    })),
    positions: base.positions.map((each, n) => ({ ...each, contract: `${text} ${n}` })),
    orders: base.orders.map((each) => ({ ...each, contract: text })),
    foreignOrders: base.foreignOrders.map((each) => ({ ...each, contract: text, status: text })),
    incidents: [
      {
        ...incidentOf(base.at, null),
        symptom: text,
        remedy: text,
        evidence: [text],
        excluded: [text],
      },
    ],
    symbols: base.symbols.map((each) => ({
      ...each,
      decision: each.decision === null ? null : { ...each.decision, reason: text },
    })),
    limits: base.limits.map((each) => ({ ...each, by: text })),
    alarms: [alarm('critical', [text, text], minutesAgo(base.at, 3))],
    health: {
      ...base.health,
      farms: base.health.farms.map((each) => ({ ...each, name: `${text} ${each.name}` })),
      budgets: base.health.budgets.map((each) => ({ ...each, rule: `${text} ${each.rule}` })),
    },
  }
}
