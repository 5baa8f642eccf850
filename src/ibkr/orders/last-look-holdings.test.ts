import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LookHoldings } from './last-look-holdings.ts'

/** On the monotonic clock of ours and in the time of the broker alike, but for the guess of it. */
const ASKED = 100_000

interface Filled {
  readonly at: number
  readonly units: number
  /** Until it is pushed; null: that message is lost, and an answer tells of it. */
  readonly pushedMs: number | null
  /** Until the positions count it. */
  readonly countedMs: number
}

interface Course {
  readonly held: number
  readonly fills: readonly Filled[]
  /** From the question to the moment of which each list tells. */
  readonly positionsMs: number
  readonly executionsMs: number
  readonly guessMs: number
  readonly isFirst: boolean
}

/** What a broker says, and when: in the order of time, as one connection carries it. */
function said(of: Course, look: LookHoldings): readonly (readonly [number, () => void])[] {
  const { held } = of
  const fills = of.fills.toSorted((a, b) => a.at - b.at) // as they are listed
  const counted = (by: number): number =>
    fills.reduce((sum, { at, units, countedMs }) => sum + (at + countedMs <= by ? units : 0), held)
  const positions = ASKED + of.positionsMs
  const executions = ASKED + of.executionsMs
  const heard = new Set<Filled>()
  const executed = (fill: Filled, isPushed: boolean): void => {
    if (heard.has(fill)) return
    heard.add(fill)
    const at = Math.floor(fill.at / 1_000) * 1_000
    look.moved('1', { units: fill.units, isPushed, at })
  }
  const asks = (): void => look.asked(ASKED + of.guessMs)
  const tells = (position: number): void => {
    if (position !== 0) look.row('1', position)
    look.told()
  }
  const pushes = fills.flatMap((fill) => {
    const { at, pushedMs } = fill
    const isTold = pushedMs !== null || at > executions
    return isTold ? [[at + (pushedMs ?? 0), () => executed(fill, true)] as const] : []
  })
  const rows = fills.map(({ at, countedMs }) => {
    const when = at + countedMs
    return [when, () => look.row('1', counted(when))] as const
  })
  const before = [
    [0, () => look.asked(of.guessMs)],
    [1, () => tells(held)],
  ] as const
  return [
    ...(of.isFirst ? [] : before),
    ...pushes.filter(([at]) => !of.isFirst || at >= ASKED),
    ...rows.filter(([at]) => !of.isFirst || at >= ASKED),
    [ASKED, asks] as const,
    [positions, () => tells(counted(positions))] as const,
    [
      executions,
      () => fills.filter(({ at }) => at <= executions).forEach((fill) => executed(fill, false)),
    ] as const,
  ].sort(([a], [b]) => a - b)
}

function playedOn(of: Course): { readonly held: number; readonly really: number } {
  let now = 0
  const clock = { monotonicMs: () => now }
  const look = new LookHoldings(clock as ConstructorParameters<typeof LookHoldings>[0])
  for (const [at, happens] of said(of, look)) {
    now = at
    happens()
  }
  return { held: look.of('1'), really: of.fills.reduce((sum, { units }) => sum + units, of.held) }
}

const within = (max: number) => fc.integer({ min: 0, max })
const course = {
  held: within(4),
  positionsMs: within(4_000),
  executionsMs: within(8_000),
  guessMs: fc.integer({ min: -500, max: 500 }),
  isFirst: fc.constant(false),
}
const filled = (of: { readonly units: readonly number[]; readonly trailsMs: number }) =>
  fc.record({
    at: fc.integer({ min: ASKED - 12_000, max: ASKED + 4_000 }),
    units: fc.constantFrom(...of.units),
    pushedMs: fc.option(within(of.trailsMs)),
    countedMs: within(of.trailsMs),
  })

describe('law: once a picture is told, what is held is what the broker holds', () => {
  test('after a fill that it, a row or a push may tell first, or nobody but an answer', () => {
    const one = filled({ units: [-3, -2, -1, 1, 2, 3], trailsMs: 2_900 })
    const courses = fc.record({ ...course, fills: fc.tuple(one) })
    fc.assert(
      fc.property(courses, (of) => {
        const { held, really } = playedOn(of)
        expect(held).toBe(really)
      }),
      { numRuns: 1_000 },
    )
  })

  test('and after two of one direction that rows and pushes tell soon, or an answer alone', () => {
    const one = filled({ units: [1, 2, 3], trailsMs: 300 })
    const courses = fc.record({
      ...course,
      fills: fc.tuple(one, one),
      side: fc.constantFrom(1, -1),
    })
    fc.assert(
      fc.property(courses, ({ side, ...of }) => {
        const fills = of.fills.map((fill) => ({ ...fill, units: side * fill.units }))
        const { held, really } = playedOn({ ...of, fills })
        expect(held).toBe(really)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('an old sale and a purchase of now that only an answer tells: a row may have both', () => {
  const known = { held: 4, positionsMs: 20, executionsMs: 30, guessMs: 0, isFirst: false }
  const lost = { pushedMs: null, countedMs: 0 }
  const fills = [
    { ...lost, at: ASKED - 8_000, units: -4 },
    { ...lost, at: ASKED - 200, units: 4 },
  ]
  expect(playedOn({ ...known, fills })).toEqual({ held: 4, really: 4 })
})

test('what a first list may have or not is taken to be in it', () => {
  const fill = { units: -4, pushedMs: null, countedMs: 0 }
  const first = { held: 4, positionsMs: 20, executionsMs: 30, guessMs: 0, isFirst: true }
  for (const at of [ASKED - 60_000, ASKED - 300, ASKED + 10]) {
    expect(playedOn({ ...first, fills: [{ ...fill, at }] })).toEqual({ held: 0, really: 0 })
  }
})
