import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { latchContract } from '../engine/ports.contract.ts'
import { EmergencyLog } from './emergency.ts'
import { FileLatch } from './latch.ts'
import { MemoryLatch, MemoryOrderIds } from './memory.ts'
import { FileOrderIds } from './order-ids.ts'

const folder = mkdtempSync(join(tmpdir(), 'state-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const newPath = (): string => join(folder, `${++files}`)

latchContract('the latch file', () => {
  const path = newPath()
  return { latch: new FileLatch(path), reopen: () => new FileLatch(path) }
})
latchContract('the latch in memory', () => {
  const latch = new MemoryLatch()
  return { latch, reopen: () => latch }
})

describe('the latch file', () => {
  test('what cannot be read counts as set', () => {
    const path = newPath()
    writeFileSync(path, 'half a li')
    expect(new FileLatch(path).read()).toMatchObject({ by: 'engine' })
    expect(new FileLatch(folder).read()?.reason).toContain('is unreadable')
  })

  test('a disk that refuses does not stop a kill in this process', () => {
    const latch = new FileLatch(join(folder, 'no such folder', 'latch'))
    latch.set({ by: 'engine', reason: 'kill' })
    expect(latch.read()).toEqual({ by: 'engine', reason: 'kill' })
  })

  test('a person clears it', () => {
    const latch = new FileLatch(newPath())
    latch.set({ by: 'panic', reason: 'panic' })
    latch.clear()
    expect(latch.read()).toBeNull()
  })
})

describe.each([
  ['in a file', (path: string) => new FileOrderIds(path)],
  ['in memory', () => new MemoryOrderIds()],
])('order ids %s', (_where, make) => {
  test('begin at 0 and only grow, each client id on its own', () => {
    const ids = make(newPath())
    expect(ids.load(30)).toBe(0)
    ids.reserve(30, 100)
    ids.reserve(30, 50)
    ids.reserve(31, 7)
    expect([ids.load(30), ids.load(31)]).toEqual([100, 7])
  })
})

test('reserved order ids survive the process', () => {
  const path = newPath()
  new FileOrderIds(path).reserve(30, 100)
  expect(new FileOrderIds(path).load(30)).toBe(100)
})

test('order ids that cannot be understood are an error that names file and remedy', () => {
  const path = newPath()
  writeFileSync(path, '{"30": "many"}')
  expect(() => new FileOrderIds(path)).toThrow(path)
  expect(() => new FileOrderIds(path)).toThrow('or remove it')
})

test('order ids that cannot be made durable are not handed out', () => {
  const ids = new FileOrderIds(join(folder, 'no such folder', 'ids'))
  expect(() => ids.reserve(30, 5)).toThrow('ENOENT')
  expect(ids.load(30)).toBe(0)
})

describe('the emergency log', () => {
  const row = (seq: number, body: string) => ({
    seq,
    at: 1,
    type: 'T',
    body,
    hash: `${seq}${body}`,
  })

  test('a row that was cut short is left out, and what follows is read', () => {
    const path = newPath()
    const log = new EmergencyLog(path)
    log.append([row(3, 'a'), row(4, 'b')])
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20))
    log.append([row(4, 'c'), row(5, 'd')])
    expect(log.rows().map(({ seq, body }) => `${seq}${body}`)).toEqual(['3a', '4c', '5d'])
  })

  test('a failed attempt is replaced by the next, with all that it left', () => {
    const log = new EmergencyLog(newPath())
    log.append([row(3, 'a'), row(4, 'a'), row(5, 'a')])
    log.append([row(4, 'b')])
    expect(log.rows().map(({ seq, body }) => `${seq}${body}`)).toEqual(['3a', '4b'])
  })

  test('it answers false where nothing can be written', () => {
    expect(new EmergencyLog(folder).append([row(1, 'a')])).toBe(false)
  })
})
