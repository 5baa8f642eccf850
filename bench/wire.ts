import { assert } from '../src/base/assert.ts'
import { decodeResponse, encodeResponse } from '../src/wire/responses.ts'
import type { Response } from '../src/wire/responses.ts'
import { encodeRequest } from '../src/wire/requests.ts'
import { FrameReader } from '../src/wire/frame.ts'
import { callFor } from '../test/wire/second-encoder.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { interleaved, medianOf, micros, millis, perSecond, roundsOf, Sink } from './measure.ts'
import { packageVersion } from './machine.ts'
import { stoqey, STOQEY } from './peers/stoqey.ts'
import { bracketOf } from './order.ts'

/** The newest version that both speak. */
const VERSION = 193
/** Frames in one chunk, as a socket hands them over while quotes come fast. */
const IN_CHUNK = 64
const BARS = [100, 1_000, 10_000] as const

const tick: Response = {
  kind: 'tickPrice',
  reqId: 1_000_001,
  tickType: 1,
  price: 601.23,
  size: 300,
  mask: 0,
}

export const wire: Bench = {
  name: 'wire',
  what: 'Frames to messages and back: a tick, a bracket, and answers with many bars.',
  peers: [STOQEY],
  goal: 'tickPrice at least 10x @stoqey/ib; historicalData linear',
  versions: () => ({ [STOQEY]: packageVersion(STOQEY) }),
  async run(effort) {
    return [
      await tickDecode(effort),
      await tickEncode(effort),
      await bracketEncode(effort),
      ...(await bars(effort)),
    ]
  },
}

function framed(message: Response): Buffer {
  const frame = encodeResponse(message, VERSION)
  assert(frame.ok, 'the sample can be encoded')
  return Buffer.from(frame.value)
}

/** Of whole chunks, as the session does: cut into frames, each decoded. */
function decodeChunk(reader: FrameReader, chunk: Uint8Array, sink: Sink): void {
  const frames = reader.push(chunk)
  assert(frames.ok, 'the chunk is whole')
  for (const payload of frames.value) {
    const message = decodeResponse(payload, VERSION)
    if (message.ok && message.value.kind === 'tickPrice') sink.take(message.value.price)
  }
}

async function tickDecode(effort: Effort): Promise<Row> {
  const chunk = Buffer.concat(Array.from({ length: IN_CHUNK }, () => framed(tick)))
  const reader = new FrameReader()
  const sink = new Sink()
  const theirs = stoqey(VERSION)
  const chunks = effort === 'full' ? { ours: 6_000, theirs: 1_500 } : { ours: 2, theirs: 2 }
  const samples = await interleaved(
    [
      {
        name: 'ours',
        operations: chunks.ours * IN_CHUNK,
        work(operations) {
          for (let i = 0; i < operations; i += IN_CHUNK) decodeChunk(reader, chunk, sink)
        },
      },
      {
        name: STOQEY,
        operations: chunks.theirs * IN_CHUNK,
        work(operations) {
          for (let i = 0; i < operations; i += IN_CHUNK) theirs.hear(chunk)
        },
      },
    ],
    { ...roundsOf(effort), clock: 'cpu' },
  )
  assert(theirs.told() > 0, 'the peer has told its ticks')
  const peer = medianOf(samples, STOQEY, perSecond)
  return {
    ...rate(effort, chunks.ours * IN_CHUNK),
    name: 'tickPrice decode',
    ours: { name: 'ours', value: medianOf(samples, 'ours', perSecond) },
    peers: [{ name: STOQEY, value: peer }],
    goal: { text: 'at least 10x @stoqey/ib', limit: 10 * peer },
  }
}

/** The simulator's direction. The package has no server side: its decoder stands beside it. */
async function tickEncode(effort: Effort): Promise<Row> {
  const chunk = Buffer.concat(Array.from({ length: IN_CHUNK }, () => framed(tick)))
  const sink = new Sink()
  const theirs = stoqey(VERSION)
  const counts = effort === 'full' ? { ours: 300_000, theirs: 1_500 } : { ours: 100, theirs: 2 }
  const samples = await interleaved(
    [
      {
        name: 'ours',
        operations: counts.ours,
        work(operations) {
          for (let i = 0; i < operations; i++) {
            const frame = encodeResponse(tick, VERSION)
            if (frame.ok) sink.take(frame.value.length)
          }
        },
      },
      {
        name: STOQEY,
        operations: counts.theirs * IN_CHUNK,
        work(operations) {
          for (let i = 0; i < operations; i += IN_CHUNK) theirs.hear(chunk)
        },
      },
    ],
    { ...roundsOf(effort), clock: 'cpu' },
  )
  const peer = medianOf(samples, STOQEY, perSecond)
  return {
    ...rate(effort, counts.ours),
    name: 'tickPrice encode (simulator)',
    ours: { name: 'ours', value: medianOf(samples, 'ours', perSecond) },
    peers: [{ name: STOQEY, value: peer, note: 'its decoder: it has no encoder of ticks' }],
    goal: { text: 'at least 10x @stoqey/ib', limit: 10 * peer },
  }
}

