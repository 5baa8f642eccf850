import type { EpochMs } from '../base/clock.ts'

/** Once a minute, or of a soak each five seconds: what the plots show. Of days, of more at once. */
export interface Point {
  readonly at: EpochMs
  /** 95th percentile of the answers since the last point; null: there was none. */
  readonly latencyMs: number | null
  /** The budget of IBKR's limits that is used most, 0 to 1. */
  readonly budget: number
  readonly budgetRule: string
  readonly rssMb: number
  /** Null: the process is seen from outside. */
  readonly heapMb: number | null
  /** Of one core, 0 to 1, against the clock of the run. */
  readonly cpu: number
  /** 99th percentile of the event loop's delay since the last point. */
  readonly loopMs: number
  /** Of several that became one the highest; theirs is the mean. */
  readonly loopMsMost?: number
  /** A minute. */
  readonly cycles: number
  /** Of a process that is seen from outside. */
  readonly outside?: OutsideFigures
}

/** Null where the platform does not show it. */
export interface OutsideFigures {
  readonly sockets: number | null
  /** File handles, sockets among them. */
  readonly handles: number | null
  /** With its write-ahead log. */
  readonly journalMb: number
  /** Resident, of the simulated Gateway. */
  readonly gatewayMb: number | null
  /** That the Gateway was sent since the last point. */
  readonly messagesPerSecond: number
}

/** As many as four hours of one each five seconds; a plot has fewer pixels. */
export const POINTS_MAX = 2_880

/**
 * Of several that follow each other: peaks are kept of what a peak says something about, and the
 * mean of what is judged by its middle.
 */
export function mergedPoint(points: readonly [Point, ...Point[]]): Point {
  const last = points.at(-1) ?? points[0]
  const most = (of: (point: Point) => number): number => Math.max(...points.map(of))
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const known = (of: (point: Point) => number | null): number | null => {
    const values = points.map(of).filter((value) => value !== null)
    return values.length === 0 ? null : Math.max(...values)
  }
  const budget = most((point) => point.budget)
  const outside = points.flatMap((point) => point.outside ?? [])
  return {
    at: last.at,
    latencyMs: known(({ latencyMs }) => latencyMs),
    budget,
    budgetRule: points.find((point) => point.budget === budget)?.budgetRule ?? last.budgetRule,
    rssMb: most(({ rssMb }) => rssMb),
    heapMb: known(({ heapMb }) => heapMb),
    cpu: mean(({ cpu }) => cpu),
    loopMs: mean(({ loopMs }) => loopMs),
    loopMsMost: most(({ loopMs, loopMsMost }) => loopMsMost ?? loopMs),
    cycles: mean(({ cycles }) => cycles),
    ...(outside.length > 0 && { outside: mergedOutside(outside) }),
  }
}

function mergedOutside(figures: readonly OutsideFigures[]): OutsideFigures {
  const known = (of: (each: OutsideFigures) => number | null): number | null => {
    const values = figures.map(of).filter((value) => value !== null)
    return values.length === 0 ? null : Math.max(...values)
  }
  const sent = figures.reduce((sum, { messagesPerSecond }) => sum + messagesPerSecond, 0)
  return {
    sockets: known(({ sockets }) => sockets),
    handles: known(({ handles }) => handles),
    journalMb: known(({ journalMb }) => journalMb) ?? 0,
    gatewayMb: known(({ gatewayMb }) => gatewayMb),
    messagesPerSecond: sent / figures.length,
  }
}
