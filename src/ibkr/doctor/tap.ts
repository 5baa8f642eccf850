import type { Result } from '../../base/result.ts'
import { FrameReader } from '../../wire/frame.ts'
import type { Transport, TransportListener } from '../../wire/transport.ts'

/** What went over a connection, as it went. Payloads are copies: whoever hears one may keep it. */
export interface TapListener {
  /** The client's greeting: `API` and its version range. It is no frame. */
  greeted(bytes: Uint8Array): void
  sent(payload: Uint8Array): void
  received(payload: Uint8Array): void
  /** Nothing after these bytes can be cut into frames. */
  garbled(detail: string, bytes: Uint8Array): void
}

/** How much of what is no frame is worth keeping. */
const GARBLED_BYTES = 64

/** A transport whose frames somebody reads along; to both ends it is the transport itself. */
export function tapped(transport: Transport, tap: TapListener): Transport {
  const [inbound, outbound] = [new FrameReader(), new FrameReader()]
  let greeted = false
  let garbled = false
  const cut = (
    read: ReturnType<FrameReader['push']>,
    hear: (payload: Uint8Array) => void,
  ): void => {
    for (const payload of framesOf(read)) hear(payload.slice())
  }
  return {
    get count() {
      return transport.count
    },
    listen(listener: TransportListener): void {
      transport.listen({
        bytes(chunk) {
          const read = inbound.push(chunk)
          cut(read, (payload) => tap.received(payload))
          if (!read.ok && !garbled) {
            garbled = true
            tap.garbled(read.error.detail, chunk.slice(0, GARBLED_BYTES))
          }
          listener.bytes(chunk)
        },
        closed: (reason) => listener.closed(reason),
      })
    },
    write(bytes: Uint8Array): boolean {
      if (greeted) cut(outbound.push(bytes), (payload) => tap.sent(payload))
      else tap.greeted(bytes.slice())
      greeted = true
      return transport.write(bytes)
    },
    close: () => transport.close(),
  }
}

function framesOf(
  read: Result<readonly Uint8Array[], { readonly frames: readonly Uint8Array[] }>,
): readonly Uint8Array[] {
  return read.ok ? read.value : read.error.frames
}
