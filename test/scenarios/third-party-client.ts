import type { IBApi } from '@stoqey/ib'
import type { EpochMs, VirtualClock } from '../../src/base/clock.ts'

/** One event of a client, with its arguments in the package's order. */
export interface Heard {
  readonly event: string
  readonly args: readonly unknown[]
}

const EVENTS = [
  'server',
  'connected',
  'disconnected',
  'info',
  'error',
  'nextValidId',
  'managedAccounts',
  'currentTime',
  'contractDetails',
  'contractDetailsEnd',
  'securityDefinitionOptionParameter',
  'securityDefinitionOptionParameterEnd',
  'marketRule',
  'marketDataType',
  'tickReqParams',
  'tickPrice',
  'tickSize',
  'tickString',
  'tickGeneric',
  'tickOptionComputation',
  'tickSnapshotEnd',
  'historicalData',
  'historicalDataUpdate',
  'realtimeBar',
  'headTimestamp',
  'openOrder',
  'openOrderEnd',
  'orderStatus',
  'completedOrder',
  'completedOrdersEnd',
  'execDetails',
  'execDetailsEnd',
  'commissionReport',
  'position',
  'positionEnd',
  'updateAccountValue',
  'updatePortfolio',
  'updateAccountTime',
  'accountDownloadEnd',
  'accountSummary',
  'accountSummaryEnd',
  'pnl',
  'pnlSingle',
  'symbolSamples',
] as const

/** What its typings split into an overload per event. */
interface Emitter {
  on(event: string, listener: (...args: readonly unknown[]) => void): void
}

/** Virtual time per look at the sockets: a client on real time must get its turns in between. */
const STEP_MS = 5
/** Two virtual minutes: past it something is not going to be said. */
const STEPS_MAX = 24_000

/** An unmodified client of another project, and what it has said so far. */
export class ThirdPartyClient {
  readonly api: IBApi
  readonly heard: Heard[] = []
  readonly #clock: VirtualClock

  constructor(api: IBApi, clock: VirtualClock) {
    this.api = api
    this.#clock = clock
    const emitter = api as unknown as Emitter
    for (const event of EVENTS) emitter.on(event, (...args) => this.heard.push({ event, args }))
  }

  all(event: (typeof EVENTS)[number]): readonly (readonly unknown[])[] {
    return this.heard.filter((each) => each.event === event).map((each) => each.args)
  }

  /** Lets time pass until the client has heard this; its arguments. */
  async until(
    event: (typeof EVENTS)[number],
    fits: (args: readonly unknown[]) => boolean = () => true,
  ): Promise<readonly unknown[]> {
    for (let step = 0; step < STEPS_MAX; step++) {
      const found = this.all(event).find(fits)
      if (found !== undefined) return found
      await this.pass(STEP_MS)
    }
    const last = this.heard.slice(-20).map((each) => `${each.event} ${JSON.stringify(each.args)}`)
    throw new Error(`expected to hear ${event}; the last that was heard:\n${last.join('\n')}`)
  }

  async pass(ms: number): Promise<void> {
    const end = this.#clock.now() + ms
    while (this.#clock.now() < end) {
      await this.#clock.runUntil(Math.min(end, this.#clock.now() + STEP_MS) as EpochMs)
    }
  }

  /** What it complains about, notices of data farms aside. */
  complaints(): readonly string[] {
    return this.heard
      .filter(({ event }) => event === 'error' || event === 'info')
      .map(({ args }) => args.map((arg) => (arg instanceof Error ? arg.message : arg)))
      .map((args) => args.slice(0, 3).join(' | '))
      .filter((text) => !text.includes('farm connection is OK'))
  }
}
