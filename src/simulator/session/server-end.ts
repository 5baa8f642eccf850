import type { Cancel } from '../../base/clock.ts'
import type { Transport } from '../../wire/transport.ts'

/** The Gateway's end of a connection, and what a fault may do to it. */
export interface ServerEnd extends Transport {
  /** Ends it with a TCP RST: the client hears ECONNRESET, after what had been delivered. */
  reset(): void
  /** Leaves what comes in the kernel until the returned function is called. */
  pause(): Cancel
  /** Bytes that were written and that the client, as far as can be known, has not read. */
  readonly unread: number
  /** How many of the bytes it has taken count, for the client, as not acknowledged. */
  withhold(bytes: () => number): void
}
