import { spawn, type ChildProcess } from 'node:child_process'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** Tells a command that the channel it is started with is its life line. */
export const WITH_PARENT = '--with-parent'

/**
 * One of our own commands in a process of its own. A terminal's Ctrl-C does not reach it, and it
 * stops by itself when we are gone.
 */
export class Child {
  readonly ended: Promise<ChildEnd>
  readonly #process: ChildProcess
  #errors = ''

  constructor(args: readonly string[], heard: (line: string) => void) {
    const main = process.argv[1] ?? ''
    this.#process = spawn(process.execPath, [...process.execArgv, main, ...args, WITH_PARENT], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let rest = ''
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) heard(line)
    })
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = `${this.#errors}${text}`.slice(-ERRORS_MAX)
    })
    this.ended = new Promise((resolve) => {
      this.#process.once('error', () => resolve({ code: null, signal: null }))
      this.#process.once('close', (code, signal) => resolve({ code, signal }))
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** The end of what it said on stderr. */
  get errors(): string {
    return this.#errors.trim()
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}

const ERRORS_MAX = 2_000
