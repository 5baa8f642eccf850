import type { Cancel, Clock } from '../base/clock.ts'
import type { Cockpit } from './cockpit.ts'
import type { Limits } from './options.ts'
import type { Session } from './sessions.ts'
import type { JournalLine, StreamEvent, View } from './view.ts'

/** As much of a response as is needed to write to it. */
export interface Reader {
  write(bytes: Buffer): boolean
  end(): void
  destroy(): void
  readonly writableLength: number
  readonly writableNeedDrain: boolean
  on(event: 'close' | 'error' | 'drain', listener: () => void): unknown
}

interface Open {
  readonly reader: Reader
  readonly session: Session
  /** Since when it has taken nothing, by the monotonic clock; null: it takes what comes. */
  fullSince: number | null
}

export interface StreamCounts {
  readonly open: number
  /** Readers that were too slow. */
  readonly dropped: number
  /** Turned away because there were too many. */
  readonly refused: number
}

interface Watched {
  readonly clock: Clock
  readonly limits: Limits
  readonly isOpen: (session: Session) => boolean
}

/** Everybody who follows: an event is made into bytes once, whoever reads it. */
export class Streams {
  readonly #watched: Watched
  readonly #open = new Set<Open>()
  readonly #cancels: Cancel[] = []
  #beat: Cancel = () => undefined
  #dropped = 0
  #refused = 0
  #view: { readonly bytes: Buffer; readonly seenMs: number } | null = null

  constructor(cockpit: Cockpit, watched: Watched) {
    this.#watched = watched
    const view = cockpit.view()
    if (view !== null) this.#show(view)
    this.#cancels.push(cockpit.onView((newer) => this.#tell(this.#show(newer))))
    this.#cancels.push(cockpit.onLine((line) => this.#tell(bytesOf('line', line))))
    this.#beatLater()
  }

  get counts(): StreamCounts {
    return { open: this.#open.size, dropped: this.#dropped, refused: this.#refused }
  }

  /** Since the newest view came, by our own clock; null: none has come. */
  get viewAgeMs(): number | null {
    return this.#view && this.#watched.clock.monotonicMs() - this.#view.seenMs
  }

  /** Why there is no place for one more; null: there is. */
  objection(session: Session): string | null {
    const { streamsMax, streamsPerSession } = this.#watched.limits
    const own = [...this.#open].filter((one) => one.session === session).length
    if (this.#open.size < streamsMax && own < streamsPerSession) return null
    this.#refused++
    return own < streamsPerSession ? 'too many read the stream' : 'this session reads too many'
  }

  add(reader: Reader, session: Session): void {
    const open: Open = { reader, session, fullSince: null }
    this.#open.add(open)
    reader.on('close', () => void this.#open.delete(open))
    reader.on('error', () => void this.#open.delete(open))
    reader.on('drain', () => void (open.fullSince = null))
    reader.write(GREETING)
    if (this.#view !== null) this.#write(open, this.#view.bytes)
  }

  /** Those of sessions that are over; each is looked at before every event, too. */
  sweep(): void {
    for (const open of this.#open) if (!this.#watched.isOpen(open.session)) this.#leave(open)
  }

  close(): void {
    this.#beat()
    for (const cancel of this.#cancels) cancel()
    for (const { reader } of this.#open) reader.end()
    this.#open.clear()
  }

  #show(view: View): Buffer {
    const bytes = bytesOf('view', view)
    this.#view = { bytes, seenMs: this.#watched.clock.monotonicMs() }
    return bytes
  }

  #tell(bytes: Buffer): void {
    for (const open of this.#open) this.#write(open, bytes)
  }

  #write(open: Open, bytes: Buffer): void {
    const { reader, session } = open
    if (!this.#watched.isOpen(session)) return this.#leave(open)
    const { streamBytesMax, stalledMs } = this.#watched.limits
    const now = this.#watched.clock.monotonicMs()
    const isStalled = open.fullSince !== null && now - open.fullSince >= stalledMs
    if (isStalled || reader.writableLength > streamBytesMax) {
      this.#dropped++
      this.#open.delete(open)
      reader.destroy() // what waits for it is of no use to anybody
      return
    }
    if (!reader.write(bytes)) open.fullSince ??= now
  }

  #leave(open: Open): void {
    this.#open.delete(open)
    open.reader.end()
  }

  #beatLater(): void {
    const { clock, limits } = this.#watched
    this.#beat = clock.after(limits.heartbeatMs, () => {
      this.#tell(HEARTBEAT)
      this.#beatLater()
    })
  }
}

const HEARTBEAT = Buffer.from(': beat\n\n')
/** A page that lost its stream comes back after two seconds. */
const GREETING = Buffer.from('retry: 2000\n\n')

function bytesOf(event: StreamEvent, data: View | JournalLine): Buffer {
  // JSON has no line breaks of its own, so no text can begin an event.
  return Buffer.from(`id: ${data.seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}
