import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { askControl } from '../../src/cli/control.ts'
import { stateFolder } from '../../src/cli/state-folder.ts'
import type { StateFolder } from '../../src/cli/state-folder.ts'
import type { StatusReply } from '../../src/engine/control.ts'
import type { Stage } from './stage.ts'

const ROOT = join(import.meta.dirname, '../..')
const READY_MS_MAX = 60_000

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** One process of the bot, from its start to its end. */
export class Life {
  readonly #child: ChildProcess
  readonly #folder: StateFolder
  readonly #ended: Promise<number | NodeJS.Signals>
  readonly #startedMs = performance.now()
  #alive = true

  constructor({ folder, config }: Stage, main: string) {
    this.#folder = stateFolder(folder, 'paper')
    const log = openSync(join(folder, 'bot.log'), 'a')
    const args = ['--no-warnings', main, 'run', '--config', config]
    this.#child = spawn(process.execPath, [...args, '--gateway-time', '--state', folder], {
      cwd: ROOT,
      stdio: ['ignore', log, log],
    })
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#alive = false
        resolve(signal ?? code ?? 1)
      })
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  /** At this very moment: nothing that the process has not yet heard is heard by it any more. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** As Ctrl-C; how it ended. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGINT')
    return this.ended()
  }

  ended(): Promise<number | NodeJS.Signals> {
    return this.#ended
  }

  /** Connected and reconciled; after how many milliseconds, or null when it never came to that. */
  async ready(): Promise<number | null> {
    for (;;) {
      const ms = performance.now() - this.#startedMs
      if (!this.#alive || ms > READY_MS_MAX) return null
      if ((await this.status())?.link === 'up') return ms
      await pause(25)
    }
  }

  async status(): Promise<StatusReply | null> {
    const reply = await askControl(this.#folder.controlSocket, { kind: 'status' })
    return reply.ok && reply.value.kind === 'status' ? reply.value : null
  }
}
