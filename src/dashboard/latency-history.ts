import type { EpochMs } from '../base/clock.ts'
import type { LatencyHistory, View } from './view.ts'

const EVERY_MS = 10_000
/** Two hours. */
const POINTS_MAX = 720
/** Kinds of requests are a closed set of a few dozen; whatever else comes must not cost memory. */
const KINDS_MAX = 100

interface Point {
  readonly at: EpochMs
  readonly loop: number | null
  readonly bytes: number
  readonly kinds: ReadonlyMap<string, { readonly p50: number | null; readonly p99: number | null }>
}

/** One point each ten seconds of the bot's clock, of the views that went by. */
export class Latencies {
  #points: Point[] = []

  seen({ at, health }: Pick<View, 'at' | 'health'>): void {
    const last = this.#points.at(-1)
    // A clock that was set back begins anew: what is of the future is of no use.
    if (last !== undefined && at < last.at) this.#points = []
    else if (last !== undefined && at - last.at < EVERY_MS) return
    const kinds = health.requests
      .slice(0, KINDS_MAX)
      .map(({ kind, p50, p99 }) => [kind, { p50, p99 }] as const)
    const { loopDelayMsP99: loop, memoryBytes: bytes } = health
    this.#points.push({ at, loop, bytes, kinds: new Map(kinds) })
    if (this.#points.length > POINTS_MAX) this.#points.shift()
  }

  history(): LatencyHistory {
    const points = this.#points
    const names = new Set(points.flatMap(({ kinds }) => [...kinds.keys()]))
    return {
      kinds: [...names].map((kind) => ({
        kind,
        points: points.map(({ at, kinds }) => {
          const { p50 = null, p99 = null } = kinds.get(kind) ?? {}
          return { at, p50, p99 }
        }),
      })),
      loop: points.map(({ at, loop: p99 }) => ({ at, p99 })),
      memory: points.map(({ at, bytes }) => ({ at, bytes })),
    }
  }
}
