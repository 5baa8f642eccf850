import { z } from 'zod'
import type { Imposing } from '../broker/core.ts'
import type { Request, RequestOf } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import { NO_DEFINITION } from '../session/session-lookup.ts'
import { fault, symbols } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { isAbout } from './faults-about.ts'
import { refreshing } from './faults-quotes.ts'

const WHAT = ['split', 'dividend', 'renamed', 'adjusted-class', 'adjusted-multiplier'] as const

/** Contracts that change, or were never there: F66, F67. */
export const contractFaults = {
  'corporate-action': fault({
    number: 'F66',
    line: 'a split, a dividend, another symbol, or options that deliver other than 100 shares',
    label: null,
    parameters: {
      what: z
        .enum(WHAT)
        .default('adjusted-class')
        .describe('a split restates past bars, and its options have no quote'),
      factor: z.number().positive().default(0.5).describe('of prices after a split or a dividend'),
      multiplier: z.number().int().positive().default(150).describe('of adjusted options'),
      strikes: z
        .enum(['all', 'odd'])
        .default('all')
        .describe('which options are adjusted: all, or those of odd strikes, beside the others'),
      symbols,
    },
    begin: (parameters, ground) => acting(parameters, ground),
  }),
  'phantom-strikes': fault({
    number: 'F67',
    line: 'a chain lists strikes that do not exist: whoever asks for such a contract gets 200',
    label: null,
    parameters: { symbols },
    begin: ({ symbols }) => ({
      says: (connection, response) =>
        response.kind === 'secDefOptParam' && isAboutChain(connection, response, symbols)
          ? [{ ...response, strikes: withPhantoms(response.strikes) }]
          : [response],
    }),
  }),
}

/** One between each two that exist. */
function withPhantoms(strikes: readonly number[]): readonly number[] {
  return strikes.flatMap((strike, index) => {
    const next = strikes[index + 1]
    return next === undefined ? [strike] : [strike, (strike + next) / 2]
  })
}

interface Acting {
  readonly what: (typeof WHAT)[number]
  readonly factor: number
  readonly multiplier: number
  readonly strikes: 'all' | 'odd'
  readonly symbols?: readonly string[] | undefined
}

function acting(of: Acting, ground: Ground): Hooks {
  switch (of.what) {
    case 'split':
    case 'dividend':
      return refreshing(ground, repriced(of, ground))
    case 'renamed':
      return renamed(of.symbols)
    default:
      return {
        takes: (connection, request) => {
          const standard = request.kind === 'reqContractDetails' ? unadjusted(of, request) : null
          if (standard !== null) connection.accept(standard)
          return standard !== null
        },
        says: (connection, response) => adjusted(of, connection, response),
      }
  }
}

function repriced({ what, factor, symbols }: Acting, { house }: Ground): Hooks {
  const { core, market } = house
  const names = symbols ?? market.underlyings.map(({ contract }) => contract.symbol)
  const restated = what === 'split'
  const stops: Imposing[] = names.map((symbol) =>
    core.impose({ kind: 'multiplied', symbol, factor, restated }),
  )
  if (restated) stops.push(core.impose({ kind: 'halted', what: 'options', symbols: names }))
  return {
    healed: () => {
      for (const stop of stops) stop()
    },
    uses: () => stops.reduce((sum, stop) => sum + stop.uses(), 0),
  }
}

/** What is asked under the old name does not exist; what was subscribed to falls silent. */
function renamed(symbols: readonly string[] | undefined): Hooks {
  return {
    takes: (connection, request) => {
      const named = 'contract' in request && 'reqId' in request
      if (!named || !isAbout(connection, request, symbols)) return false
      connection.error(request.reqId, NO_DEFINITION.code, NO_DEFINITION.text)
      return true
    },
    says: (connection, response) =>
      response.kind !== 'error' &&
      'reqId' in response &&
      connection.symbolOf(response.reqId) !== null &&
      isAbout(connection, response, symbols)
        ? []
        : [response],
  }
}

/** Adjusted options come first, beside those they look like; or they come in their place. */
function adjusted(of: Acting, connection: Connection, response: Response): readonly Response[] {
  const { what, symbols } = of
  const multiplier = String(of.multiplier)
  if (response.kind === 'secDefOptParam' && isAboutChain(connection, response, symbols)) {
    const tradingClass = `${response.tradingClass}1`
    return [{ ...response, tradingClass }, { ...response, multiplier }, response]
  }
  if (response.kind !== 'contractDetails' || response.contract.secType !== 'OPT') return [response]
  if (!isAbout(connection, response, symbols)) return [response]
  const { contract } = response
  if (of.strikes === 'odd' && contract.strike % 2 !== 1) return [response]
  const changed =
    what === 'adjusted-class' ? { tradingClass: `${contract.tradingClass}1` } : { multiplier }
  return [{ ...response, contract: { ...contract, ...changed } }]
}

/** Asked for by the terms they have now, adjusted options are found; null: by others. */
function unadjusted(
  { what, multiplier }: Acting,
  request: RequestOf<'reqContractDetails'>,
): Request | null {
  const { contract } = request
  if (contract.secType !== 'OPT' || contract.conId !== 0) return null
  if (what === 'adjusted-multiplier' && contract.multiplier === String(multiplier)) {
    return { ...request, contract: { ...contract, multiplier: '' } }
  }
  if (what !== 'adjusted-class' || !contract.tradingClass.endsWith('1')) return null
  return { ...request, contract: { ...contract, tradingClass: contract.tradingClass.slice(0, -1) } }
}

function isAboutChain(
  { house }: Connection,
  { underConId }: ResponseOf<'secDefOptParam'>,
  symbols: readonly string[] | undefined,
): boolean {
  const listed = house.market.underlyings.find(({ contract }) => contract.conId === underConId)
  return listed !== undefined && (symbols?.includes(listed.contract.symbol) ?? true)
}
