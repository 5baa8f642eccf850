import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askedBy, objection, type Asked } from './check-line.ts'
import { linesOf, wordsOf, type Line } from './lines.ts'
import { pages } from './pages.ts'
import { opened, played, type World } from './world.ts'

/** Every command that README and docs tell to type: checked by the tables that read yours, and run. */

/** Not run, each for its reason; that it exists, and every option of it, is checked all the same. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^soak\b/, 'lasts for its minutes: test/scenarios/soak.test.ts plays it'],
  [/^validate phase[23]\b/, 'plays hours: test/scenarios/validate.test.ts plays it'],
  [/^record --config\b/, 'lasts a minute at least: test/scenarios/cli-doctor.test.ts plays it'],
  [/^record --check\b/, 'needs a recording: test/scenarios/cli-doctor.test.ts makes one'],
  [/--replay DIR\b/, 'needs recorded days: test/scenarios/replay.test.ts brings some'],
  [/--mode live\b/, 'there is no live bot here: src/ibkr/live-matrix.test.ts is about live'],
  [/^arm\b/, 'only at a terminal, and of live'],
  [/^demo --config docs\/examples/, 'test/docs/example.test.ts plays it'],
  [/my-scenario\.yaml/, 'your own file: test/scenarios/simulate-scenario.test.ts has one'],
  [/^(cancel|close) /, 'needs an order of the moment: src/cli/control.test.ts has one'],
]

/** What the reader has and a test has not. */
const IN_PLACE: readonly (readonly [RegExp, string, string])[] = [
  [/\bFILE\b/g, 'my.yaml', 'FILE is a configuration'],
  [/\bMODE\b/g, 'paper', 'MODE is that of the bot'],
  [/--port 4002\b/g, '--port 0', 'a port that is free'],
  [/ --follow\b/g, '', 'goes on until it is stopped: src/cli/logs.test.ts follows one'],
  [/--reason ("[^"]*"|\w+)/g, '--reason tried', 'any reason will do'],
  [/^validate phase1 --seed 42$/g, 'validate phase1', 'that seed is its own'],
  [/^dashboard --mode (paper|dry-run)\b/g, 'dashboard --mode demo', 'a page on a free port'],
  [/^explain SPY --mode paper\b/g, 'explain SPY --mode demo', 'one that has decided already'],
  [/\bstate\/(demo|paper)\b/g, 'state/$1', 'the state folder of the test'],
]

/** Flags that a test adds, by command, with what they stand for. */
const ADDED: Readonly<Record<string, readonly [string, string]>> = {
  doctor: ['--gateway-time', 'the simulated market is at another date'],
  run: ['--gateway-time', 'the simulated market is at another date'],
  watchdog: ['--gateway-time', 'the simulated market is at another date'],
  simulate: ['--port 0', 'a port that is free'],
  init: ['--yes', 'nobody is at the terminal'],
  panic: ['--gateway-time --account DU1234567', 'another date; nobody types the account'],
  resume: ['--account DU1234567 --reason tried', 'nobody types account and reason'],
}

/** Two bots run here, and these choose between none; on the reader's machine there is one. */
const READS = 'status risk positions orders explain fills incidents logs report'.split(' ')

/** Those that go on until they are stopped: what they say once they are there. */
const UNTIL: Readonly<Record<string, string>> = {
  demo: 'link up',
  run: 'link up',
  watchdog: 'link up',
  simulate: 'Ctrl-C stops it',
}

function until(args: string): string | null {
  if (args.includes('--list-scenarios')) return null
  return UNTIL[args.split(' ')[0] ?? ''] ?? null
}

/** Said before it, or after it, so that the next page finds a bot that trades. */
const BEFORE: Readonly<Record<string, string>> = { resume: 'halt --mode paper' }
const RESUMED = 'resume --mode paper --account DU1234567 --reason tried'
const AFTER: Readonly<Record<string, string>> = {
  halt: RESUMED,
  reduce: RESUMED,
  kill: RESUMED,
  panic: RESUMED,
}

/** What changes a level, or trades under the same client ids. */
const ALONE = new Set([...Object.keys({ ...BEFORE, ...AFTER }), 'run', 'watchdog', 'doctor'])

const all = pages().flatMap(linesOf)

interface Plan {
  readonly line: Line
  readonly asked: Asked
  /** As it is typed here. */
  readonly args: string
  /** Null: it is run. */
  readonly reason: string | null
}

function planOf(line: Line): Plan {
  const asked = askedBy(line)
  const plan = { line, asked }
  if (asked.kind !== 'bot') return { ...plan, args: line.text, reason: reasonOf(asked) }
  const words = [...pathOf(asked.leaf), ...asked.args]
  const typed = words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')
  const known = NOT_RUN.find(([pattern]) => pattern.test(typed))?.[1] ?? null
  const reason = line.isUsage ? 'shows what may follow, or names a command' : known
  const here = IN_PLACE.reduce((text, [what, by]) => text.replaceAll(what, by), typed)
  return { ...plan, args: withAdded(here), reason }
}

function reasonOf(asked: Asked): string {
  if (asked.kind === 'campaign') return 'plays for minutes: its options are read by its own table'
  if (asked.kind === 'npm') return 'npm itself, and it would reach a registry'
  if (asked.kind === 'file') return 'its files are there; npm test runs or checks them'
  return 'this is run by it, or builds: the script is there'
}

function pathOf(leaf: Extract<Asked, { kind: 'bot' }>['leaf']): readonly string[] {
  return leaf.parent === null ? [] : [...pathOf(leaf.parent), leaf.name()]
}

function withAdded(args: string): string {
  const name = args.split(' ')[0] ?? ''
  const flags = (ADDED[name]?.[0] ?? '').split(/ (?=--)/).filter((flag) => {
    return flag !== '' && !args.includes(flag.split(' ')[0] ?? '')
  })
  const mode = READS.includes(name) && !args.includes('--mode') ? ['--mode demo'] : []
  return [args, ...flags, ...mode].join(' ')
}

const plans = all.map(planOf)
/** What several pages say is run once. */
const runs = [
  ...new Map(plans.filter(({ reason }) => reason === null).map((plan) => [plan.args, plan])),
]

describe('every command of README and docs', () => {
  test('exists, with every option that is used', () => {
    const wrong = plans.flatMap(({ line, asked }) => {
      const says = objection(asked, line)
      return says === null ? [] : [`${line.page}:${line.at}: ${says}: ${line.text}`]
    })
    expect(wrong).toEqual([])
    expect(plans.length).toBeGreaterThan(150)
  })

  test('what is not run has its reason', () => {
    const told = new Map(
      plans.flatMap(({ line, reason }) => (reason === null ? [] : [[line.text, reason] as const])),
    )
    const rows = [...told].map(([text, reason]) => `  ${text}\n      ${reason}`)
    console.log(`not run, ${rows.length} of ${rows.length + runs.length}:\n${rows.join('\n')}`)
    expect([...told.values()].filter((reason) => reason === '')).toEqual([])
  })

  test.each([
    ['npm run bot -- status --moed paper', 'status has no option --moed'],
    ['npm run bot -- stauts', 'no command stauts'],
    ['npm run nope', 'no script nope'],
    ['npm run prove --seeds 4', 'npm takes --seeds 4 for itself: put -- before it'],
    ['npm run prove -- --sedes 4', 'came --sedes'],
    ['ibkr-options-bot kill', 'kill needs --mode'],
    ['ibkr-options-bot kill --mode real', '--mode: no real'],
    ['ibkr-options-bot explain a b', 'explain: too many words'],
    ['ibkr-options-bot simulate --port', '--port wants a value'],
    ['npx vitest run test/nope.test.ts', 'no file test/nope.test.ts'],
  ])('one that is wrong is found: %s', (text, says) => {
    const line = { words: wordsOf(text), isUsage: false }
    expect(objection(askedBy(line), line)).toContain(says)
  })

  test('they are found in blocks, tables and sentences, without what stands behind them', () => {
    const text = [
      'Say `ibkr-options-bot risk --mode paper` or `npm test`.',
      '',
      '| command | does |',
      '| --- | --- |',
      '| `validate phase1\\|phase2 [--seed N]` | `npm run bench -- wire` |',
      '',
      '```',
      'npm run bot -- status     the state',
      '$ npm start -- --days 2 # two',
      'npm run bot -- config reference > page.md',
      '```',
    ]
    const found = linesOf({ path: 'x.md', text: text.join('\n') })
    expect(found.map((line) => `${line.at} ${line.isUsage ? '?' : '!'} ${line.text}`)).toEqual([
      '1 ! ibkr-options-bot risk --mode paper',
      '1 ? npm test',
      '5 ? ibkr-options-bot validate phase1|phase2 [--seed N]',
      '5 ? npm run bench -- wire',
      '8 ! npm run bot -- status',
      '9 ! npm start -- --days 2',
      '10 ! npm run bot -- config reference',
    ])
  })
})

describe('as they stand, in front of a simulated Gateway', () => {
  let world: World
  beforeAll(async () => {
    world = await opened()
  })
  afterAll(() => world.end())

  const isAlone = ([args]: readonly [string, Plan]): boolean => ALONE.has(args.split(' ')[0] ?? '')
  // Those that only look do so side by side, and before anything is stopped.
  test.concurrent.each(runs.filter((each) => !isAlone(each)))('%s', typed)
  test.each(runs.filter(isAlone))('%s', typed)

  async function typed(args: string, { line }: Plan): Promise<void> {
    const name = args.split(' ')[0] ?? ''
    const said = (text: string): Promise<unknown> => world.start(wordsOf(text)).ended
    const before = BEFORE[name]
    if (before !== undefined) await said(before)
    const ended = await played(world.start(wordsOf(placed(args))), until(args))
    const place = `${line.page}:${line.at}: ${line.text}`
    expect({ place, code: ended.code, stderr: ended.code === 0 ? '' : ended.stderr }).toEqual({
      place,
      code: 0,
      stderr: '',
    })
    const after = AFTER[name]
    if (after !== undefined) await said(after)
  }

  /** Of what is running already there cannot be two in one place. */
  function placed(args: string): string {
    const name = args.split(' ')[0] ?? ''
    if (name === 'demo') return `${args} --state ${world.fresh('demo')}`
    if (name === 'run' || name === 'watchdog') {
      return `${args.replace('my.yaml', 'second.yaml')} --state ${world.fresh('run')}`
    }
    if (name === 'init') return `${args} --out ${world.fresh('my')}.yaml`
    return args.replace(/\bID\b/, () => world.knownId())
  }
})
