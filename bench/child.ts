import { join } from 'node:path'

/** As the tests run this folder; `npm run bench` runs it as built. */
export const isSource = import.meta.filename.endsWith('.ts')

/** How a file of this folder is started in a process of its own. */
export function nodeWith(name: string): readonly [command: string, args: readonly string[]] {
  const file = join(import.meta.dirname, `${name}${isSource ? '.ts' : '.js'}`)
  const own = isSource ? ['--no-warnings', '--import', import.meta.resolve('tsx')] : []
  return [process.execPath, [...own, file]]
}
