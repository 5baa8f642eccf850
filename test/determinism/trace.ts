import { createHash } from 'node:crypto'
import { played } from '../simulation/play.ts'
import type { Played } from '../simulation/play.ts'
import { planOf } from '../simulation/plan.ts'

const MINUTES = 8

/** What came of a seed, in one number: the journal, all that the broker did, and every complaint. */
export function traceOf({ hash, world, violations, crashes }: Played): string {
  const { gateway } = world.remains
  const { executions, orders, cash, realizedPnl } = gateway.core.state
  const ended = [...orders.values()].map(({ permId, status, filled }) => [permId, status, filled])
  const seen = [hash, crashes, executions, ended, cash, realizedPnl, gateway.counters]
  const said = [...seen, world.notices, violations]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}

export async function traceOfSeed(seed: number, minutes = MINUTES): Promise<string> {
  return traceOf(await played(planOf(seed, minutes)))
}
