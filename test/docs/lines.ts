import type { Page } from './pages.ts'

/** A command that a page tells its reader to type. */
export interface Line {
  readonly page: string
  /** From 1. */
  readonly at: number
  /** As it stands there, without comment. */
  readonly text: string
  readonly words: readonly string[]
  /** It shows what may follow, `[--days N]`, or names a command in a sentence. */
  readonly isUsage: boolean
}

const BEGINS = /^(npm|npx|node|ibkr-options-bot)( |$)/

/** A program that is spoken of. */
const BARE = /^(npm|npx|node|ibkr-options-bot)$/

/** Every command of fenced blocks, tables and sentences, in the order of the page. */
export function linesOf({ path, text }: Page): readonly Line[] {
  const found: Line[] = []
  let fence = false
  let inCommands = false
  for (const [index, raw] of text.split('\n').entries()) {
    const add = (command: string, isOpen: boolean): void => {
      const said = withoutComment(command)
      const isUsage = isOpen || /[[\]|]/.test(said)
      found.push({ page: path, at: index + 1, text: said, words: wordsOf(said), isUsage })
    }
    if (/^\s*```/.test(raw)) fence = !fence
    else if (fence) {
      const command = raw.trim().replace(/^\$ /, '')
      if (BEGINS.test(command)) add(command, false)
    } else {
      if (!raw.startsWith('|')) inCommands = false
      else if (/^\| command\s*\|/.test(raw)) inCommands = true
      const cells = raw.replaceAll('\\|', '\u0000').split('|')
      for (const [cell, part] of cells.entries()) {
        for (const [, code = ''] of part.matchAll(/`([^`]+)`/g)) {
          const command = code.replaceAll('\u0000', '|')
          const isNamed = !/ --[a-z]/.test(command)
          if (inCommands && cell === 1) add(`ibkr-options-bot ${command}`, true)
          else if (BEGINS.test(command) && !BARE.test(command)) add(command, isNamed)
        }
      }
    }
  }
  return found
}

/** What stands behind it for the reader alone, or goes on in a shell. */
function withoutComment(text: string): string {
  return text.replace(/\s+#.*$|\s{3,}.*$|\s+(>|\||&&|&)\s.*$|\s+&$/, '').trim()
}

/** As a shell would cut it. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((of) => of[1] ?? of[2] ?? of[3] ?? '')
}
