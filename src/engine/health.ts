import type { EpochMs } from '../base/clock.ts'

/** Proven facts with their times, written by the engine every tick; never a cached flag. */
export interface Vitals {
  readonly at: EpochMs
  readonly seq: number
  readonly lastCycleAt: EpochMs | null
  readonly lastAnswerAt: EpochMs | null // of any request to the Gateway
  readonly loopDelayMsMax: number
  readonly unprotected: number // structures whose exits do not rest and are not watched
}
