import { profileOf, sharesOf } from '../profile.ts'
import { playTask } from './part.ts'
import type { Task } from './part.ts'

/** How often the profiler looks, microseconds. */
const EVERY_US = 1_000
const FUNCTIONS_MAX = 12

/**
 * What a second of one core goes to: all seeds one after the other in this process, by tsx and
 * with all checkers, as a campaign plays them. The profiler itself and the first seed, whose code
 * is not compiled yet, cost a little more than a seed of a long campaign.
 */
export async function profileLines(tasks: readonly Task[]): Promise<readonly string[]> {
  let simulatedS = 0
  const play = async (): Promise<void> => {
    for (const task of tasks) simulatedS += (await playTask({ ...task, twice: false })).simulatedS
  }
  const { profile, cpuS } = await profileOf(play, EVERY_US)
  const { rooms, functions } = sharesOf(profile)
  return [
    `${tasks.length} seeds, ${cpuS.toFixed(1)} s of processor time, ` +
      `${(simulatedS / cpuS).toFixed(0)} simulated seconds a second`,
    ...rooms.filter(({ pct }) => pct >= 0.5).map(lineOf),
    'the functions that take most of it themselves:',
    ...functions.slice(0, FUNCTIONS_MAX).map(lineOf),
  ]
}

function lineOf({ name, pct }: { readonly name: string; readonly pct: number }): string {
  return `${pct.toFixed(1).padStart(5)} %  ${name}`
}
