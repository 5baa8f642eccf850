import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from './commands.ts'
import { command, flag, oneOf, some, whole } from './options.ts'
import type { Command } from './options.ts'
import { PLANTED_COMMAND } from './regressions/command.ts'
import { SIGKILL } from './sigkill/command.ts'

const ROOT = join(import.meta.dirname, '..')

/** As a shell would cut it: no word of the tables below has a space. */
function read(of: Command<unknown>, line: string) {
  return of.read(line.split(' ').filter((word) => word !== ''))
}

describe('the rules of all commands', () => {
  const play = command({
    run: 'npm run play',
    what: 'Plays.',
    words: ['all'],
    options: {
      seeds: whole({ help: 'how many', least: 1, most: 90, initial: 40 }),
      tier: oneOf(['codec', 'direct'], { help: 'which', initial: 'codec' }),
      only: some(['D1', 'D2'], { help: 'these alone' }),
      json: flag('as JSON'),
    },
    wrong: ({ seeds }, words) =>
      seeds === 7 && words.length > 0 ? 'expected all without 7' : null,
  })

  test.each([
    ['--bogus', 'expected one of --seeds, --tier, --only, --json, --help; came --bogus'],
    ['--bogus=5', 'expected one of --seeds, --tier, --only, --json, --help; came --bogus'],
    ['-x', 'expected one of --seeds, --tier, --only, --json, --help; came -x'],
    ['--toString 1', 'expected one of --seeds, --tier, --only, --json, --help; came --toString'],
    ['nope', 'expected one of all, came the word nope'],
    ['-- --json', 'expected one of all, came the word --json'],
    ['--seeds', 'expected --seeds with a whole number from 1 to 90, came nothing'],
    ['--seeds=', 'expected --seeds with a whole number from 1 to 90, came nothing'],
    ['--seeds --json', 'expected --seeds with a whole number from 1 to 90, came nothing'],
    ['--seeds x', 'expected --seeds with a whole number from 1 to 90, came x'],
    ['--seeds 1.5', 'expected --seeds with a whole number from 1 to 90, came 1.5'],
    ['--seeds 1e1', 'expected --seeds with a whole number from 1 to 90, came 1e1'],
    ['--seeds -1', 'expected --seeds with a whole number from 1 to 90, came -1'],
    ['--seeds 0', 'expected --seeds with a whole number from 1 to 90, came 0'],
    ['--seeds 91', 'expected --seeds with a whole number from 1 to 90, came 91'],
    ['--seeds 5 --seeds 6', 'expected --seeds once'],
    ['--tier wire', 'expected --tier with one of codec, direct, came wire'],
    ['--only D1,D9', 'expected --only with some of D1, D2, came D1,D9'],
    ['--json=yes', 'expected --json alone, came =yes'],
    ['--seeds 7 all', 'expected all without 7'],
  ])('%s', (line, says) => {
    expect(read(play, line)).toEqual({ kind: 'wrong', says })
  })

  test('what is not said is what it is at first, and help comes before what is wrong', () => {
    const values = { seeds: 40, tier: 'codec', only: null, json: false }
    expect(read(play, '')).toEqual({ kind: 'asked', values, words: [] })
    const said = { seeds: 3, tier: 'direct', only: ['D2', 'D1'], json: true }
    const line = 'all --seeds=3 --tier direct --only D2,D1 --json'
    expect(read(play, line)).toEqual({ kind: 'asked', values: said, words: ['all'] })
    for (const help of ['--bogus --help', '-h']) expect(read(play, help)).toEqual({ kind: 'help' })
    expect(play.usage.split('\n')).toEqual([
      'npm run play -- [all] ... [option ...]',
      'Plays.',
      '  --seeds N            how many; default: 40',
      '  --tier codec|direct  which; default: codec',
      '  --only NAME,...      these alone',
      '  --json               as JSON',
      '  --help               this',
    ])
  })
})

