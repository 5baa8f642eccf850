import type { Clock } from '../base/clock.ts'
import type { Notifier } from '../engine/ports.ts'

/** Notices as structured lines, for operators; the record of what happened is the journal. */
export class LogNotifier implements Notifier {
  readonly #clock: Clock
  readonly #write: (line: string) => void

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock
    this.#write = write
  }

  notify({ level, message }: Parameters<Notifier['notify']>[0]): void {
    this.#write(`${JSON.stringify({ at: this.#clock.now(), level, message })}\n`)
  }
}
