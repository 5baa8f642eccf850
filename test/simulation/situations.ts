import type { EpochMs } from '../../src/base/clock.ts'
import type { Account } from '../../src/domain/account.ts'
import type { ConId } from '../../src/domain/contract.ts'
import type { Currency, Money } from '../../src/domain/money.ts'
import { money, price } from '../../src/domain/money.ts'
import type { Quote } from '../../src/domain/quote.ts'
import type { EntryRequest } from '../../src/risk/limits.ts'
import type { Entered, Situation } from './refusals.ts'
import type { Margin } from '../../src/domain/margin.ts'
import { brokerWith } from './planted/bug.ts'
import type { World } from './world.ts'

/** Which situation, what refuses in it, and how many entries the bot makes of its own before. */
export interface Row {
  readonly of: string
  readonly rules: readonly string[]
  readonly situation: Situation
  readonly before?: number
  /** What the checkers of our own orders say to it. */
  readonly said?: readonly string[]
}

/** The bot's own strategy has nothing to say: the request that is handed over is the only one. */
const SILENT = { strategies: 'whale' } as const
const ROOM = { structuresMax: 9 } as const

const quoted = (of: string, rule: string, changes: Partial<Quote>): Row => ({
  of,
  rules: [rule],
  situation: {
    written: SILENT,
    request: (asked) => ({
      ...asked,
      candidate: { ...asked.candidate, quote: { ...asked.candidate.quote, ...changes } },
    }),
  },
})

type OptionChange = Partial<Extract<EntryRequest['candidate']['contract'], { kind: 'option' }>>

function contracted(asked: EntryRequest, changes: OptionChange): EntryRequest {
  const { contract, quote } = asked.candidate
  if (contract.kind !== 'option') throw new Error('expected an option')
  return { ...asked, candidate: { contract: { ...contract, ...changes }, quote } }
}

/** Another strategy, another strike: nothing but the room is the same. */
const other = (asked: EntryRequest): EntryRequest =>
  contracted({ ...asked, strategy: 'whale' }, { strike: price(699) })

/** What the account says, from the first picture on. */
function saying(changes: (account: Account) => Partial<Account>): Situation {
  const plant = brokerWith((port) => ({
    async snapshot(signal, known) {
      const taken = await port.snapshot(signal, known)
      const account = taken.ok ? taken.value.account : null
      if (!taken.ok || account === null) return taken
      return { ok: true, value: { ...taken.value, account: { ...account, ...changes(account) } } }
    },
  }))
  return { options: plant }
}

function gated(gate: 'skew' | 'farm' | 'heartbeat' | 'pacing') {
  return ({ bot, clock }: World): void => {
    const set = { gate, symbol: null, since: clock.now(), reason: 'planted' } as const
    bot.engine.setGates('planted', [set])
  }
}

/** The outcome of the bot's own entry is lost as soon as it was sent. */
function outcomeLost({ bot, clock }: World): void {
  bot.engine.subscribe((event) => {
    if (event.type !== 'OrderIntended' || event.order.role !== 'entry') return
    const evidence = { kind: 'outcome-lost', reason: 'planted' } as const
    const report = { kind: 'evidence', orderId: event.order.id, evidence } as const
    clock.after(0, () => {
      bot.engine.dispatch({ kind: 'order-reported', at: clock.now(), report })
    })
  })
}

/** An order of somebody else rests at the broker, far from the market. */
function foreign({ remains: { gateway } }: World, { request }: { readonly request: EntryRequest }) {
  const { contract } = request.candidate
  gateway.core.place({
    clientId: 999,
    orderId: gateway.core.nextOrderId(999),
    parentId: 0,
    contract,
    side: 'BUY',
    quantity: 1,
    type: 'LMT',
    limit: price(0.05),
    trigger: null,
    timeInForce: 'DAY',
    transmit: true,
    ocaGroup: '',
    ocaType: 0,
    outsideRth: false,
    orderRef: '',
    account: gateway.core.accountId,
  })
}

