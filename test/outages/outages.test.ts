import { describe, expect, test } from 'vitest'
import { Prng } from '../../src/base/prng.ts'
import { SCENARIOS } from '../../src/simulator/faults/scenarios.ts'
import { KINDS, LABELS, NOT_PLAYED } from './kinds.ts'
import { play } from './play.ts'
import { recoveryOf } from './recovery.ts'
import { sampleOf, seedAt, shortSample } from './sample.ts'
import { bare, scoreOf, shortfalls, toldOf, toldShortfalls } from './score.ts'

/** The maximum of P11, where connections were accepted and then failed. */
const READY_MS_MAX = 90_000

/** One of them costs as much as ten others: the campaign plays it. */
const COSTLY = new Set(['S1-soft'])

describe('the whole bot names what the Gateway was made to do, and comes back', () => {
  test.each(KINDS.filter(({ name }) => !COSTLY.has(name)).map(({ name }) => name))(
    '%s',
    async (name) => {
      const sample = shortSample(name)
      const outcome = await play(sample)
      expect(bare(outcome.verdict), outcome.told.join('\n')).toBe(sample.label)
      if (KINDS.find((kind) => kind.name === name)?.anyLength === true) {
        expect(outcome.recoveredMs).not.toBeNull()
        expect(outcome.recoveredMs).toBeLessThanOrEqual(READY_MS_MAX)
      }
    },
  )

  // The attempt that waits is answered; where none can be, three clients try in turn.
  test.each([
    ['F3-half-open', 5_000],
    ['F5-lose-replies', 5_000],
    ['F20-handshake-hang', 25_000],
    ['F10-garbage', 25_000],
  ] as const)('%s for half an hour: ready within %i ms', async (name, ms) => {
    const sample = shortSample(name)
    const steps = sample.scenario.steps.map((step) => ({
      ...step,
      lasts: step.lasts === 1_000 ? 1_000 : 1_800_000,
    }))
    const outcome = await play({ ...sample, scenario: { ...sample.scenario, steps } })
    expect(outcome.recoveredMs).toBeLessThanOrEqual(ms)
  })

  test.each(['quotes', 'history', 'contracts', 'server'])(
    'the farm of %s comes back without a word: an answer proves it',
    async (farm) => {
      const sample = shortSample('F27-farm-down')
      const fault = { name: 'farm-down', farm, saysRestored: false } as const
      const action = { kind: 'fault', fault } as const
      const steps = [{ after: 0, lasts: 120_000, onceHistory: null, action }]
      const outcome = await play({ ...sample, scenario: { ...sample.scenario, steps } })
      expect(outcome.recoveredMs, outcome.told.join('\n')).toBeLessThanOrEqual(30_000)
    },
  )

  test('what was asked of it last has no number: another question proves it', async () => {
    const outcome = await play(sampleOf(331_175_263)) // a market rule, of the contracts' farm
    expect(outcome.recoveredMs, outcome.told.join('\n')).toBeLessThanOrEqual(30_000)
  })

  test('a farm that no answer can prove comes back without a word: heard of anew', async () => {
    const sample = shortSample('F27-farm-down')
    const fault = { name: 'farm-down', farmName: 'usfarm.nj', saysRestored: false } as const
    const action = { kind: 'fault', fault } as const
    const steps = [{ after: 0, lasts: 120_000, onceHistory: null, action }]
    const outcome = await play({ ...sample, scenario: { ...sample.scenario, steps } })
    expect(outcome.recoveredMs, outcome.told.join('\n')).toBeLessThanOrEqual(600_000)
  })

  // Cancels are repeated after up to five minutes: neither pause between two is the end of it.
  test.each([773_100_112, 550_210_472])(
    'cancels that are ignored for minutes are told once: %i',
    async (seed) => {
      const outcome = await play(sampleOf(seed))
      expect(outcome.kind).toBe('F39-cancel-ignored')
      const told = outcome.told.join('\n')
      expect([outcome.incidents, outcome.verdict], told).toEqual([1, 'ORDERS_DEAD{one order}'])
      expect(told).not.toContain('reconnect')
    },
  )

  test('Read-Only API is switched off: an order that is only asked about proves it', async () => {
    const outcome = await play(shortSample('F38-read-only'))
    expect(outcome.recoveredMs).toBeLessThanOrEqual(30_000)
  })

  test.each(['F8-segments', 'F12-duplicate-replies'])('%s is no incident', async (name) => {
    const scenario = SCENARIOS.get(name)
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
    const outcome = await play({ ...shortSample('S2'), scenario })
    expect([outcome.incidents, outcome.interrupted]).toEqual([0, false])
  })

  test('half an hour without a fault is no incident', async () => {
    const quiet = { name: 'quiet', describe: '', label: null, time: null, steps: [] }
    const outcome = await play({ ...shortSample('S2'), scenario: quiet, durationMs: 0 })
    expect(outcome.told).toEqual([])
  })
})

