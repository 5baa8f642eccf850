import type { WalkTerms } from '../../src/orders/price-walk.ts'
import type { Policy, StudyDay } from './study.ts'

/** Days with recorded quotes of options; filters as those of `config/replay/`. */
export const DAYS: readonly StudyDay[] = [
  { symbol: 'TWX', date: '2014-06-05', spreadPctMax: 0.05 },
  { symbol: 'TWX', date: '2014-06-06', spreadPctMax: 0.05 },
  { symbol: 'NWSA', date: '2013-06-28', spreadPctMax: 0.06 },
  { symbol: 'GOOG', date: '2015-12-23', spreadPctMax: 0.08 },
  { symbol: 'SPX', date: '2021-01-04', spreadPctMax: 0.05 },
]

const walk: WalkTerms = {
  start: 0.5,
  step: { kind: 'share', of: 0.25 },
  everyMs: 15_000,
  worst: 1,
  collarPct: 0.1,
  timeToLiveMs: 60_000,
}

export const CROSS: Policy = { name: 'at once', terms: { ...walk, start: 1 } }
export const WALK: Policy = { name: 'walk (default)', terms: walk }

export const POLICIES: readonly Policy[] = [
  CROSS,
  WALK,
  {
    name: 'from our side',
    terms: { ...walk, start: 0, step: { kind: 'share', of: 0.34 } },
  },
  {
    name: 'patient: a minute a step',
    terms: { ...walk, everyMs: 60_000, timeToLiveMs: 180_000 },
  },
  { name: 'no further than 75 %', terms: { ...walk, worst: 0.75 } },
  { name: 'mid or nothing', terms: { ...walk, worst: 0.5 } },
]
