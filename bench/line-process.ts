import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { assert } from '../src/base/assert.ts'
import { nodeWith } from './child.ts'

/** A process of this folder, which is told and tells line by line. */
export class LineProcess {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(process: ChildProcess) {
    this.#process = process
    assert(process.stdout !== null, 'its output is a pipe')
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
  }

  static async started(name: string, more: readonly string[]): Promise<LineProcess> {
    const [command, args] = nodeWith(name)
    return new LineProcess(
      spawn(command, [...args, ...more], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    assert(done !== true, 'the process says something')
    return value
  }

  ask(what: string): void {
    this.#process.stdin?.write(`${what}\n`)
  }

  /** Its last word. */
  async endLine(): Promise<string> {
    this.close()
    const line = await this.line()
    await this.#gone()
    return line
  }

  close(): void {
    this.#process.stdin?.end()
  }

  async end(): Promise<void> {
    this.close()
    await this.#gone()
  }

  async #gone(): Promise<void> {
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
  }
}
