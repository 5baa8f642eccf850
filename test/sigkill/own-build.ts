import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import build from '../built.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A copy that stays as it is for all of a campaign, whatever is built meanwhile. */
export function ownBuild(): { readonly main: string; remove(): void } {
  build()
  const folder = mkdtempSync(join(tmpdir(), 'sigkill-build-'))
  for (const each of ['dist', 'package.json']) {
    cpSync(join(ROOT, each), join(folder, each), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return {
    main: join(folder, 'dist/cli/main.js'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
