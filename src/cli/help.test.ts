import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXAMPLES, leavesOf } from './examples.ts'
import { program } from './program.ts'

const root = join(import.meta.dirname, '../..')
const README = readFileSync(join(root, 'README.md'), 'utf8')
const COMMANDS = readFileSync(join(root, 'docs/commands.md'), 'utf8')
const leaves = leavesOf(program)

test('there are commands', () => {
  expect(leaves.length).toBeGreaterThan(25)
})

test.each(leaves.map((each) => [each.name, each] as const))(
  '%s: says what it is, and what each of its options and arguments is',
  (name, { command }) => {
    expect(command.description()).not.toBe('')
    for (const option of command.options)
      expect(`${option.flags}: ${option.description}`).toMatch(/: \S/)
    for (const argument of command.registeredArguments) {
      const said = argument.description !== '' || (argument.argChoices ?? []).length > 0
      expect(`${argument.name()}: ${said}`).toBe(`${argument.name()}: true`)
    }
    expect(EXAMPLES[name]).toMatch(new RegExp(`^${name}\\b`))
    expect(README).toContain(`\`${name}`)
    expect(COMMANDS).toContain(`\n### ${name}\n`)
    expect(COMMANDS).toContain(`ibkr-options-bot ${EXAMPLES[name]}`)
    const section = COMMANDS.split(/^#{2,3} /m).find((each) => each.startsWith(`${name}\n`)) ?? ''
    const untold = command.options.filter(
      ({ flags, hidden }) => !hidden && !section.includes(`\`${flags}\``),
    )
    expect(untold.map(({ flags }) => flags)).toEqual([])
  },
)

test('there is no example of what is no command', () => {
  const names = leaves.map(({ name }) => name)
  expect(Object.keys(EXAMPLES).filter((each) => !names.includes(each))).toEqual([])
})

test.each(leaves.map(({ name }) => [name] as const))(
  'the example of %s is one that the command line takes',
  (name) => {
    const words = [...(EXAMPLES[name] ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare = '']) => quoted ?? bare,
    )
    const end = words.indexOf('>') // what a shell does with it
    const leaf = leaves.find((each) => each.name === name)?.command
    const given = words.slice(name.split(' ').length, end < 0 ? undefined : end)
    const { unknown, operands } = leaf?.parseOptions(given) ?? { unknown: [''], operands: [] }
    expect(unknown).toEqual([])
    const taken = leaf?.registeredArguments ?? []
    const needed = taken.filter(({ required }) => required).length
    expect(operands.length).toBeGreaterThanOrEqual(needed)
    expect(operands.length).toBeLessThanOrEqual(taken.length)
  },
)
