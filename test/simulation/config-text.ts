/** What the seeds vary of a configuration file, as its user writes it. */
export interface Written {
  readonly mode: 'demo' | 'dry-run'
  readonly symbols: string
  readonly strategies: string
  readonly interval: string
  readonly hours: 'regular' | 'all'
  readonly structure: string
  readonly expiry: string
  readonly sameDayExpiry: boolean
  readonly strike: string
  readonly spreadMax: string
  readonly volumeMin: number
  readonly openInterestMin: number
  readonly candidates: number
  readonly entry: string
  readonly takeProfit: string
  readonly stopLoss: string
  readonly holdOvernight: boolean
  readonly riskMax: string
  readonly dailyLossMax: string
  readonly structuresMax: number
  readonly premiumMax: string
  readonly orderCostMax: string
  readonly structureLossMax: string
  readonly quoteAgeMax: string
  readonly baselineDifferenceMax: string
  readonly perUnderlyingMax: number
  readonly perExpiryMax: number
  readonly quantityMax: number
  readonly throughMax: string
  readonly quoteSizeMin: number
  readonly daysToExpiry: string
  readonly entryHours: string
  readonly noEntryWindows: string
  readonly openOrdersMax: number
  readonly ordersPerMinuteMax: number
  readonly ordersPerDayMax: number
  readonly dayTrades: string
  readonly deltaMax: string
  readonly gammaMax: string
  readonly vegaMax: string
  readonly thetaMax: string
  readonly shockLossMax: string
  readonly shockMoves: string
  readonly shockVolatility: string
  readonly lookQuantityMax: number
  readonly lookNotionalMax: string
  readonly lookOutstandingMax: number
  readonly lookPerMinuteMax: number
  readonly lookChildrenMax: number
  readonly lookQuoteAgeMax: string
  readonly repeatsMax: number
  readonly repeatsWithin: string
  /** Further lines of `exits`, indented, and further sections. */
  readonly exits: string
  readonly more: string
}

/** Trades often, a little at a time. */
const EAGER: Written = {
  mode: 'demo',
  symbols: 'SPY',
  strategies: 'scalp',
  interval: '60s',
  hours: 'regular',
  structure: 'long-option',
  expiry: 'weekly',
  sameDayExpiry: false,
  strike: 'atm',
  spreadMax: '20%',
  volumeMin: 0,
  openInterestMin: 0,
  candidates: 2,
  entry: '{ start: 100% }',
  takeProfit: '50%',
  stopLoss: '50%',
  holdOvernight: true,
  riskMax: '5%',
  dailyLossMax: '5%',
  structuresMax: 1,
  premiumMax: '10%',
  orderCostMax: '$5000',
  structureLossMax: '$5000',
  quoteAgeMax: '2s',
  baselineDifferenceMax: '$250',
  perUnderlyingMax: 100,
  perExpiryMax: 100,
  quantityMax: 100,
  throughMax: '5%',
  quoteSizeMin: 0,
  daysToExpiry: '0-60',
  entryHours: '09:30-16:00',
  noEntryWindows: '[]',
  openOrdersMax: 100,
  ordersPerMinuteMax: 100,
  ordersPerDayMax: 1000,
  dayTrades: '[{ policy: off }]',
  deltaMax: '$100000000',
  gammaMax: '$100000000',
  vegaMax: '$10000000',
  thetaMax: '$10000000',
  shockLossMax: '$10000000',
  shockMoves: '[5%, 10%]',
  shockVolatility: '25%',
  lookQuantityMax: 1000,
  lookNotionalMax: '$1000000',
  lookOutstandingMax: 10000,
  lookPerMinuteMax: 1000,
  lookChildrenMax: 3,
  lookQuoteAgeMax: '3s',
  repeatsMax: 100,
  repeatsWithin: '1800s',
  exits: '',
  more: '',
}

export function configText(of: Partial<Written>): string {
  const written = { ...EAGER, ...of }
  return `
mode: ${written.mode}
symbols: [${written.symbols}]
strategies: [${written.strategies}]
schedule: { interval: ${written.interval}, hours: ${written.hours} }
selection:
  structure: ${written.structure}
  expiry: ${written.expiry}
  same_day_expiry: ${written.sameDayExpiry}
  strike: ${written.strike}
  max_spread: ${written.spreadMax}
  min_volume: ${written.volumeMin}
  min_open_interest: ${written.openInterestMin}
  candidates: ${written.candidates}
entry: ${written.entry}
exits:
  take_profit: ${written.takeProfit}
  stop_loss: ${written.stopLoss}
  hold_overnight: ${written.holdOvernight}
${written.exits}
last_look:
  max_contracts: ${written.lookQuantityMax}
  max_notional: ${written.lookNotionalMax}
  max_outstanding: ${written.lookOutstandingMax}
  max_orders_per_minute: ${written.lookPerMinuteMax}
  max_children: ${written.lookChildrenMax}
  max_quote_age: ${written.lookQuoteAgeMax}
risk:
  max_risk_per_trade: ${written.riskMax}
  max_daily_loss: ${written.dailyLossMax}
  max_open_structures: ${written.structuresMax}
  max_premium: ${written.premiumMax}
  max_order_cost: ${written.orderCostMax}
  max_structure_loss: ${written.structureLossMax}
  max_quote_age: ${written.quoteAgeMax}
  max_baseline_difference: ${written.baselineDifferenceMax}
  max_per_underlying: ${written.perUnderlyingMax}
  max_per_expiry: ${written.perExpiryMax}
  max_contracts: ${written.quantityMax}
  max_through_nbbo: ${written.throughMax}
  min_quote_size: ${written.quoteSizeMin}
  days_to_expiry: ${written.daysToExpiry}
  entry_hours: ${written.entryHours}
  no_entry_windows: ${written.noEntryWindows}
  max_open_orders: ${written.openOrdersMax}
  max_orders_per_minute: ${written.ordersPerMinuteMax}
  max_orders_per_day: ${written.ordersPerDayMax}
  day_trades: ${written.dayTrades}
  max_delta: ${written.deltaMax}
  max_gamma: ${written.gammaMax}
  max_vega: ${written.vegaMax}
  max_theta: ${written.thetaMax}
  max_shock_loss: ${written.shockLossMax}
  shock_moves: ${written.shockMoves}
  shock_volatility: ${written.shockVolatility}
  max_repeats: ${written.repeatsMax}
  repeats_within: ${written.repeatsWithin}
notify: { hosts: [hooks.example.com] }
${written.more}
${written.mode === 'dry-run' ? 'gateway: { port: 4002 }' : ''}
`
}
