import type { Cancel, Clock } from '../base/clock.ts'
import type { Cockpit } from './cockpit.ts'
import type { Limits } from './options.ts'
import type { Session } from './sessions.ts'
import { Following, type Reader } from './following.ts'
import type { JournalLine, Pulse, StreamEvent, View } from './view.ts'

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

interface Leaving {
  readonly cancel: Cancel
  /** It closed, or asked anew, since its turn ended. */
  readonly hasRead: () => boolean
}

/** Everybody who follows: an event is made into bytes once, whoever reads it. */
export class Streams {
  readonly #watched: Watched
  readonly #open = new Set<Following>()
  /** Their turn is over, and they have not shown yet that they read it. */
  readonly #leaving = new Map<Following, Leaving>()
  readonly #cancels: Cancel[] = []
  #beat: Cancel = () => undefined
  #number = 0
  #dropped = 0
  #refused = 0
  #view: { readonly bytes: Buffer; readonly seenMs: number } | null = null

  constructor(cockpit: Cockpit, watched: Watched) {
    this.#watched = watched
    const view = cockpit.view()
    if (view !== null) this.#show(view)
    this.#cancels.push(cockpit.onView((newer) => this.#tell(this.#show(newer), true)))
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
    // Who is asleep on its way out has its socket still, and what the kernel holds for it.
    const asleep = [...this.#leaving].flatMap(([one, { hasRead }]) => (hasRead() ? [] : [one]))
    const all = [...this.#open, ...asleep]
    const own = all.filter((one) => one.session === session).length
    if (all.length < streamsMax && own < streamsPerSession) return null
    this.#refused++
    return own < streamsPerSession ? 'too many read the stream' : 'this session reads too many'
  }

  add(reader: Reader, session: Session): void {
    const { limits } = this.#watched
    const one = new Following(reader, { session, number: ++this.#number, limits })
    this.#open.add(one)
    reader.on('close', () => void this.#open.delete(one))
    reader.on('error', () => void this.#open.delete(one))
    reader.write(GREETING)
    if (this.#view !== null) this.#write(one, this.#view.bytes, true)
  }

  /** What a reader says it has read; false: it was not asked that. */
  seen(pulse: Pulse, session: Session): boolean {
    for (const one of this.#open) {
      if (one.session !== session) continue
      const owed = (): void => {
        if (this.#view !== null) this.#write(one, this.#view.bytes, true)
      }
      if (one.answered(pulse, owed)) return true
    }
    return false
  }

  /** Those of sessions that are over; each is looked at before every event, too. */
  sweep(): void {
    for (const one of this.#open) if (!this.#watched.isOpen(one.session)) this.#leave(one)
  }

  close(): void {
    this.#beat()
    for (const cancel of this.#cancels) cancel()
    for (const { reader } of this.#open) reader.end()
    for (const [{ reader }, { cancel }] of this.#leaving) {
      cancel()
      reader.reset()
    }
    this.#open.clear()
    this.#leaving.clear()
  }

  #show(view: View): Buffer {
    const bytes = bytesOf('view', view)
    this.#view = { bytes, seenMs: this.#watched.clock.monotonicMs() }
    return bytes
  }

  #tell(bytes: Buffer, isView = false): void {
    for (const one of this.#open) this.#write(one, bytes, isView)
  }

  #write(one: Following, bytes: Buffer, isView: boolean): void {
    if (!this.#watched.isOpen(one.session)) return this.#leave(one)
    const now = this.#watched.clock.monotonicMs()
    const objection = one.objection(now)
    if (objection === null) return one.write(bytes, { isView, now })
    this.#open.delete(one)
    if (objection === 'full') this.#drop(one.reader)
    else this.#turnOut(one)
  }

  /** What waits for it, here and in the kernel, is of no use to anybody. */
  #drop(reader: Reader): void {
    this.#dropped++
    reader.reset()
  }

  /** Who has read to the end closes, or asks anew; who does neither was asleep. */
  #turnOut(one: Following): void {
    const { clock, limits } = this.#watched
    const { reader } = one
    const { heard } = reader
    reader.end()
    const hasRead = (): boolean => reader.isGone || reader.heard !== heard
    const judged = (): void => {
      this.#leaving.delete(one)
      if (!hasRead()) this.#drop(reader)
    }
    this.#leaving.set(one, { cancel: clock.after(limits.leaveMs, judged), hasRead })
  }

  #leave(one: Following): void {
    this.#open.delete(one)
    one.reader.end()
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

function bytesOf(event: Exclude<StreamEvent, 'pulse'>, data: View | JournalLine): Buffer {
  // JSON has no line breaks of its own, so no text can begin an event.
  return Buffer.from(`id: ${data.seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}
