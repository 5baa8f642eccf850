import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** One option of a command: what may follow its name, and what that means. */
export interface Option<T> {
  /** After its name in the usage: `N`, `PATH`; null: nothing may follow. */
  readonly takes: string | null
  /** Null: for the processes that the command starts itself, and in no usage. */
  readonly help: string | null
  /** What it is without being named. */
  readonly initial: T
  /** `a whole number from 1 on`. */
  readonly expected: string
  /** Undefined: not what was expected. */
  readonly read: (text: string) => T | undefined
}

export type Options = Readonly<Record<string, Option<unknown>>>
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never
}

/** What the command line says; `wrong`: the first thing that is, in one line. */
export type Read<V> =
  | { readonly kind: 'asked'; readonly values: V; readonly words: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly says: string }

export interface Command<V> {
  readonly usage: string
  readonly read: (args: readonly string[]) => Read<V>
}

/** A command of the repository, as a table: the same rules for all of them. */
export function command<const O extends Options>(of: {
  /** `npm run crashes`. */
  readonly run: string
  readonly what: string
  readonly options: O
  /** What may stand without dashes; without it nothing may. */
  readonly words?: readonly string[]
  /** What no option can say alone, or null: nothing is wrong. */
  readonly wrong?: (values: Values<O>, words: readonly string[]) => string | null
}): Command<Values<O>> {
  const { options, words: names = [], wrong } = of
  return {
    usage: usageOf({ ...of, names }),
    read(args) {
      const told = tokensOf(args, options)
      if (told.has('help')) return { kind: 'help' }
      const values: Record<string, unknown> = {}
      for (const [name, { initial }] of Object.entries(options)) values[name] = initial
      const words: string[] = []
      const seen = new Set<string>()
      for (const token of told.all) {
        if (token.kind === 'word') {
          const says = strange(token.text, names)
          if (says !== null) return { kind: 'wrong', says }
          words.push(token.text)
          continue
        }
        const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
        if (option === undefined) return { kind: 'wrong', says: unknownOf(token.raw, options) }
        if (seen.has(token.name)) return { kind: 'wrong', says: `expected ${token.raw} once` }
        seen.add(token.name)
        const found = valueOf(option, token)
        if ('says' in found) return { kind: 'wrong', says: found.says }
        values[token.name] = found.value
      }
      const asked = values as Values<O>
      const says = wrong?.(asked, words) ?? null
      return says === null ? { kind: 'asked', values: asked, words } : { kind: 'wrong', says }
    },
  }
}

/** Of this process, once and before anything is played; ends it where there is nothing to play. */
export function asked<V>(of: Command<V>): {
  readonly values: V
  readonly words: readonly string[]
} {
  const read = of.read(process.argv.slice(2))
  if (read.kind === 'asked') return read
  if (read.kind === 'wrong') return refuse(of, read.says)
  console.log(of.usage)
  return process.exit(0)
}

/** For what only this process can tell is wrong. */
export function refuse(of: Command<unknown>, says: string): never {
  console.error(`${says}\n\n${of.usage}`)
  process.exit(2)
}

/** For what shows only once it is played: an empty success would be believed. */
export function nothing(why: string): never {
  console.error(`nothing to play: ${why}`)
  process.exit(2)
}

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | {
      readonly kind: 'option'
      readonly name: string
      readonly raw: string
      /** Undefined: none came. */
      readonly text: string | undefined
      /** As in `--seed=5`. */
      readonly isInline: boolean
    }

function tokensOf(args: readonly string[], options: Options) {
  const types = Object.entries(options).map(([name, { takes }]) => {
    return [name, { type: takes === null ? 'boolean' : 'string' }] as const
  })
  const help = { type: 'boolean', short: 'h' } as const
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...Object.fromEntries(types), help },
    strict: false, // its own errors are thrown, and name no command
    tokens: true,
  })
  const all = tokens.flatMap((token): readonly Token[] => {
    if (token.kind === 'option-terminator') return []
    if (token.kind === 'positional') return [{ kind: 'word', text: token.value }]
    const { name, rawName: raw, value: text, inlineValue = false } = token
    return [{ kind: 'option', name, raw, text, isInline: inlineValue }]
  })
  return {
    all,
    has: (name: string) => all.some((token) => token.kind === 'option' && token.name === name),
  }
}

function valueOf(
  { takes, expected, read }: Option<unknown>,
  { raw, text, isInline }: Extract<Token, { kind: 'option' }>,
): { readonly value: unknown } | { readonly says: string } {
  if (takes === null) {
    return text === undefined ? { value: true } : { says: `expected ${raw} alone, came =${text}` }
  }
  const isMissing = text === undefined || (!isInline && text.startsWith('--'))
  if (isMissing) return { says: `expected ${raw} with ${expected}, came nothing` }
  const value = read(text)
  if (value !== undefined) return { value }
  return { says: `expected ${raw} with ${expected}, came ${text === '' ? 'nothing' : text}` }
}

