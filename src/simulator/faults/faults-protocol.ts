import { z } from 'zod'
import { unreachable } from '../../base/assert.ts'
import { encodeResponse } from '../../wire/responses.ts'
import { frame as framed } from '../../wire/frame.ts'
import { fault, ms } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { MessageRate, GATEWAY_LIMITS } from '../session/limits.ts'
import { overflowing } from './faults-output.ts'

const LENGTH_BYTES = 4
const times = z
  .number()
  .int()
  .min(1)
  .nullable()
  .default(1)
  .describe('how many frames of a connection; null is all')

/** What is said is not what the protocol says, or too much is said: F9, F33 to F35. */
export const protocolFaults = {
  'corrupt-length': fault({
    number: 'F9',
    line: 'the length in front of a frame is wrong',
    label: 'PROTOCOL_ERROR',
    parameters: {
      length: z
        .number()
        .int()
        .min(-(2 ** 31))
        .max(2 ** 31 - 1)
        .default(-4)
        .describe('what it says: -4, -1, 0, 1, 2147483647, 17825792 are the usual ones'),
      times,
    },
    begin: ({ length, times }) =>
      altering(times, (frame) => {
        const copy = new Uint8Array(frame)
        new DataView(copy.buffer).setInt32(0, length)
        return copy
      }),
  }),
  'output-dropped': fault({
    number: 'F33',
    line: 'output for a client that does not read is kept; then half of it goes, or the client',
    label: 'LOCAL_READER_STALLED',
    parameters: {
      kernelBytes: z
        .number()
        .int()
        .min(1)
        .default(262_144)
        .describe('unread bytes from which on output is kept'),
      limitBytes: z
        .number()
        .int()
        .min(1)
        .default(1_298_510)
        .describe('of what is kept; the default was seen in the log of a live Gateway'),
      overflow: z
        .enum(['drop-half', 'disconnect'])
        .default('drop-half')
        .describe('what happens above it: the first half goes, or the client'),
    },
    begin: (parameters, ground) => overflowing(parameters, ground),
  }),
  drift: fault({
    number: 'F34',
    line: 'unknown messages, fields too many or too few, a newer version, bytes outside UTF-8',
    label: 'PROTOCOL_ERROR',
    parameters: {
      what: z
        .enum(['unknown-message', 'extra-field', 'lost-field', 'newer-version', 'latin1'])
        .default('lost-field')
        .describe('how the Gateway has changed'),
      messages: z
        .array(z.string().min(1))
        .default(['orderStatus'])
        .describe('whose fields are too many or too few, by the names of the message tables'),
      times,
    },
    begin: (parameters, ground) => drifting(parameters, ground),
  }),
  'rate-exceeded': fault({
    number: 'F35',
    line: 'error 100 above a rate, and the end of the connection after repeated violations',
    label: 'PACING',
    parameters: {
      messagesPerSecond: z.number().int().min(0).default(0).describe('what is let through'),
      strikes: z
        .number()
        .int()
        .min(1)
        .default(GATEWAY_LIMITS.strikes)
        .describe('violations that end the connection'),
      everyMs: ms.default(1_000).describe('after a violation frames pass for so long'),
    },
    begin: (parameters, ground) => strict(parameters, ground),
  }),
}

function altering(
  times: number | null,
  change: (frame: Uint8Array) => Uint8Array,
  messages?: readonly string[],
): Hooks {
  const left = new WeakMap<Connection, number>()
  return {
    writes: (connection, frame, kind) => {
      const count = left.get(connection) ?? times ?? Infinity
      if (count === 0 || !(messages?.includes(kind) ?? true)) return [frame]
      left.set(connection, count - 1)
      return [change(frame)]
    },
  }
}

const payloadOf = (frame: Uint8Array): Uint8Array => frame.subarray(LENGTH_BYTES)

function drifting(
  of: {
    readonly what: 'unknown-message' | 'extra-field' | 'lost-field' | 'newer-version' | 'latin1'
    readonly messages: readonly string[]
    readonly times: number | null
  },
  ground: Ground,
): Hooks {
  const { messages, times } = of
  switch (of.what) {
    case 'extra-field':
      return altering(times, (frame) => framed(Buffer.concat([payloadOf(frame), EXTRA])), messages)
    case 'lost-field':
      return altering(times, (frame) => framed(withoutLastField(payloadOf(frame))), messages)
    case 'newer-version':
      return { claims: (version) => version + 1 }
    case 'unknown-message':
      return telling(ground, () => framed(UNKNOWN))
    case 'latin1':
      return telling(ground, (connection) => latin1(connection, ground))
    default:
      return unreachable(of.what)
  }
}

/** Once to each connection. */
function telling(ground: Ground, frameFor: (connection: Connection) => Uint8Array): Hooks {
  return {
    ready: (connection) => {
      connection.deliverFrame(frameFor(connection))
      ground.did()
    },
  }
}

const EXTRA = Buffer.from('new\0')
/** No message has this id at any version of the text protocol. */
const UNKNOWN = Buffer.from('250\x001\0something new\0')

function withoutLastField(payload: Uint8Array): Uint8Array {
  const end = payload.lastIndexOf(0, payload.length - 2)
  return payload.subarray(0, end + 1)
}

/** A warning with a name in it that was written in another character set. */
function latin1({ version }: Connection, { clock }: Ground): Uint8Array {
  const text = 'Warning: Approaching Max Rate of Soci~t~ messages'
  const notice = { kind: 'error', id: -1, code: 2137, text, advancedOrderRejectJson: '' } as const
  const frame = encodeResponse({ ...notice, errorTime: Math.floor(clock.now()) }, version)
  return frame.ok ? frame.value.map((byte) => (byte === TILDE ? E_ACUTE : byte)) : new Uint8Array()
}
const TILDE = 0x7e
const E_ACUTE = 0xe9

function strict(
  of: {
    readonly messagesPerSecond: number
    readonly strikes: number
    readonly everyMs: number
  },
  { clock }: Ground,
): Hooks {
  const rates = new WeakMap<Connection, { readonly rate: MessageRate; freeUntil: number }>()
  const limits = { ...GATEWAY_LIMITS, ...of }
  return {
    takes: (connection) => {
      if (!connection.isReady) return false
      const now = clock.monotonicMs()
      const own = rates.get(connection) ?? { rate: new MessageRate(limits), freeUntil: -Infinity }
      rates.set(connection, own)
      if (now < own.freeUntil) return false
      const verdict = own.rate.take(now)
      if (verdict === 'fits') return false
      own.freeUntil = now + of.everyMs
      const { messagesPerSecond: max } = GATEWAY_LIMITS
      connection.error(-1, 100, `Max rate of messages per second has been exceeded:max=${max}`)
      if (verdict === 'last-strike') connection.close()
      return true
    },
  }
}
