import { z } from 'zod'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { fault, ms } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { askedOf, isCancel, saidBy } from '../session/traffic.ts'

export const LINK_LOST = {
  1100: 'Connectivity between IB and Trader Workstation has been lost.',
  2110:
    'Connectivity between Trader Workstation and server is broken. ' +
    'It will be restored automatically.',
} as const
const RESTORED = {
  1101: 'Connectivity between IB and Trader Workstation has been restored- data lost.',
  1102: 'Connectivity between IB and Trader Workstation has been restored- data maintained.',
} as const

/** The Gateway is cut off, restarts, or is not there any more while its socket is: F24 to F30. */
export const outageFaults = {
  restart: fault({
    number: 'F24',
    line: '1100 several times, the socket closes, nobody listens for a while, then 1101 or 1102',
    label: 'GATEWAY_DOWN',
    parameters: {
      warnings: z.number().int().min(0).default(3).describe('how often 1100 comes before'),
      everyMs: ms.default(5_000).describe('between two of them'),
      downMs: ms.default(180_000).describe('nobody listens for so long'),
      restored: z.literal([1101, 1102]).nullable().default(1102).describe('null: without a word'),
      restoredAfterMs: ms.default(3_000).describe('after it listens again'),
      announced: z
        .boolean()
        .default(false)
        .describe('of no effect here: whether the client was told when, for the right verdict'),
    },
    begin: (parameters, ground) => restarting(parameters, ground),
  }),
  'connectivity-lost': fault({
    number: 'F25',
    line: '1100 with an open socket; orders fill at the exchange; after 1102 all of it is told',
    label: 'IBKR_LINK_DOWN',
    parameters: {},
    begin: (_, ground) => cutOff(ground, { lost: 1100, restored: 1102 }),
  }),
  'data-lost': fault({
    number: 'F26',
    line: '1100, then 1101: quote lines and bar streams are gone without a word',
    label: 'IBKR_LINK_DOWN',
    parameters: {},
    begin: (_, ground) => cutOff(ground, { lost: 1100, restored: 1101 }),
  }),
  zombie: fault({
    number: 'F30',
    line: 'the socket is open and nothing is answered, currentTime included; new ones stay mute',
    label: 'GATEWAY_HUNG',
    parameters: {},
    begin: () => ({
      opened: ({ link }, isNew) => (isNew ? link.hold('both', { acknowledged: true }) : undefined),
      takes: () => true,
      says: () => [],
    }),
  }),
}

/** Between Gateway and IBKR nothing passes. What the Gateway knows by itself, it still answers. */
export function cutOff(
  ground: Ground,
  { lost, restored }: { lost: 1100 | 2110; restored: 1101 | 1102 | null },
): Hooks {
  /** What waits for IBKR, or for its client, in the order in which it came. */
  let waiting: Waiting[] = []
  const tellLost = (connection: Connection): void => connection.error(-1, lost, LINK_LOST[lost])
  return {
    ready: tellLost,
    takes: (connection, request) => {
      const reqId = reqIdOf(request)
      // What was cancelled while it waited is asked no more.
      if (isCancel(request) && reqId !== null) {
        waiting = waiting.filter((each) => each.connection !== connection || each.reqId !== reqId)
      }
      if (askedOf(request) === null || isCancel(request)) return false
      const goOn = (): void => connection.accept(request)
      if (mayWait(request)) waiting.push({ connection, reqId, goOn })
      return true
    },
    says: (connection, response) => {
      const service = saidBy(response)
      const isOfOrder = response.kind === 'error' && response.id > 0
      if (service === null && !isOfOrder) return [response]
      const isData = service === 'history' || service === 'quotes' || service === 'contracts'
      const goOn = (): void => connection.deliver(response)
      if (!isData) waiting.push({ connection, reqId: null, goOn })
      return []
    },
    healed: () => {
      for (const connection of ground.connections().filter(({ isReady }) => isReady)) {
        if (restored === 1101) connection.forgetData()
        if (restored !== null) connection.error(-1, restored, RESTORED[restored])
      }
      for (const { goOn } of waiting) goOn()
      if (restored !== 1101) for (const each of ground.connections()) each.refreshData()
    },
  }
}

interface Waiting {
  readonly connection: Connection
  /** Of a request that has one. */
  readonly reqId: number | null
  readonly goOn: () => void
}

function reqIdOf(request: Request): number | null {
  return 'reqId' in request ? request.reqId : null
}

/** Orders and what is asked about them reach IBKR later; questions for data are lost. */
function mayWait(request: Request): boolean {
  const service = askedOf(request)
  return service === 'orders' || service === 'queries' || service === 'account'
}

function restarting(
  of: {
    readonly warnings: number
    readonly everyMs: number
    readonly downMs: number
    readonly restored: 1101 | 1102 | null
    readonly restoredAfterMs: number
  },
  ground: Ground,
): Hooks {
  const off = cutOff(ground, { lost: 1100, restored: of.restored })
  let isCutOff = of.warnings > 0
  for (let warning = 1; warning < of.warnings; warning++) {
    ground.after(warning * of.everyMs, () => {
      for (const each of ground.connections()) off.ready?.(each, false)
    })
  }
  ground.after(of.warnings * of.everyMs, () => {
    for (const { link } of ground.connections()) link.drop('close')
    const listen = ground.refuse()
    isCutOff = of.restored !== null
    ground.after(of.downMs, () => {
      listen()
      ground.after(isCutOff ? of.restoredAfterMs : 0, () => ground.heal())
    })
  })
  const pass = (response: Response): readonly Response[] => [response]
  return {
    ready: (connection, isNew) => void (isCutOff && off.ready?.(connection, isNew)),
    takes: (connection, request) => isCutOff && off.takes?.(connection, request) === true,
    says: (connection, response) =>
      (isCutOff ? off.says?.(connection, response) : undefined) ?? pass(response),
    healed: () => void (isCutOff && off.healed?.()),
  }
}
