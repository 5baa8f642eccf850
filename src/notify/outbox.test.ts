import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { notice as notified } from '../domain/alert.ts'
import { nextOf } from './batch.ts'
import {
  attempted,
  EMPTY_OUTBOX,
  offered,
  repeatIn,
  sweptAt,
  without,
  type Level,
  type NotifyCommand,
  type Outbox,
  type OutboxRules,
  type Told,
} from './outbox.ts'

const rules: OutboxRules = { repeatMs: 300_000, perMinute: 6, queueMax: 20 }

function notice(message: string, level: Level = 'warning', key?: string): NotifyCommand {
  return notified('order-refused', message, { level, ...(key === undefined ? {} : { key }) })
}

/** An outbox in time, and everything that was told from it. */
class Life {
  outbox: Outbox = EMPTY_OUTBOX
  nowMs = 0
  readonly told: (Told & { readonly toldMs: number })[] = []

  offer(of: NotifyCommand): this {
    const { nowMs } = this
    this.outbox = offered(this.outbox, of, { rules, nowMs, at: nowMs as EpochMs })
    return this
  }

  /** Sends whatever may be sent, in steps of a second. */
  pass(ms: number): this {
    const until = this.nowMs + ms
    for (; this.nowMs <= until; this.nowMs += 1_000) {
      for (;;) {
        this.outbox = sweptAt(this.outbox, rules, this.nowMs)
        const next = nextOf(this.outbox, this.#of())
        if (next.kind === 'wait') break
        const [told] = next.batch.of
        this.told.push({ ...told, toldMs: this.nowMs })
        this.outbox = without(attempted(this.outbox, this.nowMs), next.batch.of)
      }
    }
    this.nowMs = until
    return this
  }

  waits(): readonly (number | null)[] {
    const next = nextOf(this.outbox, this.#of())
    return [next.kind === 'wait' ? next.ms : 0, repeatIn(this.outbox, this.nowMs)]
  }

  #of() {
    return { rules, quiet: null, nowMs: this.nowMs, at: this.nowMs as EpochMs }
  }
}

test('the same is told once, and once more with its count when the window is over', () => {
  const life = new Life()
  for (let i = 0; i < 50; i++) life.offer(notice('link down')).pass(1_000)
  expect(life.told).toMatchObject([{ message: 'link down', count: 1 }])
  life.pass(600_000)
  expect(life.told).toMatchObject([{ count: 1 }, { message: 'link down', count: 49, at: 1_000 }])
  life.pass(600_000).offer(notice('link down')).pass(1_000)
  expect(life.told).toHaveLength(3)
})

test('a key says what is the same when the message varies; a higher level is another', () => {
  const life = new Life()
  life
    .offer(notice('attempt 1', 'warning', 'attempt'))
    .offer(notice('attempt 2', 'warning', 'attempt'))
  life.offer(notice('attempt 3', 'critical', 'attempt')).pass(1_000)
  expect(life.told.map(({ message }) => message)).toEqual(['attempt 3', 'attempt 1'])
})

test('the rate is bounded, and its last third is kept for what is critical', () => {
  const life = new Life()
  for (let i = 0; i < 10; i++) life.offer(notice(`w${i}`))
  life.pass(1_000)
  expect(life.told).toHaveLength(4)
  life.offer(notice('c0', 'critical')).pass(1_000)
  expect(life.told.at(-1)).toMatchObject({ message: 'c0' })
  life.pass(200_000)
  expect(life.told).toHaveLength(11)
})

test('a full queue loses the oldest of the least weight, and counts it', () => {
  const life = new Life()
  life.offer(notice('page', 'critical')).offer(notice('fyi', 'info'))
  for (let i = 0; i < 30; i++) life.offer(notice(`w${i}`))
  expect(life.outbox.queue).toHaveLength(rules.queueMax)
  expect(life.outbox.dropped).toBe(12)
  const messages = life.outbox.queue.map(({ message }) => message)
  expect(messages).toContain('page')
  expect(messages).not.toContain('fyi')
  expect(messages).toContain('w29')
})

test('laws: no minute has more than the rate, nothing is told twice, all of it is counted', () => {
  const step = fc.record({
    of: fc.integer({ min: 0, max: 5 }),
    level: fc.constantFrom<Level>('info', 'warning', 'critical'),
    ms: fc.integer({ min: 0, max: 90_000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const life = new Life()
      for (const { of, level, ms } of steps) life.offer(notice(`m${of}`, level)).pass(ms)
      life.pass(2_000_000)
      const sent = life.told.map(({ toldMs }) => toldMs)
      for (const ms of sent) {
        const inMinute = sent.filter((each) => each > ms - 60_000 && each <= ms)
        expect(inMinute.length).toBeLessThanOrEqual(rules.perMinute)
      }
      const counted = life.told.reduce((sum, { count }) => sum + count, 0)
      expect(counted + life.outbox.dropped).toBe(steps.length)
      expect(life.waits()).toEqual([null, null])
    }),
  )
})

test('what is critical is held back as a repeat for five minutes at most', () => {
  const day: OutboxRules = { ...rules, repeatMs: 86_400_000 }
  const at = 0 as EpochMs
  const first = offered(EMPTY_OUTBOX, notice('c', 'critical'), { rules: day, nowMs: 0, at })
  const again = offered(first, notice('c', 'critical'), { rules: day, nowMs: 1_000, at })
  expect(again.queue).toHaveLength(1)
  expect(sweptAt(again, day, 299_000).queue).toHaveLength(1)
  expect(sweptAt(again, day, 300_000).queue).toHaveLength(2)
  const warned = offered(EMPTY_OUTBOX, notice('w'), { rules: day, nowMs: 0, at })
  const twice = offered(warned, notice('w'), { rules: day, nowMs: 1_000, at })
  expect(sweptAt(twice, day, 300_000).queue).toHaveLength(1)
})

test('windows are bounded: many different words within one cost neither time nor memory', () => {
  const day: OutboxRules = { ...rules, repeatMs: 86_400_000 }
  let outbox = offered(EMPTY_OUTBOX, notice('c', 'critical'), {
    rules: day,
    nowMs: 0,
    at: 0 as EpochMs,
  })
  for (let i = 0; i < 1_000; i++) {
    outbox = offered(outbox, notice(`w${i}`), { rules: day, nowMs: i, at: i as EpochMs })
  }
  expect(outbox.windows.size).toBeLessThanOrEqual(500)
  expect([...outbox.windows.keys()]).toContain('critical c')
  expect([...outbox.windows.keys()]).toContain('warning w999')
})
