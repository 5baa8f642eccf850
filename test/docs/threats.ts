import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, tableOf } from './pages.ts'

/** The threats of the design notes, in the words of an operator. */
export const THREATS: readonly string[] = [
  'a page in your browser sends a command to the bot (CSRF)',
  'a foreign name is made to point to this machine (DNS rebinding)',
  'a page of another site reads the stream of events',
  'a default or weak password',
  'guessing passwords, by number or by time',
  'a text of the broker runs as a script on the page',
  'the page framed, its content guessed, its address leaked',
  'a role does more than it may',
  'a command repeated or sent twice',
  'a notice made to reach an address inside your network',
  'so many requests that trading slows down',
  'a secret in a log, an answer, the journal or a dump',
  'a text of the broker makes a log line, or a formula in an export',
  'a text becomes a query or a path',
  'a package that turns bad',
  'the Gateway reached by somebody else, or orders over the wrong connection',
  'the journal changed',
  'a kill that does not come through, or that somebody else lifts',
  'the wrong account traded live',
  'a body that breaks the reader: prototypes, depth, numbers',
]

export interface Proof {
  readonly file: string
  readonly title: string
}

const PLACES = ['src', 'test', 'web']
const TITLE = /(?:test|it|describe)(?:\.\w+(?:\([^\n]*?\))?)*\(\s*(['"`])(T(\d+): (?:(?!\1).)*)\1/g

/** Tests by the number of the threat that their title begins with. */
export function proofsIn(sources: readonly { readonly file: string; readonly text: string }[]) {
  const found = new Map<number, Proof[]>()
  for (const { file, text } of sources) {
    for (const [, , title = '', number = ''] of text.matchAll(TITLE)) {
      const before = found.get(Number(number)) ?? []
      found.set(Number(number), [...before, { file, title }])
    }
  }
  return found
}

export function proofs(): ReadonlyMap<number, readonly Proof[]> {
  const files = PLACES.flatMap((place) => testsIn(join(ROOT, place)))
  return proofsIn(
    files.sort().map((path) => ({
      file: path.slice(ROOT.length + 1),
      text: readFileSync(path, 'utf8'),
    })),
  )
}

function testsIn(folder: string): readonly string[] {
  try {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return all.filter(isTest).map((path) => join(folder, path))
  } catch {
    return [] // the room is not there
  }
}

/** The test of this file has titles that stand for others. */
const isTest = (path: string): boolean =>
  /\.(test|spec)\.tsx?$/.test(path) && !/node_modules|threats\.test/.test(path)

/** Of a table of cases the name of each is not known here. */
function shown(title: string): string {
  const text = title.replace(/^T\d+: /, '').replaceAll(/%[sjdi]|\$\w+|\$\{\w+\}/g, '...')
  return `\`${text.replaceAll('`', "'")}\``
}

/** Of docs/security.md. */
export function threatsTable(of: ReadonlyMap<number, readonly Proof[]>): string {
  const rows = THREATS.map((threat, at) => {
    const all = of.get(at + 1) ?? []
    const files = [...new Set(all.map(({ file }) => file))]
    const tests = files.map((file) => {
      const titles = all.filter((proof) => proof.file === file).map(({ title }) => title)
      return `\`${file}\`: ${titles.map(shown).join('; ')}`
    })
    return [`T${at + 1}`, threat, tests.length === 0 ? 'not yet' : tests.join('. ')]
  })
  return tableOf(['threat', 'what', 'proven by'], rows)
}
