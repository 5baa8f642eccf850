import type { Clock } from '../../src/base/clock.ts'
import type { Transport, TransportListener } from '../../src/wire/transport.ts'

export interface Standing {
  /** That of the world, which goes on. */
  readonly clock: Clock
  /** How long nothing of the process runs from now on; 0 while it runs. */
  readonly forMs: () => number
  /** It was stopped from outside, and not by a turn of its own that takes long. */
  readonly isStopped: () => boolean
}

/**
 * A socket of a process that stands (F83): what comes waits in the kernel until it reads again, each
 * chunk in a turn of its own, and what a turn writes that takes long leaves as late as it is written.
 */
export class HeldSocket implements Transport {
  readonly #of: Transport
  readonly #standing: Standing
  readonly #arriving: (() => void)[] = []
  #releasing = false
  /** Chunks that had to wait, in either direction. */
  held = 0

  constructor(of: Transport, standing: Standing) {
    this.#of = of
    this.#standing = standing
  }

  get count(): Transport['count'] {
    return this.#of.count
  }

  listen(listener: TransportListener): void {
    const later = (arrives: () => void): void => {
      if (this.#standing.forMs() === 0 && this.#arriving.length === 0) return arrives()
      this.held++
      this.#arriving.push(arrives)
    }
    this.#of.listen({
      bytes: (chunk) => later(() => listener.bytes(chunk)),
      closed: (reason) => later(() => listener.closed(reason)),
    })
  }

  write(bytes: Uint8Array): boolean {
    const forMs = this.#standing.forMs()
    if (forMs === 0) return this.#of.write(bytes)
    const copy = new Uint8Array(bytes)
    this.held++
    this.#standing.clock.after(forMs, () => void this.#of.write(copy))
    return true
  }

  close(): void {
    const forMs = this.#standing.forMs()
    if (forMs === 0) this.#of.close()
    else this.#standing.clock.after(forMs, () => this.#of.close())
  }

  /** The process polls its sockets: a turn that one of them takes holds up none of the others. */
  release(): void {
    if (this.#standing.isStopped() || this.#releasing) return
    const next = this.#arriving.shift()
    if (next === undefined) return
    next()
    this.#releasing = true
    this.#standing.clock.after(0, () => {
      this.#releasing = false
      this.release()
    })
  }
}
