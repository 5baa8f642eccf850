import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const MARK = join(ROOT, 'dist', '.built')

/** The command line as it is installed. It starts in a third of the time that its source needs. */
export const MAIN = join(ROOT, 'dist/cli/main.js')

/**
 * Before the scenarios, which start it a hundred times: `dist` is made of the source of now. What
 * has not changed since is not made again; types are checked elsewhere.
 */
export default function build(): void {
  if (existsSync(MARK) && statSync(MARK).mtimeMs >= newest(join(ROOT, 'src'))) return
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
  const flags = ['--noCheck', '--declaration', 'false']
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', join(ROOT, 'tsconfig.build.json'), ...flags]
  execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  writeFileSync(MARK, '')
}

/** When anything in the folder was last written, or taken away. */
function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name)
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }, statSync(folder).mtimeMs)
}
