import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'

type Frame = Profiler.ProfileNode['callFrame']

export interface Profiled {
  readonly profile: Profiler.Profile
  /** Processor time of the whole process meanwhile, seconds. */
  readonly cpuS: number
}

/** What was on the stack, looked at every so many microseconds of some work. */
export async function profileOf(work: () => Promise<void>, everyUs: number): Promise<Profiled> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: everyUs })
  await session.post('Profiler.start')
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return { profile, cpuS: (user + system) / 1e6 }
}

/** What a share of the time was spent in. */
export interface Share {
  readonly name: string
  readonly pct: number
}

/** By room (`src/trading`, `test/simulation`), by what the runtime does, and by function; most first. */
export function sharesOf({ nodes, samples = [] }: Profiler.Profile): {
  readonly rooms: readonly Share[]
  readonly functions: readonly Share[]
} {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const rooms = new Map<string, number>()
  const functions = new Map<string, number>()
  let all = 0
  for (const id of samples) {
    const frame = frames.get(id)
    const room = frame === undefined ? null : roomOf(frame)
    if (frame === undefined || room === null) continue
    all++
    rooms.set(room, (rooms.get(room) ?? 0) + 1)
    const file = fileOf(frame.url)
    if (file === null) continue
    const place = `${frame.functionName === '' ? 'unnamed' : frame.functionName} (${file})`
    functions.set(place, (functions.get(place) ?? 0) + 1)
  }
  const sorted = (of: ReadonlyMap<string, number>): readonly Share[] =>
    [...of]
      .map(([name, count]) => ({ name, pct: (100 * count) / all }))
      .sort((a, b) => b.pct - a.pct)
  return { rooms: sorted(rooms), functions: sorted(functions) }
}

/** From the root of the checkout; null: none of ours. */
function fileOf(url: string): string | null {
  return /\/((?:src|test)\/.*)$/.exec(url)?.[1] ?? null
}

/** Null: nothing was done. */
function roomOf({ functionName, url }: Pick<Frame, 'functionName' | 'url'>): string | null {
  if (functionName === '(idle)') return null
  if (functionName === '(garbage collector)') return 'garbage collection'
  const parts = fileOf(url)?.split('/')
  if (parts !== undefined) return parts.slice(0, Math.min(2, parts.length - 1)).join('/')
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  return library ?? 'the runtime'
}
