import type { Cancel, EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { Mode, SetGate } from '../domain/account.ts'
import type { StockKey } from '../domain/contract.ts'
import type { Budget } from '../engine/budget.ts'
import type {
  BreakerFigures,
  ConnectionFigures,
  FarmFigures,
  OpenIncident,
} from '../engine/health.ts'
import type { Broker, Fault, Latch, MarketData, OrderIdStore } from '../engine/ports.ts'
import type { Input } from '../trading/input.ts'
import { IbkrBroker } from './orders/broker.ts'
import { CLIENT_ID_BASE, clientIdOf } from './session/client-ids.ts'
import type { ConnectionCounters } from './session/connection-listener.ts'
import { lastLook, refuseOrders } from './orders/last-look.ts'
import type { LiveLook } from './orders/last-look.ts'
import { LookLedger } from './orders/last-look-ledger.ts'
import type { LookLimits } from './orders/last-look-limits.ts'
import type { Link } from './session/link.ts'
import { IbkrMarketData } from './market/market-data.ts'
import type { RequestCounters } from './session/question.ts'
import { Room } from './room.ts'
import type { IbkrOptions } from './room.ts'
import type { WhatIfAnswer } from './orders/what-if.ts'

export interface IbkrCounters {
  readonly connections: Readonly<ConnectionCounters>
  readonly requests: Readonly<RequestCounters>
  readonly orderFramesSent: number
  readonly historicalRequests: number
}

/** What both compositions have: quotes and bars, and how the connections are doing. */
export interface IbkrData {
  readonly marketData: MarketData
  /** Every connection is up, or why one is not: for the start of a run. */
  ready(withinMs: number): Promise<Result<void, Fault>>
  /** Gates that the connections set, as they are now; the listener hears of every change. */
  gates(): readonly SetGate[]
  onGates(listener: (gates: readonly SetGate[]) => void): Cancel
  /** Incidents, and what must halt, for the core to journal. */
  onInput(listener: (input: Input) => void): Cancel
  lastAnswerAt(): EpochMs | null
  /** What is known of the incident that is open; null: none is. */
  incident(): OpenIncident | null
  /** What is used of IBKR's limits. */
  budgets(): readonly Budget[]
  /** Services that are not asked, or asked by a probe alone. */
  breakers(): readonly BreakerFigures[]
  /** Each connection as it is: for people. */
  connections(): readonly ConnectionFigures[]
  /** What the Gateway says of IBKR's data services. */
  farms(): readonly FarmFigures[]
  readonly counters: IbkrCounters
  close(): Promise<void>
}

export interface Ibkr extends IbkrData {
  readonly broker: Broker
  /** Whether the Gateway takes orders at all, as `doctor` asks through a running bot. */
  whatIf(key: StockKey): Promise<WhatIfAnswer>
}

export interface DataOptions extends IbkrOptions {
  /** The account that is expected; null: any. */
  readonly account: string | null
  readonly allowDelayed: boolean
  /** Whose client id it takes; default `data`. A validation runs beside a bot, as `doctor`. */
  readonly as?: 'data' | 'doctor'
}

/** Those with a route to the order socket: a dry run or a backtest cannot even ask for one. */
export type TradingMode = Exclude<Mode, 'dry-run' | 'backtest'>

export interface TradingOptions extends IbkrOptions {
  readonly mode: TradingMode
  readonly account: string
  readonly orderIds: OrderIdStore
  readonly latch: Pick<Latch, 'read'>
  /** What the encoder itself holds to; null only where no engine is. */
  readonly look: LookLimits | null
  /** Mode live only: without it no entry ever leaves. */
  readonly live?: LiveLook
}

/** Dry-run: the data connection alone. There is no broker to be called by mistake. */
export function openIbkrData(options: DataOptions): IbkrData {
  const room = new Room(options)
  const data = dataOf(room, options)
  room.start(canaryId(options), { allowDelayed: options.allowDelayed })
  return data
}

/** Demo, paper, live, simulation: orders and data on two connections with their own client ids. */
export function openIbkr(options: TradingOptions): Ibkr {
  const { clock, account, mode, orderIds, latch } = options
  const room = new Room(options)
  const clientId = clientIdOf('order', options.clientIdBase ?? CLIENT_ID_BASE)
  let link: Link | null = null
  const broker = new IbkrBroker({
    clock,
    account,
    clientId,
    contracts: room.contracts,
    store: orderIds,
    connection: () => link?.connection ?? null,
  })
  const ledger = new LookLedger(clock, { clientId, account })
  const epoch = () => link?.connection?.epoch ?? null
  const guard = lastLook({
    mode,
    account,
    look: options.look && { ledger, limits: options.look, epoch },
    readLatch: () => latch.read(),
    ...(options.live && { live: options.live }),
  })
  link = room.link({
    name: 'order',
    clientId,
    guard,
    heard: (response) => ledger.heard(response),
    unsent: (request) => {
      if (request.kind === 'placeOrder') ledger.unsent(request.orderId)
    },
    account,
    listener: broker,
    // 1101 and 1102: what happened meanwhile is asked for, on the connection that stayed.
    restored: (connection) => {
      connection.requests.outdate()
      broker.up(connection)
    },
  })
  const data = dataOf(room, { ...options, allowDelayed: false })
  const askOrders = (): void => {
    const stock = room.contracts.anyStock()
    if (stock !== null) void broker.whatIf(stock)
  }
  room.start(canaryId(options), { allowDelayed: false, askOrders })
  return { ...data, broker, whatIf: (key) => broker.whatIf(key) }
}

function canaryId({ clientIdBase }: IbkrOptions): number {
  return clientIdOf('canary', clientIdBase ?? CLIENT_ID_BASE)
}

function dataOf(room: Room, options: DataOptions): IbkrData {
  const { clock, account, allowDelayed, clientIdBase, as = 'data' } = options
  const link: Link = room.link({
    name: 'data',
    clientId: clientIdOf(as, clientIdBase ?? CLIENT_ID_BASE),
    guard: refuseOrders,
    account,
    listener: {
      up: (connection) => {
        if (allowDelayed) connection.sendInTurn(4, { kind: 'reqMarketDataType', type: 3 })
      },
      down: () => undefined,
      said: () => undefined,
      orderError: () => undefined,
    },
    restored: (connection, dataLost) => {
      if (dataLost) connection.requests.endStreams(DATA_LOST)
    },
  })
  return {
    marketData: new IbkrMarketData({
      clock,
      contracts: room.contracts,
      budgets: room.budgets,
      connection: () => link.connection,
      // Bars are asked for again and again; a probe finds out when that is of use.
      outage: (of) =>
        link.outage(of) ??
        (of === 'history' && room.log.isDead(of) ? 'no request for history is answered' : null),
      allowDelayed,
      wellSince: () => room.conditions.quotesWellSince('data'),
    }),
    ready: (withinMs) => room.ready(withinMs),
    gates: () => room.conditions.gates(),
    onGates: (listener) => {
      room.gateListeners.add(listener)
      return () => room.gateListeners.delete(listener)
    },
    onInput: (listener) => room.inputs.listen(listener),
    budgets: () => room.budgets.view(),
    breakers: () => room.breakers(),
    connections: () => room.figures(),
    farms: () => room.farms(),
    incident: () => {
      const { incident } = room
      return incident === null ? null : { id: incident.id, verdict: incident.verdict.name }
    },
    lastAnswerAt: () => {
      const times = room.links.map(({ connection }) => connection?.lastAnswerAt ?? null)
      const known = times.filter((at) => at !== null)
      return known.length === 0 ? null : (Math.max(...known) as EpochMs)
    },
    counters: {
      connections: room.connections,
      requests: room.requests,
      get orderFramesSent() {
        return room.connections.orderFramesSent
      },
      get historicalRequests() {
        const { shortHistory, longHistory, barStream } = room.requests.asked
        return shortHistory + longHistory + barStream
      },
    },
    close: () => room.close(),
  }
}

const DATA_LOST: Fault = {
  code: 'no-data',
  retry: 'later',
  detail: '1101: connectivity is back, market data was lost',
  vendorCode: 1101,
}
