import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { latchContract } from '../engine/ports.contract.ts'
import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { FileArm } from './arm.ts'
import { EmergencyLog } from './emergency.ts'
import { FileLatch } from './latch.ts'
import { MemoryLatch, MemoryOrderIds } from './memory.ts'
import { FileOrderIds } from './order-ids.ts'
import { PanicRecord } from './panic-record.ts'

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
    expect(latch.clear().ok).toBe(true)
    expect(latch.read()).toBeNull()
  })

  test("the engine's never takes the place of panic's; panic's takes that of the engine's", () => {
    const path = newPath()
    new FileLatch(path).set({ by: 'engine', reason: 'kill' })
    new FileLatch(path).set({ by: 'panic', reason: 'panic' })
    new FileLatch(path).set({ by: 'engine', reason: 'again' })
    expect(new FileLatch(path).read()).toEqual({ by: 'panic', reason: 'panic' })
  })

  test('on a full disk room is made, and then a name without content holds', () => {
    const path = newPath()
    mkdirSync(`${path}.new`) // no file can be written there
    let freed = 0
    new FileLatch(path, () => freed++).set({ by: 'panic', reason: 'panic' })
    expect(freed).toBe(1)
    const read = new FileLatch(path).read()
    expect(read).toMatchObject({ by: 'panic', reason: 'set while the disk was full' })
    new FileLatch(path).set({ by: 'engine', reason: 'kill' })
    expect(new FileLatch(path).read()).toMatchObject({ by: 'panic' })
    new FileLatch(path).clear()
    expect(new FileLatch(path).read()).toBeNull()
    const roomy = newPath()
    mkdirSync(`${roomy}.new`)
    new FileLatch(roomy, () => rmSync(`${roomy}.new`, { recursive: true })).set({
      by: 'engine',
      reason: 'kill',
    })
    expect(readFileSync(roomy, 'utf8')).toContain('kill')
  })
})

describe('the arm file', () => {
  const armed = { accountId: 'U1234567', date: '2026-03-10' as CalendarDate }

  test('says for which account and date, until it is cleared', () => {
    const path = newPath()
    expect(new FileArm(path).read()).toBeNull()
    new FileArm(path).write(armed)
    expect(new FileArm(path).read()).toEqual(armed)
    new FileArm(path).clear()
    expect(new FileArm(path).read()).toBeNull()
  })

  test.each(['', 'half', '{}', '{"accountId":"U1234567","date":"2026-03-10","more":1}'])(
    'what cannot be read arms nothing: %s',
    (text) => {
      const path = newPath()
      writeFileSync(path, text)
      expect(new FileArm(path).read()).toBeNull()
      expect(new FileArm(folder).read()).toBeNull()
    },
  )
})

describe("panic's own record", () => {
  const row = (ref: string) => ({ ref, conId: 7, units: -2 })

  test('what was sent and not denied comes back, also after a line that was cut short', () => {
    const path = newPath()
    const record = new PanicRecord(path)
    expect(record.load()).toEqual([])
    expect(record.note(1 as EpochMs, 'sending', [row('panic-1'), row('panic-2')])).toBe(true)
    record.note(2 as EpochMs, 'denied', [row('panic-1')])
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"at":3,"wh`)
    record.note(4 as EpochMs, 'sending', [row('panic-3')])
    expect(new PanicRecord(path).load()).toMatchObject([row('panic-2'), row('panic-3')])
  })

  test('a disk that refuses does not stop it, and says so', () => {
    const record = new PanicRecord(folder)
    expect(record.note(1 as EpochMs, 'sending', [row('panic-1')])).toBe(false)
    expect(record.load()).toEqual([])
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
