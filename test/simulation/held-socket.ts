import type { Clock } from '../../src/base/clock.ts'
import type { Transport, TransportListener } from '../../src/wire/transport.ts'

/**
 * A socket of a process that stands (F83): what comes waits in the kernel, and what a turn that
 * takes long has written leaves at its end. Then all of it comes at once, each in a turn of its own.
 */
export class HeldSocket implements Transport {
  readonly #of: Transport
  readonly #clock: Clock
  readonly #isHeld: () => boolean
  readonly #leaving: (() => void)[] = []
  readonly #arriving: (() => void)[] = []
  #releasing = false
  /** Chunks that had to wait, in either direction. */
  held = 0

  /** `clock`: that of the world, which goes on. */
  constructor(of: Transport, clock: Clock, isHeld: () => boolean) {
    this.#of = of
    this.#clock = clock
    this.#isHeld = isHeld
  }

  get count(): Transport['count'] {
    return this.#of.count
  }

  listen(listener: TransportListener): void {
    const later = (arrives: () => void): void => {
      if (!this.#isHeld() && this.#arriving.length === 0) return arrives()
      this.held++
      this.#arriving.push(arrives)
    }
    this.#of.listen({
      bytes: (chunk) => later(() => listener.bytes(chunk)),
      closed: (reason) => later(() => listener.closed(reason)),
    })
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#isHeld()) return this.#of.write(bytes)
    const copy = new Uint8Array(bytes)
    this.held++
    this.#leaving.push(() => this.#of.write(copy))
    return true
  }

  close(): void {
    if (this.#isHeld()) this.#leaving.push(() => this.#of.close())
    else this.#of.close()
  }

  /** The process goes on. */
  release(): void {
    if (this.#isHeld() || this.#releasing) return
    for (const leave of this.#leaving.splice(0)) leave()
    const next = this.#arriving.shift()
    if (next === undefined) return
    next()
    this.#releasing = true
    this.#clock.after(0, () => {
      this.#releasing = false
      this.release()
    })
  }
}
