import type { EpochMs } from '../../../src/base/clock.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Load, Sight } from './checker.ts'

const LOOK_MS = 60_000
const HOUR_MS = 3_600_000
/** Per minute and symbol: a hundred units that fill one by one, and what is told of each. */
const ROWS_MAX = 600
/** Of one process, the Gateway's and the run's own among them. */
const TIMERS_MAX = 1_000
/** Order, data and canary, and one of each that is being replaced. */
const SOCKETS_MAX = 6
/** The engine's three, and as many of whoever watches. */
const LISTENERS_MAX = 12
/** From hour to hour nothing may grow but by what the busier hour needs. */
const GROWTH_MAX = 2

type Figures = Readonly<Record<'timers' | 'sockets' | 'listeners' | 'symbols' | 'gates', number>>

interface Hour {
  readonly hour: number
  readonly most: Figures
}

/**
 * I23: timers, sockets, listeners and what is kept for each symbol are bounded, and do not grow from
 * hour to hour, or day to day; nor do the rows of a minute. The heap is measured in real time, by
 * `soak`.
 */
export function bounded(): Checker {
  /** The first whole hour, and the one that it is. */
  let first: Hour | null = null
  let current: Hour | null = null
  let looked: { readonly at: EpochMs; readonly rows: number } | null = null

  function look(sight: Sight): Complaint {
    const { now, journal, plan } = sight
    if (looked !== null && now - looked.at < LOOK_MS) return null
    const rows = journal.length - (looked?.rows ?? journal.length)
    looked = { at: now, rows: journal.length }
    const figures = figuresOf(sight.load(), sight)
    const hour = Math.floor(now / HOUR_MS)
    const symbols = plan.settings.symbols.length
    const before = current
    current = { hour, most: larger(before?.hour === hour ? before.most : undefined, figures) }
    if (before !== null && before.hour !== hour) first ??= current
    if (first?.hour === hour) first = current
    return firstOf(
      unless(rows <= ROWS_MAX * symbols, `${rows} rows in a minute, of ${symbols} symbols`),
      unless(figures.timers <= TIMERS_MAX, `${figures.timers} timers wait`),
      unless(figures.sockets <= SOCKETS_MAX, `${figures.sockets} sockets are open`),
      unless(figures.listeners <= LISTENERS_MAX, `${figures.listeners} listeners at a port`),
      unless(figures.symbols <= symbols, `bars of ${figures.symbols} symbols are kept`),
      () => (first === null || current === null ? null : grown(first.most, current.most)),
    )
  }

  function grown(then: Figures, now: Figures): Complaint {
    const names = Object.keys(now) as (keyof Figures)[]
    const wrong = names.filter((name) => now[name] > GROWTH_MAX * then[name] + 20)
    const list = wrong.map((name) => `${name} ${then[name]} in the first hour, now ${now[name]}`)
    return unless(wrong.length === 0, `it grows from hour to hour: ${list.join(', ')}`)
  }

  return { name: 'bounded', withoutWire: 'no sockets', passed: look, rested: look }
}

function figuresOf({ timers, sockets, listeners, symbols }: Load, { record }: Sight): Figures {
  return { timers, sockets, listeners, symbols, gates: record.gates.length }
}

function larger(before: Figures | undefined, now: Figures): Figures {
  if (before === undefined) return now
  const entries = Object.entries(now).map(([name, value]) => {
    return [name, Math.max(value, before[name as keyof Figures])] as const
  })
  return Object.fromEntries(entries) as Figures
}
