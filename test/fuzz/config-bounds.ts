import type { Settings } from '../../src/config/settings.ts'

/** What must hold of settings whatever file they come from: bounds of promises.md, written again. */
export function outOfBounds(settings: Settings, environmentMode: string | null): string | null {
  const { rules, mode, account, gateway, look } = settings
  const { limits } = rules
  const odd: string[] = []
  const holds = (name: string, is: boolean): void => void (is || odd.push(name))
  const within = (name: string, value: number, [from, to]: readonly [number, number]): void =>
    holds(`${name} is ${value}`, Number.isFinite(value) && value >= from && value <= to)
  const ratio = (name: string, value: number, most: number): void =>
    holds(`${name} is ${value}`, value > 0 && value <= most)
  const dollars = (name: string, value: number): void =>
    holds(`${name} is ${value}`, Number.isSafeInteger(value) && value >= 0)

  const modes = ['demo', 'dry-run', 'paper', 'live']
  holds(`mode ${mode}`, modes.includes(mode))
  if (environmentMode !== null) {
    holds(`${mode} over ${environmentMode}`, modes.indexOf(mode) <= modes.indexOf(environmentMode))
  }
  const trades = mode === 'paper' || mode === 'live'
  if (trades) holds(`account ${account}`, account !== null && /^[A-Z]{1,3}\d+$/.test(account))
  if (mode === 'paper') holds(`paper ${account}`, /^D[UF]/.test(account ?? ''))
  if (mode === 'live') holds(`live ${account}`, !/^D[UF]/.test(account ?? 'DU'))
  if (trades) holds(`${mode} on ${gateway.side}`, gateway.side === mode)
  within('port', gateway.port, [1, 65_535])
  within('client id', gateway.clientIdBase, [1, 9_999])
  within('restart command', gateway.restartEveryMs, [60_000, 31 * 86_400_000])
  holds('symbols', settings.symbols.length > 0)
  for (const { underlying, strategies } of settings.symbols) {
    holds(`symbol ${underlying.symbol}`, /^[A-Z][A-Z0-9. ]{0,11}$/.test(underlying.symbol))
    holds(`strategies of ${underlying.symbol}`, strategies.length > 0)
  }
  holds(`interval ${settings.intervalMs}`, [60_000, 180_000, 600_000].includes(settings.intervalMs))
  within('symbols at a time', settings.concurrentMax, [1, 32])

  ratio('risk per trade', limits.riskPerTradePct, 0.05)
  ratio('daily loss', limits.dailyLossPctMax, 0.5)
  ratio('premium', limits.premiumPctMax, 1)
  ratio('collar', limits.collarPctMax, 0.2)
  ratio('spread', limits.spreadPctMax, 1)
  ratio('shock of volatility', limits.shocks.volatilityPct, 0.99)
  for (const move of limits.shocks.movesPct) ratio('shock of price', move, 0.5)
  const { orderCostMax, structureLossMax, baselineDifferenceMax, greeks, shocks } = limits
  const amounts = { orderCostMax, structureLossMax, baselineDifferenceMax, ...greeks }
  for (const [name, value] of Object.entries(amounts)) dollars(name, value)
  dollars('shock loss', shocks.lossMax)
  dollars('look notional', look.notionalMax)
  const counts = {
    structures: limits.openStructuresMax,
    perUnderlying: limits.perUnderlyingMax,
    perExpiry: limits.perExpiryMax,
    quantity: limits.quantityMax,
    openOrders: limits.openOrdersMax,
    ordersPerMinute: limits.ordersPerMinuteMax,
    ordersPerDay: limits.ordersPerDayMax,
    repeats: limits.repeats.max,
    lookQuantity: look.quantityMax,
    lookOutstanding: look.outstandingMax,
    lookPace: look.ordersPerMinuteMax,
    lookChildren: look.childrenMax,
  }
  for (const [name, value] of Object.entries(counts)) {
    holds(`${name} is ${value}`, Number.isSafeInteger(value) && value >= 1 && value <= 100_000)
  }
  within('quote age', limits.quoteAgeMsMax, [1, 2_000])
  within('look quote age', look.quoteAgeMsMax, [1, 5_000])
  within('repeats within', limits.repeats.withinMs, [60_000, 86_400_000])
  within('days to expiry', limits.daysToExpiry.min, [0, limits.daysToExpiry.max])
  within('days to expiry', limits.daysToExpiry.max, [0, 999])
  within('entry hours', limits.entryHours.from, [0, limits.entryHours.to - 1])
  holds('day trades', limits.dayTrades.length > 0)

  ratio('take profit', rules.takeProfitPct ?? 0, 10)
  const stop = rules.stopLossPct ?? 0
  holds(`stop ${stop}`, stop > 0 && stop < 1)
  const trail = rules.trailingStopPct
  if (trail !== null) holds(`trailing stop ${trail}`, trail > 0 && trail < 1)
  within('time to live', rules.entry.timeToLiveMs, [5_000, 300_000])
  ratio('entry collar', rules.entry.collarPct, 0.2)
  within('entry start', rules.entry.start, [0, rules.entry.worst])
  within('entry worst', rules.entry.worst, [0, 1])
  within('messages a second', settings.pacing.messagesPerSecond, [20, 45])
  ratio('share', settings.pacing.share, 1)
  within('silence', settings.watchdog.silentMs, [5_000, 60_000])
  within('cool down', settings.strategyRules.vixRegime.coolDownMs, [1, 30 * 86_400_000])
  for (const universe of [
    settings.strategyRules.vixRegime.puts,
    settings.strategyRules.vixRegime.calls,
  ]) {
    holds('universe', Object.getPrototypeOf(universe) === Object.prototype)
  }
  holds('state folder', settings.stateFolder.length > 0)
  return odd.length === 0 ? null : `accepted out of bounds: ${odd.join('; ')}`
}
