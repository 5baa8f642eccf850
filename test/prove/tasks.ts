import type { Tier } from './kinds.ts'
import type { Task } from './part.ts'

/** One seed in so many goes over the codec, where nothing else is asked for: ten per cent. */
const CODEC_ONE_IN = 10

export interface TasksWanted {
  /** Its seeds: so many from the first one on. */
  readonly first: number
  readonly seeds: number
  readonly days: number
  readonly tier: Tier | 'both'
  /** Per cent of the seeds of each tier that are played a second time. */
  readonly twicePct: number
  readonly plant: string | null
}

export function tierOf(seed: number, wanted: Tier | 'both'): Tier {
  if (wanted !== 'both') return wanted
  return seed % CODEC_ONE_IN === 0 ? 'codec' : 'direct'
}

/** The first of each tier is played twice, and then one in so many of its own. */
export function tasksOf(of: TasksWanted): readonly Task[] {
  const { first, seeds, days, twicePct, plant } = of
  const begun: Record<Tier, number> = { direct: 0, codec: 0 }
  return Array.from({ length: seeds }, (_, index): Task => {
    const seed = first + index
    const tier = tierOf(seed, of.tier)
    const twice = (begun[tier]++ * twicePct) % 100 < twicePct
    return { seed, tier, days, twice, plant }
  })
}
