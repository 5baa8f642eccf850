import type { Command, Option } from 'commander'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../../src/cli/program.ts'
import { COMMANDS } from '../commands.ts'
import type { Line } from './lines.ts'
import { ROOT } from './pages.ts'

/** What a line asks for. */
export type Asked =
  | { readonly kind: 'bot'; readonly leaf: Command; readonly args: readonly string[] }
  /** A command of the repository that plays something, of `test/commands.ts`. */
  | { readonly kind: 'campaign'; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'script'; readonly name: string }
  | { readonly kind: 'file'; readonly files: readonly string[] }
  | { readonly kind: 'npm'; readonly verb: string }
  | { readonly kind: 'wrong'; readonly says: string }

/** Of npm itself: nothing of ours is asked. */
const NPM_ITSELF: readonly string[] = ['ci', 'install', 'audit', 'view', 'pack', 'link']
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

export function askedBy({ words }: Pick<Line, 'words'>): Asked {
  const [first = '', second = '', ...rest] = words
  if (first === 'ibkr-options-bot') return ofBot(words.slice(1))
  if (first === 'npx' && second === 'ibkr-options-bot') return ofBot(rest)
  if (first === 'npx' && (second === 'vitest' || second === 'tsx')) return ofFiles(rest)
  if (first === 'node') return ofFiles(words.slice(1))
  if (first !== 'npm') return { kind: 'wrong', says: `expected npm, npx or node, came ${first}` }
  if (NPM_ITSELF.includes(second)) return { kind: 'npm', verb: second }
  const [name, args] = second === 'run' ? [rest[0] ?? '', rest.slice(1)] : [second, rest]
  if (!Object.hasOwn(scripts, name)) return { kind: 'wrong', says: `no script ${name}` }
  const [dashes, ...given] = args
  if (args.length > 0 && dashes !== '--') {
    return { kind: 'wrong', says: `npm takes ${args.join(' ')} for itself: put -- before it` }
  }
  if (name === 'bot') return ofBot(given)
  if (name === 'start') return ofBot(['demo', ...given])
  if (!Object.hasOwn(COMMANDS, name)) return { kind: 'script', name }
  return { kind: 'campaign', name, args: given }
}

function ofFiles(words: readonly string[]): Asked {
  const files = words.filter((word) => /\.[mc]?[jt]s$/.test(word))
  const gone = files.filter((file) => !existsSync(join(ROOT, file)))
  if (files.length === 0) return { kind: 'wrong', says: 'names no file' }
  return gone.length > 0
    ? { kind: 'wrong', says: `no file ${gone.join()}` }
    : { kind: 'file', files }
}

function ofBot(words: readonly string[]): Asked {
  let leaf: Command = program
  let at = 0
  while (leaf.commands.length > 0) {
    const next = leaf.commands.find((each) => each.name() === words[at])
    if (words[at] === 'COMMAND') break
    if (next === undefined) return { kind: 'wrong', says: `no command ${words[at] ?? ''}` }
    leaf = next
    at++
  }
  return { kind: 'bot', leaf, args: words.slice(at) }
}

/** What the command line would object to; null: nothing. A usage may leave out and leave open. */
export function objection(asked: Asked, line: Pick<Line, 'isUsage'>): string | null {
  if (asked.kind === 'wrong') return asked.says
  if (asked.kind === 'campaign') return ofCampaign(asked)
  return asked.kind === 'bot' ? ofOptions(asked, line) : null
}

function ofCampaign({ name, args }: Extract<Asked, { kind: 'campaign' }>): string | null {
  const of = COMMANDS[name]
  if (args.length === 0) return null // it is spoken of; what it needs it says itself
  if (args.some((word) => /[[\]|]/.test(word))) {
    const named = args.join(' ').match(/--[a-z-]+/g) ?? []
    return named.find((option) => !of?.usage.includes(option)) ?? null
  }
  const read = of?.read(args.map((word) => SAMPLES[word] ?? word))
  return read?.kind === 'wrong' ? read.says : null
}

/** What a reader puts in place of these. */
const SAMPLES: Readonly<Record<string, string>> = {
  NAME: 'wire',
  SEED: '1',
  PATH: process.execPath,
  FOLDER: 'nights',
}

function ofOptions(
  { leaf, args }: Extract<Asked, { kind: 'bot' }>,
  { isUsage }: Pick<Line, 'isUsage'>,
): string | null {
  const words = isUsage ? args.flatMap((word) => word.replaceAll(/[[\]]/g, '').split(' ')) : args
  const seen = new Set<Option>()
  let positional = 0
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) {
      positional++
      continue
    }
    const [flag = '', inline] = word.split('=')
    if (flag === '--help' || flag === '-h') return null
    const option = leaf.options.find((each) => each.long === flag)
    if (option === undefined) return `${leaf.name()} has no option ${flag}`
    seen.add(option)
    if (!option.required && !option.optional) continue
    const value = inline ?? words[++at]
    if (value === undefined || value.startsWith('--')) return `${flag} wants a value`
    const choices = option.argChoices ?? []
    const isOpen = /^[A-Z]+$/.test(value) || isUsage
    if (choices.length > 0 && !isOpen && !choices.includes(value)) return `${flag}: no ${value}`
  }
  if (isUsage) return null
  if (positional > leaf.registeredArguments.length) return `${leaf.name()}: too many words`
  const missing = leaf.options.filter((each) => each.mandatory && !seen.has(each))
  return missing.length === 0 ? null : `${leaf.name()} needs ${missing[0]?.long ?? ''}`
}
