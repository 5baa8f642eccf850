import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { freshPage, PAGE } from '../scripts/page.mjs'

const ROOT = join(import.meta.dirname, '..')
const MARK = join(ROOT, 'dist', '.built')
const SOURCES = ['src', 'web', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']

/** The command line as it is installed. It starts in a third of the time that its source needs. */
export const MAIN = join(ROOT, 'dist/cli/main.js')

/**
 * Before the scenarios, which start it a hundred times: `dist` is made of the source of now. What
 * has not changed since is not made again; types are checked elsewhere.
 */
export default function build(): void {
  const latest = Math.max(...SOURCES.map((name) => newest(join(ROOT, name))))
  const made = existsSync(MARK) ? Number(readFileSync(MARK, 'utf8')) : 0
  if (made >= latest) return
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
  const flags = ['--noCheck', '--declaration', 'false']
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', join(ROOT, 'tsconfig.build.json'), ...flags]
  execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  freshPage()
  cpSync(PAGE, join(ROOT, 'dist/web'), { recursive: true })
  writeFileSync(MARK, String(latest)) // what changed meanwhile is newer, and made again
}

/** When the file, or anything in the folder, was last written or taken away. */
function newest(path: string): number {
  const of = statSync(path)
  if (!of.isDirectory()) return of.mtimeMs
  const inside = readdirSync(path).map((name) => newest(join(path, name)))
  return Math.max(of.mtimeMs, ...inside)
}
