import { expect, test } from 'vitest'
import { VirtualClock } from '../../base/clock.ts'
import type { EpochMs } from '../../base/clock.ts'
import { memoryPair } from '../memory.ts'
import { BurstWriter } from './session-writer.ts'

function bench() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const { client, server } = memoryPair()
  const chunks: { readonly at: number; readonly size: number }[] = []
  client.listen({
    bytes: (chunk) => chunks.push({ at: clock.now(), size: chunk.length }),
    closed: () => undefined,
  })
  return { clock, chunks, writer: new BurstWriter(clock, server) }
}
const run = (clock: VirtualClock, ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)

test('the frames of one turn leave together', async () => {
  const { clock, chunks, writer } = bench()
  writer.write(new Uint8Array(10))
  writer.write(new Uint8Array(20))
  await run(clock, 0)
  expect(chunks).toEqual([{ at: 0, size: 30 }])
})

test.each([4096, 8192])('a burst of %i bytes gives its last byte 5 ms later', async (size) => {
  const { clock, chunks, writer } = bench()
  writer.write(new Uint8Array(size))
  await run(clock, 10)
  expect(chunks).toEqual([
    { at: 0, size: size - 1 },
    { at: 5, size: 1 },
  ])
})

test('two writes that add up to the boundary count as one burst, unless idle between', async () => {
  const { clock, chunks, writer } = bench()
  writer.write(new Uint8Array(4000))
  await run(clock, 1)
  writer.write(new Uint8Array(96))
  await run(clock, 100)
  writer.write(new Uint8Array(4000))
  await run(clock, 10)
  writer.write(new Uint8Array(96))
  await run(clock, 10)
  expect(chunks.map((chunk) => chunk.size)).toEqual([4000, 95, 1, 4000, 96])
})

test('a held byte goes first when more follows', async () => {
  const { clock, chunks, writer } = bench()
  writer.write(new Uint8Array(4096).fill(1))
  await run(clock, 1)
  writer.write(new Uint8Array(50))
  await run(clock, 10)
  expect(chunks).toEqual([
    { at: 0, size: 4095 },
    { at: 1, size: 51 },
  ])
})
