import type { EpochMs } from '../../src/base/clock.ts'
import type { Currency } from '../../src/domain/money.ts'
import { DATA_CLIENT, detailsOf, OPTION, upRig } from '../../src/ibkr/gateway.testing.ts'
import { error, notice } from '../../src/ibkr/peer.testing.ts'
import { checkersOf } from '../simulation/checkers/all.ts'
import { fixedPlan } from '../simulation/plan.ts'
import { brokerWith } from '../simulation/planted/bug.ts'
import { World } from '../simulation/world.ts'
import type { Incident } from './incident.ts'

const MINUTE = 60_000

/** One request for bars, and what the Gateway makes of it, message by message. */
async function brokenAndBack(): Promise<readonly string[]> {
  const { world, ibkr } = await upRig()
  world.answer('reqContractDetails', ({ reqId }) => [
    detailsOf(reqId, { secType: 'STK', conId: 1, strike: 0, right: '' }),
    { kind: 'contractDetailsEnd', reqId },
  ])
  const to = world.clock.now()
  const span = { from: (to - 10 * MINUTE) as EpochMs, to }
  const currency = 'USD' as Currency
  const underlying = { kind: 'stock', symbol: OPTION.symbol, exchange: 'SMART', currency } as const
  const ends: boolean[] = []
  const { signal } = new AbortController()
  void ibkr.marketData.history({ underlying, size: '1m', span }, signal).then((answer) => {
    ends.push(answer.ok)
  })
  await world.run(100)
  const peer = world.peer(DATA_CLIENT)
  const [asked] = peer.requests('reqHistoricalData')
  if (asked === undefined) return ['no history was asked for']
  peer.send(notice(2105, 'HMDS data farm connection is broken:ushmds'))
  peer.send(error(asked.reqId, 165, 'Historical Market Data Service query message: reconnecting'))
  peer.send(notice(2106, 'HMDS data farm connection is OK:ushmds'))
  await world.run(500)
  peer.transport.close()
  await world.run(10_000) // and not only with its deadline, which is 20 s
  const gates = ibkr.gates().map(({ gate }) => gate)
  return [
    ...(ends.join() === 'false' ? [] : [`it ended ${ends.length} times: ${ends.join()}`]),
    ...(world.peer(DATA_CLIENT) === peer ? ['there is no new connection'] : []),
    ...(gates.length === 0 ? [] : [`gates are left: ${gates.join()}`]),
  ]
}

/** Of Knight's parent: it fills, and nothing that says so is ever heard. */
const CHILDREN_MAX = 6

async function neverMarkedFilled(): Promise<readonly string[]> {
  const written = { takeProfit: '50%', stopLoss: '50%' }
  const plan = fixedPlan({ date: '2026-03-10', time: '13:00', minutes: 6, written })
  const world = new World({
    plan,
    checkers: checkersOf('one'),
    ...brokerWith((port) => ({
      onReport: (listener) =>
        port.onReport((report) => {
          if (report.kind !== 'filled') listener(report)
        }),
      async snapshot(signal, known) {
        const taken = await port.snapshot(signal, known)
        return taken.ok ? { ok: true, value: { ...taken.value, fills: [] } } : taken
      },
    })),
  })
  await world.runUntil(plan.until)
  await world.rest()
  const children = new Map<string, number>()
  for (const { role, structureId } of world.record.orders.values()) {
    if (role === 'entry' || structureId === null) continue
    children.set(structureId, (children.get(structureId) ?? 0) + 1)
  }
  const many = [...children].filter(([, count]) => count > CHILDREN_MAX)
  const entries = [...world.record.orders.values()].filter(({ role }) => role === 'entry')
  const { core } = world.remains.gateway
  const held = core.positions().reduce((sum, { quantity }) => sum + quantity, 0)
  const bought = core.executions().reduce((sum, { side, quantity }) => {
    return side === 'BUY' ? sum + quantity : sum
  }, 0)
  return [
    ...many.map(([id, count]) => `${count} children of ${id}`),
    ...(entries.length === 1 ? [] : [`${entries.length} entries`]),
    ...(bought > 0 && held === bought ? [] : [`bought ${bought}, held ${held}`]),
    // What is lost here on its way to the bot is what it complains of.
    ...world.violations
      .filter(({ checker }) => checker !== 'books-agree' && checker !== 'fills-once')
      .map(({ checker, text }) => `${checker}: ${text}`),
  ]
}

/** Played message by message, or with something lost between the bot and its connection. */
export const ofWires: readonly Incident[] = [
  {
    id: 'R23',
    elsewhere: 'vnpy_ib #73',
    scenario: '2105, then 165 (attempting to reconnect), 2106, and the connection ends',
    holds: 'the request ends once, the connection is back, and no gate is left',
    replay: 'R23-farm-then-disconnect',
    play: brokenAndBack,
  },
  {
    id: 'R30',
    elsewhere: 'Knight Capital (SEC 34-70694)',
    scenario: 'the parent is never marked filled, so that children are sent without end',
    holds: 'children of a parent are few, nothing is sold twice, and nothing is entered again',
    replay: null,
    play: neverMarkedFilled,
  },
]
