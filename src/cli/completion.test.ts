import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completion } from './completion.ts'
import { program } from './program.ts'
import { SHELLS } from './shells.ts'

const root = mkdtempSync(join(tmpdir(), 'completion-'))
const fileOf = (shell: string): string => join(root, `completion.${shell}`)

beforeAll(() => {
  for (const shell of SHELLS) writeFileSync(fileOf(shell), completion(program, shell))
  writeFileSync(join(root, 'my.yaml'), '')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Where a shell is; null: not on this machine. */
function shellAt(name: string): string | null {
  const places = (process.env['PATH'] ?? '').split(':').map((each) => join(each, name))
  return places.find((each) => existsSync(each)) ?? null
}
const bashIsHere = shellAt('bash') !== null
const fishIsHere = shellAt('fish') !== null

/** What bash itself offers behind these words; the last one is being typed. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `
    source "$1"; shift
    COMP_WORDS=(ibkr-options-bot "$@"); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    _ibkr_options_bot
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const args = ['--norc', '-c', script, 'bash', fileOf('bash'), ...words]
  const text = execFileSync('bash', args, { cwd: root, encoding: 'utf8' })
  return text.split('\n').filter((each) => each !== '')
}

/** What bash offers behind `--` of each command: one bash for all of them. */
function flagsOffered(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const script = `
    source "$1"; shift
    for name in "$@"; do
      COMP_WORDS=(ibkr-options-bot "$name" --); COMP_CWORD=2
      _ibkr_options_bot
      echo "$name \${COMPREPLY[*]}"
    done`
  const args = ['--norc', '-c', script, 'bash', fileOf('bash'), ...names]
  const lines = execFileSync('bash', args, { encoding: 'utf8' }).trim().split('\n')
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1)]))
}

/** Words, the last of which is being typed, and all that may stand there. */
const OFFERED: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['re'], ['record', 'reduce', 'resume', 'report']],
  [
    ['config', ''],
    program.commands
      .find((each) => each.name() === 'config')
      ?.commands.map((each) => each.name()) ?? [],
  ],
  [
    ['report', ''],
    ['day', 'week', 'all'],
  ],
  [['report', 'day', '--form'], ['--format']],
  [
    ['report', 'day', '--format', ''],
    ['text', 'html', 'csv', 'jsonl'],
  ],
  [
    ['status', '--mode', 'd'],
    ['demo', 'dry-run'],
  ],
  [['logs', '--level', 'w'], ['warning']],
  [['--mode', 'x', 'sta'], ['status']],
  [['config', 'check', '--config', 'my'], ['my.yaml']],
  [['logs', '-f', '--dec'], ['--decision']],
  [['completion', ''], [...SHELLS]],
  [['simulate', '--with-p'], []],
]

describe.skipIf(!bashIsHere)('bash, for real', () => {
  test('knows for which command it completes', () => {
    const script = 'source "$1"; complete -p ibkr-options-bot'
    const text = execFileSync('bash', ['--norc', '-c', script, 'bash', fileOf('bash')], {
      encoding: 'utf8',
    })
    expect(text).toContain('-F _ibkr_options_bot ibkr-options-bot')
  })

  test.each(OFFERED)('%j', (words, wanted) => {
    expect([...offered(...words)].toSorted()).toEqual([...wanted].toSorted())
  })

  test('offers every command and every option that is not hidden', () => {
    const names = program.commands.map((each) => each.name())
    expect([...offered('')].toSorted()).toEqual(names.toSorted())
    const plain = program.commands.filter((each) => each.commands.length === 0)
    const all = flagsOffered(plain.map((each) => each.name()))
    for (const command of plain) {
      const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long)
      expect(all.get(command.name())).toEqual(expect.arrayContaining(flags))
    }
  })
})

/** What fish itself offers. */
function fishOffers(words: readonly string[]): readonly string[] {
  const script = 'source $argv[1]; complete -C $argv[2]'
  const args = ['-N', '-c', script, fileOf('fish'), `ibkr-options-bot ${words.join(' ')}`]
  const text = execFileSync('fish', args, { cwd: root, encoding: 'utf8' })
  return text.split('\n').flatMap((line) => line.split('\t')[0] || [])
}

describe.skipIf(!fishIsHere)('fish, for real', () => {
  test.each(OFFERED.filter(([words]) => words[0] !== '--mode'))('%j', (words, wanted) => {
    expect(fishOffers(words).toSorted()).toEqual([...wanted].toSorted())
  })
})

test('zsh evaluates what it shows of a command: nothing in it is carried out', () => {
  const shown = completion(program, 'zsh').match(/\(\(.*?\)\)/g) ?? []
  expect(shown.length).toBeGreaterThan(1)
  for (const each of shown) expect(each).not.toMatch(/[`$]/)
})

test.each(SHELLS)('%s: is a script that its shell can read, where it is here', (shell) => {
  const text = completion(program, shell)
  for (const { name } of [{ name: 'report' }, { name: 'jsonl' }, { name: 'dry-run' }]) {
    expect(text).toContain(name)
  }
  const binary = shellAt(shell)
  if (binary !== null) execFileSync(binary, ['-n', fileOf(shell)])
})
