import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Task } from './part.ts'
import { SEEDS_A_MARKET } from './plan.ts'
import type { SeedTally } from './tally.ts'

export interface Campaign {
  readonly tasks: readonly Task[]
  readonly processes: number
  /** Nothing is begun after so long; milliseconds; null: everything is played. */
  readonly limitMs: number | null
  readonly told: (tally: SeedTally) => void
}

/** A day that takes longer than this is stuck: its process is ended, and its seed has failed. */
const STUCK_MS = 3 * 60_000

/** Plays the tasks on so many processes, each a row of seeds at a time: they share a market. */
export async function campaign({ tasks, processes, limitMs, told }: Campaign): Promise<void> {
  const begun = performance.now()
  const rows = rowsOf(tasks)
  const isOver = (): boolean => limitMs !== null && performance.now() - begun > limitMs
  const work = async (): Promise<void> => {
    let player = new Player()
    for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
      for (const task of row) {
        if (isOver()) break
        const tally = await player.play(task)
        if (player.isGone) player = new Player()
        told(tally)
      }
    }
    player.end()
  }
  await Promise.all(Array.from({ length: processes }, work))
}

function rowsOf(tasks: readonly Task[]): (readonly Task[])[] {
  const rows = new Map<number, Task[]>()
  for (const task of tasks) {
    const row = Math.floor((task.seed - 1) / SEEDS_A_MARKET)
    rows.set(row, [...(rows.get(row) ?? []), task])
  }
  return [...rows.values()]
}

/** One process that plays seeds. */
class Player {
  readonly #child: ChildProcess
  isGone = false

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'part.ts'), ['--part'])
    this.#child.on('exit', () => {
      this.isGone = true
    })
  }

  play(task: Task): Promise<SeedTally> {
    return new Promise((resolve) => {
      const failed = (why: string, isStuck = false): void => {
        this.isGone = true
        end({ ...failureOf(task, why), isStuck })
      }
      const ms = STUCK_MS * task.days * (task.twice ? 2 : 1)
      const stuck = setTimeout(() => {
        this.#child.kill('SIGKILL')
        failed(`it did not end within ${ms / 60_000} minutes`, true)
      }, ms)
      const gone = (code: number | null): void => failed(`its process ended with ${code}`)
      const end = (tally: SeedTally): void => {
        clearTimeout(stuck)
        this.#child.off('exit', gone)
        this.#child.off('message', heard)
        resolve(tally)
      }
      const heard = (tally: unknown): void => end(tally as SeedTally)
      this.#child.once('exit', gone)
      this.#child.once('message', heard)
      this.#child.send(task)
    })
  }

  end(): void {
    this.#child.disconnect()
  }
}

function failureOf({ seed, tier }: Task, why: string): SeedTally {
  const none = { events: 0, simulatedS: 0, cpuMs: 0, fired: {}, drawn: {}, reached: {} }
  return { seed, tier, days: [], hash: '', same: null, failures: [why], ...none }
}
