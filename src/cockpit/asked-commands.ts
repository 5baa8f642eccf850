import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { CockpitParts } from './thread-cockpit.ts'
import type { CommandReply, ProblemReply } from '../dashboard/view.ts'
import { refusal } from '../dashboard/refusal.ts'
import { ANSWER_MS_MAX } from './answering.ts'
import type { FromThread } from './messages.ts'

/** Of a bot that hangs; more would be its memory, and say nothing that it will not hear anyway. */
const WAITING_MAX = 1_000

type Answered = Result<CommandReply, ProblemReply>

/**
 * Commands that the bot has not answered yet. None is given up: whoever asked is told to ask again
 * with the same key, and what the bot says in the end is what that key answers with.
 */
export class AskedCommands {
  readonly #clock: Clock
  readonly #say: (message: FromThread) => void
  readonly #waiting = new Map<number, (result: Answered) => void>()
  #asked = 0

  constructor(clock: Clock, say: (message: FromThread) => void) {
    this.#clock = clock
    this.#say = say
  }

  readonly command: CockpitParts['command'] = (by, verb, body) => {
    if (this.#waiting.size >= WAITING_MAX) return Promise.reject(stalled())
    const id = ++this.#asked
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#say({ kind: 'command', id, by, verb, body, until: this.#clock.now() + ANSWER_MS_MAX })
    })
  }

  answered(id: number, result: Answered): void {
    const resolve = this.#waiting.get(id)
    this.#waiting.delete(id)
    resolve?.(result)
  }
}

function stalled(): Error {
  const error = `the bot has not answered ${WAITING_MAX} commands; this one was not handed to it`
  return refusal(
    503,
    error,
    'see whether it is stalled; the commands kill and panic work without it',
  )
}
