import { beforeAll, describe, expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { Prng } from '../../src/base/prng.ts'
import { ok } from '../../src/base/result.ts'
import { isOrderFrame } from '../simulation/crashes.ts'
import { brokerWith, storing } from '../simulation/planted/bug.ts'
import { staged } from './day.ts'
import type { Staged } from './day.ts'
import { DAYS, dayOf } from './days.ts'
import type { Delay } from './delays.ts'
import { enumerateCrashes } from './enumerate.ts'
import type { Crash, Enumeration } from './enumerate.ts'
import { nameOfPair, playPair, samplePairs } from './pairs.ts'
import type { Pair } from './pairs.ts'
import type { Bug } from './restart.ts'
import { KINDS, kindOf, linesOf, tallyOf } from './tally.ts'

/** `npm run crashes` plays every point of every day; here every so many of one. */
const ONE_IN = 12
const WHOLE = dayOf('whole')
let whole: Staged

beforeAll(async () => {
  whole = await staged(WHOLE)
})

async function crashes(of: Pick<Enumeration, 'isMine' | 'bug'>): Promise<readonly Crash[]> {
  const found: Crash[] = []
  const delays = (): readonly Delay[] => ['1 s']
  await enumerateCrashes({ ...whole, ...of, delays, told: (crash) => found.push(crash) })
  return found
}

test('after a crash nothing is doubled, lost, sold twice or left bare', async () => {
  const found = await crashes({ isMine: (point) => point % ONE_IN === 0 })
  expect(found.length).toBeGreaterThan(3)
  expect(found.flatMap(({ violations }) => violations)).toEqual([])
})

/** The process ends between the frames and what should have been journaled before them. */
const sentFirst: Bug = {
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
  ])('%s', async (_name, bug) => {
    let taken = 0
    const found = await crashes({
      isMine: (_point, effect) => isOrderFrame(effect) && taken++ < 3,
      bug,
    })
    const kinds = new Set(
      found.flatMap(({ violations }) => violations.map((v) => kindOf(v.checker))),
    )
    expect([...kinds]).toContain('unprotected too long')
  })
})

test('a pair is drawn by its seed, and played again by its name; a planted bug is caught', async () => {
  const drawn: Pair[] = []
  const of = { ...whole, bug: lostIntent }
  await samplePairs({ ...of, prng: new Prng(5), count: 3, told: (pair) => drawn.push(pair) })
  expect(drawn.length).toBe(3)
  const found = drawn.filter(({ second }) => second.violations.length > 0)
  const [caught] = found
  assert(caught !== undefined, 'a lost intent is seen after a second crash')
  const again: Pair[] = []
  await playPair({ ...of, told: (pair) => again.push(pair) }, nameOfPair(caught))
  expect(again).toEqual([caught])
})

test('what nobody was told of the first day is not known after a second crash either', async () => {
  const direct = await staged(WHOLE, 'direct')
  const told: Pair[] = []
  const name = '12/next session/5/next session'
  await playPair({ ...direct, told: (pair) => told.push(pair) }, name)
  expect(told.map(({ second }) => [second.violations, second.untold])).toEqual([[[], true]])
})

test('what is held and not known is seen, whatever the books say', async () => {
  const blind = brokerWith((port) => ({
    async snapshot(signal, known) {
      const taken = await port.snapshot(signal, known)
      return taken.ok ? { ok: true, value: { ...taken.value, positions: [] } } : taken
    },
  }))
  const found = await crashes({ isMine: (point) => point === 40, bug: blind })
  const said = found.flatMap(({ violations }) => violations.map(({ checker }) => checker))
  expect(said).toContain('positions-agree')
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
    expired: false,
    excepted: [],
    violations: [
      { checker: 'sent-once', text: 'twice' },
      { checker: 'books-agree', text: 'differ' },
    ],
  }
  const effects = { journaled: 9, received: 3, heard: 20, happened: 5 }
  const parts = [{ crashes: [crash], enumerated: { effects, points: 12 } }]
  const tally = tallyOf({ day: WHOLE, plan: 0, parts, tookMs: 1_000 })
  expect(KINDS.map((kind) => tally.found[kind])).toEqual([1, 0, 0, 0, 1, 0])
  expect(linesOf(tally).join('\n')).toContain('1 duplicate entries, 0 oversells')
  expect(new Set(DAYS.map(({ name }) => name)).size).toBe(16)
})

test('what a day excepts has to be said in it', () => {
  const [day] = DAYS.filter(({ except }) => except !== undefined)
  const crash = { excepted: [], violations: [] } as unknown as Crash
  const crashes = Array.from({ length: 50 }, () => crash)
  const of = { day: day ?? WHOLE, plan: 0, tookMs: 1 }
  const found = (parts: readonly Crash[]): number =>
    tallyOf({ ...of, parts: [{ crashes: parts, enumerated: null }] }).found[
      'exceptions without a cause'
    ]
  const said = { ...crash, excepted: Object.keys(day?.except ?? {}) }
  expect([found(crashes), found([...crashes, said])]).toEqual([said.excepted.length, 0])
})
