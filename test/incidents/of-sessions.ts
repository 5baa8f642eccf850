import type { EpochMs } from '../../src/base/clock.ts'
import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import type { Seen } from '../simulation/faulted/row.ts'
import type { World } from '../simulation/world.ts'
import { all, dataFlows, incident, linkAt, named, rowNamed } from './incident.ts'
import type { Incident } from './incident.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** So long after the others, for so long. */
function later(world: World, afterMs: number, of: { fault: FaultSpec; lastsMs: number }): void {
  const { clock, remains } = world
  clock.after(afterMs, () => {
    clock.after(of.lastsMs, remains.gateway.inject(of.fault))
  })
}

/** Nobody listens for a minute, and then a Gateway does. */
const restart: FaultSpec = { name: 'restart', warnings: 0, downMs: MINUTE, restored: null }
const dead = (connections: 'open' | 'all'): FaultSpec => ({
  name: 'history-dead',
  services: ['history', 'quotes', 'contracts'],
  connections,
})

/** Nothing was entered between these, counted from the start of the run, milliseconds. */
function noEntry(fromMs: number, untilMs: number) {
  return ({ world }: Seen): string | null => {
    const { start } = world.plan
    const [entry] = world.remains.journal.read().filter(({ at, event }) => {
      return event.type === 'EntryApproved' && at > start + fromMs && at < start + untilMs
    })
    return entry === undefined ? null : `entered ${entry.at - start} ms after the start`
  }
}

/** The link went down within this time of that moment of the run. */
function downWithin(ms: number, fromMs: number) {
  return (seen: Seen): string | null => {
    const from = (seen.world.plan.start + fromMs) as EpochMs
    const at = linkAt(seen, 'down', from)
    return at !== null && at - from <= ms
      ? null
      : `down ${at === null ? 'never' : `after ${at - from} ms`}`
  }
}

function upWithin(ms: number, fromMs: number) {
  return (seen: Seen): string | null => {
    const from = (seen.world.plan.start + fromMs) as EpochMs
    const at = linkAt(seen, 'up', from)
    return at !== null && at - from <= ms
      ? null
      : `up ${at === null ? 'never' : `after ${at - from} ms`}`
  }
}

/** What is asked ends: nothing of these is open at the Gateway. */
function nothingOpen({ world }: Seen): string | null {
  const { shortHistory, longHistory, contractDetails } = world.ibkr.counters.requests.open
  const open = shortHistory + longHistory + contractDetails
  return open === 0 ? null : `${open} requests are open`
}

function decidedAgain(withinMs: number) {
  return ({ world }: Seen): string | null => {
    const from = world.clock.now() - withinMs
    const decided = world.remains.journal.read().some(({ at, event }) => {
      return event.type === 'CycleEnded' && event.outcome.kind !== 'skipped' && at >= from
    })
    return decided ? null : `nothing was decided in the last ${withinMs} ms`
  }
}

/** Requests between two moments of a run; first how many there were at the first of them. */
const asked = new WeakMap<World, number>()

function askedBy({ ibkr }: World): number {
  return Object.values(ibkr.counters.requests.asked).reduce((sum, count) => sum + count, 0)
}

