import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '../../base/clock.ts'
import type { Transport, TransportFacts } from '../../wire/transport.ts'

/** What shows outside the protocol. It is handed in: virtual time must not see the machine. */
export interface Probes {
  facts(transport: Transport): TransportFacts | null
  /** 99th percentile of the event loop's delay over the last 10 s; null: nobody measures. */
  loopDelayMs(): number | null
}

export const NO_PROBES: Probes = { facts: () => null, loopDelayMs: () => null }

const EMPTY: TransportFacts = {
  bytesRead: 0,
  writableLength: 0,
  rxQueue: 0,
  txQueue: 0,
  localPort: null,
  remotePort: null,
  paused: false,
}

/**
 * Under a lock-step clock time stands until every byte is handled, so at every moment all queues
 * are empty; but for those of a transport that is told to hold bytes back and says so.
 */
export function lockStepProbes(
  facts: (transport: Transport) => TransportFacts | null = () => null,
): Probes {
  const seen = (transport: Transport): TransportFacts => {
    const known = facts(transport) ?? EMPTY
    return { ...known, rxQueue: known.rxQueue ?? 0, txQueue: known.txQueue ?? 0 }
  }
  return { facts: seen, loopDelayMs: () => 0 }
}

const WINDOW_MS = 10_000
const SAMPLE_MS = 20

/** Of this process and its kernel. */
export function systemProbes(clock: Clock): Probes & { close(): void } {
  const delays = monitorEventLoopDelay({ resolution: SAMPLE_MS })
  delays.enable()
  let p99: number | null = null
  let stopped = false
  const turn = (): void => {
    if (stopped) return
    // The histogram counts from one sample to the next; what is over the sampling is delay.
    if (delays.count > 0) p99 = Math.max(0, delays.percentile(99) / 1e6 - SAMPLE_MS)
    delays.reset()
    stop = clock.after(WINDOW_MS, turn)
  }
  let stop = clock.after(WINDOW_MS, turn)
  return {
    facts: (transport) => transport.facts?.() ?? null,
    loopDelayMs: () => p99,
    close: () => {
      stopped = true
      stop()
      delays.disable()
    },
  }
}
