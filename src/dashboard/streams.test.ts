import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { FakeCockpit } from './cockpit.testing.ts'
import { LIMITS } from './options.ts'
import { lineAt, viewAt } from './samples.testing.ts'
import type { Session } from './sessions.ts'
import { Streams, type Reader } from './streams.ts'

/** A socket that fills up: nothing leaves it until it is drained. */
class Filling implements Reader {
  writableLength = 0
  isDestroyed = false
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

  end(): void {}

  destroy(): void {
    this.isDestroyed = true
    this.#on.get('close')?.()
  }

  on(event: string, listener: () => void): this {
    this.#on.set(event, listener)
    return this
  }
}

function streams() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const cockpit = new FakeCockpit()
  const watched = { clock, limits: LIMITS, isOpen: () => true }
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
  expect(readers.every(({ isDestroyed }) => isDestroyed)).toBe(true)
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
  expect([stuck.isDestroyed, slow.isDestroyed]).toEqual([true, false])
  expect(room.streams.counts).toEqual({ open: 1, dropped: 1, refused: 0 })
})
