import type { Judged } from './subject.ts'

/** A collection of garbage or a first compilation may fall into one of them, not into all. */
const TRIES = 3

/**
 * `judge`, and that it neither throws nor takes longer than `msMax`. What is slow by the clock is
 * measured again by the time of the processor: what else runs here is not the input's fault.
 */
export function timed(msMax: number, judge: () => string | null): string | null {
  const begun = performance.now()
  const broken = unthrown(judge)
  if (broken !== null || performance.now() - begun <= msMax) return broken
  let fastest = Infinity
  for (let turn = 0; turn < TRIES && fastest > msMax; turn++) {
    const from = process.cpuUsage()
    const later = unthrown(judge)
    if (later !== null) return later
    const { user, system } = process.cpuUsage(from)
    fastest = Math.min(fastest, (user + system) / 1_000)
  }
  return fastest > msMax ? `hang: ${fastest.toFixed(0)} ms instead of ${msMax}` : null
}

function unthrown(judge: () => string | null): string | null {
  try {
    return judge()
  } catch (error) {
    return thrown(error)
  }
}

export function thrown(error: unknown): string {
  return `exception: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

/** The same of what answers later. */
export async function settledOr(judged: () => Judged): Promise<string | null> {
  try {
    return await judged()
  } catch (error) {
    return thrown(error)
  }
}
