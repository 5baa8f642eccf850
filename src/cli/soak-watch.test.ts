import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { Tally } from '../validation/tally.ts'
import { lookAt } from './process-outside.ts'
import { drawFaults, STOPPED } from './soak-faults.ts'
import { FaultLog } from './soak-watch.ts'

const at = (ms: number): EpochMs => ms as EpochMs

test('a fault is planted from its first line to its last, with the verdict it deserves', () => {
  const planned = drawFaults({ seed: 1, runMs: 4_200_000, everyMs: 240_000 })
  const tally = new Tally()
  const log = new FaultLog(planned, tally)
  log.heard('fault garbage begins', at(1_000))
  log.begins(STOPPED, at(2_000))
  log.heard('client 30: 322 Duplicate ticker id', at(2_500))
  log.heard('client 7: 100 Max rate of messages', at(2_600)) // not one of our clients
  log.heard('fault garbage is over', at(3_000))
  expect(log.planted).toEqual([
    { name: 'garbage', label: 'PROTOCOL_ERROR', beganAt: 1_000, healedAt: 3_000 },
    { name: STOPPED, label: 'GATEWAY_HUNG', beganAt: 2_000, healedAt: null },
  ])
  expect(tally.violations).toEqual([{ at: 2_500, text: 'client 30: 322 Duplicate ticker id' }])
})

test('a process as its kernel shows it; one that is not there is unknown, not zero', () => {
  const own = lookAt(process.pid)
  if (process.platform === 'linux') {
    expect(own.rssMb).toBeGreaterThan(10)
    expect(own.handles).toBeGreaterThan(2)
    expect(own.sockets).toBeLessThanOrEqual(own.handles ?? 0)
    expect(own.cpuMs).toBeGreaterThan(0)
  }
  expect(lookAt(2 ** 30)).toEqual({ rssMb: null, sockets: null, handles: null, cpuMs: null })
})
