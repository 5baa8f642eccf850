import type { Limits } from './options.ts'
import type { Session } from './sessions.ts'
import type { Pulse } from './view.ts'

/** As much of a response and its socket as is needed to write to it. */
export interface Reader {
  write(bytes: Buffer): boolean
  end(): void
  /** At once, and what the kernel still holds for it is given up. */
  reset(): void
  readonly writableLength: number
  /** Bytes that came from it, and whether it has closed: what it did since its turn ended. */
  readonly heard: number
  readonly isGone: boolean
  on(event: 'close' | 'error' | 'drain', listener: () => void): unknown
}

/**
 * One who follows, and how far. What was written is not what was read: the kernel takes megabytes
 * for a reader that sleeps, so a reader is asked, every so many bytes, to say that it has read.
 */
export class Following {
  readonly session: Session
  readonly reader: Reader
  readonly #number: number
  readonly #limits: Limits
  /** Sent and not answered yet, with the bytes that were sent before each. */
  #pulses: readonly { readonly pulse: number; readonly bytes: number }[] = []
  #pulse = 0
  #sent = 0
  #pulsedAt = 0
  #seen = 0
  /** Since when it has taken nothing, or has too much before it; null: it keeps up. */
  #fullSince: number | null = null
  #lateSince: number | null = null
  /** A view was left out: it gets the newest when it has caught up. */
  #isOwed = false

  constructor(reader: Reader, of: { session: Session; number: number; limits: Limits }) {
    this.reader = reader
    this.session = of.session
    this.#number = of.number
    this.#limits = of.limits
    reader.on('drain', () => void (this.#fullSince = null))
  }

  /** `full`: its socket takes nothing; `late`: it has not said for too long that it reads. */
  objection(now: number): 'full' | 'late' | null {
    const { streamBytesMax, stalledMs, streamUnseenMax, unseenMs } = this.#limits
    const isStalled = this.#fullSince !== null && now - this.#fullSince >= stalledMs
    if (isStalled || this.reader.writableLength > streamBytesMax) return 'full'
    const isLate = this.#lateSince !== null && now - this.#lateSince >= unseenMs
    return isLate || this.#unseen > streamUnseenMax + streamBytesMax ? 'late' : null
  }

  write(bytes: Buffer, { isView, now }: { readonly isView: boolean; readonly now: number }): void {
    const isBehind = this.#unseen > this.#limits.streamUnseenMax
    if (isBehind) this.#lateSince ??= now
    if (isBehind && isView) {
      this.#isOwed = true
      return
    }
    this.#send(bytes, now)
    if (this.#sent - this.#pulsedAt < this.#limits.pulseBytes) return
    this.#pulsedAt = this.#sent
    this.#pulses = [...this.#pulses, { pulse: ++this.#pulse, bytes: this.#sent }]
    this.#send(pulseBytes({ reader: this.#number, pulse: this.#pulse }), now)
  }

  /** Whether it was asked that. `true` is told of a view that it is owed. */
  answered({ reader, pulse }: Pulse, owed: () => void): boolean {
    if (reader !== this.#number || pulse > this.#pulse) return false
    this.#seen = this.#pulses.findLast((each) => each.pulse <= pulse)?.bytes ?? this.#seen
    this.#pulses = this.#pulses.filter((each) => each.pulse > pulse)
    if (this.#unseen > this.#limits.streamUnseenMax) return true
    this.#lateSince = null
    if (this.#isOwed) owed()
    this.#isOwed = false
    return true
  }

  get #unseen(): number {
    return this.#sent - this.#seen
  }

  #send(bytes: Buffer, now: number): void {
    this.#sent += bytes.length
    if (!this.reader.write(bytes)) this.#fullSince ??= now
  }
}

/** Without an id: a reader that comes again goes on where it was. */
function pulseBytes(pulse: Pulse): Buffer {
  return Buffer.from(`event: pulse\ndata: ${JSON.stringify(pulse)}\n\n`)
}
