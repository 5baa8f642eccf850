import pc from 'picocolors'
import type { Notifier } from '../engine/ports.ts'

/** Where lines go: a terminal that can be redrawn, a pipe, or nowhere (`--json`). */
export interface Screen {
  /** Has a block at all. */
  readonly live: boolean
  /** A line that stays. */
  line(text: string): void
  /** The block that is redrawn below the lines; on a pipe it is left out. */
  block(lines: readonly string[]): void
  close(): void
}

/** A terminal keeps its block at the bottom; everything else gets plain lines. */
export function openScreen(out: NodeJS.WriteStream, quiet: boolean): Screen {
  if (quiet)
    return { live: false, line: () => undefined, block: () => undefined, close: () => undefined }
  if (!out.isTTY)
    return {
      live: false,
      line: (text) => out.write(`${text}\n`),
      block: () => undefined,
      close: () => undefined,
    }
  let shown: readonly string[] = []
  const clear = () => (shown.length === 0 ? '' : `\u001b[${shown.length}F\u001b[0J`)
  const fit = (text: string) => (plainLength(text) > out.columns ? cut(text, out.columns) : text)
  return {
    live: true,
    line(text) {
      out.write(`${clear()}${fit(text)}\n${shown.map((each) => `${each}\n`).join('')}`)
    },
    block(lines) {
      const next = lines.map(fit)
      if (next.join('\n') === shown.join('\n')) return
      const before = clear()
      shown = next
      out.write(`${before}${shown.map((each) => `${each}\n`).join('')}`)
    },
    close() {
      out.write(clear())
      shown = []
    },
  }
}

/** What a person would be paged for, where the person sits. */
export function screenNotifier(screen: Screen): Notifier {
  return {
    notify({ level, message }) {
      screen.line(level === 'critical' ? pc.red(`! ${message}`) : pc.yellow(`! ${message}`))
    },
  }
}

/** A ruled heading for the block. */
export function rule(title: string, width = 78): string {
  return pc.dim(`── ${title} ${'─'.repeat(Math.max(0, width - title.length - 4))}`)
}

// eslint-disable-next-line no-control-regex
const ansi = /\u001b\[[0-9;]*m/g

function plainLength(text: string): number {
  return text.replace(ansi, '').length
}

/** Colours are dropped from a line that does not fit, so that the cut is exact. */
function cut(text: string, width: number): string {
  return `${text.replace(ansi, '').slice(0, Math.max(0, width - 1))}…`
}
