import { z } from 'zod'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { fault, ms, symbols } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { isAbout } from './faults-about.ts'
import { cutOff } from './faults-outage.ts'
import { HMDS_ASLEEP } from '../session/session-history.ts'
import { askedOf, isCancel, saidBy } from '../session/traffic.ts'
import type { Service } from '../session/traffic.ts'

/** What a farm says, and the name it goes by unless told. */
const FARMS = {
  quotes: { ok: 2104, broken: 2103, name: 'usfarm', text: 'Market data farm connection is' },
  history: { ok: 2106, broken: 2105, name: 'ushmds', text: 'HMDS data farm connection is' },
  contracts: { ok: 2158, broken: 2157, name: 'secdefil', text: 'Sec-def data farm connection is' },
} as const
type Farm = keyof typeof FARMS

/** From 2107 to data (seen in the log of a live Gateway). */
const WAKE_MS = 300

const farm = z.enum(['quotes', 'history', 'contracts'])
const farmName = z.string().min(1).optional().describe('the name of the farm; default by its kind')

/** One of the data services does not serve: F27 to F31. */
export const serviceFaults = {
  'farm-down': fault({
    number: 'F27',
    line: '2103, 2105 or 2157 of one farm, or 2110; its service is silent until it is restored',
    label: 'IBKR_LINK_DOWN',
    parameters: {
      farm: z
        .enum(['quotes', 'history', 'contracts', 'server'])
        .default('quotes')
        .describe('2103, 2105, 2157 or, for the link of all of them, 2110'),
      farmName,
      symbols,
      saysRestored: z.boolean().default(true).describe('false: restored without any message'),
    },
    begin: ({ farm, ...more }, ground) =>
      farm === 'server'
        ? cutOff(ground, { lost: 2110, restored: more.saysRestored ? 1102 : null })
        : farmDown(farm, more, ground),
  }),
  'hmds-idle': fault({
    number: 'F28',
    line: '2107 now; the next request for history brings 2106 after 0.3 s and then data',
    label: 'HMDS_IDLE',
    parameters: { wakes: z.boolean().default(true).describe('false: no 2106 and no data') },
    begin: ({ wakes }, ground) => idle(wakes, ground),
  }),
  'farm-not-ready': fault({
    number: 'F29',
    line: 'after startApi a farm is not connected yet; what is asked until then is never answered',
    label: 'HMDS_DOWN',
    parameters: {
      farm: farm.default('history').describe('which'),
      farmName,
      readyAfterMs: ms.default(10_000).describe('after startApi'),
    },
    begin: (parameters, ground) => notReady(parameters, ground),
  }),
  'history-dead': fault({
    number: 'F31',
    line: 'currentTime is answered, what is asked of a data service is not, and its streams stop',
    label: 'SESSION_HIST_WEDGED',
    parameters: {
      services: z
        .array(z.enum(['history', 'quotes', 'contracts']))
        .min(1)
        .default(['history'])
        .describe('which are dead'),
      symbols,
    },
    begin: ({ services, symbols }, ground) => ({
      ...silent({ services, symbols }),
      healed: () => refreshAll(ground),
    }),
  }),
}

function refreshAll(ground: Ground): void {
  for (const each of ground.connections()) each.refreshData()
}

/** Nothing is answered and nothing pushed; cancels are taken without a word. */
function silent(of: {
  readonly services: readonly Service[]
  readonly symbols: readonly string[] | undefined
}): Pick<Hooks, 'takes' | 'says'> {
  const isMeant = (service: Service | null): boolean =>
    service !== null && of.services.includes(service)
  return {
    takes: (connection: Connection, request: Request) =>
      isMeant(askedOf(request)) && isAbout(connection, request, of.symbols),
    says: (connection: Connection, response: Response) =>
      isMeant(saidBy(response)) && isAbout(connection, response, of.symbols) ? [] : [response],
  }
}

function farmDown(
  farm: Farm,
  of: {
    readonly farmName?: string | undefined
    readonly symbols?: readonly string[] | undefined
    readonly saysRestored: boolean
  },
  ground: Ground,
): Hooks {
  const { ok, broken, text, name } = FARMS[farm]
  const farmName = of.farmName ?? name
  const mute = silent({ services: [farm], symbols: of.symbols })
  return {
    ...mute,
    ready: (connection) => connection.error(-1, broken, `${text} broken:${farmName}`),
    // Cancels are of the Gateway: a line that is silent can be given back.
    takes: (connection, request) =>
      !isCancel(request) && mute.takes?.(connection, request) === true,
    says: (connection, response) =>
      isSaidOk(response, ok, farmName) ? [] : (mute.says?.(connection, response) ?? [response]),
    healed: () => {
      for (const connection of ground.connections()) {
        if (of.saysRestored && connection.isReady) {
          connection.error(-1, ok, `${text} OK:${farmName}`)
        }
      }
      refreshAll(ground)
    },
  }
}

function isSaidOk(response: Response, code: number, name: string): boolean {
  return response.kind === 'error' && response.code === code && response.text.endsWith(`:${name}`)
}

function idle(wakes: boolean, ground: Ground): Hooks {
  let asked: { readonly connection: Connection; readonly request: Request }[] = []
  return {
    ready: (connection) => connection.error(-1, 2107, HMDS_ASLEEP),
    takes: (connection, request) => {
      if (request.kind === 'cancelHistoricalData') {
        const { reqId } = request
        asked = asked.filter((each) => each.connection !== connection || !isOf(each.request, reqId))
      }
      if (askedOf(request) !== 'history' || isCancel(request)) return false
      asked.push({ connection, request })
      if (wakes && asked.length === 1) ground.after(WAKE_MS, () => ground.heal())
      return true
    },
    says: (_, response) => (isSaidOk(response, 2106, 'ushmds') ? [] : [response]),
    healed: () => {
      for (const each of ground.connections().filter(({ isReady }) => isReady)) {
        each.error(-1, 2106, `${FARMS.history.text} OK:ushmds`)
      }
      if (wakes) for (const { connection, request } of asked) connection.accept(request)
    },
  }
}

function isOf(request: Request, reqId: number): boolean {
  return 'reqId' in request && request.reqId === reqId
}

function notReady(
  of: {
    readonly farm: Farm
    readonly farmName?: string | undefined
    readonly readyAfterMs: number
  },
  ground: Ground,
): Hooks {
  const { ok, text, name } = FARMS[of.farm]
  const farmName = of.farmName ?? name
  const early = new Set<Connection>()
  const isEarly = (connection: Connection): boolean => early.has(connection) || !connection.isReady
  const tellReady = (connection: Connection): void => {
    if (early.delete(connection)) connection.error(-1, ok, `${text} OK:${farmName}`)
  }
  return {
    ready: (connection, isNew) => {
      if (!isNew) return
      early.add(connection)
      ground.after(of.readyAfterMs, () => tellReady(connection))
    },
    takes: (connection, request) =>
      early.has(connection) && askedOf(request) === of.farm && !isCancel(request),
    says: (connection, response) =>
      isEarly(connection) && isSaidOk(response, ok, farmName) ? [] : [response],
    healed: () => {
      for (const connection of early) tellReady(connection)
    },
  }
}
