import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

const IS_SOURCE = import.meta.filename.endsWith('.ts')

/**
 * A thread of its own, whose heap has a limit of its own: beyond it the thread ends, not the bot.
 * In a checkout a thread needs the loader of TypeScript first, which it does not inherit.
 */
export function ownThread(
  name: 'dashboard-thread' | 'report-thread',
  workerData: unknown,
  heapMb: number,
): Worker {
  const path = join(import.meta.dirname, `${name}.${IS_SOURCE ? 'ts' : 'js'}`)
  const resourceLimits = { maxOldGenerationSizeMb: heapMb }
  const options = { workerData, execArgv: ['--no-warnings'], resourceLimits }
  if (!IS_SOURCE) return new Worker(path, options)
  const loader = createRequire(import.meta.filename)
    .resolve('tsx/esm/api')
    .replace('.cjs', '.mjs')
  const urls = [loader, path].map((of) => JSON.stringify(pathToFileURL(of).href))
  const code = `import(${urls[0]}).then(({ register }) => (register(), import(${urls[1]})))`
  return new Worker(code, { ...options, eval: true })
}
