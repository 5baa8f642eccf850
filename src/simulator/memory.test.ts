import { expect, test } from 'vitest'
import type { Transport } from '../wire/transport.ts'
import { memoryPair } from './memory.ts'

function listening(transport: Transport): string[] {
  const heard: string[] = []
  transport.listen({
    bytes: (chunk) => heard.push(Buffer.from(chunk).toString()),
    closed: (reason) => heard.push(`closed ${reason}`),
  })
  return heard
}
const bytes = (text: string): Uint8Array => Buffer.from(text)
const settle = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve))

test('bytes arrive later, in order, and are counted exactly', async () => {
  const { client, server } = memoryPair()
  const heard = listening(server)
  client.write(bytes('one'))
  client.write(bytes('three'))
  expect([heard, client.count.written, server.count.handled]).toEqual([[], 8, 0])
  await settle()
  expect([heard, server.count.handled]).toEqual([['one', 'three'], 8])
})

test('what comes before somebody listens waits', async () => {
  const { client, server } = memoryPair()
  client.write(bytes('early'))
  await settle()
  expect(listening(server)).toEqual([])
  expect(server.count.handled).toBe(0)
})

test('a close follows the bytes that were written before it, at both ends, once', async () => {
  const { client, server } = memoryPair()
  const [atClient, atServer] = [listening(client), listening(server)]
  server.write(bytes('bye'))
  server.close()
  server.close()
  await settle()
  await settle()
  expect(atClient).toEqual(['bye', 'closed null'])
  expect(atServer).toEqual(['closed null'])
  expect(client.write(bytes('x'))).toBe(false)
})

test('bytes that reach a closed end count as handled and are not heard', async () => {
  const { client, server } = memoryPair()
  const heard = listening(server)
  client.write(bytes('late'))
  server.close()
  await settle()
  expect(heard).toEqual(['closed null'])
  expect(server.count.handled).toBe(4)
})

test('the writer may reuse its buffer', async () => {
  const { client, server } = memoryPair()
  const heard = listening(server)
  const buffer = Buffer.from('aaa')
  client.write(buffer)
  buffer.fill('b')
  await settle()
  expect(heard).toEqual(['aaa'])
})
