/** Words of the bot that a page cannot do without, for whoever meets them first. */
export const GLOSSARY: readonly (readonly [string, string])[] = [
  ['structure', 'what was opened as one unit, with its exits'],
  [
    'level',
    'what the bot may do: active, reduce only, halt, kill; a person lifts it, never the bot',
  ],
  ['gate', 'holds back entries while its cause lasts, and nothing else'],
  ['protected', 'the exits rest at the broker or are watched by the bot'],
  ['watched by the bot', 'a stop that works only while the bot runs'],
  ['GTC', 'good till cancelled: rests over the night, too'],
  ['DAY', 'ends with the session'],
  ['LMT', 'a limit: this price or better'],
  ['STP', 'a stop: becomes an order at the market when its price is reached'],
  ['intent', 'written into the journal, not sent yet'],
  ['sending', 'handed over, not answered yet'],
  ['acked', 'the broker has it'],
  ['held', 'rests at the broker, which sends it to the exchange when its time comes'],
  ['working', 'at work in the market'],
  ['replace-pending', 'a change of it is under way'],
  ['cancel-pending', 'its cancel is under way'],
  [
    'quarantine-cancelled',
    'cancelled as the broker says; a late fill may still come, so it counts until that is ruled out',
  ],
  ['unknown', 'may be alive, dead or filled: the worst is assumed until the broker proves it'],
  ['cancelled', 'over by proof, not filled in whole'],
  ['rejected', 'refused by the broker'],
  ['denied', 'refused by the bot itself, never sent'],
  ['proposed', 'a strategy asked for an entry or an exit, and what it takes was found'],
  ['hold', 'nothing to do at this bar'],
  ['none-picked', 'a strategy signalled an entry, and no contract passed the rules'],
  ['skipped', 'the bar was not judged; the reason says why'],
  ['reach', 'listed within the rules, not looked at closer'],
  ['glanced', 'seen by one look at its quote; open interest is asked of the best alone'],
  ['quoted', 'watched over a line of its own before the choice'],
  ['picked', 'the contract that was taken'],
  ['keep-up-to-date', 'bars that IBKR keeps current by itself'],
  ['five-second', 'bars made of those of five seconds, because the others stopped'],
  ['canary', 'a third connection, opened only to tell what is wrong; idle is well'],
  ['breaker', 'after five failures in a row a service is left alone for a while'],
  ['epoch', 'counts the connections to the Gateway since the journal began'],
  ['farm', 'a data service of IBKR'],
  ['p50, p90, p99', 'half, nine of ten, 99 of 100 answers came within this time'],
  [
    'baseline',
    'net liquidation less the profit of the day: what the loss of a day is measured from',
  ],
  ['slippage', 'what a fill cost more than the mid at the decision'],
  ['profit factor', 'what was won, divided by what was lost'],
  ['drawdown', 'the deepest fall from a high'],
  ['entry of the journal', 'by its number: everything the bot did or saw is written down once'],
]

/** What a limit counts, and in what unit it does. */
export const LIMITS: Readonly<Record<string, { readonly means: string; readonly unit: string }>> = {
  'daily-loss': { means: 'lost today, at which entries end for the date', unit: '' },
  funds: { means: 'what open entries may still cost, of what can be spent', unit: '' },
  'open-structures': { means: 'held at a time', unit: 'structures' },
  'per-underlying': { means: 'structures in one symbol', unit: 'structures' },
  'per-expiry': { means: 'structures that end on one date', unit: 'structures' },
  'open-orders': { means: 'at the broker, those of others too', unit: 'orders' },
  'orders-per-minute': { means: 'sent within a minute', unit: 'orders' },
  'orders-per-day': { means: 'sent on this date', unit: 'orders' },
  'repeated-execution': {
    means: 'entries of one strategy in one symbol, before it halts',
    unit: 'entries',
  },
  delta: { means: 'what as much stock would move alike', unit: '' },
  gamma: { means: 'change of delta if the underlying moves by 1%', unit: '' },
  vega: { means: 'for a point of volatility', unit: '' },
  theta: { means: 'for a calendar day', unit: '' },
  shock: { means: 'what the worst of the configured shocks would cost', unit: '' },
}

/** Of the documented limits of IBKR, by their number in the bot's rules. */
const BUDGETS: Readonly<Record<string, string>> = {
  P1: 'IBKR ends a connection that sends more',
  P2: 'IBKR lets so many historical requests wait at a time',
  P5: 'IBKR refuses history beyond it (162)',
  P8: 'market data lines of the login',
  P11: 'subscriptions of one kind',
  P13: 'IBKR takes 15 working orders of one contract and side',
}

/** "P5 minute bars in 10 minutes" to its words and what they rest on. */
export function budgetOf(rule: string): { readonly name: string; readonly means: string } {
  const [, number = '', rest = rule] = /^(P\d+) (.+)$/.exec(rule) ?? []
  const name = rest.charAt(0).toUpperCase() + rest.slice(1)
  return { name, means: BUDGETS[number] ?? '' }
}
