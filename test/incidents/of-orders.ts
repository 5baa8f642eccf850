import type { Row, Seen } from '../simulation/faulted/row.ts'
import type { World } from '../simulation/world.ts'
import type { Incident } from './incident.ts'
import { all, incident, neverRejected, oneAtATime, rowNamed, stepped } from './incident.ts'

const SECOND = 1_000

/** Cancels that were sent for one order. */
function cancelsOf({ of }: Seen, max: number): string | null {
  const counts = new Map<string, number>()
  for (const { orderId } of of('CancelIntended')) {
    counts.set(orderId, (counts.get(orderId) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  if (most === undefined) return 'nothing was cancelled'
  return most[1] <= max ? null : `${most[1]} cancels of ${most[0]}`
}

/** A late fill is a fill: it is booked, and told as what it is. */
function toldLate({ world }: Seen): string | null {
  const told = world.notices.some(({ message }) => message.startsWith('late fill'))
  return told ? null : 'nobody was told of the late fill'
}

/** Of the first cancel: what was asked is over at once, by what it was refused with. */
function refusedAtOnce({ world }: Seen): string | null {
  const entries = world.remains.journal.read()
  const asked = entries.find(({ event }) => event.type === 'CancelIntended')
  const refused = entries.find(
    ({ event }) => event.type === 'OrderMoved' && event.evidence.kind === 'cancel-refused',
  )
  if (asked === undefined || refused === undefined) return 'no cancel was refused'
  const ms = refused.at - asked.at
  return ms < 250 ? null : `the refusal ended the request after ${ms} ms`
}

/** A code of a live order is only a word about it. */
function unmovedBy(code: number) {
  return ({ of }: Seen): string | null => {
    const said = of('OrderMoved').filter(
      ({ evidence }) => evidence.kind === 'warned' && evidence.vendorCode === code,
    )
    const moved = said.find(({ from, to }) => from !== to)
    if (moved !== undefined) return `${code} took it from ${moved.from} to ${moved.to}`
    return said.length > 0 ? null : `${code} was not heard`
  }
}

function cancelledAfter(role: string, fromMs: number, toMs: number) {
  return ({ world, of }: Seen): string | null => {
    const ids = of('OrderIntended').flatMap(({ order }) => (order.role === role ? [order.id] : []))
    const entries = world.remains.journal.read()
    const [sent, cancel] = (['OrderIntended', 'CancelIntended'] as const).map((type) =>
      entries.find(({ event }) => {
        if (event.type !== type) return false
        return ids.includes(event.type === 'OrderIntended' ? event.order.id : event.orderId)
      }),
    )
    if (sent === undefined || cancel === undefined) return `no ${role} was cancelled`
    const ms = cancel.at - sent.at
    return ms >= fromMs && ms <= toMs ? null : `the ${role} was cancelled after ${ms} ms`
  }
}

/** No fill costs less than nothing, and none costs what nobody can pay. */
function commissionsReal({ of, world }: Seen): string | null {
  const odd = of('CommissionReported').find(({ commission }) => commission <= 0)
  if (odd !== undefined) return `${odd.execId} cost ${odd.commission}`
  const booked = of('CommissionReported').reduce((sum, { commission }) => sum + commission, 0)
  const { commissions } = world.remains.gateway.core.state
  return booked === commissions ? null : `booked ${booked}, the broker took ${commissions}`
}

/** What is over is not at work again because somebody speaks of it late. */
function nothingRevived({ of }: Seen): string | null {
  const revived = of('OrderMoved').find(
    ({ from, to }) => ['filled', 'cancelled', 'rejected', 'expired'].includes(from) && to !== from,
  )
  return revived === undefined ? null : `${revived.orderId} went from ${revived.from}`
}

/** The connection ends with the first units of an entry; the next picture shows them as well. */
function cutAfterFirstFill(world: World): void {
  const leave = world.bot.engine.subscribe(({ type }) => {
    if (type !== 'OrderFilled') return
    leave()
    const heal = world.remains.gateway.inject({ name: 'refuse' })
    world.clock.after(2 * SECOND, heal)
  })
}

/** Fills of before and of after a picture, each once. */
function countedOnce({ world, of, events }: Seen): string | null {
  const entry = of('OrderIntended').find(({ order }) => order.role === 'entry')?.order
  const fills = events.flatMap((event, index) => {
    return event.type === 'OrderFilled' && event.fill.orderId === entry?.id
      ? [{ event, index }]
      : []
  })
  const cuts = events.flatMap((event, index) => (event.type === 'LinkChanged' ? [index] : []))
  const [first, last] = [fills.at(0)?.index ?? 0, fills.at(-1)?.index ?? 0]
  if (!cuts.some((index) => first < index && index < last))
    return 'no connection ended between fills'
  const units = fills.reduce((sum, { event }) => sum + event.fill.quantity, 0)
  const orders = [...world.remains.gateway.core.state.orders.values()]
  const filled = orders.find(({ orderRef }) => orderRef === entry?.id)?.filled
  return units === filled ? null : `booked ${units}, the broker filled ${filled}`
}

/** What others placed is seen by a number of its own, and no fill or word of it is ours. */
function apart({ of, world }: Seen): string | null {
  const theirs = [...world.remains.gateway.core.state.orders.values()].filter(
    ({ clientId }) => clientId <= 0,
  )
  const seen = new Set(of('ForeignOrderSeen').map(({ order }) => order.permId))
  if (seen.size !== theirs.length) return `${theirs.length} of others, seen as ${seen.size}`
  const ours = new Set(of('OrderIntended').map(({ order }) => order.id))
  const strange = of('OrderMoved')
    .map(({ orderId }) => orderId)
    .find((id) => !ours.has(id))
  return strange === undefined ? null : `${strange} was taken for ours`
}

const asBroker = (row: Row, name: string, faults: Row['faults']): Row => ({ ...row, name, faults })

/** What somebody's orders came to. */
export const ofOrders: readonly Incident[] = [
  incident(
    'R1',
    {
      elsewhere: 'pysystemtrade #1580',
      scenario:
        'orders are reported cancelled after 10349 and fill all the same; each was entered again',
      holds: 'a cancel is quarantined, its late fill is booked and told; one entry for each signal',
      replay: 'R1-cancelled-then-filled',
    },
    {
      ...asBroker(
        rowNamed(
          'F42 execution 20000 ms after Cancelled',
          all(oneAtATime, toldLate, stepped('entry', 'quarantine-cancelled', 'filled')),
        ),
        'R1',
        [
          { name: 'order-error', code: 10_349, which: 'parent', count: null },
          { name: 'no-liquidity' },
          { name: 'execution-late', afterMs: 20_000, count: null },
        ],
      ),
    },
  ),
  incident(
    'R2',
    {
      elsewhere: 'ib_async #191, #217',
      scenario: '10349, "TIF set to DAY", is shown as a cancel although the order is live',
      holds: '10349 changes no status, and the order fills',
      replay: 'R2-tif-set-to-day',
    },
    rowNamed(
      'F48 10349 on a new entry',
      all(unmovedBy(10_349), stepped('entry', 'working', 'filled')),
    ),
  ),
  incident(
    'R3',
    {
      elsewhere: 'ib_insync #656',
      scenario: '10148, "state: Filled", then endless 10147 for every further cancel',
      holds: 'the fill is the proof, and no further cancel is sent',
      replay: 'R3-cancel-of-a-filled-order',
    },
    rowNamed(
      'F47 10148, it had filled, then 10147',
      all(neverRejected, nothingRevived, stepped('entry', 'cancel-pending', 'filled'), (seen) =>
        cancelsOf(seen, 1),
      ),
    ),
  ),
  incident(
    'R4',
    {
      elsewhere: 'ib_insync #690',
      scenario: '10147, "not found", although the order was in fact cancelled',
      holds: 'unknown at once; cancelled by what is asked',
      replay: 'R4-cancel-not-found',
    },
    rowNamed(
      'F47 10147, and it was cancelled',
      all(
        neverRejected,
        stepped('entry', 'cancel-pending', 'unknown', 'quarantine-cancelled', 'cancelled'),
      ),
    ),
  ),
  incident(
    'R5',
    {
      elsewhere: 'Lean.Brokerages.InteractiveBrokers PR #248',
      scenario: 'cancels that were answered by 10147, which nobody took for an answer: timeouts',
      holds: '10147 ends the request at once and leaves the order unknown',
      replay: 'R4-cancel-not-found',
    },
    rowNamed(
      'F47 10147, and it lives',
      all(refusedAtOnce, neverRejected, stepped('entry', 'cancel-pending', 'unknown')),
    ),
  ),
  incident(
    'R6',
    {
      elsewhere: 'Lean.Brokerages.InteractiveBrokers PR #256, #93',
      scenario: 'a cancel outside regular hours is acknowledged with the next open',
      holds: 'it stays pending, is asked about, a person is told, and the bot goes on',
      replay: 'F47-cancel-waits',
    },
    rowNamed(
      'F47 a cancel outside regular hours waits for the open',
      all(
        (seen) => cancelsOf(seen, 1),
        ({ world }) => {
          const orders = [...world.bot.engine.state.orders.values()]
          const target = orders.find(({ role }) => role === 'take-profit')
          const { at } = world.bot.engine.vitals()
          if (at !== world.clock.now()) return 'the bot has stopped'
          if (target?.status !== 'cancel-pending') return `it is ${target?.status}`
          // What is listed as pending is asked about every five minutes, not every five seconds.
          const asked = world.remains.journal.read().filter(({ event }) => {
            return (
              event.type === 'OrderMoved' && event.orderId === target.id && event.to === 'unknown'
            )
          })
          return asked.length <= 3 ? null : `it was lost ${asked.length} times`
        },
      ),
    ),
  ),
  incident(
    'R11',
    {
      elsewhere: 'nautilus_trader #4276, #3465',
      scenario: 'several orders with the number 0 collide: fills go to the wrong one',
      holds: 'each is known by its perm id, ours by their reference; no fill is misplaced',
      replay: 'F52-foreign-orders',
    },
    rowNamed('F52 orders by tws', apart),
  ),
  incident(
    'R12',
    {
      elsewhere: 'nautilus_trader #4281',
      scenario: 'a commission of -1, which says that it is not known yet',
      holds: 'it is never booked as money; the right one is',
      replay: 'F43-commissions-odd',
    },
    rowNamed('F43 commission minus-one', commissionsReal),
  ),
  incident(
    'R13',
    {
      elsewhere: 'nautilus_trader #3976',
      scenario: 'openOrder comes after the fill: from partially filled back to accepted',
      holds: 'what is over is not revived',
      replay: 'F41-open-order-late',
    },
    rowNamed('F41 openOrder late', nothingRevived),
  ),
  incident(
    'R14',
    {
      elsewhere: 'nautilus_trader #3723',
      scenario: 'Inactive is dropped silently: the order stays submitted for ever',
      holds: 'unknown at once and asked about; without reactivation cancelled after a minute',
      replay: 'R14-inactive-for-ever',
    },
    {
      name: 'R14',
      faults: [{ name: 'status-stuck', status: 'Inactive', side: 'BUY', lastsMs: null, count: 1 }],
      bot: 'holding',
      holds: all(
        neverRejected,
        stepped('entry', 'unknown', 'cancelled'),
        cancelledAfter('entry', 55 * SECOND, 75 * SECOND),
      ),
    },
  ),
  incident(
    'R17',
    {
      elsewhere: 'nautilus_trader #3476',
      scenario: 'the partial fills of an open order count twice in a reconciliation',
      holds: 'each execution is one fill, whoever tells it',
    },
    {
      ...rowNamed('F45 lots of one', countedOnce),
      meanwhile: cutAfterFirstFill,
    },
  ),
  incident(
    'R18',
    {
      elsewhere: 'nautilus_trader #3618',
      scenario: 'the row of an option that has expired says 0 and is skipped: it stays for ever',
      holds: 'the position ends, once, as what it was, and so does its structure',
      replay: 'F60-expired-zero',
    },
    rowNamed('F60 an option expires in our hands, and its row says 0', ({ world, of }) => {
      const left = [...world.bot.engine.state.structures.values()].filter((s) => s.quantity !== 0)
      if (left.length > 0) return `${left.length} structures are left`
      const ended = of('PositionAdjusted').map(({ cause }) => cause)
      return ended.join() === 'expired' ? null : `adjusted: ${ended.join()}`
    }),
  ),
  incident(
    'R21',
    {
      elsewhere: 'rust-ibapi #426',
      scenario: 'a cancel is ignored without a word, for a field of it',
      holds: 'after five seconds it is unknown, a person is told, and it is asked for again',
      replay: 'F39-cancel-ignored',
    },
    rowNamed(
      'F39 a cancel without an answer',
      all(stepped('entry', 'cancel-pending', 'unknown', 'cancelled'), ({ world }) => {
        const told = world.notices.some(({ message }) => /cancel-pending for 5 s/.test(message))
        return told ? null : 'nobody was told'
      }),
    ),
  ),
  incident(
    'R25',
    {
      elsewhere: 'passivbot #514',
      scenario: 'a cancel that failed is read as "never existed": the entry is made twice',
      holds: 'nothing is entered while the order may live',
      replay: 'R4-cancel-not-found',
    },
    {
      ...rowNamed('F47 10147, and it lives', all(oneAtATime, neverRejected)),
      bot: 'busy',
      plan: { minutes: 5 },
    },
  ),
]
