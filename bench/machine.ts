import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryMiB: number
  readonly platform: string
  /** Of one, five and fifteen minutes, before the bench began. */
  readonly load: readonly number[]
  /** The processor that all of it runs on; null: it could not be held to one. */
  readonly pinnedTo: number | null
}

export function machine(pinnedTo: number | null): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    platform: `${process.platform} ${release()} ${process.arch}`,
    load: loadavg().map((each) => Math.round(each * 100) / 100),
    pinnedTo,
  }
}

/** One core for this process and all that it starts; null where there is no `taskset`. */
export function pin(): number | null {
  const core = cpus().length - 1
  try {
    execFileSync('taskset', ['-a', '-cp', String(core), String(process.pid)], { stdio: 'ignore' })
    return core
  } catch {
    return null
  }
}

/** Of an installed package. */
export function packageVersion(name: string): string {
  const require = createRequire(import.meta.url)
  return (require(`${name}/package.json`) as { readonly version: string }).version
}
