import type { Profiler } from 'node:inspector'
import { profileOf } from '../test/profile.ts'

/** How often the profiler looks, microseconds. */
const EVERY_US = 200

/** Processor time of some work, by whose code was on the stack. */
export interface Shares {
  readonly ours: number
  /** With a frame of the simulated Gateway on the stack: codec and socket included. */
  readonly simulator: number
}

/**
 * Seconds of processor time that `work` took, split between bot and simulator, which share one
 * process and one clock. Each is called from the event loop and never by the other, so a frame of
 * the simulator anywhere on the stack says whose time it is. What has no stack (garbage, idle
 * loops of the runtime) is split alike.
 */
export async function profiled(work: () => Promise<void>): Promise<Shares> {
  const { profile, cpuS } = await profileOf(work, EVERY_US)
  const share = simulatorShare(profile)
  return { ours: cpuS * (1 - share), simulator: cpuS * share }
}

function simulatorShare({ nodes, samples = [] }: Profiler.Profile): number {
  const parents = new Map<number, number>()
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const whose = new Map<number, 'simulator' | 'ours' | null>()
  const judge = (id: number): 'simulator' | 'ours' | null => {
    const known = whose.get(id)
    if (known !== undefined) return known
    const parent = parents.get(id)
    const above = parent === undefined ? null : judge(parent)
    const url = byId.get(id)?.callFrame.url ?? ''
    const own = url.includes('/src/simulator/')
      ? 'simulator'
      : url.includes('/src/')
        ? 'ours'
        : null
    // The clock calls both, and belongs to neither.
    const isClock = url.includes('/src/base/clock')
    const judged = above === 'simulator' || isClock ? above : (own ?? above)
    whose.set(id, judged)
    return judged
  }
  const counts = { simulator: 0, ours: 0 }
  for (const id of samples) {
    const judged = judge(id)
    if (judged !== null) counts[judged]++
  }
  const all = counts.simulator + counts.ours
  return all === 0 ? 0.5 : counts.simulator / all
}
