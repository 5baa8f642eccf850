import type { Cancel } from '../../base/clock.ts'
import type { Transport, TransportFacts, TransportListener } from '../../wire/transport.ts'
import { once } from './once.ts'

/**
 * How a reader is dead while writes leave. `paused`: the bytes stay in the kernel. `detached`: they
 * are read and nobody gets them.
 */
export type ReaderForm = 'paused' | 'detached'

/**
 * What breaks on the client's own side of its sockets, those that are open and new ones: S0, S0w.
 * A process that is replaced is whole again: give the new one a new `LocalFaults`, or `recycle`.
 */
export class LocalFaults {
  readonly #holdsItself: boolean
  readonly #open = new Set<LocalTransport>()
  readonly #active = new Set<(transport: LocalTransport) => Cancel>()
  readonly #heals = new Set<Cancel>()

  /** `holdsItself`: bytes never stay in a kernel, for a lock-step clock over TCP. */
  constructor({ holdsItself = false }: { readonly holdsItself?: boolean } = {}) {
    this.#holdsItself = holdsItself
  }

  wrap(transport: Transport): Transport {
    const wrapped: LocalTransport = new LocalTransport(transport, {
      holdsItself: this.#holdsItself,
      ended: () => this.#open.delete(wrapped),
    })
    this.#open.add(wrapped)
    for (const begin of this.#active) begin(wrapped)
    return wrapped
  }

  /** S0: requests leave, the Gateway answers, and nobody reads. */
  stallReader(form: ReaderForm = 'paused'): Cancel {
    return this.#begin((transport) =>
      form === 'paused' ? transport.stopReading() : transport.detach(),
    )
  }

  /** S0w: the next frame leaves, later ones stay in this process. */
  stallWriter(): Cancel {
    return this.#begin((transport) => transport.holdWrites())
  }

  /** Nothing at all runs in this process for so long, in real time. */
  blockEventLoop(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }

  /** Everything heals, as when the process is replaced. */
  recycle(): void {
    for (const heal of this.#heals) heal()
  }

  #begin(begin: (transport: LocalTransport) => Cancel): Cancel {
    const undo = new Map<LocalTransport, Cancel>()
    const start = (transport: LocalTransport): Cancel => {
      const cancel = begin(transport)
      undo.set(transport, cancel)
      return cancel
    }
    for (const transport of this.#open) start(transport)
    this.#active.add(start)
    const heal = once(() => {
      this.#active.delete(start)
      this.#heals.delete(heal)
      for (const cancel of undo.values()) cancel()
    })
    this.#heals.add(heal)
    return heal
  }
}

/** A transport whose counts stay those of the inner one: what it keeps, it has handled. */
class LocalTransport implements Transport {
  readonly #inner: Transport
  readonly #ended: () => void
  readonly #holdsItself: boolean
  #listener: TransportListener | null = null
  #pauses = 0
  #detached = 0
  #writeHolds = 0
  #mayWrite = 0
  #unread: Uint8Array[] = []
  #unwritten: Uint8Array[] = []
  #closed: { readonly reason: string | null } | null = null

  constructor(
    inner: Transport,
    { holdsItself, ended }: { readonly holdsItself: boolean; readonly ended: () => void },
  ) {
    this.#inner = inner
    this.#holdsItself = holdsItself
    this.#ended = ended
  }

  get count(): Transport['count'] {
    return this.#inner.count
  }

  listen(listener: TransportListener): void {
    this.#listener = listener
    this.#inner.listen({
      bytes: (chunk) => this.#take(chunk),
      closed: (reason) => {
        this.#closed = { reason }
        this.#tellClosed()
      },
    })
  }

  write(bytes: Uint8Array): boolean {
    if (this.#writeHolds === 0 || this.#mayWrite-- > 0) return this.#inner.write(bytes)
    this.#unwritten.push(new Uint8Array(bytes))
    return true
  }

  close(): void {
    this.#inner.close()
  }

  readonly facts = (): TransportFacts => {
    const held = sizeOf(this.#unread)
    // Under a lock-step clock what a kernel shows is no part of the world.
    const known = this.#holdsItself ? EMPTY : (this.#inner.facts?.() ?? UNKNOWN)
    return {
      ...known,
      bytesRead: known.bytesRead - held,
      writableLength: known.writableLength + sizeOf(this.#unwritten),
      rxQueue: known.rxQueue === null && held === 0 ? null : (known.rxQueue ?? 0) + held,
      paused: known.paused || this.#pauses > 0,
    }
  }

  stopReading(): Cancel {
    const resume = this.#holdsItself ? undefined : this.#inner.pause?.()
    if (resume !== undefined) return resume
    this.#pauses++
    return once(() => {
      this.#pauses--
      this.#readOn()
    })
  }

  detach(): Cancel {
    this.#detached++
    return once(() => {
      this.#detached--
    })
  }

  holdWrites(): Cancel {
    if (this.#writeHolds++ === 0) this.#mayWrite = 1
    return once(() => {
      if (--this.#writeHolds > 0) return
      for (const bytes of this.#unwritten.splice(0)) this.#inner.write(bytes)
    })
  }

  #take(chunk: Uint8Array): void {
    if (this.#detached > 0) return
    if (this.#pauses > 0) this.#unread.push(new Uint8Array(chunk))
    else this.#listener?.bytes(chunk)
  }

  #readOn(): void {
    if (this.#pauses > 0) return
    for (const bytes of this.#unread.splice(0)) this.#listener?.bytes(bytes)
    this.#tellClosed()
  }

  /** Who does not read does not hear the end either. */
  #tellClosed(): void {
    if (this.#closed === null || this.#pauses > 0) return
    const { reason } = this.#closed
    this.#closed = null
    this.#ended()
    this.#listener?.closed(reason)
  }
}

const UNKNOWN: TransportFacts = {
  bytesRead: 0,
  writableLength: 0,
  rxQueue: null,
  txQueue: null,
  localPort: null,
  remotePort: null,
  paused: false,
}

const EMPTY: TransportFacts = { ...UNKNOWN, rxQueue: 0, txQueue: 0 }

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0)
}
