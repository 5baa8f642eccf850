import { z } from 'zod'
import { fault, symbols } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'
import { isAbout } from './faults-about.ts'
import { NOT_SUBSCRIBED } from '../session/session-quotes.ts'
import { saidBy } from '../session/traffic.ts'

const COMPETING = 'No market data during competing live session'
const HISTORY = 'Historical Market Data Service error message:'

/** Data that the login may not have, or that another session has: F36. */
export const rightsFaults = {
  'no-data-rights': fault({
    number: 'F36',
    line: '10197, another session has the data; or 10089, delayed data where it was asked for',
    label: 'DATA_RIGHTS',
    parameters: {
      why: z
        .enum(['competing', 'not-subscribed'])
        .default('competing')
        .describe('10197 for every line, or 10089'),
      symbols,
      historyToo: z.boolean().default(false).describe('162 for what is asked of history'),
    },
    begin: (parameters, ground) => withoutRights(parameters, ground),
  }),
}

function withoutRights(
  of: {
    readonly why: 'competing' | 'not-subscribed'
    readonly symbols?: readonly string[] | undefined
    readonly historyToo: boolean
  },
  ground: Ground,
): Hooks {
  const isCompeting = of.why === 'competing'
  const withdrawn = new Set<string>()
  const restore = isCompeting ? () => undefined : unsubscribe(of.symbols, ground)
  const historyText = isCompeting
    ? `${HISTORY}Trading TWS session is connected from a different IP address`
    : `${HISTORY}No market data permissions for this security`
  return {
    ready: (connection, isNew) => {
      if (isNew) return
      for (const { reqId, symbol } of connection.lines()) {
        if (!(of.symbols?.includes(symbol) ?? true)) continue
        withdrawn.add(connection.owner(reqId))
        if (isCompeting) connection.error(reqId, 10197, COMPETING)
        else connection.error(reqId, 10089, `${NOT_SUBSCRIBED}${symbol} TOP/ALL`)
      }
    },
    takes: (connection, request) => {
      if (!isAbout(connection, request, of.symbols)) return false
      if (request.kind === 'reqHistoricalData' && of.historyToo) {
        connection.error(request.reqId, 162, historyText)
        return true
      }
      if (request.kind !== 'reqMktData' || !isCompeting) return false
      connection.error(request.reqId, 10197, COMPETING)
      return true
    },
    says: (connection, response) => {
      const isQuote = saidBy(response) === 'quotes' && 'reqId' in response
      return isQuote && withdrawn.has(connection.owner(response.reqId)) ? [] : [response]
    },
    healed: () => {
      restore()
      for (const each of ground.connections()) each.refreshData()
    },
  }
}

/** The Gateway itself says 10089, or serves delayed data to whoever asked for it. */
function unsubscribe(symbols: readonly string[] | undefined, ground: Ground): () => void {
  const house = ground.house
  const names = symbols ?? house.market.underlyings.map(({ contract }) => contract.symbol)
  const added = names.filter((name) => !house.settings.unsubscribed.has(name))
  for (const name of added) house.settings.unsubscribed.add(name)
  return () => {
    for (const name of added) house.settings.unsubscribed.delete(name)
  }
}
