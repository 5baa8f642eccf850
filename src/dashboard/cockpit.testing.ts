import type { Cancel, EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Cockpit, JournalAsked, OrdersAsked, ReplayAsked } from './cockpit.ts'
import type {
  ChainView,
  CommandBody,
  DecisionView,
  IncidentView,
  JournalLine,
  OrderDetail,
  OrderView,
  QuoteView,
  SymbolDetail,
  TradeView,
  Verb,
  View,
} from './view.ts'

/** What the fake cockpit was told to do. */
export interface Done {
  readonly by: string
  readonly verb: Verb
  readonly body: CommandBody
}

export const ACCOUNT_ID = 'DU1234567'
/** As a broker might write it (T6), with a line break that could begin an event of a stream. */
export const HOSTILE = '<img src=x onerror="alert(1)">\n\nevent: view\ndata: {}\n\n=cmd|calc'

const at = 1_795_000_000_000 as EpochMs

/** Everything the server may ask, answered from memory; each promise can be made to wait. */
export class FakeCockpit implements Cockpit {
  readonly done: Done[] = []
  readonly asked: unknown[] = []
  /** Of commands and questions: awaited before they answer. */
  gate: Promise<void> = Promise.resolve()
  commandError: Error | null = null
  shown: View | null = viewAt(1)
  readonly #onView = new Set<(view: View) => void>()
  readonly #onLine = new Set<(line: JournalLine) => void>()

  get listeners(): number {
    return this.#onView.size + this.#onLine.size
  }

  show(view: View): void {
    this.shown = view
    for (const listener of this.#onView) listener(view)
  }

  journaled(line: JournalLine): void {
    for (const listener of this.#onLine) listener(line)
  }

  view(): View | null {
    return this.shown
  }

  onView(listener: (view: View) => void): Cancel {
    this.#onView.add(listener)
    return () => void this.#onView.delete(listener)
  }

  onLine(listener: (line: JournalLine) => void): Cancel {
    this.#onLine.add(listener)
    return () => void this.#onLine.delete(listener)
  }

  async symbol(symbol: string) {
    return this.#answer(symbol === 'SPY' ? symbolDetail : null, symbol)
  }

  async chain(symbol: string) {
    return this.#answer(symbol === 'SPY' ? chain : null, symbol)
  }

  async orders(page: OrdersAsked) {
    return this.#answer([order], page)
  }

  async order(id: string) {
    return this.#answer(id === order.id ? orderDetail : null, id)
  }

  async trades() {
    return this.#answer([trade])
  }

  async incidents() {
    return this.#answer([incident])
  }

  async journal(asked: JournalAsked) {
    return this.#answer({ seq: 7, entries: [lineAt(7)], before: null }, asked)
  }

  async explain(id: string) {
    return this.#answer(id === order.id ? [lineAt(7)] : [], id)
  }

  async replay(asked: ReplayAsked) {
    if ('unknown' in asked.limits) {
      return fail({ error: 'unknown: no such limit', remedy: 'see settings' })
    }
    const changed = { seq: 7, at, symbol: 'SPY', strategy: 'scalp', was: 'approved', would: 'no' }
    return this.#answer(ok({ judged: 3, changed: [changed] }), asked)
  }

  async report(period: string, as: 'html' | 'json') {
    const html = '<!doctype html><style>p{color:red}</style><p>day</p>'
    return this.#answer(as === 'html' ? html : '{"trades":[]}', { period, as })
  }

  async latency() {
    const points = [{ at, p50: 4, p99: null }]
    return this.#answer({ kinds: [{ kind: 'quote', points }], loop: [], memory: [] })
  }

  async settings() {
    const rows = [{ key: 'dashboard.password', value: '[secret]' }]
    return this.#answer({ file: 'a.yaml', hash: 'abc', sections: [{ name: 'dashboard', rows }] })
  }

  async metrics() {
    return this.#answer('# TYPE up gauge\nup 1\n')
  }

  async command(by: string, verb: Verb, body: CommandBody) {
    this.done.push({ by, verb, body })
    await this.gate
    if (this.commandError !== null) throw this.commandError
    if (body.accountId !== undefined && body.accountId !== ACCOUNT_ID) {
      return fail({ error: `${body.accountId} is not our account id`, remedy: 'type it again' })
    }
    return ok({ seq: this.done.length, tradingState: 'halt' as const })
  }

  async effect(verb: Verb) {
    return this.#answer(`${verb}: 1 structure is closed`, verb)
  }

  async #answer<T>(answer: T, asked: unknown = null): Promise<T> {
    this.asked.push(asked)
    await this.gate
    return answer
  }
}

const quote: QuoteView = {
  bid: '2.30',
  ask: '2.40',
  last: null,
  aliveAt: at,
  isDelayed: false,
  isHalted: false,
}

const order: OrderView = {
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

const decision: DecisionView = {
  symbol: 'SPY',
  barStart: at,
  at,
  kind: 'proposed',
  reason: 'crossed',
  id: `SPY@${at}`,
}

const incident: IncidentView = {
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

const trade: TradeView = {
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

const symbolDetail: SymbolDetail = {
  symbol: 'SPY',
  seq: 7,
  bars: [{ start: at, open: '1', high: '2', low: '0.5', close: '1.5', volume: 10 }],
  indicators: [{ name: 'EMA 8', pane: 'price', points: [{ at, value: 1.25 }] }],
  marks: [{ at, kind: 'entry', text: HOSTILE, id: order.id }],
  decisions: [decision],
}

const chain: ChainView = {
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

const orderDetail: OrderDetail = {
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
export function viewAt(seq: number): View {
  return {
    seq,
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
      pnl: '-12.50',
      realizedEver: '10.00',
      commissionsEver: '1.30',
      baseline: '100012.50',
      lost: '12.50',
      lossMax: null,
    },
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
    foreignOrders: [
      { permId: 9, contract: 'AAPL', side: 'SELL', quantity: 1, status: 'Submitted' },
    ],
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
}