/** Somebody buys ten of the shares; the next connection takes a picture of them. */
function sharesByHand({ clock, remains: { gateway } }: World, { request }: Entered): void {
  const { core } = gateway
  const { symbol } = request.candidate.contract
  const listed = core.market.underlyings.find(({ contract: each }) => each.symbol === symbol)
  if (listed?.contract.kind !== 'stock') throw new Error('expected a stock')
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  const alone = {
    parentId: 0,
    ocaGroup: '',
    ocaType: 0,
    transmit: true,
    outsideRth: false,
  } as const
  const of = { clientId: 0, orderId: 900, orderRef: '', account: core.accountId } as const
  core.place({ ...of, ...alone, ...terms, contract: listed.contract, side: 'BUY', quantity: 10 })
  clock.after(5_000, () => {
    const heal = gateway.inject({ name: 'refuse' })
    clock.after(1_000, heal)
  })
}

const LIVE = 'U1234567'
const SPY_SHARES = 756733 as ConId

type Answered = Extract<Margin, { kind: 'answered' }>
const UNANSWERED = { kind: 'unanswered', at: 0 as EpochMs, detail: 'no answer came' } as const

/** The bot asks what its entry would do, and hears this. */
function asked(change: (answer: Answered) => Margin): Situation {
  const said = (answer: Margin): Margin => (answer.kind === 'answered' ? change(answer) : answer)
  const options = brokerWith((port) => ({
    margin: async (of) => said(await port.margin(of)),
  }))
  const request = (of: EntryRequest): EntryRequest => ({
    ...of,
    ...(of.margin && { margin: said(of.margin) }),
  })
  return { options, request }
}

const AFTER_ONE = { ...ROOM, perUnderlyingMax: 9, perExpiryMax: 9 }

