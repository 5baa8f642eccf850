import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { FakeCockpit } from './cockpit.testing.ts'
import { LIMITS, type Limits } from './options.ts'
import { lineAt, viewAt } from './samples.testing.ts'
import type { Session } from './sessions.ts'
import type { Reader } from './following.ts'
import { Streams } from './streams.ts'

/** A socket that fills up: nothing leaves it until it is drained. */
class Filling implements Reader {
  writableLength = 0
  isReset = false
  isEnded = false
  /** Bytes that it has sent to us since it was opened. */
  heard = 0
  readonly written: Buffer[] = []
  readonly #on = new Map<string, () => void>()

  get writableNeedDrain(): boolean {
    return this.writableLength > 16_384
  }

  write(bytes: Buffer): boolean {
    this.written.push(bytes)
    this.writableLength += bytes.length
    return !this.writableNeedDrain
  }

  drain(): void {
    this.writableLength = 0
    this.#on.get('drain')?.()
  }

  end(): void {
    this.isEnded = true
  }

  reset(): void {
    this.isReset = true
    this.#on.get('close')?.()
  }

  /** As its owner does who has read to the end. */
  close(): void {
    this.isGone = true
    this.#on.get('close')?.()
  }

  isGone = false

  on(event: string, listener: () => void): this {
    this.#on.set(event, listener)
    return this
  }
}

function streams(limits: Limits = LIMITS) {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const cockpit = new FakeCockpit()
  const watched = { clock, limits, isOpen: () => true }
  return { clock, cockpit, streams: new Streams(cockpit, watched) }
}
const session = { id: 's' } as Session

test('T11: what waits for one reader is bounded by 256 kB and one event', async () => {
  const room = streams()
  const readers = Array.from({ length: 500 }, () => new Filling())
  for (const reader of readers) room.streams.add(reader, session)
  const line = lineAt(2, 'x'.repeat(10_000))
  let most = 0
  for (let sent = 0; sent < 100; sent++) {
    room.cockpit.journaled(line)
    most = Math.max(most, ...readers.map(({ writableLength }) => writableLength))
  }
  expect(most).toBeGreaterThan(256 * 1024)
  expect(most).toBeLessThan(256 * 1024 + 12_000)
  expect(room.streams.counts).toEqual({ open: 0, dropped: 500, refused: 0 })
  expect(readers.every(({ isReset }) => isReset)).toBe(true)
})

test('T11: an event is made into bytes once, whoever reads it', async () => {
  const room = streams()
  const readers = [new Filling(), new Filling(), new Filling()]
  for (const reader of readers) room.streams.add(reader, session)
  room.cockpit.show(viewAt(2))
  const [bytes] = readers.map(({ written }) => written.at(-1))
  for (const { written } of readers) expect(written.at(-1)).toBe(bytes)
})

test('T11: who does not drain within thirty seconds is dropped, who does is kept', async () => {
  const room = streams()
  const [stuck, slow] = [new Filling(), new Filling()]
  room.streams.add(stuck, session)
  room.streams.add(slow, session)
  room.cockpit.journaled(lineAt(2, 'x'.repeat(20_000)))
  await room.clock.runUntil(16_000 as EpochMs)
  slow.drain()
  await room.clock.runUntil(45_000 as EpochMs)
  expect([stuck.isReset, slow.isReset]).toEqual([true, false])
  expect(room.streams.counts).toEqual({ open: 1, dropped: 1, refused: 0 })
})

/** A kernel that takes everything, whoever reads: the socket never says that it is full. */
class Swallowing extends Filling {
  bytes = 0
  /** The newest, as its reader would answer it. */
  pulse = { reader: 0, pulse: 0 }

  override write(bytes: Buffer): boolean {
    super.write(bytes)
    this.writableLength = 0
    this.bytes += bytes.length
    const [, pulse] = /^event: pulse\ndata: (.*)/.exec(bytes.toString('latin1', 0, 80)) ?? []
    if (pulse !== undefined) this.pulse = JSON.parse(pulse) as typeof this.pulse
    return true
  }
}

const LARGE = 'x'.repeat(20_000)
/** A day on which a view of 20 kB comes four times a second. */
async function busy(room: ReturnType<typeof streams>, seconds: number, each = () => {}) {
  for (let quarter = 0; quarter < seconds * 4; quarter++) {
    await room.clock.runUntil((room.clock.now() + 250) as EpochMs)
    room.cockpit.show({ ...viewAt(quarter + 2), version: LARGE })
    each()
  }
}

