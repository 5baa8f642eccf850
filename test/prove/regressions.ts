import type { Tier } from './kinds.ts'
import type { Strike } from './strike.ts'

/** A failure that was found and mended: played again for ever. */
export interface Regression {
  readonly found: string
  readonly seed: number
  readonly tier: Tier
  /** As they were then: what a seed draws changes with what there is to draw. */
  readonly strikes: readonly Strike[]
}

const MINUTE = 60_000
const FULL: Pick<Strike, 'tailMs'> = { tailMs: 5_000 }

export const REGRESSIONS: readonly Regression[] = [
  {
    found: 'F46: both exits of a group fill, and the rest of one stays open at the broker',
    seed: 44,
    tier: 'direct',
    strikes: [40, 90, 150, 210].map((minute) => ({
      number: 'F46',
      name: 'overfill group',
      atMs: minute * MINUTE,
      lastsMs: 20 * MINUTE,
      ...FULL,
      act: { do: 'fault', spec: { name: 'overfill', how: 'group' } },
      excuses: {
        'never-oversold': 'the broker fills both exits of one group',
        'within-limits': 'what is bought back is counted as another structure',
      },
    })),
  },
  {
    found: 'F45: a stop that fills in parts was joined by a close that sold the same units',
    seed: 57,
    tier: 'direct',
    strikes: [
      {
        number: 'F45',
        name: 'fills-in-lots units 3',
        atMs: 20 * MINUTE,
        lastsMs: 30 * MINUTE,
        ...FULL,
        act: { do: 'fault', spec: { name: 'fills-in-lots', units: 3 } },
      },
    ],
  },
  {
    found: 'F82: commissions that a full disk did not take are told again with the next picture',
    seed: 14,
    tier: 'direct',
    strikes: [10, 60, 120].map((minute) => ({
      number: 'F82',
      name: 'disk EROFS',
      atMs: minute * MINUTE,
      lastsMs: 40_000,
      ...FULL,
      act: { do: 'host', fault: { name: 'disk', trouble: 'EROFS' } },
      excuses: { 'every-bar-decided': 'what cannot be written has not happened' },
    })),
  },
  {
    found: 'F2, F80: a connection that ends in the middle of a frame, before a crash',
    seed: 282,
    tier: 'codec',
    strikes: [
      {
        number: 'F2',
        name: 'close-mid-frame requests',
        atMs: 20 * MINUTE,
        lastsMs: 18_000,
        ...FULL,
        act: { do: 'fault', spec: { name: 'close-mid-frame', direction: 'requests' } },
      },
      {
        number: 'F80',
        name: 'crash',
        atMs: 40 * MINUTE,
        lastsMs: 0,
        ...FULL,
        act: { do: 'crash', downMs: 1_000 },
      },
    ],
  },
  {
    found: 'F70, F59: a clock that was an hour ahead for a minute kept pictures back for an hour',
    seed: 2027,
    tier: 'direct',
    strikes: [
      {
        number: 'F70',
        name: 'clock jump byMs 3600000',
        atMs: 147 * MINUTE,
        lastsMs: 57_000,
        ...FULL,
        act: { do: 'host', fault: { name: 'clock-jump', byMs: 60 * MINUTE } },
      },
      {
        number: 'F59',
        name: 'broker-acts liquidated',
        atMs: 10_149_079,
        lastsMs: 54_214,
        ...FULL,
        act: { do: 'fault', spec: { name: 'broker-acts', what: 'liquidated' } },
      },
    ],
  },
  {
    found: 'F82: what was told while the disk was full waited a minute for the next picture',
    seed: 31092,
    tier: 'direct',
    strikes: [
      { atMs: 4_039_894, lastsMs: 101_735, trouble: 'ENOSPC, to the last byte' } as const,
      { atMs: 10_489_594, lastsMs: 9_693, trouble: 'EROFS' } as const,
      { atMs: 15_592_342, lastsMs: 177_991, trouble: 'EROFS' } as const,
    ].map(({ trouble, ...when }) => ({
      number: 'F82',
      name: `disk ${trouble}`,
      ...when,
      ...FULL,
      act: { do: 'host', fault: { name: 'disk', trouble } },
      excuses: { 'every-bar-decided': 'what cannot be written has not happened' },
    })),
  },
  {
    found:
      'F94: sold by hand while an entry fills: too many units were offered for 5 s, and refused',
    seed: 42081,
    tier: 'direct',
    strikes: [
      {
        number: 'F94',
        name: 'human sell',
        atMs: 4_136_158,
        lastsMs: 23_491,
        ...FULL,
        act: { do: 'host', fault: { name: 'human', act: 'sell' } },
        excuses: { 'never-oversold': 'a person sells what our exits protect' },
      },
    ],
  },
  {
    found: 'F44: two corrections of one execution, which the simulator told under one revision',
    seed: 42184,
    tier: 'direct',
    strikes: [
      { atMs: 16_051_261, lastsMs: 135_459, what: 'price' } as const,
      { atMs: 16_055_478, lastsMs: 355_869, what: 'quantity' } as const,
    ].map(({ what, ...when }) => ({
      number: 'F44',
      name: `execution-corrected ${what}`,
      ...when,
      ...FULL,
      act: { do: 'fault', spec: { name: 'execution-corrected', what } },
      excuses: {
        'never-oversold': 'what was bought and sold again was not bought after all',
        'within-intent': 'it adds up what was told first',
        'within-limits': 'it counts what is held by the orders as they were told first',
      },
    })),
  },
]
