import { plain } from '../base/plain.ts'
import { amountOf, type Money } from '../domain/money.ts'
import { timeText } from './describe.ts'
import type { EpochMs } from '../base/clock.ts'
import type { OptionContract } from '../domain/contract.ts'
import type { Event } from '../trading/event.ts'

/** Names of fields whose number is integer millionths, or a moment; the rest stands as it is. */
const micros = new Set(
  (
    'bid ask last best price limit first worst trigger strike openPrice tick from maxLoss ' +
    'unitCost unitLoss ' +
    'orderCostMax structureLossMax reserved baseline netLiquidation availableFunds settledCash ' +
    'dailyPnl commission amount difference cost'
  ).split(' '),
)
const moments = new Set(['at', 'receivedAt', 'aliveAt', 'barStart', 'lastTradingAt', 'since'])
/** Of a contract, what identifies it is enough. */
const left = new Set(['priceIncrements', 'exchange', 'currency', 'conId'])

/** The event's name, and under it every fact it holds, one a line, in units a person reads. */
export function explainEvent(event: Event): string {
  return [event.type, ...rows(event, '')].join('\n')
}

function rows(value: unknown, path: string): readonly string[] {
  if (value === null || typeof value !== 'object')
    return [`      ${path.padEnd(44)}${factText(path, value)}`]
  const contract = contractRow(value, path)
  if (contract !== null) return [contract]
  if (Array.isArray(value)) return value.flatMap((each, i) => rows(each, `${path}[${i}]`))
  return Object.entries(value).flatMap(([name, each]) => {
    if (path === '') return name === 'type' ? [] : rows(each, name)
    return left.has(name) ? [] : rows(each, `${path}.${name}`)
  })
}

function contractRow(value: object, path: string): string | null {
  if (!('symbol' in value) || !('conId' in value)) return null
  const { symbol, conId, kind, expiry, strike, right } = value as Partial<OptionContract>
  const option =
    kind === 'option' && strike !== undefined ? ` ${expiry} ${amountOf(strike)} ${right}` : ''
  return `      ${path.padEnd(44)}${symbol}${option} (conId ${conId})`
}

/** One fact as a person reads it: dollars, a moment, a percentage, or as it stands. */
export function factText(path: string, value: unknown): string {
  const name = (path.split('.').at(-1) ?? '').replace(/\[\d+\]$/, '')
  if (typeof value !== 'number') return value === null ? 'unknown' : asText(value)
  if (moments.has(name)) return timeText(value as EpochMs)
  if (micros.has(name)) return `$${amountOf(value as Money)}`
  const isShare = name.endsWith('Pct') || name.endsWith('PctMax')
  return isShare ? `${Number((value * 100).toFixed(4))}%` : String(value)
}

function asText(value: unknown): string {
  return plain(typeof value === 'string' ? value : JSON.stringify(value))
}
