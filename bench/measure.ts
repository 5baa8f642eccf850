import type { Effort } from './bench.ts'

/** One side of an interleaved comparison: does the same thing so many times. */
export interface Side {
  readonly name: string
  readonly operations: number
  /** Whoever measures by itself, like another process, returns the seconds that it took. */
  readonly work: (operations: number) => void | number | Promise<void | number>
}

export interface Rounds {
  readonly rounds: number
  /** A first round that is not counted: code gets its final form while it runs. */
  readonly warmUp: boolean
  /** Processor time of this process, all its threads; or wall time, where others are waited for. */
  readonly clock: 'cpu' | 'wall'
}

/** Seconds an operation took, one for each round, by side. */
export type Samples = ReadonlyMap<string, readonly number[]>

/** At least five, as the rule is; odd, so that the median is a sample. */
export const ROUNDS = 7

/** How often each side has its turn. */
export function roundsOf(effort: Effort, full = ROUNDS): Pick<Rounds, 'rounds' | 'warmUp'> {
  return effort === 'full' ? { rounds: full, warmUp: true } : { rounds: 1, warmUp: false }
}

/** A, B, A, B: what disturbs one side in a run disturbs the others too. */
export async function interleaved(
  sides: readonly Side[],
  { rounds, warmUp, clock }: Rounds,
): Promise<Samples> {
  const samples = new Map<string, number[]>(sides.map(({ name }) => [name, []]))
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const { name, operations, work } of sides) {
      const from = secondsOf(clock)
      const own = await work(operations)
      const took = own ?? secondsOf(clock) - from
      if (round >= 0) samples.get(name)?.push(took / operations)
    }
  }
  return samples
}

function secondsOf(clock: Rounds['clock']): number {
  if (clock === 'wall') return performance.now() / 1e3
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The nearest of the values; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** The median of a side, of its samples turned into a unit. */
export function medianOf(
  samples: Samples,
  name: string,
  unit: (seconds: number) => number = (seconds) => seconds,
): number {
  return median((samples.get(name) ?? []).map(unit))
}

export const perSecond = (seconds: number): number => 1 / seconds
export const micros = (seconds: number): number => seconds * 1e6
export const millis = (seconds: number): number => seconds * 1e3

/** Results that nobody reads would be optimised away with the work that made them. */
export class Sink {
  #sum = 0

  take(value: number): void {
    this.#sum = (this.#sum + value) % 1_000_003
  }

  get sum(): number {
    return this.#sum
  }
}
