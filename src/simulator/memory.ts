import type { Cancel } from '../base/clock.ts'
import type { Transport, TransportFacts, TransportListener } from '../wire/transport.ts'
import { once } from './faults/once.ts'
import type { ServerEnd } from './session/server-end.ts'

/** What a kernel takes before bytes stay with the writer; Linux starts with 85 kB (assumed). */
const KERNEL_BUFFER_BYTES = 87_040
/** A pair of pipes has no ports; these stand for the ports of a Gateway and of its client. */
const PORTS = { client: 49_152, server: 4002 } as const

interface Chunk {
  readonly bytes: Uint8Array
  /** It came to an end that does not read: nobody waits for it. */
  readonly isCounted: boolean
}

/** One end of a pair of byte pipes. Bytes arrive in later microtasks, in order, never at once. */
class MemoryEnd implements ServerEnd {
  readonly #count = { written: 0, handled: 0 }
  #inbox: Chunk[] = []
  #peer: MemoryEnd | null = null
  #listener: TransportListener | null = null
  #delivering = false
  #open = true
  #ending: { readonly reason: string | null } | null = null
  #told = false
  #pauses = 0
  #bytesRead = 0
  #withheld: () => number = () => 0

  get count(): { readonly written: number; readonly handled: number } {
    return this.#count
  }

  static pair(): readonly [MemoryEnd, MemoryEnd] {
    const [one, other] = [new MemoryEnd(), new MemoryEnd()]
    one.#peer = other
    other.#peer = one
    return [one, other]
  }

  listen(listener: TransportListener): void {
    this.#listener = listener
    this.#deliverSoon()
  }

  write(bytes: Uint8Array): boolean {
    const peer = this.#peer
    if (!this.#open || peer === null) return false
    if (bytes.length === 0) return true
    this.#count.written += bytes.length
    peer.#receive(Buffer.from(bytes)) // the writer may reuse its buffer
    return true
  }

  close(): void {
    this.#end(null, null)
  }

  reset(): void {
    this.#end('reset by our end', 'read ECONNRESET')
  }

  /** The bytes that come stay in the kernel, so to speak, until somebody reads again. */
  pause(): Cancel {
    this.#pauses++
    for (const { bytes, isCounted } of this.#inbox) {
      if (!isCounted) this.#count.handled += bytes.length
    }
    this.#inbox = this.#inbox.map(({ bytes }) => ({ bytes, isCounted: true }))
    return once(() => {
      this.#pauses--
      this.#deliverSoon()
    })
  }

  get unread(): number {
    return this.#peer === null ? 0 : this.#peer.#inboxBytes()
  }

  withhold(bytes: () => number): void {
    this.#withheld = bytes
  }

  readonly facts = (): TransportFacts => {
    const unacknowledged = this.#peer === null ? 0 : this.#peer.#withheld()
    const tooMuch = Math.max(0, this.unread - KERNEL_BUFFER_BYTES)
    const txQueue = Math.min(unacknowledged + tooMuch, KERNEL_BUFFER_BYTES)
    return {
      bytesRead: this.#bytesRead,
      writableLength: unacknowledged + tooMuch - txQueue,
      rxQueue: Math.min(this.#inboxBytes(), KERNEL_BUFFER_BYTES),
      txQueue,
      localPort: PORTS.client,
      remotePort: PORTS.server,
      paused: this.#pauses > 0,
    }
  }

  #inboxBytes(): number {
    return this.#inbox.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  #receive(bytes: Uint8Array): void {
    const isCounted = this.#pauses > 0
    if (isCounted) this.#count.handled += bytes.length
    this.#inbox.push({ bytes, isCounted })
    this.#deliverSoon()
  }

  #end(ours: string | null, theirs: string | null): void {
    if (!this.#open) return
    this.#open = false
    this.#ending ??= { reason: ours }
    this.#deliverSoon()
    if (this.#peer === null) return
    this.#peer.#ending ??= { reason: theirs }
    this.#peer.#deliverSoon()
  }

  #deliverSoon(): void {
    if (this.#delivering || (this.#listener === null && this.#open)) return
    if (this.#pauses > 0 && this.#open) return
    this.#delivering = true
    queueMicrotask(() => {
      this.#delivering = false
      this.#deliver()
    })
  }

  #deliver(): void {
    while (this.#pauses === 0 || !this.#open) {
      const chunk = this.#inbox.shift()
      if (chunk === undefined) break
      const { bytes, isCounted } = chunk
      this.#bytesRead += bytes.length
      if (this.#open) this.#listener?.bytes(bytes)
      if (!isCounted) this.#count.handled += bytes.length // closed: handled by ignoring it
    }
    if (this.#told || this.#ending === null || this.#inbox.length > 0) return
    this.#open = false
    this.#told = true
    this.#listener?.closed(this.#ending.reason)
  }
}

/** The client's and the server's end of one connection that needs no socket. */
export function memoryPair(): { readonly client: MemoryClient; readonly server: ServerEnd } {
  const [client, server] = MemoryEnd.pair()
  return { client, server }
}

/** The client's end: a kernel of which everything is known. */
export type MemoryClient = Transport & Required<Pick<Transport, 'facts'>> & Pick<ServerEnd, 'pause'>