/** What leaves when an entry does: three orders. */
async function bracketEncode(effort: Effort): Promise<Row> {
  const requests = bracketOf()
  const theirs = stoqey(VERSION)
  const calls = requests.map((request) => {
    const call = callFor(request, { name: STOQEY, version: VERSION })
    assert(call !== null, 'the package can place orders')
    return call
  })
  const sink = new Sink()
  const count = effort === 'full' ? { ours: 20_000, theirs: 4_000 } : { ours: 10, theirs: 10 }
  const samples = await interleaved(
    [
      {
        name: 'ours',
        operations: count.ours,
        work(operations) {
          for (let i = 0; i < operations; i++) {
            for (const request of requests) {
              const frame = encodeRequest(request, VERSION)
              if (frame.ok) sink.take(frame.value.length)
            }
          }
        },
      },
      {
        name: STOQEY,
        operations: count.theirs,
        work(operations) {
          for (let i = 0; i < operations; i++) {
            for (const [method, ...args] of calls) theirs.encoder[method]?.(...args)
          }
        },
      },
    ],
    { ...roundsOf(effort), clock: 'cpu' },
  )
  assert(theirs.written() > 0, 'the peer has written its orders')
  return {
    ...rate(effort, count.ours),
    name: 'bracket encode, 3 placeOrder',
    unit: 'us',
    better: 'lower',
    ours: { name: 'ours', value: medianOf(samples, 'ours', micros) },
    peers: [{ name: STOQEY, value: medianOf(samples, STOQEY, micros) }],
    goal: null,
  }
}

async function bars(effort: Effort): Promise<readonly Row[]> {
  const rows: Row[] = []
  let shortest: { readonly bars: number; readonly ms: number } | null = null
  for (const count of effort === 'full' ? BARS : BARS.slice(0, 1)) {
    const { ours, theirs, operations } = await barsOf(count, effort)
    shortest ??= { bars: count, ms: ours }
    const linear = (shortest.ms * count) / shortest.bars
    rows.push({
      ...rate(effort, operations),
      name: `historicalData decode, ${count} bars`,
      unit: 'ms',
      better: 'lower',
      ours: { name: 'ours', value: ours },
      peers: [{ name: STOQEY, value: theirs }],
      goal:
        count === shortest.bars
          ? null
          : { text: 'linear: at most 1.5x of what the shortest costs a bar', limit: 1.5 * linear },
    })
  }
  return rows
}

async function barsOf(count: number, effort: Effort) {
  const bar = { open: 601.1, high: 601.9, low: 600.8, close: 601.5, volume: 12_345, wap: 601.3 }
  const frame = framed({
    kind: 'historicalData',
    reqId: 1_000_001,
    start: '20260309 09:30:00 US/Eastern',
    end: '20260310 09:30:00 US/Eastern',
    bars: Array.from({ length: count }, (_, i) => ({
      date: String(1_773_149_400 + 60 * i),
      ...bar,
      count: 321,
    })),
  })
  const reader = new FrameReader()
  const sink = new Sink()
  const theirs = stoqey(VERSION)
  const many = effort === 'full' ? Math.ceil(200_000 / count) : 2
  const few = effort === 'full' ? Math.ceil(2_000_000 / count ** 2) : 1
  const samples = await interleaved(
    [
      {
        name: 'ours',
        operations: many,
        work(operations) {
          for (let i = 0; i < operations; i++) decodeChunk(reader, frame, sink)
        },
      },
      {
        name: STOQEY,
        operations: few,
        work(operations) {
          for (let i = 0; i < operations; i++) theirs.hear(frame)
        },
      },
    ],
    { ...roundsOf(effort), clock: 'cpu' },
  )
  return {
    ours: medianOf(samples, 'ours', millis),
    theirs: medianOf(samples, STOQEY, millis),
    operations: many,
  }
}

function rate(effort: Effort, operations: number) {
  const clock = 'cpu' as const
  return {
    unit: '1/s',
    better: 'higher' as const,
    clock,
    samples: roundsOf(effort).rounds,
    operations,
  }
}
