import { z } from 'zod'
import { amountOf } from '../../domain/money.ts'
import type { Response } from '../../wire/responses.ts'
import { DELAYED_TICKS, LIVE_TICKS } from '../session/session-ticks.ts'
import { meant, meantLine } from './contracts-meant.ts'
import type { Meant } from './contracts-meant.ts'
import { fault, symbols } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { refreshing } from './faults-quotes.ts'

/** Quotes that look fresh and are old: F63, F64. */
export const staleFaults = {
  'stuck-quote': fault({
    number: 'F63',
    line: 'open lines tell the same prices with fresh times; a new one tells the true ones',
    label: null,
    parameters: { ...meant },
    begin: (of, ground) => stuck(of, ground),
  }),
  'mislabelled-delay': fault({
    number: 'F64',
    line: 'data of new lines is 15 minutes old and is not, or only half, said to be delayed',
    label: null,
    parameters: {
      says: z
        .enum(['type', 'ticks', 'nothing'])
        .default('type')
        .describe('what still says it: marketDataType 3, delayed tick types, or nothing'),
      symbols,
    },
    begin: (parameters, ground) => mislabelled(parameters, ground),
  }),
}

const REPEAT_MS = 1_000
const LAST_TIME = 45

function stuck(of: Meant, ground: Ground): Hooks {
  /** By line: what its prices were when it got stuck, by tick type. */
  const frozen = new Map<string, ReadonlyMap<number, number>>()
  const lines: { readonly connection: Connection; readonly reqId: number }[] = []
  for (const connection of ground.connections()) {
    for (const { reqId } of connection.lines()) {
      const contract = meantLine(of, connection, reqId)
      const quote = contract === null ? null : ground.house.core.quote(contract.conId)
      if (quote === null) continue
      const prices = [[1, quote.bid] as const, [2, quote.ask] as const, [4, quote.last] as const]
      const known = prices.flatMap(([type, price]) =>
        price === null ? [] : [[type, amountOf(price)] as const],
      )
      frozen.set(connection.owner(reqId), new Map(known))
      lines.push({ connection, reqId })
    }
  }
  const repeat = (): void => {
    const value = String(Math.floor(ground.clock.now() / 1000))
    for (const { connection, reqId } of lines) {
      if (connection.lineOf(reqId) === null) continue
      ground.did()
      connection.deliver({ kind: 'tickString', reqId, tickType: LAST_TIME, value })
      for (const [tickType, price] of frozen.get(connection.owner(reqId)) ?? []) {
        connection.deliver({ kind: 'tickPrice', reqId, tickType, price, size: 1, mask: 1 })
      }
    }
    ground.after(REPEAT_MS, repeat)
  }
  repeat()
  return {
    says: (connection, response) => {
      if (response.kind !== 'tickPrice') return [response]
      const price = frozen.get(connection.owner(response.reqId))?.get(response.tickType)
      return price === undefined ? [response] : [{ ...response, price }]
    },
    healed: () => {
      for (const each of ground.connections()) each.refreshData()
    },
  }
}

/** Delayed numbers to those of the same live ticks. */
const LIVE: ReadonlyMap<number, number> = new Map(
  (Object.keys(LIVE_TICKS) as (keyof typeof LIVE_TICKS)[]).flatMap((name) => {
    const [late, live] = [DELAYED_TICKS[name], LIVE_TICKS[name]]
    if (typeof late === 'number' && typeof live === 'number') return [[late, live] as const]
    return DELAYED_TICKS.computations.map(
      (number, index) => [number, LIVE_TICKS.computations[index] ?? number] as const,
    )
  }),
)

function mislabelled(
  of: {
    readonly says: 'type' | 'ticks' | 'nothing'
    readonly symbols?: readonly string[] | undefined
  },
  ground: Ground,
): Hooks {
  const { late } = ground.house.settings
  const names = of.symbols ?? ground.house.market.underlyings.map(({ contract }) => contract.symbol)
  const added = names.filter((name) => !late.has(name))
  for (const name of added) late.add(name)
  const lie = (response: Response): Response => {
    if (response.kind === 'marketDataType' && of.says !== 'type') return { ...response, type: 1 }
    if (of.says === 'ticks' || !('tickType' in response)) return response
    return { ...response, tickType: LIVE.get(response.tickType) ?? response.tickType }
  }
  return refreshing(ground, {
    says: (connection, response) => {
      const isQuote = 'reqId' in response && connection.lineOf(response.reqId) !== null
      return isQuote && names.includes(connection.symbolOf(response.reqId) ?? '')
        ? [lie(response)]
        : [response]
    },
    healed: () => {
      for (const name of added) late.delete(name)
    },
  })
}
