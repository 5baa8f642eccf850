import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { Conditions } from './conditions.ts'
import { linkNotice } from './error-codes.ts'
import type { Notice } from './link.ts'

function newRig() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  let changes = 0
  const conditions = new Conditions(clock, () => changes++)
  const code = (of: string, number: number, text: string): void => {
    conditions.heard(of, { kind: 'gateway', notice: linkNotice(number, text), text })
  }
  const gates = (): readonly string[] => conditions.gates().map(({ gate }) => gate)
  return { clock, conditions, code, gates, changes: () => changes }
}

const down: Notice = {
  kind: 'link-down',
  cause: 'closed',
  fault: { code: 'not-connected', retry: 'after-reconnect', detail: 'gone', vendorCode: null },
}
const up: Notice = { kind: 'link-up', epoch: 2 }

test('each connection has a link of its own', () => {
  const { conditions, gates } = newRig()
  conditions.heard('order', down)
  conditions.heard('data', down)
  conditions.heard('order', up)
  expect(conditions.gates()).toMatchObject([
    { gate: 'connectivity', reason: 'data connection: gone', symbol: null },
  ])
  conditions.heard('data', up)
  expect(gates()).toEqual([])
})

test('a heartbeat that an attempt missed gates no longer than until one is answered', () => {
  const { conditions, gates } = newRig()
  conditions.heard('order', { kind: 'heartbeat', late: true })
  conditions.heard('order', up) // the attempt failed without ever having been up
  expect(gates()).toEqual([])
})

test('a late heartbeat is a gate until the next answer', () => {
  const { conditions, gates } = newRig()
  conditions.heard('order', { kind: 'heartbeat', late: true })
  expect(gates()).toEqual(['heartbeat'])
  conditions.heard('order', { kind: 'heartbeat', late: false })
  expect(gates()).toEqual([])
})

test('one farm that is back says nothing about another; an idle one is no outage (P19)', () => {
  const { code, conditions, gates } = newRig()
  code('data', 2103, 'Market data farm connection is broken:usopt')
  code('data', 2105, 'HMDS data farm connection is broken:ushmds')
  code('data', 2104, 'Market data farm connection is OK:usfarm')
  code('data', 2107, 'HMDS data farm connection is inactive but available.ushmds')
  expect(gates()).toEqual(['farm', 'farm'])
  code('data', 2104, 'Market data farm connection is OK:usopt')
  expect(conditions.gates()).toMatchObject([{ reason: expect.stringContaining('ushmds') }])
})

test('a new connection is told about its farms again', () => {
  const { code, conditions, gates } = newRig()
  code('data', 2103, 'broken:usopt')
  conditions.heard('data', down)
  conditions.heard('data', up)
  expect(gates()).toEqual([])
})

test.each([1101, 1102])('1100 is a gate until %i', (restored) => {
  const { code, gates } = newRig()
  code('order', 1100, 'lost')
  code('order', 1100, 'lost')
  expect(gates()).toEqual(['connectivity'])
  code('order', restored, 'restored')
  expect(gates()).toEqual([])
})

const restored = (code: 1101 | 1102): readonly (readonly [string, Notice])[] => [
  ['order', { kind: 'gateway', notice: linkNotice(code, 'restored'), text: 'restored' }],
]
const reconnected = [
  ['order', down],
  ['order', up],
] as const

test.each([
  ['1101', restored(1101)],
  ['1102', restored(1102)],
  ['a connection that ends', reconnected.slice(0, 1)],
])('a late ping stays late over %s (L11)', (_, notices) => {
  const { conditions, gates } = newRig()
  conditions.heard('order', { kind: 'heartbeat', late: true })
  for (const each of notices) conditions.heard(...each)
  expect(gates()).toContain('heartbeat')
  conditions.heard('order', { kind: 'heartbeat', late: false })
  expect(gates()).not.toContain('heartbeat')
})

test.each([
  ['1101', restored(1101)],
  ['1102', restored(1102)],
  ['a new connection', reconnected],
])('a strike of 100 lasts its minute over %s (L11)', async (_, notices) => {
  const { clock, conditions, code, gates } = newRig()
  code('order', 100, 'max rate of messages')
  for (const each of notices) conditions.heard(...each)
  await clock.runUntil(59_000 as EpochMs)
  expect(gates()).toEqual(['pacing'])
  await clock.runUntil(60_000 as EpochMs)
  expect(gates()).toEqual([])
})

test.each([
  [1101, ['farm']],
  [1102, []],
])('after %i the gates of its farms are %j', (number, expected) => {
  const { code, gates } = newRig()
  code('data', 2103, 'broken:usopt')
  code('data', 1100, 'lost')
  code('data', number, 'restored')
  expect(gates()).toEqual(expected)
})

test.each([
  [100, 'pacing'],
  [10197, 'stale-data'],
])('code %i is a gate for a minute', async (number, gate) => {
  const { clock, code, gates } = newRig()
  code('data', number, 'x')
  await clock.runUntil(59_000 as EpochMs)
  expect(gates()).toEqual([gate])
  await clock.runUntil(60_000 as EpochMs)
  expect(gates()).toEqual([])
})

test('clocks more than 5 s apart are a gate', () => {
  const { conditions, gates } = newRig()
  conditions.heard('order', { kind: 'skew', skewMs: -6_500 })
  expect(gates()).toEqual(['skew'])
  conditions.heard('order', { kind: 'skew', skewMs: -4_000 })
  expect(gates()).toEqual([])
})

test('listeners hear of changes, not of repetitions', () => {
  const { code, changes } = newRig()
  for (let i = 0; i < 3; i++) code('data', 2103, 'broken:usopt')
  for (let i = 0; i < 3; i++) code('data', 2104, 'OK:usopt')
  expect(changes()).toBe(2)
})

test('quotes are well again from the moment on that nothing keeps them from coming', async () => {
  const { clock, code, conditions } = newRig()
  const well = () => conditions.quotesWellSince('data')
  expect(well()).toBe(0)
  await clock.runUntil(5_000 as EpochMs)
  conditions.heard('order', down)
  code('data', 2105, 'HMDS data farm connection is broken:ushmds')
  expect(well()).toBe(0) // neither is about quotes
  code('data', 2103, 'Market data farm connection is broken:usopt')
  expect(well()).toBeNull()
  await clock.runUntil(10_000 as EpochMs)
  code('data', 2104, 'Market data farm connection is OK:usopt')
  expect(well()).toBe(10_000)
  code('data', 2106, 'HMDS data farm connection is OK:ushmds')
  expect(well()).toBe(10_000)
  code('data', 10197, 'No market data during competing live session')
  expect(well()).toBeNull()
  await clock.runUntil(80_000 as EpochMs)
  expect(well()).toBe(70_000)
  code('order', 1100, 'Connectivity between IBKR and Trader Workstation has been lost.')
  expect(well()).toBeNull()
})
