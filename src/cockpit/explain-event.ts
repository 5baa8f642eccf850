import { unreachable } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import { plain } from '../base/plain.ts'
import type { OptionContract } from '../domain/contract.ts'
import { amountOf, type Money } from '../domain/money.ts'
import type { Event } from '../trading/event.ts'
import { timeText } from './describe.ts'
import { unitOf, type Unit } from './field-units.ts'

/** Of a contract, what identifies it is enough. */
const left = new Set(['priceIncrements', 'exchange', 'currency', 'conId'])

/** The event's name, and under it every fact it holds, one a line, in units a person reads. */
export function explainEvent(event: Event): string {
  return [event.type, ...rows(event, '', nounIn(event) ?? 'units')].join('\n')
}

function rows(value: unknown, path: string, noun: string): readonly string[] {
  if (value === null || typeof value !== 'object') return [row(path, factText(path, value, noun))]
  const whole = contractText(value) ?? windowText(value)
  if (whole !== null) return [row(path, whole)]
  if (Array.isArray(value)) return value.flatMap((each, i) => rows(each, `${path}[${i}]`, noun))
  return Object.entries(value).flatMap(([name, each]) => {
    if (path === '') return name === 'type' ? [] : rows(each, name, noun)
    return left.has(name) ? [] : rows(each, `${path}.${name}`, noun)
  })
}

function row(path: string, text: string): string {
  return `      ${path.padEnd(44)}${text}`
}

function contractText(value: object): string | null {
  if (!('symbol' in value) || !('conId' in value)) return null
  const { symbol, conId, kind, expiry, strike, right } = value as Partial<OptionContract>
  const option =
    kind === 'option' && strike !== undefined ? ` ${expiry} ${amountOf(strike)} ${right}` : ''
  return `${symbol}${option} (conId ${conId})`
}

/** A window of restarts, as it was written in the configuration. */
function windowText(value: object): string | null {
  if (!('zone' in value) || !('text' in value)) return null
  return plain(String(value.text))
}

/** What units of the contract are, which the event is about; null: it is about none. */
export function nounIn(value: unknown): string | null {
  if (value === null || typeof value !== 'object') return null
  if ('symbol' in value && 'kind' in value) {
    return value.kind === 'option' ? 'contracts' : value.kind === 'stock' ? 'shares' : 'units'
  }
  for (const each of Object.values(value)) {
    const noun = nounIn(each)
    if (noun !== null) return noun
  }
  return null
}

/** One fact as a person reads it: with the unit of its field, or as it stands. */
export function factText(path: string, value: unknown, noun = 'units'): string {
  if (typeof value === 'number') return numberText(value, unitOf(path), noun)
  if (value === null) return 'unknown'
  if (value === '') return 'none'
  return plain(typeof value === 'string' ? value : JSON.stringify(value))
}

export function numberText(value: number, unit: Unit | null, noun = 'units'): string {
  switch (unit) {
    case null:
    case 'id':
      return String(value)
    case 'dollars':
      return amountText(value as Money)
    case 'moment':
      return timeText(value as EpochMs)
    case 'percent':
      return `${rounded(value * 100)}%`
    case 'ms':
      return durationText(value)
    case 'minute of the day':
      return `${two(Math.floor(value / 60))}:${two(value % 60)} ET`
    case 'decimal':
      return rounded(value)
    case 'units':
      return counted(value, noun)
    case 'day trades':
      // IBKR: -1 is without limit.
      return value === -1 ? 'no limit of day trades' : counted(value, unit)
    case 'shares':
    case 'structures':
    case 'orders':
    case 'orders a minute':
    case 'orders a day':
    case 'entries':
    case 'sessions':
    case 'days':
      return counted(value, unit)
    default:
      return unreachable(unit)
  }
}

/** `$500`, `-$94.80`, `$0.0105`: cents where there are any, and no digit of it lost. */
function amountText(of: Money): string {
  const amount = Math.abs(amountOf(of))
  const text = of % 10_000 === 0 ? amount.toFixed(2).replace(/\.00$/, '') : String(amount)
  return `${of < 0 ? '-' : ''}$${text}`
}

/** `850 ms`, `2.5 s`, `15 min`, `2 h`. */
function durationText(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${rounded(ms)} ms`
  if (ms < 120_000) return `${rounded(ms / 1_000)} s`
  return ms < 7_200_000 ? `${rounded(ms / 60_000)} min` : `${rounded(ms / 3_600_000)} h`
}

function rounded(value: number): string {
  return String(Number(value.toFixed(4)))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `1 order a minute`, `3 entries`. */
function counted(value: number, noun: string): string {
  if (value !== 1) return `${value} ${noun}`
  const [first = '', ...rest] = noun.split(' ')
  const last = rest.at(-1)?.endsWith('s') ? rest.pop() : null
  const one = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '')
  if (last != null) return [value, first, ...rest, one(last)].join(' ')
  return [value, one(first), ...rest].join(' ')
}
