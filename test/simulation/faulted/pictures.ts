import type { Ticker } from '../../../src/domain/contract.ts'
import type { Currency } from '../../../src/domain/money.ts'
import type { WhatIfAnswer } from '../../../src/ibkr/orders/what-if.ts'
import type { World } from '../world.ts'
import type { Row } from './row.ts'

/** What was answered to what-ifs, by the run that asked. */
const answers = new WeakMap<World, WhatIfAnswer>()

function whatIf(how: string, kind: WhatIfAnswer['kind']): Row {
  return {
    name: `F54 what-if ${how}`,
    faults: [{ name: 'what-if-odd', how }],
    bot: 'busy',
    plan: { minutes: 2 },
    afterMs: 30_000,
    meanwhile: (world) => {
      void world.ibkr.whatIf(SPY).then((answer) => answers.set(world, answer))
    },
    reached: ({ world }) => answers.get(world)?.kind === kind,
    holds: ({ world }) =>
      [...world.bot.engine.state.orders.keys()].some((id) => id.includes('what-if'))
        ? 'it was taken for an order'
        : null,
  }
}

const SPY = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
} as const

const QUESTIONS_MS = 150_000

/** Entries ask first: nothing is entered while nobody answers, and soon again afterwards. */
function entriesAsked(how: 'silent' | 'unset', says: RegExp): Row {
  return {
    name: `F54 entries ask, what-if ${how}`,
    faults: [{ name: 'what-if-odd', how }],
    bot: 'busy',
    plan: { minutes: 9 },
    lastsMs: QUESTIONS_MS,
    reached: ({ of }) =>
      of('EntryRefused').some(({ refusals }) =>
        refusals.some(({ rule, detail }) => rule === 'what-if' && says.test(detail)),
      ),
    holds: ({ world }) => {
      const healedAt = world.plan.start + QUESTIONS_MS
      const entries = world.remains.journal
        .read()
        .flatMap(({ at, event }) => (event.type === 'EntryApproved' ? [at] : []))
      if (entries.some((at) => at < healedAt)) return 'entered although nobody answered'
      const first = entries[0] ?? Infinity
      return first < healedAt + 180_000 ? null : `entered ${first - healedAt} ms after answers came`
    },
  }
}

/** F52, F53, F59: what the broker's picture lacks, and what others put into it. */
export const pictures: readonly Row[] = [
  ...(['tws', 'client-0'] as const).map((by): Row => ({
    name: `F52 orders by ${by}`,
    faults: [{ name: 'foreign-orders', by }],
    bot: 'busy',
    reached: ({ of }) => of('ForeignOrderSeen').length > 0,
    holds: ({ of, world }) => {
      const theirs = [...world.remains.gateway.core.state.orders.values()].filter(
        ({ clientId }) => clientId === 0,
      )
      if (theirs.length !== 2 || theirs.some(({ status }) => status !== 'Submitted'))
        return 'they were touched'
      const seen = new Set(of('ForeignOrderSeen').map(({ order }) => order.permId))
      return seen.size === 2 && !seen.has(0) ? null : `seen as ${[...seen].join()}`
    },
  })),
  {
    name: 'F53 positions first empty, then right',
    faults: [{ name: 'snapshot-incomplete', list: 'positions' }],
    bot: 'holding',
    afterMs: 65_000,
  },
  {
    name: 'F53 executions missing',
    faults: [{ name: 'snapshot-incomplete', list: 'executions', count: null }],
    bot: 'busy',
  },
  {
    name: 'F53 completed orders missing',
    faults: [{ name: 'snapshot-incomplete', list: 'completed', count: null }],
    bot: 'busy',
  },
  {
    name: 'F53 no end of the open orders',
    faults: [{ name: 'snapshot-incomplete', list: 'open-end', count: 2 }],
    bot: 'holding',
  },
  whatIf('silent', 'unanswered'),
  whatIf('unset', 'accepted'),
  whatIf('echo', 'accepted'),
  entriesAsked('silent', /no answer came within 8 s/),
  entriesAsked('unset', /is unset/),
  {
    name: 'F59 liquidated by the broker',
    faults: [{ name: 'broker-acts' }],
    bot: 'holding',
    afterMs: 70_000,
    reached: ({ world }) =>
      world.remains.gateway.core.executions().some(({ liquidation }) => liquidation === true),
  },
  {
    name: 'F59 exercised',
    faults: [{ name: 'broker-acts', what: 'exercised' }],
    bot: 'holding',
    afterMs: 70_000,
    plan: { written: { orderCostMax: '$1000', structureLossMax: '$1000' } },
    reached: ({ of }) => of('PositionAdjusted').some(({ cause }) => cause === 'exercised'),
  },
]
