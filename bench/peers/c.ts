import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const NO_COMPILER = 'no C compiler here'

/** A program of bench/c, compiled; null where there is no compiler. */
export function compiled(name: string): { readonly path: string; remove(): void } | null {
  if (spawnSync('cc', ['--version'], { stdio: 'ignore' }).status !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const path = join(folder, name)
  execFileSync('cc', ['-O2', '-o', path, join(import.meta.dirname, '../c', `${name}.c`), '-lm'])
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The compiler's name and version. */
export function compilerVersion(): string {
  const said = spawnSync('cc', ['-dumpfullversion'], { encoding: 'utf8' })
  return said.status === 0 ? said.stdout.trim() : 'none'
}
