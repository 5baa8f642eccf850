import type { Notifier } from '../engine/ports.ts'

type Notice = Parameters<Notifier['notify']>[0]

/** Notices as lines for a person; the record of what happened is the journal. */
export class LogNotifier implements Notifier {
  readonly #write: (text: string, level: Notice['level']) => void

  constructor(write: (text: string, level: Notice['level']) => void) {
    this.#write = write
  }

  notify({ level, message }: Notice): void {
    this.#write(`${level}: ${message}`, level)
  }
}