/** What somebody's connections, farms and streams came to. */
export const ofSessions: readonly Incident[] = [
  incident(
    'R7',
    {
      elsewhere: 'Lean.Brokerages.InteractiveBrokers #169',
      scenario: 'after the weekly restart all farms report OK, and no data comes',
      holds: 'silence is a fault whatever the status says: it is named, and nothing is entered',
      replay: 'R7-restarted-without-data',
    },
    {
      name: 'R7',
      faults: [],
      bot: 'busy',
      plan: { minutes: 10 },
      afterMs: MINUTE,
      meanwhile: (world) => {
        later(world, 0, { fault: restart, lastsMs: 2 * MINUTE })
        later(world, SECOND, { fault: dead('all'), lastsMs: 5 * MINUTE })
      },
      holds: all(
        // The restart is the first sign, and takes a minute of it.
        named('GATEWAY_HIST_WEDGED', 150 * SECOND),
        noEntry(MINUTE, 6 * MINUTE),
        dataFlows(),
        decidedAgain(3 * MINUTE),
      ),
    },
  ),
  incident(
    'R8',
    {
      elsewhere: 'IBC #143',
      scenario: 'data pauses after the nightly reset, on the connections that outlived it',
      holds: 'what is silent is asked for again, on a new connection if need be',
      replay: 'R8-data-pauses',
    },
    {
      name: 'R8',
      faults: [{ name: 'data-lost' }],
      bot: 'busy',
      plan: { minutes: 8 },
      afterMs: MINUTE,
      lastsMs: 10 * SECOND,
      meanwhile: (world) => {
        later(world, 11 * SECOND, { fault: dead('open'), lastsMs: 20 * MINUTE })
      },
      holds: all(dataFlows(), decidedAgain(2 * MINUTE)),
    },
  ),
  incident(
    'R9',
    {
      elsewhere: 'nautilus_trader #3968',
      scenario: 'a farm is broken for three seconds; its streams stay dead for more than 8 h',
      holds: 'they are opened again, by the word of the farm or by their silence',
      replay: 'R9-farm-blip',
    },
    {
      name: 'R9',
      faults: [],
      bot: 'busy',
      plan: { minutes: 8 },
      afterMs: MINUTE,
      meanwhile: (world) => {
        later(world, 0, { fault: { name: 'farm-down', farm: 'quotes' }, lastsMs: 3 * SECOND })
        later(world, SECOND, {
          fault: { name: 'history-dead', services: ['quotes', 'history'], connections: 'open' },
          lastsMs: 20 * MINUTE,
        })
      },
      holds: all(dataFlows(), decidedAgain(2 * MINUTE)),
    },
  ),
  incident(
    'R10',
    {
      elsewhere: 'nautilus_trader #4230',
      scenario: 'a list of positions that is empty during a disconnect is taken for flat',
      holds: 'what is held stays held: nothing is adjusted, and its exits stay',
      replay: 'F53-snapshot-incomplete',
    },
    {
      ...rowNamed('F53 positions first empty, then right', ({ of, world }) => {
        if (of('PositionAdjusted').length > 0) return 'what is held was adjusted'
        const held = [...world.bot.engine.state.positions.values()]
        return held.some(({ quantity }) => quantity > 0) ? null : 'nothing is held any more'
      }),
      meanwhile: (world) => later(world, SECOND, { fault: { name: 'refuse' }, lastsMs: SECOND }),
    },
  ),
  incident(
    'R15',
    {
      elsewhere: 'nautilus_trader #3796',
      scenario: '326 while the Gateway restarts: the client gives up, or takes another id',
      holds: 'the same ids wait, try again, and are back soon after theirs are free',
      replay: 'F23-client-id-in-use',
    },
    {
      name: 'R15',
      faults: [],
      bot: 'busy',
      plan: { minutes: 6 },
      afterMs: 90 * SECOND,
      meanwhile: (world) => {
        later(world, 0, {
          fault: { name: 'client-id-in-use', lingerMs: null },
          lastsMs: 45 * SECOND,
        })
      },
      holds: all(upWithin(60 * SECOND, 135 * SECOND), ({ world }) => {
        const orders = [...world.remains.gateway.core.state.orders.values()]
        const ids = new Set(orders.map(({ clientId }) => clientId))
        const healedAt = world.plan.start + 135 * SECOND
        if (!orders.some(({ acceptedAt }) => acceptedAt > healedAt))
          return 'nothing was sent afterwards'
        return [...ids].join() === '30' ? null : `orders of ${[...ids].join()}`
      }),
    },
  ),
  incident(
    'R16',
    {
      elsewhere: 'nautilus_trader #3733',
      scenario: 'subscriptions to history (keepUpToDate) are not restored after the daily restart',
      holds: 'every symbol streams again within a bar',
      replay: 'nightly-restart-unannounced',
    },
    {
      name: 'R16',
      faults: [],
      bot: 'busy',
      plan: { minutes: 6, written: { symbols: 'SPY, QQQ, AAPL' } },
      afterMs: 2 * MINUTE,
      meanwhile: (world) => later(world, 0, { fault: restart, lastsMs: 2 * MINUTE }),
      holds: all(upWithin(30 * SECOND, 3 * MINUTE), dataFlows(15 * SECOND), ({ world }) => {
        const polled = [...world.bot.feed.counts.sources].filter(
          ([, of]) => of !== 'keep-up-to-date',
        )
        return polled.length === 0 ? null : polled.join('; ')
      }),
    },
  ),
  incident(
    'R19',
    {
      elsewhere: 'nautilus_trader #4027',
      scenario: 'code of the reconnect runs before the version is known, and crashes',
      holds: 'nothing is sent before readiness, and the bot is ready soon after the Gateway is',
      replay: 'F20-handshake-hang',
    },
    {
      name: 'R19',
      faults: [{ name: 'handshake-hang' }],
      bot: 'busy',
      plan: { minutes: 6 },
      afterMs: 90 * SECOND,
      lastsMs: MINUTE,
      meanwhile: (world) => {
        world.remains.gateway.inject({ name: 'refuse' })()
        world.clock.after(5 * SECOND, () => {
          asked.set(world, askedBy(world))
        })
        world.clock.after(55 * SECOND, () => {
          asked.set(world, askedBy(world) - (asked.get(world) ?? 0))
        })
      },
      holds: all(
        ({ world }) => {
          const sent = asked.get(world)
          return sent === 0 ? null : `${sent} requests before it was ready`
        },
        noEntry(91 * SECOND, 150 * SECOND),
        upWithin(60 * SECOND, 150 * SECOND),
      ),
    },
  ),
  incident(
    'R20',
    {
      elsewhere: 'ib_insync #330',
      scenario: 'a spurious 200, "no security definition", in maintenance hours',
      holds: 'nothing is struck off for the day: it is asked about again, and entered',
      replay: 'F65-no-definition',
    },
    rowNamed('F65 spurious 200 for contracts, then they exist', ({ world }) => {
      const { start } = world.plan
      const entry = world.remains.journal.read().find(({ event }) => event.type === 'EntryApproved')
      const ms = (entry?.at ?? Infinity) - start - 90 * SECOND
      return ms <= 3 * MINUTE ? null : `entered ${ms} ms after its contracts existed again`
    }),
  ),
  incident(
    'R22',
    {
      elsewhere: 'ibx #190',
      scenario: 'the service of history is down: what it is asked is queued and never answered',
      holds: 'each request ends by its deadline, and the verdict names the service',
      replay: 'S2',
    },
    {
      name: 'R22',
      faults: [{ name: 'farm-down', farm: 'history' }],
      bot: 'busy',
      plan: { minutes: 5 },
      afterMs: MINUTE,
      lastsMs: 2 * MINUTE,
      holds: all(named('HMDS_DOWN', 30 * SECOND), nothingOpen, dataFlows()),
    },
  ),
  incident(
    'R24',
    {
      elsewhere: 'OpenAlice #294',
      scenario: 'a dead socket is said to be healthy; orders wait in it and leave on reconnect',
      holds: 'it is down within 15 s, and nothing that was decided before leaves afterwards',
      replay: 'zombie',
    },
    {
      name: 'R24',
      faults: [{ name: 'zombie' }],
      bot: 'busy',
      plan: { minutes: 5 },
      afterMs: MINUTE,
      lastsMs: MINUTE,
      holds: all(downWithin(15 * SECOND, MINUTE), noEntry(75 * SECOND, 2 * MINUTE), ({ world }) => {
        const late = [...world.remains.gateway.core.state.orders.values()].find((order) => {
          const intended = world.record.orders.get(order.orderRef as never)
          return intended === undefined
        })
        return late === undefined ? null : `${late.orderRef} was never intended`
      }),
    },
  ),
  incident(
    'R26',
    {
      elsewhere: 'ib_async #140',
      scenario: 'the answer is in the log, and who waits for it gets it minutes later or never',
      holds: 'the verdict is about the answer, never about a slow Gateway',
      replay: 'S4',
    },
    {
      name: 'R26',
      faults: [{ name: 'wrong-reply-id' }],
      bot: 'busy',
      plan: { minutes: 5 },
      afterMs: MINUTE,
      lastsMs: 3 * MINUTE,
      holds: named('REPLY_UNMATCHED', 30 * SECOND),
    },
  ),
  incident(
    'R27',
    {
      elsewhere: 'ib_async #88, ib_insync #268',
      scenario: 'one service is down, or too much is asked of it: exactly 60 s, then nothing',
      holds: 'a deadline of our own, and a verdict by what else is answered',
      replay: 'S2-F31-all',
    },
    {
      name: 'R27',
      faults: [{ name: 'history-dead' }],
      bot: 'busy',
      plan: { minutes: 6 },
      afterMs: MINUTE,
      lastsMs: 3 * MINUTE,
      holds: all(named('GATEWAY_HIST_WEDGED', 60 * SECOND), nothingOpen),
    },
  ),
  incident(
    'R28',
    {
      elsewhere: 'earlier Python bot',
      scenario: 'a "phantom strike": 200 for a strike that the chain lists',
      holds: 'it is passed over with its reason, and another one is bought',
      replay: 'F67-phantom-strikes',
    },
    rowNamed('F67 phantom strikes', ({ of, world }) => {
      const bought = of('OrderFilled').some(({ fill }) => fill.side === 'BUY')
      if (!bought) return 'nothing was bought'
      const { counters } = world.ibkr
      return counters.requests.asked.contractDetails < 60 ? null : 'it was asked about for ever'
    }),
  ),
  incident(
    'R29',
    {
      elsewhere: 'Lean.Brokerages.InteractiveBrokers',
      scenario: 'the heartbeat is switched off after 23:00: a hang at night stays unseen',
      holds: 'at any hour it is down within 25 s, and named',
      replay: 'R29-hang-at-night',
    },
    {
      name: 'R29',
      faults: [{ name: 'zombie' }],
      bot: 'busy',
      plan: { time: '23:30', minutes: 5 },
      afterMs: MINUTE,
      lastsMs: 2 * MINUTE,
      holds: all(downWithin(25 * SECOND, MINUTE), named('GATEWAY_HUNG', 30 * SECOND)),
    },
  ),
]
