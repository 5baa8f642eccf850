import { z } from 'zod'
import { fault, ms, symbols } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'
import { isAbout } from './faults-about.ts'
import { HISTORY_PACING, noData } from '../session/session-history.ts'
import { saidBy } from '../session/traffic.ts'

/** What the scenarios S1 to S5 need besides the numbered faults. */
export const loginFaults = {
  'history-paced': fault({
    number: 'S1',
    line: 'once the login is over its total of small bars, bars of any size are refused or late',
    label: 'PACING',
    parameters: {
      form: z
        .enum(['hard', 'soft'])
        .default('hard')
        .describe('162 with the pacing text, or an answer that is late'),
      delayMs: ms.default(20_000).describe('how late'),
      always: z.boolean().default(false).describe('whether or not the login is over its total'),
    },
    begin: (parameters, ground) => paced(parameters, ground),
  }),
  'snapshots-unanswered': fault({
    number: 'S3',
    line: 'a snapshot is never answered and never ends: it holds a line until it is cancelled',
    label: 'TICKER_LINES_EXHAUSTED',
    parameters: {},
    begin: () => {
      const unanswered = new Set<string>()
      return {
        takes: (connection, request) => {
          if (request.kind !== 'reqMktData' || !request.snapshot) return false
          unanswered.add(connection.owner(request.reqId))
          connection.accept({ ...request, snapshot: false })
          return true
        },
        says: (connection, response) => {
          const isQuote = saidBy(response) === 'quotes' && 'reqId' in response
          return isQuote && unanswered.has(connection.owner(response.reqId)) ? [] : [response]
        },
      }
    },
  }),
  'wrong-reply-id': fault({
    number: 'S4',
    line: 'answers come under a number that nobody asked with',
    label: 'REPLY_UNMATCHED',
    parameters: {
      services: z
        .array(z.enum(['history', 'quotes', 'contracts', 'queries']))
        .min(1)
        .default(['history'])
        .describe('whose answers'),
      shift: z.number().int().min(1).default(1_000_000).describe('added to the number'),
    },
    begin: ({ services, shift }) => ({
      says: (_, response) => {
        const service = saidBy(response)
        const isMeant = service !== null && (services as readonly string[]).includes(service)
        if (!isMeant || !('reqId' in response)) return [response]
        return [{ ...response, reqId: response.reqId + shift }]
      },
    }),
  }),
  'no-data': fault({
    number: 'S5',
    line: 'history answers at once that there is no data, as it does outside trading hours',
    label: 'NO_DATA_EXPECTED',
    parameters: { symbols },
    begin: ({ symbols }) => ({
      takes: (connection, request) => {
        if (request.kind !== 'reqHistoricalData') return false
        if (!isAbout(connection, request, symbols)) return false
        const { contract, whatToShow, barSize } = request
        connection.error(request.reqId, 162, noData({ contract, whatToShow, barSize }))
        return true
      },
    }),
  }),
}

function paced(
  of: { readonly form: 'hard' | 'soft'; readonly delayMs: number; readonly always: boolean },
  ground: Ground,
): Hooks {
  const late = new Map<string, () => void>()
  return {
    takes: (connection, request) => {
      if (request.kind === 'cancelHistoricalData') {
        // What was cancelled while it waited is asked no more.
        return late.delete(connection.owner(request.reqId))
      }
      if (request.kind !== 'reqHistoricalData') return false
      if (!of.always && ground.house.login.smallBarsLeft(ground.clock.monotonicMs()) > 0)
        return false
      if (of.form === 'hard') connection.error(request.reqId, 162, HISTORY_PACING)
      else {
        const owner = connection.owner(request.reqId)
        const answer = (): void => {
          if (late.delete(owner)) connection.accept(request)
        }
        late.set(owner, answer)
        ground.after(of.delayMs, answer)
      }
      return true
    },
    healed: () => {
      for (const answer of late.values()) answer()
    },
  }
}
