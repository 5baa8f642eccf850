import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { notice } from '../domain/alert.ts'
import { Courier } from './courier.ts'
import { DeadMan } from './dead-man.ts'
import type { Level } from './outbox.ts'

function newRig() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const attempts: { readonly at: number; readonly message: string; readonly count: number }[] = []
  const said: string[] = []
  const receiver: { answer: () => Promise<Result<void, string>> } = {
    answer: () => Promise.resolve(ok(undefined)),
  }
  const drops: number[] = []
  const courier = new Courier({
    clock,
    rules: { repeatMs: 300_000, perMinute: 30, queueMax: 5 },
    send: ({ message, count }, dropped) => {
      attempts.push({ at: clock.now(), message, count })
      drops.push(dropped)
      return receiver.answer()
    },
    said: (_, text) => said.push(text),
  })
  const offer = (message: string, level: Level = 'warning') =>
    courier.offer(notice('order-refused', message, { level }))
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  return { clock, courier, attempts, said, receiver, drops, offer, pass }
}

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
  receiver.answer = () => new Promise((resolve) => waiting.push(() => resolve(ok(undefined))))
  offer('a')
  offer('b')
  await pass(60_000)
  expect(attempts.map(({ message }) => message)).toEqual(['a'])
  waiting.shift()?.()
  await pass(1_000)
  expect(attempts.map(({ message }) => message)).toEqual(['a', 'b'])
})

test('a failure is tried again, later each time, given up in the end, and counted', async () => {
  const { attempts, said, receiver, drops, offer, pass } = newRig()
  receiver.answer = () => Promise.resolve(fail('hooks.example.com answered 500'))
  offer('a')
  await pass(600_000)
  const times = attempts.map(({ at }) => at / 1_000)
  expect(times).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  expect(said.at(-1)).toBe('given up after 10 attempts: "a"')
  receiver.answer = () => Promise.resolve(ok(undefined))
  offer('b')
  await pass(61_000)
  offer('c')
  await pass(1_000)
  expect(attempts.slice(-2).map(({ message }) => message)).toEqual(['b', 'c'])
  expect(drops.slice(-2)).toEqual([1, 0])
})

test('when the receiver is back, everything that waits is told, the critical first (L10)', async () => {
  const { attempts, receiver, offer, pass } = newRig()
  receiver.answer = () => Promise.resolve(fail('hooks.example.com answered 503'))
  for (const message of ['a', 'b', 'c']) offer(message)
  offer('d', 'critical')
  await pass(20_000)
  receiver.answer = () => Promise.resolve(ok(undefined))
  const before = attempts.length
  await pass(60_000)
  expect(attempts.slice(before).map(({ message }) => message)).toEqual(['d', 'a', 'b', 'c'])
  await pass(600_000)
  expect(attempts).toHaveLength(before + 4)
})

test('at the end it sends what it can within its time, and nothing after it', async () => {
  const { attempts, courier, receiver, offer, pass } = newRig()
  offer('a')
  offer('b')
  const quick = courier.close(3_000)
  await pass(100)
  await quick
  expect(attempts).toHaveLength(2)
  const other = newRig()
  other.receiver.answer = () => new Promise(() => undefined)
  other.offer('a')
  other.offer('b')
  const late = other.courier.close(3_000)
  await other.pass(3_000)
  await late
  await other.pass(60_000)
  expect(other.attempts).toHaveLength(1)
  void receiver
})

test('the dead-man signal follows a cycle that decided, at most so often, and is not repeated (D53, R26)', async () => {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const sent: number[] = []
  const failed: string[] = []
  let result: Result<void, string> = ok(undefined)
  const deadMan = new DeadMan({
    clock,
    everyMs: 60_000,
    send: () => {
      sent.push(clock.now())
      return Promise.resolve(result)
    },
    failed: (reason) => failed.push(reason),
  })
  const cycle = async (kind: 'hold' | 'proposed' | 'none-picked' | 'skipped', afterMs: number) => {
    await clock.runUntil((clock.now() + afterMs) as EpochMs)
    deadMan.cycleEnded({ kind })
  }
  await cycle('skipped', 1_000)
  expect(sent).toEqual([])
  await cycle('hold', 1_000)
  await cycle('none-picked', 1_000)
  result = fail('500')
  await cycle('proposed', 58_000 + 1_000)
  await cycle('hold', 30_000)
  await cycle('hold', 30_000)
  expect(sent).toEqual([2_000, 62_000, 122_000])
  await clock.runUntil(200_000 as EpochMs)
  expect(failed).toEqual(['500', '500'])
})