export const rows: readonly Row[] = [
  // who may act, and when
  { of: 'reduce', rules: ['level'], situation: { meanwhile: (world) => world.say('reduce') } },
  { of: 'halt', rules: ['level'], situation: { meanwhile: (world) => world.say('halt') } },
  { of: 'clocks apart', rules: ['gate'], situation: { meanwhile: gated('skew') } },
  {
    of: 'a farm that is down',
    rules: ['gate'],
    said: ['outages-named: an outage of 32250 ms has no verdict'], // the gate alone is planted
    situation: { meanwhile: gated('farm') },
  },
  {
    of: 'another hour',
    rules: ['gate', 'hours'],
    situation: { written: { entryHours: '09:30-10:31' } },
  },
  {
    of: 'a window without entries',
    rules: ['gate', 'hours'],
    situation: { written: { noEntryWindows: '[Mon-Fri 10:31-10:45 America/New_York]' } },
  },
  {
    of: 'live that nobody armed',
    rules: ['armed'],
    situation: {
      // Its own proposal would lack a what-if as well: the encoder holds that back, unarmed.
      written: SILENT,
      account: { id: LIVE },
      options: { run: { mode: 'live', accountId: LIVE } },
    },
  },
  // Mode and account are told to the bot alone as they should not be: with connections of the same
  // opinion it never comes to a picture, and many more refuse (live-matrix.test.ts).
  {
    of: 'paper in a live account',
    rules: ['mode'],
    situation: {
      account: { id: LIVE },
      options: { run: { mode: 'paper', accountId: LIVE }, linkMode: 'live' },
    },
  },
  {
    of: 'shares that somebody else bought',
    rules: ['unattributed-position'],
    situation: {
      meanwhile: sharesByHand,
      // As the bot marks them itself when it asks.
      request: ({ spot, marks, ...asked }) => {
        if (spot === null) throw new Error('expected a spot')
        const shares = { bid: spot.price, ask: spot.price, spot: spot.price, at: spot.at }
        return { ...asked, spot, marks: [...marks, { conId: SPY_SHARES, ...shares }] }
      },
    },
  },
  // the account
  {
    of: 'account values of ten minutes ago',
    rules: ['account'],
    situation: saying(({ at }) => ({ at: (at - 600_000) as EpochMs })),
  },
  {
    of: 'euros',
    rules: ['currency'],
    situation: saying(() => ({ baseCurrency: 'EUR' as Currency })),
  },
  {
    of: 'equity that is not known',
    rules: ['baseline'],
    situation: saying(() => ({ dailyPnl: null })),
  },
  {
    of: 'a losing day that began before the bot',
    rules: ['level', 'daily-loss'],
    situation: saying(({ netLiquidation }) => ({
      netLiquidation: (netLiquidation * 0.9) as Money,
      dailyPnl: (netLiquidation * -0.1) as Money,
    })),
  },
  {
    of: 'unsettled cash',
    rules: ['size-zero', 'funds'],
    situation: saying(() => ({ kind: 'cash', settledCash: money(100) })),
  },
  {
    of: 'no day trade left, by our own count',
    rules: ['day-trades'],
    situation: {
      written: { dayTrades: '[{ policy: count, max: 0, sessions: 5, below_equity: $1000000 }]' },
    },
  },
  {
    of: 'no day trade left, by the broker',
    rules: ['day-trades'],
    situation: {
      ...saying(() => ({ dayTradesLeft: 0 })),
      written: { dayTrades: '[{ policy: broker }]' },
    },
  },
  {
    of: 'no policy of day trades for the date',
    rules: ['day-trades'],
    situation: { written: { dayTrades: '[{ policy: off, until: 2026-03-09 }]' } },
  },
  // the contract
  {
    of: 'a symbol that is not listed',
    rules: ['symbol'],
    situation: { written: { ...ROOM, symbols: 'QQQ', strategies: 'whale' } },
  },
  {
    of: 'an adjusted option',
    rules: ['contract'],
    situation: { written: SILENT, request: (asked) => contracted(asked, { tradingClass: '2SPY' }) },
  },
  {
    of: 'a put that is sold',
    rules: ['long-only'],
    situation: {
      written: { ...SILENT, orderCostMax: '$100000', structureLossMax: '$100000' },
      account: { cash: money(100_000_000) },
      request: (asked) => contracted({ ...asked, side: 'SELL' }, { right: 'P' }),
    },
  },
  {
    of: 'a call that is sold without cover',
    rules: ['long-only', 'unbounded-loss'],
    situation: { written: SILENT, request: (asked) => ({ ...asked, side: 'SELL' }) },
  },
  {
    of: 'too many days',
    rules: ['days-to-expiry'],
    situation: { written: { daysToExpiry: '0-2' } },
  },
  {
    of: 'the end of its option',
    rules: ['expiry'],
    situation: {
      written: SILENT,
      request: (asked) => {
        const { contract } = asked.candidate
        const ends = contract.kind === 'option' ? contract.lastTradingAt : 0
        return contracted(asked, {
          lastTradingAt: (ends - 3 * 86_400_000 - 5 * 3_600_000) as EpochMs,
        })
      },
    },
  },
  // its quote
  quoted('no bid', 'premium-unknown', { bid: null }),
  quoted('a crossed quote', 'quote-crossed', { bid: price(7.9) }),
  quoted('a halt', 'quote-halted', { halted: true }),
  quoted('a delayed quote', 'quote-delayed', { delayed: true }),
  {
    of: 'a quote of three seconds ago',
    rules: ['quote-stale'],
    situation: {
      written: SILENT,
      request: ({ candidate, ...asked }) => ({
        ...asked,
        candidate: {
          ...candidate,
          quote: { ...candidate.quote, aliveAt: (candidate.quote.aliveAt - 3_000) as EpochMs },
        },
      }),
    },
  },
  { of: 'a wide spread', rules: ['spread'], situation: { written: { spreadMax: '1%' } } },
  { of: 'few on the ask', rules: ['quote-size'], situation: { written: { quoteSizeMin: 10_000 } } },
  { of: 'little volume', rules: ['volume'], situation: { written: { volumeMin: 1_000_000 } } },
  {
    of: 'little open interest',
    rules: ['open-interest'],
    situation: { written: { openInterestMin: 1_000_000 } },
  },
  // what is open, and what was sent
  { of: 'enough structures', rules: ['open-structures'], before: 1, situation: { request: other } },
  {
    of: 'enough of the underlying',
    rules: ['per-underlying'],
    before: 1,
    situation: { written: { ...ROOM, perUnderlyingMax: 1 }, request: other },
  },
  {
    of: 'enough of the date',
    rules: ['per-expiry'],
    before: 1,
    situation: { written: { ...ROOM, perExpiryMax: 1 }, request: other },
  },
  {
    of: 'a position of the strategy',
    rules: ['one-position'],
    before: 1,
    situation: { written: ROOM, request: (asked) => contracted(asked, { strike: price(699) }) },
  },
  {
    of: 'no room for three orders',
    rules: ['open-orders'],
    situation: { written: { openOrdersMax: 2 } },
  },
  {
    of: 'an order of somebody else',
    rules: ['open-orders'],
    situation: { written: { openOrdersMax: 3 }, meanwhile: foreign },
    said: ['within-intent:  is at the broker, and nobody intended it'],
  },
  {
    of: 'a busy minute',
    rules: ['orders-per-minute'],
    before: 1,
    situation: { written: { ...AFTER_ONE, ordersPerMinuteMax: 5 }, request: other },
  },
  {
    of: 'a busy day',
    rules: ['orders-per-day'],
    before: 1,
    situation: { written: { ...AFTER_ONE, ordersPerDayMax: 5 }, request: other },
  },
  {
    of: 'the same order once more',
    rules: ['identical-order'],
    before: 1,
    situation: { written: AFTER_ONE, request: (asked) => ({ ...asked, strategy: 'whale' }) },
  },
  {
    of: 'the same signal once more',
    rules: ['duplicate-signal'],
    before: 1,
    situation: { written: AFTER_ONE, request: other, sameSignal: true },
  },
  {
    of: 'an entry that nobody can vouch for',
    rules: ['unknown-order'],
    before: 1,
    situation: { written: AFTER_ONE, meanwhile: outcomeLost, request: other },
  },
  // the buying power, as the broker itself says (F54)
  { of: 'no answer to the what-if', rules: ['what-if'], situation: asked(() => UNANSWERED) },
  {
    of: 'margins that are unset',
    rules: ['what-if'],
    situation: asked((answer) => ({ ...answer, initialMarginAfter: null })),
  },
  {
    of: 'a refusal of the what-if',
    rules: ['what-if'],
    situation: asked(({ at }) => ({ kind: 'refused', at, code: 201, text: 'Order rejected' })),
  },
  {
    of: 'a what-if that leaves nothing',
    rules: ['what-if'],
    situation: asked((answer) => ({ ...answer, equityAfter: money(1) })),
  },
  {
    of: 'a what-if of a quarter of a minute ago',
    rules: ['what-if'],
    situation: asked((answer) => ({ ...answer, at: (answer.at - 15_000) as EpochMs })),
  },
  // the portfolio
  {
    of: 'no room in delta',
    rules: ['delta', 'size-zero'],
    situation: { written: { deltaMax: '$20000' } },
  },
  {
    of: 'no room in gamma',
    rules: ['gamma', 'size-zero'],
    situation: { written: { gammaMax: '$500' } },
  },
  {
    of: 'no room in vega',
    rules: ['vega', 'size-zero'],
    situation: { written: { vegaMax: '$10' } },
  },
  {
    of: 'no room in theta',
    rules: ['theta', 'size-zero'],
    situation: { written: { thetaMax: '$20' } },
  },
  {
    of: 'a shock that costs too much',
    rules: ['shock', 'size-zero'],
    situation: { written: { shockLossMax: '$500' } },
  },
  {
    of: 'an option that nobody can price',
    rules: ['greeks-unknown'],
    situation: { written: SILENT, request: (asked) => contracted(asked, { strike: price(600) }) },
  },
  {
    of: 'a bar of more than a minute ago',
    rules: ['bar-stale'],
    situation: {
      written: SILENT,
      request: (asked) => ({ ...asked, barClosedAt: (asked.barClosedAt - 66_000) as EpochMs }),
    },
  },
  {
    of: 'a price of the underlying of three seconds ago',
    rules: ['underlying-stale'],
    situation: {
      written: SILENT,
      request: ({ spot, ...asked }) => ({
        ...asked,
        spot: spot === null ? null : { ...spot, at: (spot.at - 3_000) as EpochMs },
      }),
    },
  },
  // its size
  { of: 'little risk', rules: ['size-zero'], situation: { written: { riskMax: '0.1%' } } },
  { of: 'little premium', rules: ['size-zero'], situation: { written: { premiumMax: '0.5%' } } },
  {
    of: 'a small order',
    rules: ['size-zero', 'order-cost'],
    situation: { written: { orderCostMax: '$700' } },
  },
  {
    of: 'a small loss',
    rules: ['size-zero', 'structure-loss'],
    situation: { written: { structureLossMax: '$700' } },
  },
]
