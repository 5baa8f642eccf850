import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../commands.ts'
import { OUTAGES } from '../outages/command.ts'
import { sampleOf, seedAt } from '../outages/sample.ts'
import { Children } from './child.ts'
import { WHOLE_HOURS } from './command.ts'
import { CORES, playNight } from './night.ts'
import type { Ended, Hands } from './night.ts'
import { isGreen, markdownOf, reportOf } from './report.ts'
import { STEPS } from './steps.ts'
import { isDate, seedOf } from './step.ts'
import type { Done, Night, Step } from './step.ts'

const folder = mkdtempSync(join(tmpdir(), 'nightly-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PACKAGE = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
const { scripts: SCRIPTS } = JSON.parse(PACKAGE) as { readonly scripts: Record<string, string> }
const DATE = '2026-03-10'
const night: Night = {
  date: DATE,
  seed: seedOf(DATE),
  scale: 1,
  quick: false,
  folder,
  node: null,
}

const step = (name: string, of: Partial<Step> = {}): Step => ({
  name,
  what: `what ${name} is`,
  script: name,
  args: ({ seed }) => ['--seed', String(seed)],
  cores: 2,
  minutes: 30,
  quickMinutes: 5,
  result: /^\d+ played/,
  ...of,
})

const ended = (output: string, of: Partial<Ended> = {}): Ended => ({
  exitCode: 0,
  output,
  stopped: null,
  ...of,
})

interface Stage {
  readonly steps: readonly Step[]
  readonly ends?: Readonly<Record<string, Ended | Promise<Ended>>>
  readonly scripts?: readonly string[]
  readonly of?: Partial<Night>
  readonly hands?: Partial<Hands>
}

async function played({ steps, ends = {}, scripts, of = {}, hands = {} }: Stage) {
  let [now, most] = [0, 0]
  const running = new Set<string>()
  const told: (readonly Done[])[] = []
  const done = await playNight(steps, {
    night: { ...night, ...of },
    hours: 2,
    hands: {
      nowMs: () => now,
      isoNow: () => `${DATE}T00:00:00Z`,
      scripts: new Set(scripts ?? steps.map(({ script }) => script)),
      async run({ name }) {
        running.add(name)
        most = Math.max(most, running.size)
        const end = await (ends[name] ?? ended('5 played'))
        now += 50 * 60_000
        running.delete(name)
        return end
      },
      told: (all) => told.push(all),
      isInterrupted: () => false,
      ...hands,
    },
  })
  return { done, told, most }
}

const outcomes = (done: readonly Done[]) =>
  done.map(({ name, outcome, reason }) => [name, outcome, reason].join(' '))

describe('what came of a step', () => {
  test('passed is only what ended with 0 and said so; skipped, what the machine lacks', async () => {
    const { done } = await played({
      steps: [
        ...['good', 'red', 'mute', 'late', 'missing', 'misspelt', 'older'].map((name) =>
          step(name, { cores: 1 }),
        ),
        step('lacking', { args: () => null, lacks: 'no other Node' }),
        step('silent', { args: () => null }),
      ],
      scripts: ['good', 'red', 'mute', 'late', 'misspelt', 'older', 'lacking', 'silent'],
      ends: {
        red: ended('5 played', { exitCode: 1 }),
        mute: ended('nothing to say'),
        late: ended('5 played', { exitCode: null, stopped: 'late' }),
        misspelt: ended('expected one of --seed, --help, came --sed', { exitCode: 2 }),
        older: ended("TypeError [ERR_PARSE_ARGS_UNKNOWN_OPTION]: '--x'", { exitCode: 1 }),
      },
      hands: { nowMs: () => 0 },
    })
    expect(outcomes(done)).toEqual([
      'good PASS ',
      'red FAIL exit code 1',
      'mute FAIL it did not say what came of it',
      'late FAIL stopped after 30 min',
      'missing FAIL not there: npm run missing',
      'misspelt FAIL exit code 2',
      'older FAIL exit code 1',
      'lacking SKIPPED no other Node',
      'silent FAIL it cannot be played, and does not say what it lacks',
    ])
  })

  test('a line that is written over, as progress is, does not hide what came of a step', async () => {
    const progress = '1 of 2 seeds \r2 of 2 seeds \r5 played, 3 direct\nand more\n'
    const { done } = await played({ steps: [step('good')], ends: { good: ended(progress) } })
    expect(done).toMatchObject([{ outcome: 'PASS', result: '5 played, 3 direct' }])
  })

  test('what is too short to be judged fails a night, and is expected of a quick one', async () => {
    const steps = [step('soak', { shortCode: 7, leastMinutes: 40 }), step('other')]
    const short = ended('5 played', { exitCode: 7 })
    const outcomesOf = async (of: Partial<Night>) =>
      outcomes((await played({ steps, ends: { soak: short, other: short }, of })).done)
    expect(await outcomesOf({})).toEqual(['soak FAIL exit code 7', 'other FAIL exit code 7'])
    expect(await outcomesOf({ quick: true })).toEqual([
      'soak PASS too short to be judged in full',
      'other FAIL exit code 7',
    ])
  })

  test('when the hours are over, or somebody interrupts, the rest is told as not played', async () => {
    const steps = ['one', 'two', 'three', 'four'].map((name) => step(name))
    expect(outcomes((await played({ steps })).done)).toEqual([
      'one PASS ',
      'two PASS ',
      'three PASS ',
      'four NOT PLAYED no time was left of 2 hours',
    ])
    let asked = 0
    const { done, told } = await played({
      steps,
      ends: { two: ended('', { exitCode: null, stopped: 'interrupted' }) },
      hands: { isInterrupted: () => asked++ > 1 },
    })
    expect(outcomes(done)).toEqual([
      'one PASS ',
      'two FAIL interrupted',
      'three NOT PLAYED interrupted before it began',
      'four NOT PLAYED interrupted before it began',
    ])
    expect(told.map((all) => all.length)).toEqual([1, 2, 3, 4])
  })

  test('steps of one processor run two at a time, others alone', async () => {
    const one = ['a', 'b', 'c'].map((name) => step(name, { cores: 1 }))
    expect((await played({ steps: one })).most).toBe(2)
    expect((await played({ steps: [step('d'), step('e')] })).most).toBe(1)
  })
})

describe('the report', () => {
  const report = async (stage: Stage) => {
    const { done: steps } = await played(stage)
    const of = { night, hours: 2, commit: 'abc', machine: 'two processors' }
    return reportOf({ ...of, startedAt: 'then', endedAt: null, steps })
  }

  test('says of each step what came of it, and that the night has not ended', async () => {
    const found = await report({
      steps: [step('good'), step('lacking', { args: () => null, lacks: 'no other Node' })],
    })
    expect(markdownOf(found).split('\n')).toEqual([
      '# Night of 2026-03-10',
      '',
      '1 passed, 0 failed, 0 not played, 1 skipped. **It has not ended**: what follows is what had come until then.',
      '',
      'Seed 20260310, 2 hours, commit abc; two processors; from then to unknown.',
      '',
      '| step | outcome | result or reason | seconds | exit code | log |',
      '| --- | --- | --- | --- | --- | --- |',
      '| good | PASS | 5 played | 3000 | 0 | [good.log](good.log) |',
      '| lacking | SKIPPED | no other Node | 0 | - | - |',
      '',
      '- good: what good is. `npm run good -- --seed 20260310`, from 2026-03-10T00:00:00Z',
      '- lacking: what lacking is. `npm run lacking --`',
      '',
    ])
    expect(isGreen(found)).toBe(true)
    expect(markdownOf({ ...found, endedAt: 'then' })).toContain('1 skipped. It is green.\n')
  })

  test('what failed, or found no time, is not green, nor is a night that played nothing', async () => {
    const red = { steps: [step('red')], ends: { red: ended('', { exitCode: 3 }) } }
    expect(isGreen(await report(red))).toBe(false)
    expect(isGreen(await report({ steps: [step('missing')], scripts: [] }))).toBe(false)
    const late = { steps: ['one', 'two', 'three', 'four'].map((name) => step(name)) }
    const found = await report(late)
    expect(found.counts).toEqual({ PASS: 3, FAIL: 0, 'NOT PLAYED': 1, SKIPPED: 0 })
    expect(isGreen(found)).toBe(false)
    const lacking = step('lacking', { args: () => null, lacks: 'no other Node' })
    expect(isGreen(await report({ steps: [lacking] }))).toBe(false)
  })
})

describe('the table', () => {
  test('every step has a name of its own and words for both kinds of night', () => {
    expect(new Set(STEPS.map(({ name }) => name)).size).toBe(STEPS.length)
    for (const { args } of STEPS) {
      for (const quick of [true, false]) {
        expect(args({ ...night, quick, node: '/other' })?.join(' ')).not.toMatch(/undefined|NaN/)
      }
    }
    expect(STEPS.filter(({ args }) => args(night) === null).map(({ name }) => name)).toEqual([
      'other-node',
      'other-node-days',
    ])
  })

  test('every step asks what its command knows, on any night', () => {
    const nights = [1, 1 / 8, 1 / 100].flatMap((scale) =>
      [true, false].map((quick): Night => ({ ...night, quick, scale, node: process.execPath })),
    )
    for (const { name, script, args } of STEPS) {
      expect(Object.keys(SCRIPTS), name).toContain(script)
      if (script === 'bot') continue // of `src/cli`, with rules of its own
      for (const each of nights) {
        const read = COMMANDS[script]?.read(args(each) ?? [])
        expect(read, `${name}: ${args(each)?.join(' ')}`).toMatchObject({ kind: 'asked' })
      }
    }
  })

  test('the shortest night has ten outages of each label', () => {
    const outages = STEPS.find(({ name }) => name === 'outages')
    const read = OUTAGES.read(outages?.args({ ...night, quick: true }) ?? [])
    const [seed, count] = read.kind === 'asked' ? [read.values.seed, read.values.count] : []
    const labels = new Map<string, number>()
    for (let place = 0; place < (count ?? 0); place++) {
      const { label } = sampleOf(seedAt(seed ?? 0, place))
      labels.set(label, (labels.get(label) ?? 0) + 1)
    }
    expect(Math.min(...labels.values())).toBeGreaterThanOrEqual(10)
  })

  test('a night of eight hours has the time for all that every step may take', () => {
    const minutes = STEPS.map((each) => (each.minutes * each.cores) / CORES)
    expect(minutes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(WHOLE_HOURS * 60)
  })

  test('a date is a seed, and nothing else is', () => {
    expect(seedOf(DATE)).toBe(20_260_310)
    expect(['today', '2026-3-1', '2026-02-30', DATE].filter(isDate)).toEqual([DATE])
  })
})

describe('a child', () => {
  const children = new Children(folder)

  test('its output is kept, and its exit code', async () => {
    const code = "console.log('5 played'); console.error('and more'); process.exit(3)"
    const end = await children.runNode(['-e', code], { name: 'ends', msMax: 30_000 })
    expect([end.exitCode, end.stopped]).toEqual([3, null])
    expect(readFileSync(join(folder, 'ends.log'), 'utf8')).toContain('5 played')
  })

  test('one that takes too long is stopped, with its own children', async () => {
    const wait = 'setInterval(() => 0, 1000)'
    const code = `require('child_process').spawn(process.execPath, ['-e', '${wait}'], { stdio: 'inherit' }); ${wait}`
    const end = await children.runNode(['-e', code], { name: 'late', msMax: 500 })
    expect([end.exitCode, end.stopped]).toEqual([null, 'late'])
  })
})