test('T11: a reader whose kernel takes all is sent a bounded number of bytes, and dropped', async () => {
  const room = streams()
  const reader = new Swallowing()
  room.streams.add(reader, session)
  await busy(room, 60)
  expect(reader.bytes).toBeGreaterThan(LIMITS.streamUnseenMax)
  expect(reader.bytes).toBeLessThan(LIMITS.streamUnseenMax + 25_000)
  expect([reader.isEnded, reader.isReset]).toEqual([true, true])
  expect(room.streams.counts).toEqual({ open: 0, dropped: 1, refused: 0 })
})

test('T11: who says that it has read is sent everything, for as long as it says so', async () => {
  const room = streams()
  const reader = new Swallowing()
  room.streams.add(reader, session)
  await busy(room, 120, () => {
    room.streams.seen(reader.pulse, session)
  })
  const views = reader.written.filter((bytes) => bytes.toString().includes('event: view'))
  expect(views).toHaveLength(120 * 4 + 1)
  expect(room.streams.counts).toEqual({ open: 1, dropped: 0, refused: 0 })
})

test('T11: who is late gets no more views, and the newest one when it has caught up', async () => {
  const room = streams()
  const reader = new Swallowing()
  room.streams.add(reader, session)
  await busy(room, 16)
  const before = reader.written.length
  const late = reader.pulse
  room.streams.seen(late, session)
  const caughtUp = reader.written.slice(before).map((bytes) => bytes.toString().split('\n')[0])
  expect(caughtUp).toEqual([`id: ${16 * 4 + 1}`])
  await busy(room, 8)
  expect(room.streams.counts).toEqual({ open: 1, dropped: 0, refused: 0 })
})

test('T11: lines go on to who is late, and have an end of their own', async () => {
  const room = streams()
  const reader = new Swallowing()
  room.streams.add(reader, session)
  await busy(room, 14)
  const before = reader.bytes
  for (let line = 0; line < 100; line++) room.cockpit.journaled(lineAt(900 + line, LARGE))
  expect(reader.bytes - before).toBeGreaterThan(200_000)
  expect(reader.bytes).toBeLessThan(LIMITS.streamUnseenMax + LIMITS.streamBytesMax + 25_000)
  expect(reader.isEnded).toBe(true)
})

test('who reads to the end of its turn and goes is not counted as dropped', async () => {
  const room = streams()
  const [gone, asksAnew] = [new Swallowing(), new Swallowing()]
  for (const reader of [gone, asksAnew]) room.streams.add(reader, session)
  await busy(room, 24)
  expect([gone.isEnded, asksAnew.isEnded]).toEqual([true, true])
  gone.isGone = true
  asksAnew.heard += 200 // its next question, over the same socket
  await room.clock.runUntil((room.clock.now() + LIMITS.leaveMs) as EpochMs)
  expect([gone.isReset, asksAnew.isReset]).toEqual([false, false])
  expect(room.streams.counts).toEqual({ open: 0, dropped: 0, refused: 0 })
})

test('a pulse is answered by its own session alone, and none that was not sent counts', async () => {
  const room = streams()
  const reader = new Swallowing()
  room.streams.add(reader, session)
  await busy(room, 14)
  const { reader: number, pulse } = reader.pulse
  expect(room.streams.seen({ reader: number, pulse }, { id: 't' } as Session)).toBe(false)
  expect(room.streams.seen({ reader: number + 1, pulse }, session)).toBe(false)
  expect(room.streams.seen({ reader: number, pulse: pulse + 1 }, session)).toBe(false)
  expect(room.streams.seen({ reader: number, pulse }, session)).toBe(true)
  expect(room.streams.seen({ reader: number, pulse }, session)).toBe(true)
})

test('closing lets go of those who are on their way out', async () => {
  const room = streams()
  const reader = new Swallowing()
  room.streams.add(reader, session)
  await busy(room, 24)
  room.streams.close()
  expect(reader.isReset).toBe(true)
})

test('T11: who is asleep on its way out takes a place until it has read or is dropped', async () => {
  const room = streams({ ...LIMITS, streamsMax: 2, streamsPerSession: 2 })
  const [asleep, asksAnew] = [new Swallowing(), new Swallowing()]
  for (const reader of [asleep, asksAnew]) room.streams.add(reader, session)
  for (let second = 0; second < 30 && !asleep.isEnded; second++) await busy(room, 1)
  expect([asleep.isEnded, asksAnew.isEnded]).toEqual([true, true])
  const other = { id: 't' } as Session
  const objections = () => [session, other].map((each) => room.streams.objection(each))
  expect(objections()).toEqual(['this session reads too many', 'too many read the stream'])
  asksAnew.heard += 200
  expect(objections()).toEqual([null, null])
  room.streams.add(new Swallowing(), session)
  expect(objections()).toEqual(['this session reads too many', 'too many read the stream'])
  await room.clock.runUntil((room.clock.now() + LIMITS.leaveMs) as EpochMs)
  expect(asleep.isReset).toBe(true)
  expect(objections()).toEqual([null, null])
})
