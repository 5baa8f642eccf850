import { createRequire } from 'node:module'
import { VERSIONS } from './evidence.ts'

/** Three versions of another client of the protocol, each with the newest version it speaks. */
export const PACKAGES = { '@stoqey/ib': 193, 'stoqey-ib-178': 178, 'stoqey-ib-165': 165 } as const

export type PackageName = keyof typeof PACKAGES

export const packageNames = Object.keys(PACKAGES) as readonly PackageName[]

/** A package at a server version that it is told. */
export interface Speaker {
  readonly name: PackageName
  readonly version: number
}

/** Each package at each version that has the message, the newest first. */
export function speakersSince(since: number): readonly Speaker[] {
  return packageNames.flatMap((name) =>
    VERSIONS.filter((version) => version >= since && version <= PACKAGES[name])
      .toReversed()
      .map((version) => ({ name, version })),
  )
}

interface Socket {
  send(tokens: readonly unknown[]): void
  startAPI(): void
  onConnect(): void
  onData(bytes: Buffer): void
}

interface Decoder {
  enqueueMessage(tokens: readonly string[]): void
  process(): void
}

interface Listening {
  readonly serverVersion: number
  emitEvent(name: string, ...args: readonly unknown[]): void
  emitError(...args: readonly unknown[]): void
  emitInfo(...args: readonly unknown[]): void
  sendMsg(tokens: readonly unknown[]): void
}

type Encoder = Readonly<Record<string, (...args: readonly unknown[]) => void>>

interface Loaded {
  readonly Socket: { readonly prototype: Socket }
  readonly Encoder: new (callback: Listening) => Encoder
  readonly Decoder: new (callback: Listening) => Decoder
}

const require = createRequire(import.meta.url)
const loaded = new Map<PackageName, Loaded>()

/** Its modules themselves: nothing of the package is replaced, only its TCP connection. */
function load(name: PackageName): Loaded {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const of = (file: string) => require(`${name}/dist/core/io/${file}.js`) as Loaded
  const found = { ...of('socket'), ...of('encoder'), ...of('decoder') }
  loaded.set(name, found)
  return found
}

interface Plugged {
  readonly socket: Socket
  readonly encoder: Encoder
  readonly events: Event[]
  /** What was written to the network. */
  readonly sent: () => Uint8Array
}

/** An event, or an error or notice, with its arguments as they stand. */
export interface Event {
  readonly name: string
  readonly args: readonly unknown[]
}

/** Its encoder, decoder and socket, put together as in its controller, at a server version. */
function plugged({ name, version: serverVersion }: Speaker): Plugged {
  const { Socket, Encoder, Decoder } = load(name)
  const events: Event[] = []
  const chunks: Uint8Array[] = []
  const tell = (event: string, args: readonly unknown[]) => events.push({ name: event, args })
  const socket = Object.create(Socket.prototype) as Socket
  const callback: Listening = {
    serverVersion,
    emitEvent: (event, ...args) => void tell(event, args),
    emitError: (...args) => void tell('error', args),
    emitInfo: (...args) => void tell('info', args),
    sendMsg: (tokens) => socket.send(tokens),
  }
  const decoder = new Decoder(callback)
  Object.assign(socket, {
    useV100Plus: true,
    _clientId: 30,
    _serverVersion: serverVersion,
    _v100MessageBuffer: Buffer.alloc(0),
    dataFragment: '',
    neverReceived: false,
    client: { write: (bytes: Uint8Array) => chunks.push(bytes) },
    controller: {
      emitEvent: () => undefined, // `sent` and `received`, which repeat the bytes
      onMessage: (tokens: readonly string[]) => decoder.enqueueMessage(tokens),
      processIngressQueue: () => decoder.process(),
      resume: () => undefined,
    },
  })
  const sent = () => new Uint8Array(Buffer.concat(chunks))
  return { socket, encoder: new Encoder(callback), events, sent }
}

/** A method of the package's encoder and its arguments. */
export type Call = readonly [method: string, ...args: readonly unknown[]]

/** The bytes that the package sends for a call, length included; or why it refuses. */
export function sentBy(speaker: Speaker, [method, ...args]: Call): Uint8Array | string {
  const { socket, encoder, events, sent } = plugged(speaker)
  if (method === 'startAPI') socket.startAPI()
  else encoder[method]?.(...args)
  const [refusal] = events
  return refusal === undefined ? sent() : String(refusal.args[0])
}

type Condition = new (...args: readonly unknown[]) => unknown

/** One of its condition classes: `price`, `time`, `margin`. */
export function conditionOf(name: PackageName, subject: string, args: readonly unknown[]): unknown {
  const file = `${name}/dist/api/order/condition/${subject}-condition.js`
  const { default: Condition } = require(file) as { readonly default: Condition }
  return new Condition(...args)
}

/** Its first bytes on a new connection. */
export function preludeOf(name: PackageName): Uint8Array {
  const { socket, sent } = plugged({ name, version: 0 })
  socket.onConnect()
  return sent()
}

/** What the package makes of a frame from the network, its length included. */
export function heardBy(speaker: Speaker, frame: Uint8Array): readonly Event[] {
  const { socket, events } = plugged(speaker)
  try {
    socket.onData(Buffer.from(frame))
  } catch (error) {
    events.push({ name: 'exception', args: [String(error)] }) // of a count it took from elsewhere
  }
  return events
}

/** Its orders are flat: `deltaNeutral.conId` is `deltaNeutralConId` there. */
export function prefixed(prefix: string, values: object | null): object {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      `${prefix}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  )
}