describe('a campaign', () => {
  test('every named scenario with a verdict is a kind of outage, or says why it is not', () => {
    const labelled = [...SCENARIOS.values()].filter(({ label }) => label !== null)
    const known = new Set([...KINDS.map(({ name }) => name), ...Object.keys(NOT_PLAYED)])
    expect(labelled.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([])
  })

  test('every label comes at least ten times in five hundred, and every kind of it', () => {
    const samples = Array.from({ length: 500 }, (_, place) => sampleOf(seedAt(9, place)))
    for (const label of LABELS) {
      const own = samples.filter((each) => each.label === label)
      expect([label, own.length >= 10]).toEqual([label, true])
    }
    expect(new Set(samples.map(({ kind }) => kind)).size).toBe(KINDS.length)
  })

  test('a seed draws the same outage each time, and another seed another one', () => {
    expect(JSON.stringify(sampleOf(90_012))).toBe(JSON.stringify(sampleOf(90_012)))
    expect(sampleOf(90_012).durationMs).not.toBe(sampleOf(100_012).durationMs)
  })

  test('nothing said is wrong, and so is undetermined', () => {
    const of = { ...OUTCOME, label: 'HMDS_DOWN' }
    const score = scoreOf([
      { ...of, verdict: 'HMDS_DOWN' },
      { ...of, verdict: null },
      { ...of, verdict: 'UNDETERMINED{HMDS_DOWN}' },
      { ...of, verdict: 'PACING', saysPacing: true },
    ])
    expect([score.right, score.samples, score.wrongPacing]).toEqual([1, 4, 1])
    expect(shortfalls(score).join()).toContain('1 of 4 right')
  })

  test('an outage that is told twice, or not at all, is a shortfall', () => {
    const once = Array.from({ length: 99 }, () => OUTCOME)
    const short = { ...OUTCOME, incidents: 0, durationMs: 20_000 }
    const unseen = { ...OUTCOME, incidents: 0, interrupted: false }
    const told = toldOf([...once, { ...OUTCOME, incidents: 2 }, short, unseen])
    expect([told.once, told.more.length, told.not.length]).toEqual([99, 1, 0])
    expect(toldShortfalls(told)).toEqual([])
    const more = toldOf([...once, { ...OUTCOME, incidents: 2 }, { ...OUTCOME, incidents: 0 }])
    expect(toldShortfalls(more)).toHaveLength(1)
  })

  test('who is never ready again is told, and what lingers is counted apart', () => {
    const prng = new Prng(1)
    const some = Array.from({ length: 40 }, () => ({ ...OUTCOME, recoveredMs: prng.int(1, 4_000) }))
    const { usual, lingered, never } = recoveryOf([
      ...some,
      { ...OUTCOME, recoveredMs: 70_000, lingered: true },
      { ...OUTCOME, recoveredMs: null },
    ])
    expect([usual.count, lingered.max, never.length]).toEqual([40, 70_000, 1])
    expect(usual.max).toBeLessThanOrEqual(4_000)
  })
})

const OUTCOME = {
  seed: 1,
  kind: 'S2',
  label: 'HMDS_DOWN',
  verdict: null,
  namedAfterMs: null,
  saysPacing: false,
  incidents: 1,
  durationMs: 60_000,
  interrupted: true,
  wentAround: false,
  recoveredMs: 1_000,
  lingered: false,
  unexplained: false,
  closestConnectsMs: null,
  told: [],
} as const
