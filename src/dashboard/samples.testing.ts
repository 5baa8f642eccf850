import type { EpochMs } from '../base/clock.ts'
import type {
  ChainView,
  DecisionView,
  IncidentView,
  JournalLine,
  OrderDetail,
  OrderView,
  QuoteView,
  SymbolDetail,
  TradeView,
  View,
} from './view.ts'

/** As a broker might write it (T6), with a line break that could begin an event of a stream. */
export const HOSTILE = '<img src=x onerror="alert(1)">\n\nevent: view\ndata: {}\n\n=cmd|calc'

export const at = 1_795_000_000_000 as EpochMs

export const quote: QuoteView = {
  bid: '2.30',
  ask: '2.40',
  last: null,
  aliveAt: at,
  isDelayed: false,
  isHalted: false,
}

export const order: OrderView = {
  id: 'b1-7',
  structureId: 'b1-7',
  role: 'entry',
  symbol: 'SPY',
  contract: 'SPY 20261218 C 600',
  side: 'BUY',
  quantity: 2,
  filled: 1,
  type: 'LMT',
  price: '2.35',
  timeInForce: 'DAY',
  status: 'working',
  statusSince: at,
  intendedAt: at,
}

export const decision: DecisionView = {
  symbol: 'SPY',
  barStart: at,
  at,
  kind: 'proposed',
  reason: 'crossed',
  id: `SPY@${at}`,
}

export const incident: IncidentView = {
  id: 'i1',
  symptom: 'quotes are late',
  since: at,
  endedAt: null,
  verdict: 'HMDS_DOWN',
  verdictText: HOSTILE,
  evidence: ['2105'],
  excluded: ['PACING: no 162'],
  missing: [],
  timeline: [{ at, text: 'began' }],
  tried: [{ at, step: 'probe' }],
  remedy: 'wait',
}

export const trade: TradeView = {
  structureId: 'b1-7',
  strategy: 'scalp',
  symbol: 'SPY',
  contract: order.contract,
  openedAt: at,
  closedAt: null,
  quantity: 2,
  pnl: '-1751.40',
  commissions: '1.30',
  exit: null,
}

export const symbolDetail: SymbolDetail = {
  symbol: 'SPY',
  seq: 7,
  bars: [{ start: at, open: '1', high: '2', low: '0.5', close: '1.5', volume: 10 }],
  indicators: [{ name: 'EMA 8', pane: 'price', points: [{ at, value: 1.25 }] }],
  marks: [{ at, kind: 'entry', text: HOSTILE, id: order.id }],
  decisions: [decision],
}

export const chain: ChainView = {
  symbol: 'SPY',
  at,
  spot: '600.10',
  strategy: 'scalp',
  outlook: 'up',
  rules: ['delta 0.3 to 0.6'],
  candidates: [
    {
      contract: order.contract,
      strike: '600',
      expiry: '20261218',
      right: 'C',
      stage: 'picked',
      quote,
      volume: 10,
      openInterest: null,
      greeks: { iv: 0.2, delta: 0.5, gamma: null, theta: null, vega: null },
      passed: ['delta 0.5'],
      failed: [],
    },
  ],
  pick: order.contract,
  outcome: 'entered',
}

export const orderDetail: OrderDetail = {
  order,
  history: [{ at, seq: 5, from: null, to: 'intent', text: HOSTILE }],
  fills: [
    {
      execId: '0001.1',
      orderId: order.id,
      at,
      side: 'BUY',
      quantity: 1,
      price: '2.35',
      commission: null,
      slippage: '0.00',
    },
  ],
}

export function lineAt(seq: number, text: string = HOSTILE): JournalLine {
  return { seq, at, type: 'OrderRejected', text, id: order.id }
}

/** With something in every list, so that a schema which is wrong about one is found out. */
const view: Omit<View, 'seq'> = {
  at,
  version: '0.1.0',
  mode: 'demo',
  account: 'DU*****67',
  isSimulated: true,
  speed: 60,
  market: { isOpen: true, session: { open: at, close: at }, isEarlyClose: false },
  level: { state: 'active', cause: null, flattenWaits: null, armedOn: null },
  gates: [{ gate: 'farm', symbol: null, since: at, reason: HOSTILE }],
  link: 'up',
  epoch: 1,
  equity: {
    netLiquidation: '100000.00',
    availableFunds: '90000.00',
    settledCash: '90000.00',
    kind: 'margin',
    at,
  },
  day: {
    date: '2026-11-17',
    at,
    pnl: '-12.50',
    realizedEver: '10.00',
    commissionsEver: '1.30',
    baseline: '100012.50',
    lost: '12.50',
    lossMax: null,
  },
  reconciledAt: at,
  journal: { seq: 7, isBehind: false, error: null },
  protection: {
    structures: 1,
    unprotected: 0,
    unprotectedSince: null,
    watchedHere: 0,
    coverage: 1,
  },
  structures: [
    {
      id: order.id,
      strategy: 'scalp',
      symbol: 'SPY',
      contract: order.contract,
      quantity: 1,
      openPrice: '2.35',
      openedAt: at,
      quote,
      unrealized: '-1.00',
      exits: [
        {
          kind: 'stop-loss',
          price: '1.80',
          watchedBy: 'broker',
          orderId: 'b1-9',
          status: 'working',
        },
      ],
      timeInForce: 'GTC',
      isProtected: true,
      triggered: null,
    },
  ],
  positions: [{ contract: order.contract, quantity: 1, cost: '235.65', isUnattributed: false }],
  orders: [order],
  foreignOrders: [{ permId: 9, contract: 'AAPL', side: 'SELL', quantity: 1, status: 'Submitted' }],
  incidents: [incident],
  health: {
    lastAnswerAt: at,
    lastCycleAt: null,
    loopDelayMsP99: null,
    loopDelayMsMax: 3,
    memoryBytes: 1e8,
    uptimeMs: 1000,
    requests: [
      {
        kind: 'quote',
        count: 3,
        p50: 4,
        p90: 5,
        p99: 6,
        max: 7,
        deadlineMs: 1000,
        answered: 3,
        failed: 0,
        timeouts: 0,
        slowSince: null,
      },
    ],
    breakers: [{ class: 'quotes', phase: 'open', openings: 1, probeInMs: 5000 }],
    budgets: [{ rule: 'messages', used: 3, limit: 45, freesAt: null }],
    connections: [{ name: 'order', isUp: true, since: at, reconnects: 0 }],
    farms: [{ name: 'usfarm', state: 'ok', since: at }],
    noticesLost: 0,
  },
  limits: [{ rule: 'open-structures', used: 1, max: 3, unit: 'count', by: null }],
  symbols: [
    {
      symbol: 'SPY',
      source: 'keep-up-to-date',
      strategies: ['scalp'],
      last: { price: '600.10', at },
      decision,
    },
  ],
  alarms: [{ severity: 'warning', text: HOSTILE, since: null, remedy: null }],
}

export function viewAt(seq: number): View {
  return { seq, ...view }
}
