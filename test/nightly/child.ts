import { spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Ended, Started } from './night.ts'

/** What ignores SIGTERM for so long is killed. */
const GRACE_MS = 15_000
const ROOT = join(import.meta.dirname, '../..')

/** A command in a process group of its own, so that all of it ends with it; its output is kept. */
export class Children {
  readonly #folder: string
  readonly #stops = new Set<(why: 'late' | 'interrupted') => void>()

  constructor(folder: string) {
    this.#folder = folder
  }

  stopAll(): void {
    for (const stop of this.#stops) stop('interrupted')
  }

  /** `script` of package.json, by this Node. */
  run({ name, script, args, minutesMax }: Started): Promise<Ended> {
    const command = [join(ROOT, 'scripts/with-deps.mjs'), script, ...args]
    return this.runNode(command, { name, msMax: minutesMax * 60_000 })
  }

  async runNode(
    args: readonly string[],
    { name, msMax }: { readonly name: string; readonly msMax: number },
  ): Promise<Ended> {
    const path = join(this.#folder, `${name}.log`)
    const log = createWriteStream(path)
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    let stopped: Ended['stopped'] = null
    const signal = (of: 'SIGTERM' | 'SIGKILL'): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, of)
      } catch {
        // the whole group has ended
      }
    }
    let killing: NodeJS.Timeout | undefined
    const stop = (why: 'late' | 'interrupted'): void => {
      stopped ??= why
      signal('SIGTERM')
      killing ??= setTimeout(() => signal('SIGKILL'), GRACE_MS)
    }
    this.#stops.add(stop)
    const late = setTimeout(() => stop('late'), msMax)
    const exitCode = await new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null))
      child.on('close', (code) => resolve(code))
    })
    clearTimeout(late)
    clearTimeout(killing)
    this.#stops.delete(stop)
    signal('SIGKILL') // what it left behind
    log.end()
    await finished(log)
    return { exitCode, output: readFileSync(path, 'utf8'), stopped }
  }
}
