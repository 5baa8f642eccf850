import { createRequire } from 'node:module'

/** The package that is measured beside ours; test/wire checks that it reads the same. */
export const STOQEY = '@stoqey/ib'

interface Socket {
  send(tokens: readonly unknown[]): void
  onData(bytes: Buffer): void
}

interface Decoder {
  enqueueMessage(tokens: readonly string[]): void
  process(): void
}

interface Listening {
  readonly serverVersion: number
  emitEvent(name: string): void
  emitError(message: string): void
  emitInfo(): void
  sendMsg(tokens: readonly unknown[]): void
}

export type Encoder = Readonly<Record<string, (...args: readonly unknown[]) => void>>

interface Loaded {
  readonly Socket: { readonly prototype: Socket }
  readonly Encoder: new (callback: Listening) => Encoder
  readonly Decoder: new (callback: Listening) => Decoder
}

export interface Stoqey {
  /** Reads what the network brought, to the last callback. */
  readonly hear: (bytes: Buffer) => void
  readonly encoder: Encoder
  /** How many events it has told. */
  readonly told: () => number
  /** How many bytes it has written. */
  readonly written: () => number
}

export interface Ends {
  /** What it would send. */
  readonly write: (bytes: Uint8Array) => void
  /** An event that it tells, by its name. */
  readonly heard: (event: string) => void
}

const NO_ENDS: Ends = { write: () => undefined, heard: () => undefined }

/**
 * Its own socket, decoder and encoder, put together as its controller does, without the network and
 * without the throttle of 40 requests a second.
 */
export function stoqey(serverVersion: number, { write, heard }: Ends = NO_ENDS): Stoqey {
  const require = createRequire(import.meta.url)
  const of = (file: string) => require(`${STOQEY}/dist/core/io/${file}.js`) as Loaded
  const { Socket } = of('socket')
  let told = 0
  let written = 0
  const socket = Object.create(Socket.prototype) as Socket
  const callback: Listening = {
    serverVersion,
    emitEvent(name) {
      told++
      heard(name)
    },
    emitError(message) {
      throw new Error(message)
    },
    emitInfo: () => undefined,
    sendMsg: (tokens) => socket.send(tokens),
  }
  const decoder = new (of('decoder').Decoder)(callback)
  Object.assign(socket, {
    useV100Plus: true,
    _serverVersion: serverVersion,
    _v100MessageBuffer: Buffer.alloc(0),
    dataFragment: '',
    neverReceived: false,
    client: {
      write(bytes: Uint8Array) {
        written += bytes.length
        write(bytes)
      },
    },
    controller: {
      emitEvent: () => undefined, // `sent` and `received`, which repeat the bytes
      onMessage: (tokens: readonly string[]) => decoder.enqueueMessage(tokens),
      processIngressQueue: () => decoder.process(),
      resume: () => undefined,
    },
  })
  const encoder = new (of('encoder').Encoder)(callback)
  return {
    hear: (bytes) => socket.onData(bytes),
    encoder,
    told: () => told,
    written: () => written,
  }
}
