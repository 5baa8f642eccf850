import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Approved, Order } from '../domain/order.ts'
import type { Fault, KillSwitch, OrderIdStore } from '../engine/ports.ts'
import { IbkrBroker } from './orders/broker.ts'
import { PANIC_REF, panicLook } from './orders/last-look.ts'
import { panicPicture } from './orders/panic-picture.ts'
import type { PanicPicture } from './orders/panic-picture.ts'
import type { TradingMode } from './open.ts'
import { Room } from './room.ts'
import type { IbkrOptions } from './room.ts'
import { CLIENT_ID_BASE, clientIdOf } from './session/client-ids.ts'
import type { Connection } from './session/connection.ts'
import type { Link } from './session/link.ts'

export interface PanicOptions extends IbkrOptions {
  readonly mode: TradingMode
  readonly account: string
  readonly orderIds: OrderIdStore
}

/**
 * All that panic can do: see, cancel everything, close at the market. On a login of several
 * accounts "everything" is what the last picture listed of ours, order by order; without one the
 * cancel fails.
 */
export interface PanicRoom extends KillSwitch {
  ready(withinMs: number): Promise<Result<void, Fault>>
  /** Of the connection that is up; null: none is. */
  epoch(): number | null
  /** How many accounts the login manages; null: there is no connection. */
  accounts(): number | null
  /** Why no connection will ever be used: the account or the mode does not fit; null: one may. */
  refusal(): Fault | null
  picture(): Promise<Result<PanicPicture, Fault>>
  place(orders: readonly Approved<Order>[]): Result<void, Fault>
  /** What waits to be sent leaves first. */
  close(): Promise<void>
}

/**
 * One connection under its own client id, with nobody else's help: no market data, no diagnosis, no
 * second connection. It comes back by itself when it is lost.
 */
export function openPanic(options: PanicOptions): PanicRoom {
  const { clock, account, mode, orderIds } = options
  const room = new Room(options)
  const clientId = clientIdOf('panic', options.clientIdBase ?? CLIENT_ID_BASE)
  let link: Link | null = null
  const connection = () => link?.connection ?? null
  const { contracts } = room
  const broker = new IbkrBroker({
    clock,
    account,
    clientId,
    contracts,
    store: orderIds,
    connection,
  })
  link = room.link({
    name: 'order',
    clientId,
    guard: panicLook({ mode, account }),
    account,
    listener: broker,
    restored: () => undefined,
  })
  const own = link
  /** What was listed last. */
  let picture: PanicPicture | null = null
  own.start()
  return {
    ready: (withinMs) => own.whenUp(withinMs),
    epoch: () => connection()?.epoch ?? null,
    refusal: () => own.refusal,
    accounts: () => connection()?.accounts.length ?? null,
    picture: async () => {
      const up = connection()
      const nowMs = (): number => clock.monotonicMs()
      if (up === null) return fail(GONE)
      const seen = await panicPicture(up, { account, nowMs })
      if (seen.ok) picture = seen.value
      return seen
    },
    cancelAll: () => {
      const up = connection()
      if (up === null) return fail(GONE)
      // It would cancel the orders of the other accounts as well.
      if (up.accounts.length === 1) return up.sendInTurn(0, CANCEL_ALL)
      return picture?.epoch === up.epoch ? cancelOurs(up, picture) : fail(UNLISTED)
    },
    place: (orders) => broker.place(orders),
    close: () => room.close(),
  }
}

/** What cannot be named alone stays, and is listed as open; panic's own closes stay too. */
function cancelOurs(up: Connection, { open }: PanicPicture): Result<void, Fault> {
  for (const { ref, cancelId } of open) {
    if (cancelId === null || ref.startsWith(PANIC_REF)) continue
    const sent = up.sendInTurn(0, {
      kind: 'cancelOrder',
      orderId: cancelId,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    })
    if (!sent.ok) return sent
  }
  return ok(undefined)
}

const CANCEL_ALL = {
  kind: 'reqGlobalCancel',
  extOperator: '',
  manualOrderIndicator: null,
} as const

const UNLISTED: Fault = {
  code: 'refused',
  retry: 'later',
  detail: 'the list of what is open: the login manages other accounts too',
  vendorCode: null,
}

const GONE: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  detail: 'panic has no connection',
  vendorCode: null,
}
