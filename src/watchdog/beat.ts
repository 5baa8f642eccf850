import { Worker } from 'node:worker_threads'
import type { Cancel, Clock } from '../base/clock.ts'
import { utcText } from '../domain/calendar.ts'
import { watchBeats, type BeatThreadData } from './beat-thread.ts'

export interface Beat {
  /** What would be known if nothing more were said: the last vitals, without secrets. */
  tell(known: object): void
  stop(): void
}

const EVERY_MS = 200
const NUMBERS_BYTES = 8
const TEXT_BYTES_MAX = 16 * 1024

/** The second line: transpilers wrap functions in a helper of this name, to keep theirs. */
const THREAD = `
const __name = (of) => of
const system = { fs: require('node:fs'), process }
;(${watchBeats.toString()})(require('node:worker_threads').workerData, system)
`

/**
 * A thread of its own that hears the event loop beat (S13). Without a beat for 1 s it writes into
 * the log what is known; after 10 s it ends the process by SIGALRM, which nothing else uses.
 */
export function startBeat(clock: Clock, of: Omit<BeatThreadData, 'buffer'>): Beat {
  const buffer = new SharedArrayBuffer(NUMBERS_BYTES + TEXT_BYTES_MAX)
  const numbers = new Int32Array(buffer, 0, 2)
  const text = new Uint8Array(buffer, NUMBERS_BYTES)
  const workerData: BeatThreadData = { ...of, buffer }
  const thread = new Worker(THREAD, { eval: true, workerData })
  thread.unref()
  let stopTimer: Cancel = () => undefined
  const beat = (): void => {
    Atomics.add(numbers, 0, 1)
    Atomics.notify(numbers, 0)
    stopTimer = clock.after(EVERY_MS, beat)
  }
  const tell = (known: object): void => {
    const bytes = Buffer.from(JSON.stringify({ time: utcText(clock.now()), ...known }))
    if (bytes.length > TEXT_BYTES_MAX) return // the last one that fitted stays
    text.set(bytes)
    Atomics.store(numbers, 1, bytes.length)
  }
  tell({})
  beat()
  return {
    tell,
    stop() {
      stopTimer()
      Atomics.store(numbers, 0, -1)
      Atomics.notify(numbers, 0)
    },
  }
}
