import type { Prng } from '../../src/base/prng.ts'
import type { Target } from '../../src/wire/compile.ts'
import { encodeRequest, requestTable } from '../../src/wire/requests.ts'
import { encodeResponse, responseTable } from '../../src/wire/responses.ts'
import type { Response } from '../../src/wire/responses.ts'
import type { Table } from '../../src/wire/fields.ts'
import { executionOf, openOrderOf, statusOf, WIRE_OPTION } from '../../src/ibkr/gateway.testing.ts'
import { FIRST_REQUEST_ID } from '../../src/ibkr/session/question.ts'
import { bitten, cutsOf, latin1, oneElse, unlatin1 } from './drawn.ts'
import { oddAnswers } from './session-answers.ts'
import type { Answers } from './session-answers.ts'
import { without } from './subject.ts'
import { damaged } from './wire-input.ts'
import { messageFrom } from './wire-values.ts'

/** Who hears it, and when. */
export type Hearer = 'order' | 'data' | 'gateway' | 'order, unready'

export interface SessionInput {
  readonly to: Hearer
  readonly version: number
  readonly stream: Uint8Array
  readonly cuts: readonly number[]
  /** What the bot's own questions are answered with; the rest as ever. */
  readonly answers: Answers
}

export function sessionInput(prng: Prng): SessionInput {
  const to = oneElse(
    prng,
    ['order', 'order', 'data', 'gateway', 'order, unready'] as const,
    'order',
  )
  const side = to === 'gateway' ? 'request' : 'response'
  // What the bot announces (handshake.ts), and all that the simulated Gateway speaks.
  const version = side === 'request' ? prng.int(157, 200) : prng.int(176, 193)
  const count = prng.int(1, 6)
  const frames = Array.from({ length: count }, () => addressed(prng, side, version))
  const sound = prng.chance(0.35)
  const whole = Buffer.concat(frames)
  const stream = sound ? whole : prng.chance(0.9) ? damaged(prng, frames) : bitten(prng, whole)
  const cuts = cutsOf(prng, stream.length)
  const answers = to === 'order' || to === 'data' ? oddAnswers(prng, version) : {}
  return { to, version, stream: new Uint8Array(stream), cuts, answers }
}

/** Said most of the time: what the other side acts on. */
const TALK: Readonly<Record<'request' | 'response', readonly string[]>> = {
  request: ['placeOrder', 'cancelOrder', 'reqMktData', 'reqHistoricalData', 'reqContractDetails'],
  response: ['orderStatus', 'openOrder', 'execDetails', 'commissionReport', 'error', 'position'],
}
/** Error codes that the bot acts on, and some that nobody has. */
const CODES = [100, 103, 104, 110, 135, 161, 162, 200, 201, 202, 320, 321, 326, 354, 366, 399, 404]
const MORE_CODES = [502, 503, 504, 1100, 1101, 1102, 1300, 2103, 2104, 2106, 2107, 10006, 10147]
const STATUSES = ['Submitted', 'PreSubmitted', 'Filled', 'Cancelled', 'Inactive', 'ApiCancelled']
/** Of our orders, and of the requests that a session has open at its start. */
const ORDER_IDS = [1, 2, 3, 4, 0, -1, 1_000_001]

/** What a Gateway says of orders that the bot has placed. */
function ofOurs(prng: Prng): Response {
  const orderId = prng.int(1, 4)
  const odd = [2, 0, 1, 0.5, -2, 1e10, 700, 9_007_199_255, 1e15]
  const number = (): number => oneElse(prng, odd, 2)
  const status = oneElse(prng, STATUSES, 'Submitted')
  switch (prng.int(0, 3)) {
    case 0:
      return statusOf(orderId, status, { filled: number(), remaining: number() })
    case 1: {
      const execId = oneElse(prng, ['0000e0d5.1.1.01', '0000e0d5.1.1.02', 'x', 'x.9e9', ''], '')
      return executionOf(orderId, { shares: number(), price: number(), execId })
    }
    case 2: {
      const account = 'DU1234567'
      const held = { position: number(), avgCost: number() }
      return { kind: 'position', account, contract: WIRE_OPTION, ...held }
    }
    default: {
      const terms = { action: 'BUY', orderType: oneElse(prng, ['LMT', 'STP', 'MKT', ''], '') }
      const prices = { totalQuantity: number(), lmtPrice: number(), auxPrice: number() }
      const rest = { tif: 'DAY', account: '', orderRef: 'run-1', parentId: 0, ocaGroup: '' }
      const order = { ...terms, ...prices, ...rest, ocaType: 0 } as never
      return openOrderOf({ orderId, order }, { status })
    }
  }
}

/** A message whose ids are likely to be somebody's. */
function addressed(prng: Prng, side: 'request' | 'response', version: number): Uint8Array {
  if (side === 'response' && prng.chance(0.4)) {
    const ours = encodeResponse(ofOurs(prng), version)
    if (ours.ok) return ours.value
  }
  const table: Table = side === 'request' ? requestTable : responseTable
  const spoken = table.filter(({ since }) => version >= since)
  const known = spoken.filter(({ kind }) => TALK[side].includes(kind))
  const from = prng.chance(0.5) ? known : spoken
  const message = from[prng.int(0, from.length - 1)]
  if (message === undefined) throw new Error('expected a message')
  const value = messageFrom(prng, message, version)
  if (prng.chance(0.8)) address(prng, value)
  const frame =
    side === 'request'
      ? encodeRequest(value as never, version)
      : encodeResponse(value as never, version)
  if (!frame.ok) throw new Error(`an addressed message is refused: ${frame.error.detail}`)
  return frame.value
}

function address(prng: Prng, value: Target): void {
  if ('orderId' in value) value['orderId'] = oneElse(prng, ORDER_IDS, 1)
  if ('reqId' in value) value['reqId'] = FIRST_REQUEST_ID + prng.int(0, 24)
  if (value['kind'] === 'error') {
    value['id'] = oneElse(prng, [-1, -1, ...ORDER_IDS, FIRST_REQUEST_ID + prng.int(0, 24)], -1)
    value['code'] = oneElse(prng, prng.chance(0.6) ? CODES : MORE_CODES, 0)
  }
  if (value['kind'] === 'orderStatus') value['status'] = oneElse(prng, STATUSES, 'Submitted')
}

export function writeSession({ stream, ...rest }: SessionInput): string {
  return JSON.stringify({ ...rest, stream: latin1(stream) })
}

export function readSession(text: string): SessionInput {
  const { stream, ...rest } = JSON.parse(text) as Omit<SessionInput, 'stream'> & { stream: string }
  return { ...rest, stream: unlatin1(stream) }
}

export function* smallerSession(input: SessionInput): Generator<SessionInput> {
  if (input.cuts.length > 0) yield { ...input, cuts: [] }
  for (const kind of Object.keys(input.answers)) {
    const { [kind]: _, ...answers } = input.answers
    yield { ...input, answers }
  }
  for (const frames of without(splitFrames(input.stream).length, (from, to) =>
    splitFrames(input.stream).toSpliced(from, to - from),
  )) {
    yield { ...input, stream: new Uint8Array(Buffer.concat(frames)), cuts: [] }
  }
}

/** By the lengths as they stand; what follows a bad one is one piece. */
function splitFrames(stream: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  while (at < stream.length) {
    const left = Buffer.from(stream.subarray(at))
    const length = left.length < 4 ? left.length : 4 + left.readUInt32BE(0)
    pieces.push(stream.subarray(at, at + length))
    at += length
  }
  return pieces
}