function strange(word: string, names: readonly string[]): string | null {
  if (names.includes(word)) return null
  const what = names.length === 0 ? 'options alone' : `one of ${listOf(names)}`
  return `expected ${what}, came the word ${word}`
}

function unknownOf(raw: string, options: Options): string {
  const shown = Object.entries(options).filter(([, { help }]) => help !== null)
  return `expected one of ${shown.map(([name]) => `--${name}`).join(', ')}, --help; came ${raw}`
}

/** A long one in short: a line stays a line. */
const NAMES_MAX = 24
function listOf(names: readonly string[]): string {
  if (names.length <= NAMES_MAX) return names.join(', ')
  return `${names.slice(0, 3).join(', ')}, ..., ${names.at(-1) ?? ''} (${names.length} names)`
}

function usageOf(of: {
  readonly run: string
  readonly what: string
  readonly options: Options
  readonly names: readonly string[]
}): string {
  const { run, what, options, names } = of
  const shown = Object.entries(options).flatMap(([name, { takes, help, initial }]) => {
    if (help === null) return []
    const isTold = typeof initial === 'number' || (typeof initial === 'string' && initial !== '')
    const rest = isTold ? `; default: ${initial}` : ''
    return [[`--${name}${takes === null ? '' : ` ${takes}`}`, help + rest] as const]
  })
  const all = [...shown, ['--help', 'this'] as const]
  const width = Math.max(...all.map(([left]) => left.length))
  const words = names.length === 0 ? '' : ` [${listOf(names).replaceAll(', ', '|')}] ...`
  return [
    `${run} --${words} [option ...]`,
    what,
    ...all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n')
}

interface Of<I> {
  readonly help: string | null
  readonly initial: I
}

export function whole<I extends number | null>(
  of: Of<I> & { readonly least?: number; readonly most?: number },
): Option<number | I> {
  const { help, initial, least = 0, most = Number.MAX_SAFE_INTEGER } = of
  const upTo = of.most === undefined ? 'on' : `to ${most}`
  return {
    takes: 'N',
    help,
    initial,
    expected: `a whole number from ${least} ${upTo}`,
    read(text) {
      const number = Number(text)
      return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined
    },
  }
}

/** More than nothing, and not only whole. */
export function amount({ help, initial }: Of<number>): Option<number> {
  return {
    takes: 'N',
    help,
    initial,
    expected: 'a number above 0',
    read: (text) => (/^\d*\.?\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
  }
}

export function oneOf<const N extends readonly string[], I extends N[number] | null>(
  names: N,
  { help, initial }: Of<I>,
): Option<N[number] | I> {
  return {
    takes: names.length > 4 ? 'NAME' : names.join('|'),
    help,
    initial,
    expected: `one of ${listOf(names)}`,
    read: (text) => names.find((each) => each === text),
  }
}

/** `A,B`; null: all of them. */
export function some(
  names: readonly string[],
  { help }: { readonly help: string },
): Option<readonly string[] | null> {
  return {
    takes: 'NAME,...',
    help,
    initial: null,
    expected: `some of ${listOf(names)}`,
    read(text) {
      const all = text.split(',')
      return all.every((each) => names.includes(each)) ? all : undefined
    },
  }
}

export function text<I extends string | null>(
  of: Of<I> & {
    readonly takes: string
    readonly expected: string
    readonly isRight?: (text: string) => boolean
  },
): Option<string | I> {
  const { takes, help, initial, expected, isRight = (each) => each !== '' } = of
  return { takes, help, initial, expected, read: (each) => (isRight(each) ? each : undefined) }
}

export function flag(help: string): Option<boolean> {
  return { takes: null, help, initial: false, expected: 'nothing', read: () => true }
}

/** What the command is to write: an hour is not played for a folder that is not there. */
export function file({ help }: { readonly help: string }): Option<string | null> {
  const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()
  return text({
    takes: 'FILE',
    help,
    initial: null,
    expected: 'a file in a folder that is there',
    isRight: (path) => path !== '' && !isDirectory(path) && isDirectory(dirname(resolve(path))),
  })
}

/** What a process of the command is sent by the one that started it. */
export function sent<T>(): Option<T | null> {
  return {
    takes: 'JSON',
    help: null,
    initial: null,
    expected: 'what the command itself sends',
    read(json) {
      try {
        return JSON.parse(json) as T
      } catch {
        return undefined
      }
    },
  }
}
