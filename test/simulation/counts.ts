import { reportOf } from '../../src/journal/queries.ts'
import type { ClientOrderId } from '../../src/domain/order.ts'
import type { Played } from './play.ts'

/** What a number of seeds went through: a campaign that reaches nothing proves nothing. */
export interface Counts {
  seeds: number
  marketMinutes: number
  events: number
  entries: number
  fills: number
  partialFills: number
  exits: number
  modifications: number
  cancels: number
  crashes: number
  /** Ended behind the gate of pacing: gates-clear excepts it while the ratio is too high. */
  pacedAtRest: number
}

export function noCounts(): Counts {
  return {
    seeds: 0,
    marketMinutes: 0,
    events: 0,
    entries: 0,
    fills: 0,
    partialFills: 0,
    exits: 0,
    modifications: 0,
    cancels: 0,
    crashes: 0,
    pacedAtRest: 0,
  }
}

export function addTo(counts: Counts, { plan, world, crashes }: Played): void {
  const { journal, gateway } = world.remains
  const report = reportOf(journal.read(), world.clock.now())
  const events = journal.read().map(({ event }) => event.type)
  const { record } = world
  counts.seeds++
  counts.marketMinutes += Math.round((plan.until - plan.start) / 60_000)
  counts.events += report.events
  counts.entries += report.entries
  counts.fills += report.fills
  counts.exits += report.exits
  counts.modifications += events.filter((type) => type === 'ReplaceIntended').length
  counts.cancels += events.filter((type) => type === 'CancelIntended').length
  counts.partialFills += gateway.core.executions().filter(({ orderRef, cumulative }) => {
    return cumulative < (record.orders.get(orderRef as ClientOrderId)?.quantity ?? 0)
  }).length
  counts.crashes += crashes
  counts.pacedAtRest += record.gates.some(({ gate }) => gate === 'pacing') ? 1 : 0
}

export function textOf(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)}`)
    .join(', ')
}
