import { describe, expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { notice } from '../domain/alert.ts'
import { Courier, type Keep } from './courier.ts'
import { DELIVERED, later, refused, type Delivery } from './delivery.ts'
import type { Level, Told } from './outbox.ts'
import { parseQuietHours } from './quiet-hours.ts'

/** 2026-03-10, 23:00 in New York, which is 03:00 UTC on the day after. */
const NIGHT = Date.UTC(2026, 2, 11, 3)
const HOUR = 3_600_000

function newRig(of: { readonly quiet?: string; readonly start?: number } = {}) {
  const start = (of.start ?? 0) as EpochMs
  const clock = new VirtualClock({ start, settled: () => true, speed: null })
  const attempts: { readonly at: number; readonly message: string; readonly count: number }[] = []
  const said: string[] = []
  const refusing: string[] = []
  const receiver: { answer: () => Delivery | Promise<Delivery> } = { answer: () => DELIVERED }
  const drops: number[] = []
  const ids: string[] = []
  const kept = new Map<string, Told>()
  let nextId = 0
  const keep: Keep = {
    waiting: () => [...kept].map(([id, told]) => ({ id, told: { ...told } })),
    added(told) {
      const id = String(++nextId)
      kept.set(id, told)
      return id
    },
    ended: (gone) => gone.forEach((id) => kept.delete(id)),
  }
  const open = (): Courier =>
    new Courier({
      clock,
      rules: { repeatMs: 300_000, perMinute: 30, queueMax: 5 },
      quiet: of.quiet === undefined ? null : parseQuietHours(of.quiet),
      keep,
      send: ({ batch: { message, count }, id, dropped }) => {
        attempts.push({ at: clock.now() - start, message, count })
        drops.push(dropped)
        ids.push(id)
        return Promise.resolve(receiver.answer())
      },
      said: (_, text) => said.push(text),
      refuses: (reason) => refusing.push(reason),
    })
  const life = { courier: open() }
  const offer = (message: string, level: Level = 'warning') =>
    life.courier.offer(notice('order-refused', message, { level }))
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  /** The old process is gone without a word; a new one finds what it kept. */
  const restart = async () => {
    const closing = life.courier.close(0)
    await pass(0)
    await closing
    life.courier = open()
  }
  return { life, attempts, said, refusing, receiver, drops, ids, kept, offer, pass, restart }
}

const messages = (of: readonly { readonly message: string }[]) => of.map(({ message }) => message)

test('whoever offers does not wait: nothing is sent before it returned (D11, R25)', async () => {
  const { attempts, offer, pass } = newRig()
  offer('a')
  expect(attempts).toEqual([])
  await pass(0)
  expect(attempts).toMatchObject([{ message: 'a', count: 1 }])
})

test('one at a time, in order; a receiver that is slow is waited for', async () => {
  const { attempts, receiver, offer, pass } = newRig()
  const waiting: (() => void)[] = []
  receiver.answer = () => new Promise((resolve) => waiting.push(() => resolve(DELIVERED)))
  offer('a')
  offer('b')
  await pass(15_000)
  expect(messages(attempts)).toEqual(['a'])
  waiting.shift()?.()
  await pass(1_000)
  expect(messages(attempts)).toEqual(['a', 'b'])
})

test('a failure is tried again, later each time, for as long as it takes, and kept', async () => {
  const { attempts, said, receiver, ids, kept, offer, pass } = newRig()
  receiver.answer = () => later('hooks.example.com answered 500')
  offer('a')
  await pass(600_000)
  const times = attempts.map(({ at }) => at / 1_000)
  expect(times.slice(0, 9)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
  expect(new Set(ids).size).toBe(1)
  expect(kept.size).toBe(1)
  expect(said.length).toBeLessThan(6)
  receiver.answer = () => DELIVERED
  await pass(60_000)
  const all = attempts.length
  await pass(600_000)
  expect(attempts).toHaveLength(all)
  expect(kept.size).toBe(0)
})

test('what a receiver refuses is given up at once, said with its remedy, and counted', async () => {
  const { attempts, said, receiver, drops, kept, offer, pass } = newRig()
  receiver.answer = () => refused('hooks.example.com answered 404', 'set the URL again')
  offer('a')
  await pass(60_000)
  expect(attempts).toHaveLength(1)
  expect(said).toEqual(['given up: "a": hooks.example.com answered 404; set the URL again'])
  expect(kept.size).toBe(0)
  receiver.answer = () => DELIVERED
  offer('b')
  await pass(1_000)
  offer('c')
  await pass(1_000)
  expect(drops).toEqual([0, 1, 0])
})

test('what is critical and refused stays, is tried slowly, and others learn of it once', async () => {
  const { life, attempts, refusing, receiver, kept, offer, pass, restart } = newRig()
  receiver.answer = () => refused('hooks.example.com answered 401', 'set the URL again')
  offer('a', 'critical')
  offer('b', 'critical')
  await pass(3_600_000)
  expect(refusing).toEqual(['hooks.example.com answered 401; set the URL again'])
  expect(life.courier.lost()).toBe(2)
  expect(kept.size).toBe(2)
  expect(attempts.length).toBeGreaterThanOrEqual(12)
  expect(attempts.length).toBeLessThanOrEqual(14)
  receiver.answer = () => DELIVERED
  await restart()
  const before = attempts.length
  await pass(5_000)
  expect(messages(attempts.slice(before))).toEqual(['a', 'b'])
  expect(kept.size).toBe(0)
})

test('what is refused stands in the way of nothing, and goes soon after what arrives', async () => {
  const { attempts, refusing, receiver, kept, offer, pass } = newRig()
  receiver.answer = () => refused('answered 404', 'set the URL again')
  offer('a', 'critical')
  await pass(10_000)
  receiver.answer = () => DELIVERED
  offer('b', 'critical')
  offer('c')
  await pass(61_000)
  expect(messages(attempts)).toEqual(['a', 'b', 'c', 'a'])
  expect(kept.size).toBe(0)
  receiver.answer = () => refused('answered 404', 'set the URL again')
  offer('d')
  await pass(1_000)
  expect(refusing).toHaveLength(2)
})

test('after a day of refusals what is critical is given up as well, and said', async () => {
  const { attempts, said, receiver, drops, kept, offer, pass } = newRig()
  receiver.answer = () => refused('answered 404', 'set the URL again')
  offer('a', 'critical')
  await pass(25 * HOUR)
  expect(kept.size).toBe(0)
  expect(said.at(-1)).toContain('given up: "a"')
  const before = attempts.length
  await pass(HOUR)
  expect(attempts).toHaveLength(before)
  receiver.answer = () => DELIVERED
  offer('b')
  await pass(1_000)
  expect(drops.at(-1)).toBe(1)
})

test('what a full queue loses is counted as lost', async () => {
  const { life, receiver, offer, pass } = newRig()
  receiver.answer = () => later('ECONNREFUSED')
  for (const message of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) offer(message)
  await pass(1_000)
  expect(life.courier.lost()).toBe(2)
})

test.each([
  ['rejects', () => Promise.reject(new Error('SECRET'))],
  [
    'throws',
    () => {
      throw new Error('SECRET')
    },
  ],
])(
  'an attempt that %s is a failure like others, and never repeats its words',
  async (_, answer) => {
    const { attempts, said, receiver, kept, offer, pass } = newRig()
    receiver.answer = answer
    offer('a', 'critical')
    await pass(10_000)
    expect(attempts).toHaveLength(4)
    expect(kept.size).toBe(1)
    expect(said[0]).toBe('attempt 1 failed: could not be sent (Error); it is tried again')
    receiver.answer = () => DELIVERED
    await pass(60_000)
    expect(kept.size).toBe(0)
  },
)

test('an attempt that never ends is a failure after 20 s: its channel goes on', async () => {
  const { attempts, said, receiver, offer, pass } = newRig()
  receiver.answer = () => new Promise(() => undefined)
  offer('a')
  await pass(19_000)
  receiver.answer = () => DELIVERED
  offer('b', 'critical')
  await pass(3_000)
  expect(said[0]).toBe('attempt 1 failed: no answer within 20 s; it is tried again')
  expect(messages(attempts)).toEqual(['a', 'b', 'a'])
})

test('as long as a receiver asks for, it is left alone; then all of it is told', async () => {
  const { attempts, receiver, offer, pass } = newRig()
  receiver.answer = () => later('answered 429', 90_000)
  offer('a')
  await pass(10)
  receiver.answer = () => DELIVERED
  offer('b')
  await pass(89_000)
  expect(attempts).toHaveLength(1)
  await pass(1_000)
  expect(messages(attempts)).toEqual(['a', 'a', 'b'])
})

test('what is critical waits a minute at most for what another was told to wait', async () => {
  const { attempts, receiver, offer, pass } = newRig()
  receiver.answer = () => later('answered 429', HOUR)
  offer('a', 'info')
  await pass(10_000)
  offer('b', 'critical')
  await pass(49_000)
  expect(messages(attempts)).toEqual(['a'])
  await pass(1_000)
  expect(messages(attempts)).toEqual(['a', 'b'])
  await pass(60_000)
  receiver.answer = () => DELIVERED
  await pass(60_000)
  expect(messages(attempts)).toEqual(['a', 'b', 'b', 'b'])
  await pass(HOUR)
  expect(messages(attempts).at(-1)).toEqual('a')
})

test('one that never goes through does not stand in the way of others', async () => {
  const { attempts, receiver, offer, pass } = newRig()
  receiver.answer = () => (attempts.at(-1)?.message === 'a' ? later('500') : DELIVERED)
  offer('a')
  offer('b')
  await pass(600_000)
  expect(messages(attempts)).toContain('b')
})

test('when the receiver is back, everything that waits is told, the critical first (L10)', async () => {
  const { attempts, receiver, offer, pass } = newRig()
  receiver.answer = () => later('hooks.example.com answered 503')
  for (const message of ['a', 'b', 'c']) offer(message)
  offer('d', 'critical')
  await pass(20_000)
  receiver.answer = () => DELIVERED
  const before = attempts.length
  await pass(60_000)
  expect(messages(attempts.slice(before))).toEqual(['d', 'a', 'b', 'c'])
  await pass(600_000)
  expect(attempts).toHaveLength(before + 4)
})

test('what waited when the process ended is told by the next one, once', async () => {
  const { attempts, receiver, kept, offer, pass, restart } = newRig()
  receiver.answer = () => later('ECONNREFUSED')
  offer('a')
  offer('b', 'critical')
  await pass(10_000)
  receiver.answer = () => DELIVERED
  await restart()
  const before = attempts.length
  await pass(600_000)
  expect(messages(attempts.slice(before))).toEqual(['b', 'a'])
  expect(kept.size).toBe(0)
})

test('what came again and was only counted is kept as well when the process ends', async () => {
  const { life, attempts, receiver, offer, pass, restart } = newRig()
  offer('a')
  await pass(1_000)
  receiver.answer = () => new Promise(() => undefined)
  offer('a')
  offer('a')
  const closing = life.courier.close(3_000)
  await pass(3_000)
  await closing
  receiver.answer = () => DELIVERED
  await restart()
  await pass(1_000)
  expect(attempts.at(-1)).toMatchObject({ message: 'a', count: 2 })
})

describe('quiet hours', () => {
  const quiet = '22:00-07:00 America/New_York'

  test('hold back info and warning until they end, and tell them as one; critical goes', async () => {
    const { attempts, offer, pass } = newRig({ start: NIGHT, quiet })
    offer('a')
    await pass(HOUR)
    offer('b', 'info')
    offer('c', 'critical')
    await pass(6 * HOUR)
    expect(messages(attempts)).toEqual(['c'])
    await pass(HOUR + 1_000)
    expect(attempts).toHaveLength(2)
    const digest = attempts[1]
    expect(digest?.at).toBe(8 * HOUR)
    expect(digest?.message).toContain('1 warning, 1 info')
    expect(digest?.message).toContain('warning: a')
    expect(digest?.message).toContain('info: b')
    offer('d')
    await pass(1_000)
    expect(attempts.at(-1)?.message).toBe('d')
  })

  test('outlast a restart', async () => {
    const { attempts, offer, pass, restart } = newRig({ start: NIGHT, quiet })
    offer('a')
    offer('b')
    await pass(HOUR)
    await restart()
    await pass(6 * HOUR)
    expect(attempts).toEqual([])
    await pass(HOUR + 1_000)
    expect(messages(attempts).map((message) => message.split('\n').length)).toEqual([3])
  })
})

test('older than a day is one line together; what is critical is told whole, however old', async () => {
  const { attempts, receiver, kept, offer, pass, restart } = newRig()
  receiver.answer = () => later('ECONNREFUSED')
  offer('a')
  offer('b', 'info')
  offer('c', 'critical')
  await pass(25 * HOUR)
  receiver.answer = () => DELIVERED
  await restart()
  const before = attempts.length
  await pass(61_000)
  const told = messages(attempts.slice(before))
  expect(told).toHaveLength(2)
  expect(told[0]).toBe('c')
  expect(told[1]).toContain('older than a day')
  expect(told[1]).toContain('1 warning, 1 info')
  expect(kept.size).toBe(0)
})

test('at the end it sends what it can within its time, and nothing after it', async () => {
  const { life, attempts, offer, pass } = newRig()
  offer('a')
  offer('b')
  const quick = life.courier.close(3_000)
  await pass(100)
  await quick
  expect(attempts).toHaveLength(2)
  const other = newRig()
  other.receiver.answer = () => new Promise(() => undefined)
  other.offer('a')
  other.offer('b')
  const late = other.life.courier.close(3_000)
  await other.pass(3_000)
  await late
  await other.pass(60_000)
  expect(other.attempts).toHaveLength(1)
  expect(other.kept.size).toBe(2)
})
