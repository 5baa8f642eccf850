import { assert } from '../../base/assert.ts'
import type { Cancel, Clock } from '../../base/clock.ts'
import { emptyContract } from '../../wire/contract.ts'
import { clientPrelude } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import type { Transport } from '../../wire/transport.ts'
import type { SimulatedGateway } from '../gateway.ts'
import { once } from './once.ts'

/** What another program on the same login does. */
export const BEHAVIOURS = {
  'ask-history':
    'asks for bars of 30 seconds, all different, twice a second: more than 60 in ten minutes',
  'hold-lines':
    'takes every free line with snapshots that are never answered, also those that become free',
} as const

export type Behaviour = keyof typeof BEHAVIOURS

const VERSION = 193
/** Not one of the bot's five ids. */
export const SECOND_CLIENT_ID = 77
const ASK_MS = 500
/** Below the 50 messages a second of one connection. */
const LINES_AT_ONCE = 40
const LOOK_MS = 1_000

/** Another client of the same login, which speaks the real protocol over a pair of byte pipes. */
export class SecondClient {
  readonly #gateway: SimulatedGateway
  readonly #clock: Clock
  #nextId = 1
  #timer: Cancel = () => undefined

  constructor({ gateway, clock }: { readonly gateway: SimulatedGateway; readonly clock: Clock }) {
    this.#gateway = gateway
    this.#clock = clock
  }

  start(behaviour: Behaviour): Cancel {
    const socket = this.#gateway.memorySocket()
    const stops: Cancel[] = []
    if (behaviour === 'hold-lines') {
      const clientIds = [SECOND_CLIENT_ID]
      stops.push(this.#gateway.inject({ name: 'snapshots-unanswered', clientIds }))
    }
    let isIn = false
    socket.listen({
      bytes: () => {
        if (isIn) return
        isIn = true // the version has come; what follows is of no interest
        const optionalCapabilities = ''
        send(socket, { kind: 'startApi', clientId: SECOND_CLIENT_ID, optionalCapabilities })
        if (behaviour === 'ask-history') this.#askHistory(socket)
        else this.#holdLines(socket)
      },
      closed: () => this.#timer(),
    })
    socket.write(clientPrelude({ min: VERSION, max: VERSION }))
    return once(() => {
      this.#timer()
      socket.close()
      for (const stop of stops) stop()
    })
  }

  #askHistory(socket: Transport): void {
    const reqId = this.#nextId++
    send(socket, {
      kind: 'reqHistoricalData',
      reqId,
      contract: this.#stock(),
      endDateTime: '',
      barSize: '30 secs',
      duration: `${1_800 + (reqId % 1_200)} S`,
      useRTH: false,
      whatToShow: 'TRADES',
      formatDate: 2,
      comboLegs: [],
      keepUpToDate: false,
      options: [],
    })
    this.#timer = this.#clock.after(ASK_MS, () => this.#askHistory(socket))
  }

  #holdLines(socket: Transport): void {
    const free = this.#gateway.linesFree
    for (let i = 0; i < Math.min(free, LINES_AT_ONCE); i++) {
      send(socket, {
        kind: 'reqMktData',
        reqId: this.#nextId++,
        contract: this.#stock(),
        comboLegs: [],
        deltaNeutralContract: null,
        genericTicks: '',
        snapshot: true,
        regulatorySnapshot: false,
        options: [],
      })
    }
    this.#timer = this.#clock.after(LOOK_MS, () => this.#holdLines(socket))
  }

  #stock() {
    const { contract } = this.#gateway.market.underlyings.find(
      ({ contract: { kind } }) => kind === 'stock',
    ) ?? { contract: null }
    assert(contract !== null, 'a market has a stock')
    const { symbol, exchange, currency } = contract
    return { ...emptyContract, symbol, secType: 'STK', exchange, currency }
  }
}

function send(socket: Transport, request: Request): void {
  const frame = encodeRequest(request, VERSION)
  assert(frame.ok, `the second client says what can be written, ${request.kind}`)
  socket.write(frame.value)
}