describe('every command', () => {
  test.each(Object.entries(COMMANDS))('%s tells what it does not know', (name, of) => {
    expect(read(of, '--bogus')).toMatchObject({ says: expect.stringMatching(/came --bogus$/) })
    expect(read(of, 'bogus')).toMatchObject({ says: expect.stringMatching(/came the word bogus$/) })
    expect(read(of, '--help')).toEqual({ kind: 'help' })
    expect(of.usage.split('\n')[0]).toContain(`npm run ${name} -- `)
    expect(of.usage).not.toContain('--part')
  })

  test.each([
    ['bench', 'wires', /^expected one of wire, .*, came the word wires$/],
    ['crashes', '--pairs x', /^expected --pairs with a whole number from 1 on, came x$/],
    ['crashes', '--pairs 0', /^expected --pairs with a whole number from 1 on, came 0$/],
    ['crashes', '--every 0', /^expected --every .* from 1 on, came 0$/],
    ['crashes', '--day nope', /^expected --day with some of .*, came nope$/],
    ['crashes', '--only 3', /^expected one --day with --only or --pair, came none$/],
    ['crashes', '--day whole --pair 3', /^expected --pair with a pair like .*, came 3$/],
    ['crashes', '--minutes 3', /^expected --pairs with --minutes, came none$/],
    ['crashes', '--part {', /^expected --part with what the command itself sends, came {$/],
    ['determinism', '--seeds 0', /^expected --seeds .* from 1 on, came 0$/],
    ['determinism', '--plans nope', /^expected --plans with one of minutes, .*, came nope$/],
    ['determinism', '--node /nope', /^expected --node with a program that can be run, came/],
    ['determinism', '--runs 1', /^expected two runs to compare.*came --runs 1$/],
    ['fills-study', '--data /nope', /^expected --data with a folder that is there, came/],
    ['fills-study', '--write /nope/a.md', /^expected --write with a file in a folder that is/],
    ['fuzz', 'wires', /^expected one of order, core, wire, .*, came the word wires$/],
    ['fuzz', '--inputs x', /^expected --inputs with a whole number from 1 on, came x$/],
    ['fuzz', '--minutes 0', /^expected --minutes .* from 1 on, came 0$/],
    ['fuzz', 'wire --input 5', /^expected --seed with --input, came none$/],
    ['fuzz', '--input 5 --seed 1', /^expected one subject with --input: .*; came none$/],
    ['fuzz', 'codec-mutants core', /^expected codec-mutants alone, came codec-mutants core$/],
    ['hosts', '--only nope', /^nothing to play: no name of a row holds nope$/],
    ['hosts', '--only F84', /^nothing to play: no name of a row holds F84$/],
    ['mutants', '--only M999', /^expected --only with some of M1, M2, .*, came M999$/],
    ['mutants', '--copies 0', /^expected --copies .* from 1 on, came 0$/],
    ['nightly', '', /^expected --out FOLDER, came none$/],
    ['nightly', '--out x --date nope', /^expected --date with a date like 2026-03-10, came nope$/],
    ['nightly', '--out x --date 2026-02-30', /^expected --date .*, came 2026-02-30$/],
    ['nightly', '--out x --hours 0', /^expected --hours with a number above 0, came 0$/],
    ['nightly', '--out x --only nope', /^expected --only with some of prove, .*, came nope$/],
    ['nightly', '--out x --node /nope', /^expected --node with a program that is there, came/],
    ['nightly', '--out package.json', /^expected --out with a folder, made where there is none/],
    ['outages', '--count 5001', /^expected --count .* from 0 to 5000, came 5001$/],
    ['outages', '--count 0 --recoveries 0', /^nothing to play: --count and --recoveries are 0$/],
    ['outages', `--write ${tmpdir()}`, /^expected --write with a file in a folder/],
    ['planted', '--only D999', /^expected --only with some of D1, .*, came D999$/],
    ['prove', '--seed -1', /^expected --seed with a whole number from 0 on, came -1$/],
    ['prove', '44', /^expected options alone, came the word 44$/],
    ['prove', '--seeds 0', /^expected --seeds .* from 1 on, came 0$/],
    ['prove', '--minutes 0', /^expected --minutes .* from 1 on, came 0$/],
    ['prove', '--stories x', /^expected --stories with a whole number from 0 on, came x$/],
    ['prove', '--twice 101', /^expected --twice .* from 0 to 100, came 101$/],
    ['prove', '--keep 1,x', /^expected --keep with all, none, or numbers of strikes, came 1,x$/],
    ['prove', '--plant nope', /^expected --plant with one of late-fills-dropped, .*, came nope$/],
    ['prove', '--mutants --only M999', /^expected --only with some of M1, .*, came M999$/],
    ['prove', '--only M1', /^expected --mutants with --only, came none$/],
    ['prove', '--coverage /nope/a.md', /^expected --coverage with a file in a folder/],
    ['prove', '--seed 1 --commit', /^expected --seed or --commit, came both$/],
    ['sigkill', '--kills 0', /^expected --kills with a whole number from 1 on, came 0$/],
  ])('%s %s', (name, line, says) => {
    const of = COMMANDS[name]
    expect(of && read(of, line)).toEqual({ kind: 'wrong', says: expect.stringMatching(says) })
  })
})

/** A start of the compiler takes a second each: two of them stand for all. */
describe('as a process', () => {
  test('what is wrong ends it with 2 and help with 0, before anything is played', async () => {
    const wrong = await started('sigkill', ['--kills', 'x'])
    expect([wrong.code, wrong.out]).toEqual([2, ''])
    expect(wrong.said).toBe(
      `expected --kills with a whole number from 1 on, came x\n\n${SIGKILL.usage}\n`,
    )
    const help = await started('regressions', ['--help'])
    expect(help).toEqual({ code: 0, out: `${PLANTED_COMMAND.usage}\n`, said: '' })
  })
})

async function started(room: string, args: readonly string[]) {
  const file = join('test', room, 'run.ts')
  const command = ['--no-warnings', '--import', 'tsx', file, ...args]
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, said] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, out, said }
}
