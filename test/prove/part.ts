import { provePlanOf } from './plan.ts'
import type { Tier } from './kinds.ts'
import { played } from './play.ts'
import type { Played } from './play.ts'
import { plantNamed } from './plants.ts'
import { tallyOf } from './tally.ts'
import type { SeedTally } from './tally.ts'

/** One seed to play. */
export interface Task {
  readonly seed: number
  readonly tier: Tier
  readonly days: number
  /** A second time as well, to see the same trace. */
  readonly twice: boolean
  /** The name of a planted bug. */
  readonly plant?: string | null
}

/** Plays a seed. What it throws is a failure of it, and no end of the campaign. */
export async function playTask({
  seed,
  tier,
  days,
  twice,
  plant = null,
}: Task): Promise<SeedTally> {
  const of = { seed, tier, days }
  const before = process.cpuUsage()
  try {
    const once = await played(provePlanOf(of), plantNamed(plant))
    const used = process.cpuUsage(before)
    const same = twice ? isSame(once, await played(provePlanOf(of), plantNamed(plant))) : null
    return tallyOf(once, { cpuMs: (used.user + used.system) / 1_000, same })
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { ...NOTHING, ...of, days: [], failures: [`it threw: ${text}`] }
  }
}

function isSame(one: Played, two: Played): boolean {
  return one.hash === two.hash
}

const NOTHING: Omit<SeedTally, 'seed' | 'tier' | 'days' | 'failures'> = {
  hash: '',
  same: null,
  events: 0,
  simulatedS: 0,
  cpuMs: 0,
  fired: {},
  drawn: {},
  reached: {},
}

// A process of a campaign: plays what it is sent, one after the other, and says what came of it.
if (process.send !== undefined && process.argv[2] === '--part') {
  process.on('message', (task) => {
    void playTask(task as Task).then((tally) => process.send?.(tally))
  })
}
