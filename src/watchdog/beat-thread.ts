import type { appendFileSync, writeSync } from 'node:fs'

/** What the thread is told when it begins. */
export interface BeatThreadData {
  /** Two numbers, [0] beats (-1: asked to end) and [1] bytes of the text; then the text. */
  readonly buffer: SharedArrayBuffer
  /** Where it appends its lines: the log of this process. */
  readonly logPath: string
  /** What stands in every line of that log. */
  readonly identity: Readonly<Record<string, unknown>>
}

interface System {
  readonly fs: {
    readonly appendFileSync: typeof appendFileSync
    readonly writeSync: typeof writeSync
  }
  readonly process: { readonly pid: number; readonly kill: (pid: number, signal: string) => void }
}

/**
 * The whole life of the thread. It is handed over as text, so that it needs no loader: it may use
 * its parameters and the language, nothing of this module. It sleeps until a beat comes or a second
 * has passed, for it has nothing else to do.
 */
export function watchBeats(data: BeatThreadData, { fs, process }: System): void {
  const toldMs = 1_000
  const endedMs = 10_000
  const numbers = new Int32Array(data.buffer, 0, 2)
  /** The last vitals: what is known when nothing more is said. */
  const known = (): Readonly<Record<string, unknown>> => {
    const bytes = new Uint8Array(data.buffer, 8, Atomics.load(numbers, 1)).slice()
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>
    } catch {
      return {} // told while it was being written
    }
  }
  const say = (level: 'warning' | 'critical', message: string): void => {
    const last = known()
    const record = { time: last['time'], level, kind: 'event-loop', message, last }
    try {
      if (level === 'critical') fs.writeSync(2, `${message}\n`)
      const line = JSON.stringify({ ...record, ...data.identity })
      fs.appendFileSync(data.logPath, `${line}\n`, { mode: 0o600 })
    } catch {
      // Nobody is left to be told; what follows does not depend on it.
    }
  }
  let silentMs = 0
  for (;;) {
    const seen = Atomics.load(numbers, 0)
    if (seen === -1) return
    if (Atomics.wait(numbers, 0, seen, toldMs) !== 'timed-out') {
      if (silentMs > 0) say('warning', `the event loop goes on, it stood for ${silentMs / 1_000} s`)
      silentMs = 0
      continue
    }
    silentMs += toldMs
    if (silentMs === toldMs) say('warning', 'the event loop stands still')
    if (silentMs < endedMs) continue
    say('critical', `the event loop has stood for ${endedMs / 1_000} s: ending the process`)
    process.kill(process.pid, 'SIGALRM') // the main thread cannot be asked to exit
  }
}
