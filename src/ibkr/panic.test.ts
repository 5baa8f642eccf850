import { expect, test } from 'vitest'
import type { PanicRow } from '../journal/panic-record.ts'
import { runPanic, type PanicReport } from '../watchdog/panic.ts'
import type { Response } from '../wire/responses.ts'
import { openOrderOf, orderOf, quietAccount, WIRE_OPTION } from './gateway.testing.ts'
import { openPanic } from './panic.ts'
import { ACCOUNT, memoryOrderIds, World } from './peer.testing.ts'
import { orderToWire } from './translate/translate-order.ts'

const OTHER = 'DU7654321'
const PANIC_CLIENT = 33

/** Resting exits of our account (5), by hand in TWS (0), and of another account (6 and 7). */
function open(orderId: number, account: string, ref: string): Response {
  const wire = orderToWire(orderOf(ref, { role: 'stop-loss', side: 'SELL' }), {
    account,
    parentId: 0,
    transmit: true,
  })
  const state = { status: 'Submitted', permId: 900 + ref.length * 100 + orderId }
  return openOrderOf({ orderId, order: wire }, state)
}

/** One panic of so many seconds, on a Gateway that manages these accounts and lists these orders. */
async function panicking(
  accounts: readonly string[],
  listed: (world: World) => readonly Response[],
  held = WIRE_OPTION,
): Promise<{ world: World; report: PanicReport; said: readonly string[] }> {
  const world = new World()
  world.script = { accounts }
  quietAccount(world)
  world.answer('reqAllOpenOrders', () => [...listed(world), { kind: 'openOrderEnd' }])
  world.answer('reqPositions', () => [
    { kind: 'position', account: ACCOUNT, contract: held, position: 2, avgCost: 1 },
    { kind: 'position', account: OTHER, contract: WIRE_OPTION, position: 9, avgCost: 1 },
    { kind: 'positionEnd' },
  ])
  const { clock, prng, connect } = world
  const room = openPanic({
    clock,
    prng,
    connect,
    mode: 'paper',
    declared: 'paper',
    account: ACCOUNT,
    orderIds: memoryOrderIds(),
    notice: () => undefined,
  })
  const said: string[] = []
  const record = { load: (): readonly PanicRow[] => [], note: () => true }
  const say = (text: string): void => void said.push(text)
  const ended = runPanic({ clock, room, record, withinMs: 6_000, say })
  await world.run(7_000)
  const report = await ended
  void room.close()
  await world.run(100)
  return { world, report, said }
}

const cancelled = (world: World): readonly number[] => [
  ...new Set(
    world
      .peer(PANIC_CLIENT)
      .requests('cancelOrder')
      .map(({ orderId }) => orderId),
  ),
]
const global = (world: World): number => world.peer(PANIC_CLIENT).requests('reqGlobalCancel').length

test('a login of one account: everything is cancelled at once', async () => {
  const { world } = await panicking([ACCOUNT], () => [open(5, ACCOUNT, 'run-1')])
  expect(global(world)).toBeGreaterThan(0)
  expect(cancelled(world)).toEqual([])
})

test('a login of several: only what is ours is cancelled, one by one, and it says so', async () => {
  const { world, report, said } = await panicking([ACCOUNT, OTHER], (of) => {
    const ours = cancelled(of).includes(5) ? [] : [open(5, ACCOUNT, 'run-1')]
    return [...ours, open(6, OTHER, 'theirs-1'), open(7, OTHER, 'theirs-12')]
  })
  expect(global(world)).toBe(0)
  expect(cancelled(world)).toEqual([5])
  expect(report.cancelsSentMs).toBeLessThanOrEqual(1_000)
  expect(report.elsewhere).toBe(2)
  expect(said.join('\n')).toContain('2 orders of other accounts of this login stay')
  // What they hold elsewhere covers nothing here, and what we hold is closed once it is free.
  expect(report.sent).toEqual([expect.stringMatching(/^SELL 2 /)])
  expect(report.left).not.toContainEqual(expect.stringContaining('theirs'))
})

test('a number that names another order as well is not cancelled, and it covers what it may', async () => {
  const { world, report } = await panicking([ACCOUNT, OTHER], () => [
    open(5, ACCOUNT, 'run-1'),
    open(5, OTHER, 'theirs-1'),
    open(0, ACCOUNT, 'by hand'),
  ])
  expect(global(world)).toBe(0)
  expect(cancelled(world)).toEqual([])
  expect(report).toMatchObject({ flat: false, sent: [] })
  expect(report.waits).toContain('must be cancelled by a person')
})

test('a combo order tells its legs, and which way one unit of it trades them', async () => {
  const leg = { exchange: 'SMART', openClose: 0, shortSaleSlot: 0, designatedLocation: '' }
  const row = open(5, ACCOUNT, 'run-1')
  if (row.kind !== 'openOrder') throw new Error('expected an order')
  const { world, report } = await panicking([ACCOUNT], () => [
    {
      ...row,
      contract: { ...row.contract, conId: 28_812_380, secType: 'BAG' },
      order: {
        ...row.order,
        comboLegs: [
          { ...leg, conId: WIRE_OPTION.conId, ratio: 1, action: 'BUY', exemptCode: -1 },
          { ...leg, conId: 700_002, ratio: 1, action: 'SELL', exemptCode: -1 },
        ],
      },
    },
  ])
  expect(global(world)).toBeGreaterThan(0)
  expect(report).toMatchObject({ flat: false, sent: [] })
})

test('an option that expires after the end of the calendar is closed like any other', async () => {
  const held = { ...WIRE_OPTION, lastTradeDateOrContractMonth: '20310117' }
  const { report } = await panicking([ACCOUNT], () => [], held)
  expect(report.sent).toEqual([expect.stringMatching(/^SELL 2 /)])
})
