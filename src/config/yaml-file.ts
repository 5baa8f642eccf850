import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { fail, ok, type Result } from '../base/result.ts'
import { quoted, seen } from '../wire/reader.ts'

/** One thing that keeps a text from being YAML, or makes it more of it than a configuration is. */
export interface YamlProblem {
  /** 1-based. */
  readonly line: number
  readonly text: string
}

export interface YamlFile {
  /** Plain objects, lists and scalars; null for an empty text. */
  readonly content: unknown
  /** Of the deepest part of the path that is in the file; 1-based. */
  readonly lineOf: (path: readonly PropertyKey[]) => number
}

/** A configuration is a few pages; what is longer is another file. */
const LETTERS_MAX = 64 * 1024
/** Ours go down five levels; what goes on for ever costs a reader its stack, or an hour. */
const DEPTH_MAX = 32
/** The first say enough: what follows a mistake is often read wrongly because of it. */
const PROBLEMS_MAX = 10

export function readYaml(text: string): Result<YamlFile, readonly YamlProblem[]> {
  if (text.length > LETTERS_MAX) {
    const what = `expected a configuration of at most ${LETTERS_MAX} letters, came ${text.length}`
    return fail([{ line: 1, text: `${what}; is this another file?` }])
  }
  const deep = tooDeepAt(text)
  const lines = new LineCounter()
  const document = parseDocument(text.slice(0, deep ?? undefined), {
    ...PLAINLY,
    lineCounter: lines,
  })
  const line = (at: number): number => lines.linePos(at).line
  if (deep !== null) return fail([{ line: line(deep), text: TOO_DEEP }])
  const said = [...document.errors, ...document.warnings].map(({ message, pos }) => {
    return { line: line(pos[0]), text: problemText(message) }
  })
  const odd = said.length > 0 ? said : oddNodes(document, line)
  if (odd.length > 0) return fail(odd.slice(0, PROBLEMS_MAX))
  try {
    const content: unknown = document.toJS()
    return ok({ content, lineOf: (path) => lineOf(document, line, path) })
  } catch (error) {
    // An alias of nothing, or so many that they are there to fill the memory.
    const message = error instanceof Error ? error.message : String(error)
    const alias = /: ([^\s:]+)$/.exec(message)?.[1] ?? ''
    const at = Math.max(0, text.indexOf(`*${alias}`))
    return fail([{ line: line(at), text: problemText(message) }])
  }
}

/** What can be read of the top level, one key at a time: a mistake under one spoils no other. */
export function topLevelOf(text: string): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  const end = Math.min(tooDeepAt(text) ?? LETTERS_MAX, LETTERS_MAX)
  const document = parseDocument(text.slice(0, end), PLAINLY)
  if (!isMap(document.contents)) return found
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? key.value : null
    if (typeof name !== 'string' || !isNode(value) || oddNodes({ contents: value }).length > 0) {
      continue
    }
    found[name] = plain(document, value)
  }
  return found
}

/** Keys are held against each other below, in less than the square of their number. */
const PLAINLY = { uniqueKeys: false, logLevel: 'error' } as const

function plain(document: Document, node: Pick<Document['contents'] & object, 'toJS'>): unknown {
  try {
    return node.toJS(document)
  } catch {
    return undefined // an alias of what stands elsewhere, or of nothing
  }
}

/** A key as a message shows it: foreign text is escaped and cut. */
export function keyText(key: string): string {
  return /^[\w.-]{1,40}$/.test(key) ? key : quoted(key)
}

/** What is wrong and what to do, without the place, which stands in front. */
function problemText(message: string): string {
  const [first = ''] = message.split('\n')
  const what = seen(first.replace(/ at line \d+, column \d+:?$/, '').slice(0, 200))
  if (what.startsWith('Tabs are not')) return 'expected spaces, came a tab; indent with spaces'
  if (what.startsWith('Source contains multiple')) {
    return 'expected one document; remove the line "---" or "..." and what follows it'
  }
  if (what.startsWith('Unresolved alias')) return `expected an anchor: ${what}; write the value`
  if (what.startsWith('Excessive alias')) return 'expected fewer aliases; write the values'
  return `expected YAML: ${what}`
}

const TOO_DEEP = `expected lists and maps at most ${DEPTH_MAX} deep; remove brackets`

/** Where brackets stand too deep in each other, in texts and comments too; null: nowhere. */
function tooDeepAt(text: string): number | null {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '[' || letter === '{') depth++
    else if (letter === ']' || letter === '}') depth = Math.max(0, depth - 1)
    if (depth > DEPTH_MAX) return at
  }
  return null
}

/** Keys that stand twice or are no names, and what is too deep: found before anything is made. */
function oddNodes(
  { contents }: { readonly contents: unknown },
  line: (at: number) => number = () => 1,
): readonly YamlProblem[] {
  const problems: YamlProblem[] = []
  const open: (readonly [node: unknown, depth: number])[] = [[contents, 0]]
  const say = (node: unknown, text: string): void => {
    const range = isNode(node) ? node.range : null
    problems.push({ line: line(range?.[0] ?? 0), text })
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next
    if (depth > DEPTH_MAX) say(node, TOO_DEEP)
    else if (isSeq(node)) open.push(...node.items.map((item) => [item, depth + 1] as const))
    else if (isMap(node)) {
      const names = new Set<string>()
      for (const { key, value } of node.items) {
        open.push([value, depth + 1])
        if (!isScalar(key)) say(key, `expected a name as key, came ${kindOf(key)}; remove it`)
        else if (names.has(String(key.value))) {
          say(key, `this key stands there twice; remove one ${keyText(String(key.value))}`)
        } else names.add(String(key.value))
      }
    }
    if (problems.length >= PROBLEMS_MAX) break
  }
  return problems.sort((one, other) => one.line - other.line)
}

function kindOf(key: unknown): string {
  return isAlias(key) ? 'an alias' : isSeq(key) ? 'a list' : isMap(key) ? 'a map' : 'nothing'
}

function lineOf(
  document: Document,
  line: (at: number) => number,
  path: readonly PropertyKey[],
): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true)
    const key = path[depth - 1]
    const holder = depth === 1 ? document.contents : parent
    const pair = isMap(holder)
      ? holder.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true)
    const range = (node as { range?: readonly number[] } | undefined)?.range
    if (range?.[0] !== undefined) return line(range[0])
  }
  return 1
}
