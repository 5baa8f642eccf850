import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A page of the documentation, as it lies in the repository. */
export interface Page {
  /** `README.md`, `docs/runbook.md`. */
  readonly path: string
  readonly text: string
}

/** README and every page of docs. */
export function pages(): readonly Page[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
  return ['README.md', ...docs.sort().map((name) => `docs/${name}`)].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), 'utf8'),
  }))
}

export function pageAt(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') }
}

/** Text outside of fenced blocks, in which `#` and brackets mean something else. */
export function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '')
}

export interface Heading {
  readonly depth: number
  readonly text: string
  /** As a link names it, on the pages of a forge. */
  readonly anchor: string
}

export function headings(text: string): readonly Heading[] {
  const seen = new Map<string, number>()
  return [...prose(text).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', title = '']) => {
    const slug = title
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    const anchor = times === 0 ? slug : `${slug}-${times}`
    return { depth: marks.length, text: title, anchor }
  })
}

/** The text under a heading, up to the next of its depth or above. */
export function sectionOf(text: string, title: string): string {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title)
  if (from === -1) return ''
  const depth = /^#+/.exec(lines[from] ?? '')?.[0].length ?? 1
  const rest = lines.slice(from + 1)
  const to = rest.findIndex((line) => {
    const marks = /^(#+) /.exec(line)?.[1]
    return marks !== undefined && marks.length <= depth
  })
  return rest.slice(0, to === -1 ? undefined : to).join('\n')
}

/** What a script writes between two comments of a page, and nothing around it. */
export function generatedIn(text: string, name: string): string {
  return (bounded(text, name)?.[2] ?? '').trim()
}

export function withGenerated(text: string, of: { name: string; inside: string }): string {
  const found = bounded(text, of.name)
  if (found === null) throw new Error(`expected <!-- ${of.name}: generated --> in the page`)
  const [whole, before = '', , after = ''] = found
  return text.replace(whole, () => `${before}\n${of.inside}\n\n${after}`)
}

function bounded(text: string, name: string): RegExpExecArray | null {
  return new RegExp(`(<!-- ${name}: generated -->\\n)([\\s\\S]*?)(<!-- /${name} -->)`).exec(text)
}

/** As the formatter of this repository aligns it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((text) => text.replaceAll('|', '\\|')))
  const widths = head.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [head, widths.map((width) => '-'.repeat(width)), ...cells].map(line).join('\n')
}
