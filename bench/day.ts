import type { EpochMs } from '../src/base/clock.ts'
import { at, tcpWorld } from './worlds.ts'

/** What a process says of itself, bytes: all that is resident, and what survives a collection. */
export interface Memory {
  readonly rss: number
  readonly live: number
}

export interface Day {
  readonly symbols: number
  readonly from: string
  readonly until: string
  readonly everyMs: number
}

/** A stretch of the simulated day, and the memory of this process after every piece of it. */
export async function passed({ symbols, from, until, everyMs }: Day): Promise<readonly Memory[]> {
  const world = await tcpWorld({ symbols, time: from })
  const seen: Memory[] = []
  for (let now = world.clock.now(); now < at(until); now = world.clock.now()) {
    await world.clock.runUntil(Math.min(now + everyMs, at(until)) as EpochMs)
    seen.push(memoryNow())
  }
  await world.close()
  return seen
}

/** A full collection first, where the process may ask for one. */
export function memoryNow(): Memory {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, live: heapUsed + external }
}
