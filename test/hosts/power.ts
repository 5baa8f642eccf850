import { Prng, seedOf } from '../../src/base/prng.ts'
import { isOrderly, nameOf, pointOf, revived } from '../simulation/crashes.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import { Host, powerLost } from '../simulation/host-faults.ts'
import type { HostOptions } from '../simulation/host-faults.ts'
import { fixedPlan } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import type { PowerLoss } from '../simulation/simulated-disk.ts'
import { World } from '../simulation/world.ts'
import { clockOf } from './row.ts'

/** F81: the power goes at every so many effects of a trade; the next process finds what was synced. */
export interface Outage extends HostOptions {
  readonly how: PowerLoss
  readonly every: number
  /** Of the first that counts. */
  readonly from?: number
  /** At once, or after the market has gone on. */
  readonly afterMs?: number
}

export interface PowerPlayed {
  /** Points, and those at which rows were not synced yet. */
  readonly points: number
  readonly atStake: number
  /** Rows that the next process did not find. */
  readonly rowsLost: number
  readonly complaints: readonly string[]
}

interface Point extends CrashPoint {
  readonly rowsLost: number
  readonly atStake: number
}

function planOf(): Plan {
  const written = { strike: 'otm2', takeProfit: '2%', stopLoss: '2%' }
  return fixedPlan({ date: '2026-03-10', time: '11:10', minutes: 2, written })
}

export async function playedPower(of: Outage): Promise<PowerPlayed> {
  const plan = planOf()
  const points = await pointsOf(plan, of)
  const complaints: string[] = []
  for (const [number, point] of points.entries()) {
    const { violations } = await revived(plan, point, { afterMs: of.afterMs ?? 1_000 })
    const place = `${of.how} ${number}, ${clockOf(point.at)}, ${point.effect}`
    complaints.push(...violations.map(({ checker, text }) => `${place}: ${checker}: ${text}`))
  }
  return {
    points: points.length,
    atStake: points.filter((point) => point.atStake > 0).length,
    rowsLost: points.reduce((sum, point) => sum + point.rowsLost, 0),
    complaints,
  }
}

async function pointsOf(plan: Plan, of: Outage): Promise<readonly Point[]> {
  const host = new Host(of)
  const prng = new Prng(seedOf(plan.seed, of.how))
  const points: Point[] = []
  let number = -(of.from ?? 0)
  const world = new World({
    plan,
    checkers: [],
    ...host.options,
    effect: (effect, now) => {
      if (!isOrderly(effect) || number++ % of.every !== 0) return
      const { atStake } = host.disk
      const remains = powerLost(now, host, { how: of.how, prng })
      const rowsLost = now.remains.journal.read().length - remains.journal.read().length
      points.push({ ...pointOf(effect, now), effect: nameOf(effect), remains, rowsLost, atStake })
    },
  })
  await world.runUntil(plan.until)
  return points
}
