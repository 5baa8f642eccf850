import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** R1 to R35, D1 to D54, X1 to X21: all that there are. */
export const IDS: readonly string[] = [
  ...Array.from({ length: 35 }, (_, i) => `R${i + 1}`),
  ...Array.from({ length: 54 }, (_, i) => `D${i + 1}`),
  ...Array.from({ length: 21 }, (_, i) => `X${i + 1}`),
]

/** The titles of a test file that name this id, rows of a table included. */
export function titlesNaming(id: string, file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const word = new RegExp(`\\b${id}\\b`)
  const strings = [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`/g)]
  return strings
    .map((match) => (match[1] ?? match[2] ?? match[3] ?? '').replaceAll("\\'", "'"))
    .filter((title) => word.test(title))
}
