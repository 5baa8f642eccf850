import type { Act } from '../simulation/human.ts'
import { isOfClient } from '../simulation/checkers/checker.ts'
import type { HostRow, Moment, Seen } from './row.ts'

/** F94: a person trades, cancels and changes orders in TWS while the bot runs. */
export const people: readonly HostRow[] = [
  ...(['buy', 'buy-stock'] as const).flatMap((act) =>
    (['filling', 'holding'] as const).map((moment) => row(act, moment, theirsIsTheirs)),
  ),
  ...(['filling', 'holding'] as const).map((moment) => row('sell', moment, nothingIsShort)),
  {
    ...row('cancel-entry', 'entering', notSentAgain),
    // Far below, so that it rests.
    plan: { written: { entry: '{ start: 0%, step: 1 tick, every: 20s, time_to_live: 60s }' } },
  },
  ...(['filling', 'holding'] as const).map((moment) => row('cancel-exit', moment, exitsRest)),
  row('modify-exit', 'holding', (seen) => exitsRest(seen) ?? planHolds(seen)),
]

function row(act: Act, moment: Moment, holds: HostRow['holds']): HostRow {
  const faults = [{ name: 'human', act }] as const
  return { name: `F94 ${act} while ${moment}`, faults, moment, ...(holds && { holds }) }
}

/** What a person bought is told, and no order of ours sells it. */
function theirsIsTheirs({ world, of }: Seen): string | null {
  const { core } = world.remains.gateway
  const adjusted = of('PositionAdjusted').filter(({ cause }) => cause === 'foreign-trade')
  if (adjusted.length !== 1) return `told ${adjusted.length} times of what they bought`
  if (!world.notices.some(({ message }) => /adjusted|foreign|not ours/i.test(message)))
    return 'nobody was told of what they bought'
  const ours = [...world.bot.engine.state.structures.values()]
  const units = ours.reduce((sum, { quantity }) => sum + quantity, 0)
  const most = Math.max(
    0,
    ...core.openOrders().flatMap((order) => (order.side === 'SELL' ? [order.quantity] : [])),
  )
  return most <= units ? null : `${most} may be sold, ${units} are ours`
}

function nothingIsShort({ world }: Seen): string | null {
  const { core } = world.remains.gateway
  const short = core.positions().filter(({ quantity }) => quantity < 0)
  if (short.length > 0) return `${short.length} positions are short`
  const theirs = core.executions().filter((each) => !isOfClient(each) && each.side === 'SELL')
  return theirs.length > 0 ? null : 'they sold nothing'
}

/** An entry that was cancelled by hand is over: the next one is another decision. */
function notSentAgain({ world, of, from }: Seen): string | null {
  const first = of('EntryApproved')[0]?.structureId
  const orders = of('OrderIntended').filter(({ order }) => {
    return order.role === 'entry' && order.structureId === first
  })
  if (orders.length !== 1) return `it was sent ${orders.length} times`
  const { core } = world.remains.gateway
  const ended = [...core.state.orders.values()].find(({ orderRef }) => {
    return orderRef === orders[0]?.order.id
  })
  return ended?.completedAt === null ? `it lives on since ${from}` : null
}

function exitsRest({ world }: Seen): string | null {
  const { core } = world.remains.gateway
  const held = core.positions().reduce((sum, { quantity }) => sum + quantity, 0)
  const stops = core.openOrders().filter(({ type, side }) => type === 'STP' && side === 'SELL')
  const covered = stops.reduce((sum, { quantity, filled }) => sum + quantity - filled, 0)
  return covered === held ? null : `${held} are held, ${covered} have a stop`
}

/** The stop went back to where the plan has it, and not the plan to where they had put the stop. */
function planHolds({ events, from }: Seen): string | null {
  const changed = events.some(({ at, event }) => at >= from && event.type === 'PlanChanged')
  return changed ? 'the plan gave way' : null
}
