import { expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import { LockStep } from '../simulation/world.ts'
import type { Remains } from '../simulation/world.ts'
import { delaysOf, DELAYS, msOf } from './delays.ts'
import { faulty, scriptOf } from './script.ts'

const START = atNewYork('2026-03-10' as CalendarDate, '10:30')
const SECOND = 1_000
const after = (seconds: number): EpochMs => (START + seconds * SECOND) as EpochMs

function begun(): Remains {
  const lockStep = new LockStep(START)
  const gateway = new SimulatedGateway({ clock: lockStep.clock, seed: 1 })
  const [journal, orderIds, latch] = [new MemoryJournal(), new MemoryOrderIds(), new MemoryLatch()]
  return { lockStep, gateway, journal, orderIds, latch }
}

function copied({ lockStep, gateway, ...rest }: Remains): Remains {
  const copy = new LockStep(lockStep.clock.now())
  return { ...rest, lockStep: copy, gateway: gateway.clone(copy.clock) }
}

/** Kinds of what is wrong at the broker now. */
function wrong({ lockStep, gateway }: Remains): readonly string[] {
  const now = lockStep.clock.now()
  const lasting = gateway.core.state.conditions.filter(
    ({ until, left }) => (until === null || now < until) && left !== 0,
  )
  return lasting.map(({ condition }) => condition.kind)
}

test('a copy meets what goes on, until its end, and what is still to come; nothing twice', async () => {
  const acts: number[] = []
  const script = scriptOf({
    spans: [
      faulty(after(10), 20 * SECOND, { name: 'no-liquidity' }),
      faulty(after(40), 10 * SECOND, { name: 'refuse' }),
    ],
    acts: [{ at: after(15), act: ({ core }) => void acts.push(core.clock.now()) }],
  })
  expect(script.over).toBe(after(50))
  const first = begun()
  script.begin(first)
  await first.lockStep.clock.runUntil(after(20))
  expect([wrong(first), acts.length]).toEqual([['illiquid'], 1])

  const copy = copied(first)
  expect(wrong(copy)).toEqual(['illiquid'])
  script.begin(copy)
  expect(wrong(copy)).toEqual(['illiquid'])
  await copy.lockStep.clock.runUntil(after(35))
  expect([wrong(copy), acts.length, copy.gateway.accepting]).toEqual([[], 1, true])
  await copy.lockStep.clock.runUntil(after(45))
  expect([copy.gateway.accepting, first.gateway.accepting]).toEqual([false, true])
  await copy.lockStep.clock.runUntil(after(50))
  expect(copy.gateway.accepting).toBe(true)
  expect(wrong(first)).toEqual(['illiquid']) // its own time stands
})

test('each time of a restart is what it says', () => {
  const holding = (expiry: string): CrashPoint => {
    const lastTradingAt = atNewYork(expiry as CalendarDate, '16:00')
    const positions = (): unknown => [{ contract: { kind: 'option', lastTradingAt } }]
    const remains = { gateway: { core: { positions } } } as unknown as Remains
    return { at: START, remains } as CrashPoint
  }
  const starts = DELAYS.map((delay) => {
    const ms = msOf(delay, holding('2026-03-13'))
    return new Date(START + ms).toISOString().slice(0, 19)
  })
  expect(starts).toEqual([
    '2026-03-10T14:30:01',
    '2026-03-10T20:10:00',
    '2026-03-11T13:35:00',
    '2026-03-16T13:35:00', // Monday
    '2026-03-16T13:35:00', // the option ended on Friday
  ])
  for (const step of [1, 10, 12]) {
    const turns = Array.from({ length: 40 }, (_, i) => delaysOf(i * step)[1])
    expect(new Set(turns).size, `every ${step}`).toBe(DELAYS.length - 1)
  }
})
