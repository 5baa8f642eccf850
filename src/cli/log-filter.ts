import type { EpochMs } from '../base/clock.ts'
import { explainable, namesIn } from '../journal/explain.ts'
import { incidentsOf } from '../journal/incidents.ts'
import type { Entry } from '../journal/rows.ts'
import { LEVELS, type LogLevel, type LogLine } from './log-lines.ts'

export type Sieve = (line: LogLine) => boolean

export function atLeast(level: LogLevel): Sieve {
  const least = LEVELS.indexOf(level)
  return (line) => LEVELS.indexOf(line.level) >= least
}

export function notBefore(at: EpochMs): Sieve {
  return (line) => line.at >= at
}

/** Of the underlying: named as such, or by the contract that stands there. */
export function ofSymbol(symbol: string): Sieve {
  const names = (value: unknown) =>
    typeof value === 'string' &&
    value.split(/[\s@]/).some((word) => word.replace(/^[+-]\d+$/, '') === symbol)
  return ({ facts }) => [facts['symbol'], facts['contract'], facts['signalKey']].some(names)
}

/**
 * Everything about a decision, an entry or an order: what the journal relates to the id. Lines of
 * events carry the `seq` of their row, and other lines name the same ids.
 */
export function ofStory(entries: readonly Entry[], id: string): Sieve {
  const related = explainable(entries, id)
  const seqs = new Set(related.map(({ seq }) => seq))
  const ids = new Set([id, ...related.flatMap(({ event }) => namesIn(event))])
  return ({ facts }) => {
    const { seq } = facts
    if (typeof seq === 'number' && seqs.has(seq)) return true
    return Object.values(facts).some((value) => typeof value === 'string' && ids.has(value))
  }
}

/** Of an incident: what names it, and every warning from its first sign until it was over. */
export function ofIncident(entries: readonly Entry[], id: string): Sieve | null {
  const found = incidentsOf(entries).filter(({ incident }) => incident.id.startsWith(id))
  const [only] = found
  if (only === undefined || found.length > 1) return null
  const { incident, endedAt } = only
  const isGrave = atLeast('warning')
  return (line) => {
    const { facts, at } = line
    const told = facts['incident']
    const isNamed =
      typeof told === 'object' && told !== null && 'id' in told && told.id === incident.id
    return isNamed || (isGrave(line) && at >= incident.since && at <= (endedAt ?? Infinity))
  }
}
