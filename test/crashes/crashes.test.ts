import { beforeAll, describe, expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { ok } from '../../src/base/result.ts'
import { isOrderFrame } from '../simulation/crashes.ts'
import type { Plan } from '../simulation/plan.ts'
import { storing } from '../simulation/planted/bug.ts'
import type { Plant } from '../simulation/planted/bug.ts'
import { DAYS, dayOf, planNumberOf } from './days.ts'
import { enumerateCrashes } from './enumerate.ts'
import type { Crash, Delay, Enumeration } from './enumerate.ts'
import { KINDS, kindOf, linesOf, tallyOf } from './tally.ts'

/** `npm run crashes` plays every point of every day; here every so many of one. */
const ONE_IN = 12
const WHOLE = dayOf('whole')
let make: () => Plan

beforeAll(async () => {
  const plan = WHOLE.plans[await planNumberOf(WHOLE)]
  assert(plan !== undefined, 'a plan that was found is there')
  make = plan
})

async function crashes(of: Pick<Enumeration, 'isMine' | 'plant'>): Promise<readonly Crash[]> {
  const found: Crash[] = []
  const delays = (): readonly Delay[] => ['1 s']
  await enumerateCrashes({ ...of, plan: make(), delays, told: (crash) => found.push(crash) })
  return found
}

test('after a crash nothing is doubled, lost, sold twice or left bare', async () => {
  const found = await crashes({ isMine: (point) => point % ONE_IN === 0 })
  expect(found.length).toBeGreaterThan(3)
  expect(found.flatMap(({ violations }) => violations)).toEqual([])
})

/** The process ends between the frames and what should have been journaled before them. */
const sentFirst: Plant = {
  wrap: ({ journal, clock }) => ({
    journal: {
      read: () => journal.read(),
      append(when, events) {
        if (!events.some(({ type }) => type === 'OrderIntended'))
          return journal.append(when, events)
        clock.after(1, () => void journal.append(when, events))
        return ok('journal')
      },
    },
  }),
}
const lostIntent = storing((event) => (event.type === 'OrderIntended' ? [] : [event]))

describe('a planted bug is caught', () => {
  test.each([
    ['frames leave before their intent is durable', sentFirst],
    ['an intent is lost', lostIntent],
  ])('%s', async (_bug, plant) => {
    let taken = 0
    const found = await crashes({
      isMine: (_point, effect) => isOrderFrame(effect) && taken++ < 3,
      plant,
    })
    const kinds = new Set(
      found.flatMap(({ violations }) => violations.map((v) => kindOf(v.checker))),
    )
    expect([...kinds]).toContain('unprotected too long')
  })
})

test('a tally says what was played, and what was found by its kind', () => {
  const crash: Crash = {
    number: 3,
    effect: 'journaled OrderIntended',
    kind: 'journaled',
    at: 1 as Crash['at'],
    delay: '1 s',
    holding: true,
    beforeChildren: false,
    insideBracket: true,
    untold: false,
    violations: [
      { checker: 'sent-once', text: 'twice' },
      { checker: 'books-agree', text: 'differ' },
    ],
  }
  const effects = { journaled: 9, received: 3, heard: 20, happened: 5 }
  const of = { day: WHOLE, plan: 0, crashes: [crash], enumerated: { effects, points: 12 } }
  const tally = tallyOf({ ...of, tookMs: 1_000 })
  expect(KINDS.map((kind) => tally.found[kind])).toEqual([1, 0, 0, 0, 1])
  expect(linesOf(tally).join('\n')).toContain('1 duplicate entries, 0 oversells')
  expect(DAYS.map(({ name }) => name)).toEqual(['whole', 'parts', 'outage'])
})
