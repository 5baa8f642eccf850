import type { Transport, TransportListener } from '../wire/transport.ts'

/** One end of a pair of byte pipes. Bytes arrive in later microtasks, in order, never at once. */
class MemoryEnd implements Transport {
  readonly #count = { written: 0, handled: 0 }
  readonly #inbox: Uint8Array[] = []
  #peer: MemoryEnd | null = null
  #listener: TransportListener | null = null
  #delivering = false
  #open = true
  #peerClosed = false
  #told = false

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
    peer.#receive(new Uint8Array(bytes)) // the writer may reuse its buffer
    return true
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#deliverSoon()
    if (this.#peer !== null) this.#peer.#hearClose()
  }

  #receive(bytes: Uint8Array): void {
    this.#inbox.push(bytes)
    this.#deliverSoon()
  }

  #hearClose(): void {
    this.#peerClosed = true
    this.#deliverSoon()
  }

  #deliverSoon(): void {
    if (this.#delivering || (this.#listener === null && this.#open)) return
    this.#delivering = true
    queueMicrotask(() => {
      this.#delivering = false
      this.#deliver()
    })
  }

  #deliver(): void {
    for (let chunk = this.#inbox.shift(); chunk !== undefined; chunk = this.#inbox.shift()) {
      if (this.#open) this.#listener?.bytes(chunk)
      this.#count.handled += chunk.length // once closed, what still comes is handled by ignoring it
    }
    if (this.#told || (this.#open && !this.#peerClosed)) return
    this.#open = false
    this.#told = true
    this.#listener?.closed(null)
  }
}

/** The client's and the server's end of one connection that needs no socket. */
export function memoryPair(): { readonly client: Transport; readonly server: Transport } {
  const [client, server] = MemoryEnd.pair()
  return { client, server }
}
