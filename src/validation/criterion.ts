import type { RunFacts } from './facts.ts'

/** Whether it held; `open`: it could not be judged, and why. */
export interface Judgement {
  readonly held: 'yes' | 'no' | 'open'
  /** What came, with its figures. */
  readonly found: string
}

/** One thing that must hold, said before it is looked at. */
export interface Criterion {
  readonly name: string
  /** What is expected, with its limit. */
  readonly wanted: string
  /** Without the right to market data it cannot hold, and that is not its fault. */
  readonly needsData: boolean
  readonly judge: (facts: RunFacts) => Judgement
}

export function held(isHeld: boolean, found: string): Judgement {
  return { held: isHeld ? 'yes' : 'no', found }
}

export function open(found: string): Judgement {
  return { held: 'open', found }
}

export function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

export function hours(ms: number): string {
  return ms < 3_600_000
    ? `${(ms / 60_000).toFixed(1)} minutes`
    : `${(ms / 3_600_000).toFixed(2)} hours`
}
