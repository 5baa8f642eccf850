import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of the package that runs; it goes into every `RunStarted`. */
export function version(): string {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
