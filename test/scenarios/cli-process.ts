import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { MAIN } from '../built.ts'

const ROOT = join(import.meta.dirname, '../..')

const ENDS_MS_MAX = 120_000

export interface Ended {
  /** The exit code; a signal when one ended it. */
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

/** Those that run; a test that failed half-way leaves none behind. */
const running = new Set<Cli>()

export async function endAll(): Promise<void> {
  await Promise.all([...running].map((each) => each.end('SIGKILL')))
}

/** The command line in a process of its own, as a user has it. */
export class Cli {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  readonly #heard = new Set<() => void>()
  #stdout = ''
  #stderr = ''

  constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    of: {
      /** `ipc`: with a channel, as a process manager has one to what it starts. */
      readonly more?: readonly 'ipc'[]
      readonly folder?: string
    } = {},
  ) {
    const { more = [], folder = ROOT } = of
    const startedMs = performance.now()
    this.#child = spawn(process.execPath, ['--no-warnings', MAIN, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', ...more],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      for (const listener of this.#heard) listener()
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    running.add(this)
    this.ended = this.#end(startedMs)
  }

  /** The event `close` does not come for a child whose channel was given up from here. */
  async #end(startedMs: number): Promise<Ended> {
    const { stdout, stderr } = this.#child
    const outputs = [stdout, stderr].filter((each) => each !== null)
    const closed = outputs.map((each) => once(each, 'close'))
    const [code, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals]
    await Promise.all(closed)
    running.delete(this)
    const ms = performance.now() - startedMs
    return { code: code ?? signal, stdout: this.#stdout, stderr: this.#stderr, ms }
  }

  /** Until this was written on stdout; rejects when the process ends without. */
  async says(text: string): Promise<void> {
    const heard = new Promise<'heard'>((resolve) => {
      const listen = (): void => {
        if (!this.#stdout.includes(text)) return
        this.#heard.delete(listen)
        resolve('heard')
      }
      this.#heard.add(listen)
      listen()
    })
    const first = await Promise.race([heard, this.ended])
    if (first === 'heard') return
    throw new Error(`expected "${text}", it ended with ${first.code}: ${first.stderr}`)
  }

  /** What it has written so far. */
  get stdout(): string {
    return this.#stdout
  }

  /** Nobody reads its output any more. */
  deafen(): void {
    this.#child.stdout?.destroy()
  }

  /** Its channel is lost, as when the process manager ends. */
  disconnect(): void {
    this.#child.disconnect()
  }

  end(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }
}

/** Of a command that ends by itself; one that does not is killed, and says so by its code. */
export async function cli(...args: readonly string[]): Promise<Ended> {
  const started = new Cli(args)
  const late = setTimeout(() => void started.end('SIGKILL'), ENDS_MS_MAX)
  const ended = await started.ended
  clearTimeout(late)
  return ended
}

/** The last line on stdout, which is JSON when it was asked for. */
export function lastJson({ stdout, stderr }: Ended): Readonly<Record<string, unknown>> {
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`expected JSON, came "${last}"; stderr: ${stderr}`)
  return JSON.parse(last) as Readonly<Record<string, unknown>>
}
