export interface PaperConfig {
  readonly port: number
  readonly symbols?: readonly string[]
  readonly clientIdBase?: number
}

/** A complete file of mode paper; its exits are far away, so that what is entered stays open. */
export function paperConfig(of: PaperConfig): string {
  const { port, symbols = ['SPY'], clientIdBase = 30 } = of
  return `mode: paper
account: DU1234567
gateway: { port: ${port}, client_id_base: ${clientIdBase}, ports: { ${port}: paper } }
symbols: [${symbols.join(', ')}]
strategies: [scalp]
schedule: { interval: 60s }
selection:
  structure: long-option
  expiry: weekly
  same_day_expiry: false
  strike: atm
  max_spread: 50%
  min_volume: 0
  min_open_interest: 0
  candidates: 3
exits: { take_profit: 900%, stop_loss: 95%, hold_overnight: true }
last_look:
  max_contracts: 1000
  max_notional: $1000000
  max_outstanding: 100000
  max_orders_per_minute: 1000
  max_children: 3
  max_quote_age: 3s
risk:
  max_risk_per_trade: 2%
  max_daily_loss: 50%
  max_open_structures: 100
  max_premium: 50%
  max_order_cost: $10000
  max_structure_loss: $10000
  max_quote_age: 2s
  max_baseline_difference: $250
  max_per_underlying: 100
  max_per_expiry: 100
  max_contracts: 50
  max_through_nbbo: 5%
  min_quote_size: 0
  days_to_expiry: 0-400
  entry_hours: 09:30-16:00
  no_entry_windows: []
  max_open_orders: 1000
  max_orders_per_minute: 60
  max_orders_per_day: 1000
  max_repeats: 20
  repeats_within: 1800s
  day_trades: [{ policy: off }]
  max_delta: $100000000
  max_gamma: $100000000
  max_vega: $10000000
  max_theta: $10000000
  max_shock_loss: $10000000
  shock_moves: [5%, 10%]
  shock_volatility: 25%
dashboard: { enabled: false }
`
}
