import { createHash } from 'node:crypto'
import { provePlanOf } from '../prove/plan.ts'
import { played as proved } from '../prove/play.ts'
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

/** `minutes`: a few of them over the wire; else a whole day with a swarm of faults, on that tier. */
export const PLANS = ['minutes', 'direct', 'codec'] as const
export type Plans = (typeof PLANS)[number]

export async function traceBy(plans: Plans, seed: number): Promise<string> {
  if (plans === 'minutes') return traceOfSeed(seed)
  return (await proved(provePlanOf({ seed, tier: plans, days: 1 }))).hash
}
