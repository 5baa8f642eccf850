/** A text of the source, found once, and what somebody could have written instead. */
export interface Edit {
  /** From `src/`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** A defect of the earlier bot, written into a copy of the source; the test of its id must fail. */
export interface Defect {
  readonly id: string
  readonly what: string
  /** From the root; a unit test from `src/`. */
  readonly test: string
  readonly edits: readonly Edit[]
}

/** `...of`: its id, what it is, the test that sees it, and its edits. */
function defect(...of: [id: string, what: string, test: string, ...edits: Edit[]]): Defect {
  const [id, what, file, ...edits] = of
  const test = file.startsWith('test/') ? file : `src/${file}`
  return { id, what, test, edits }
}

function edit(file: string, from: string, to: string): Edit {
  return { file, from, to }
}

export const PLANTED: readonly Defect[] = [
  defect(
    'D1',
    'the environment makes a run bolder',
    'config/load.test.ts',
    edit(
      'config/load.ts',
      'if (modes.indexOf(mode) < modes.indexOf(file)) return',
      'if (mode) return',
    ),
  ),
  defect(
    'D2',
    '80 % risk for each trade is accepted',
    'config/load.test.ts',
    edit('config/risk.ts', 'max_risk_per_trade: percent(5)', 'max_risk_per_trade: percent(100)'),
  ),
  defect(
    'D3',
    'a file without a mode runs in one all the same',
    'config/load.test.ts',
    edit(
      'config/load.ts',
      'fileSchema.safeParse(file.value.content ?? {}, ',
      "fileSchema.safeParse({ mode: 'paper', ...(file.value.content as object) }, ",
    ),
  ),
  defect(
    'D4',
    'exits are priced off the underlying',
    'orders/bracket.test.ts',
    edit(
      'orders/exit-plan.ts',
      'Math.round(price + gain * Math.abs(price) * pct)',
      'Math.round(300 * (price + gain * Math.abs(price) * pct))',
    ),
  ),
  defect(
    'D5',
    'the stop is a limit order',
    'orders/bracket.test.ts',
    edit(
      'orders/exit-plan.ts',
      "{ type: 'STP', trigger: stopLoss.price }",
      "{ type: 'LMT', limit: stopLoss.price }",
    ),
  ),
  defect(
    'D6',
    'the entry is not the first of its group',
    'orders/bracket.test.ts',
    edit('orders/bracket.ts', 'return [parent, ...children]', 'return [...children, parent]'),
  ),
  defect(
    'D7',
    'exits are DAY, whatever was planned',
    'orders/bracket.test.ts',
    edit('orders/bracket.ts', 'timeInForce: terms.plan.timeInForce,', "timeInForce: 'DAY',"),
  ),
  defect(
    'D8',
    'prices are rounded to cents',
    'domain/money.test.ts',
    edit(
      'domain/money.ts',
      "(to === 'down' ? Math.floor(steps) : Math.ceil(steps)) * tick",
      'Math.round((steps * tick) / 10_000) * 10_000',
    ),
  ),
  defect(
    'D9',
    'what is held already is not looked for',
    'risk/review.test.ts',
    edit(
      'risk/position-checks.ts',
      'if (held === undefined) return null',
      'if (held !== null) return null',
    ),
  ),
  defect(
    'D10',
    'a close is not tied to the exits that rest',
    'orders/protect.test.ts',
    edit(
      'orders/closing.ts',
      "joined(closing, [{ role: 'close', terms }])",
      "joined(closing, [{ role: 'close', terms }]).map((o) => ({ ...o, oca: null }))",
    ),
  ),
  defect(
    'D12',
    'the window of a breakout holds the bar itself',
    'strategy/whale.test.ts',
    edit('strategy/whale.ts', 'bars.slice(-WINDOW - 1, -1)', 'bars.slice(-WINDOW)'),
  ),
  defect(
    'D15',
    'without a baseline nothing is refused',
    'risk/review.test.ts',
    edit(
      'risk/checks.ts',
      'if (view.baseline?.date === today) return null',
      'if (view.baseline === null || view.baseline.date === today) return null',
    ),
  ),
  defect(
    'D16',
    'a later observation moves the baseline of the day',
    'trading/decide.test.ts',
    edit('trading/decide-day.ts', 'observed.date > stored.date', 'observed.date >= stored.date'),
  ),
  defect(
    'D17',
    'the size is at least one',
    'risk/review.test.ts',
    edit(
      'risk/size.ts',
      'Math.max(0, Math.floor(Math.round(budget) / each))',
      'Math.max(1, Math.floor(Math.round(budget) / each))',
    ),
  ),
  defect(
    'D18',
    'in the money is above the spot, for puts and calls',
    'selection/strike.test.ts',
    edit('selection/strike.ts', "right === 'C' ? steps > 0 : steps < 0", 'steps < 0'),
  ),
  defect(
    'D20',
    'on a Friday the week is always over',
    'selection/expiry.test.ts',
    edit(
      'selection/expiry.ts',
      'sameDayExpiry ? today > lastDay : today >= lastDay',
      'today >= lastDay',
    ),
  ),
  defect(
    'D23',
    'what has no price is bought all the same',
    'risk/size.test.ts',
    edit(
      'risk/size.ts',
      "if (unit.price === null) return none('premium-unknown')",
      "if (unit.price === null) return { ...none('none'), quantity: 1 }",
    ),
  ),
  defect(
    'D24',
    'the last price counts, however old',
    'risk/size.test.ts',
    edit(
      'risk/size.ts',
      "side === 'BUY' ? candidate.quote.ask : candidate.quote.bid",
      'candidate.quote.last',
    ),
  ),
  defect(
    'D26',
    'a spread of ten cents passes, whatever the price',
    'selection/liquidity.test.ts',
    edit(
      'selection/liquidity.ts',
      'if (spread <= max) return null',
      'if (spread <= max || ask - bid <= 100_000) return null',
    ),
  ),
  defect(
    'D28',
    'an answer does not count for the breaker',
    'ibkr/session/breakers.test.ts',
    edit(
      'ibkr/session/breakers.ts',
      "if (outcome === 'answered') return answered(breaker)",
      "if (outcome === 'answered') return breaker",
    ),
  ),
  defect(
    'D33',
    'every 201 is a rejected order',
    'ibkr/session/error-codes.test.ts',
    edit(
      'ibkr/session/error-codes.ts',
      "code === 201 && has(text, 'already being cancelled')",
      'code === 0',
    ),
  ),
  defect(
    'D35',
    'an execution that is told again is booked again',
    'trading/decide.test.ts',
    edit(
      'trading/evolve-fill.ts',
      'const before = state.fills.get(fill.execId) ?? null',
      'const before = null as Fill | null',
    ),
    edit(
      'trading/settle.ts',
      'known !== undefined && known.revision >= fill.revision',
      'known === null',
    ),
  ),
  defect(
    'D36',
    'a quote that is missing is a price of zero',
    'trading/exits.test.ts',
    edit(
      'orders/triggers.ts',
      'if (quote === null || quote.bid === null || quote.ask === null) return null',
      'if (quote === null || quote.bid === null || quote.ask === null) return 0 as Price',
    ),
    // The second of two defences: alone, either of them holds.
    edit(
      'trading/maintain.ts',
      'if (structure.triggered !== null || quote === null) return',
      'if (structure.triggered !== null) return',
    ),
  ),
  defect(
    'D41',
    'what is logged is not redacted',
    'notify/json-log.test.ts',
    edit(
      'notify/json-log.ts',
      "typeof value === 'string' ? redact(value) : value",
      "typeof redact === 'string' ? redact : value",
    ),
  ),
  defect(
    'D50',
    'exits that are missing are not placed',
    'trading/stories.test.ts',
    edit('trading/maintain.ts', '  placed(turn, place, quote)\n', ''),
  ),
  defect(
    'D51',
    'an error code ends an order',
    'orders/lifecycle.test.ts',
    edit(
      'orders/lifecycle.ts',
      "to('unknown', 'intent', 'sending', 'acked', 'staged', 'held', 'replace-pending')",
      "to('rejected', 'intent', 'sending', 'acked', 'staged', 'held', 'replace-pending')",
    ),
  ),
  defect(
    'D52',
    'a turn begins in the middle of another',
    'engine/interleaved.test.ts',
    edit('engine/engine.ts', 'if (this.#inTurn) return\n', ''),
  ),
  defect(
    'R16',
    'a gate holds back exits too',
    'trading/decide.test.ts',
    edit(
      'trading/maintain.ts',
      "if (turn.state.link === 'down' || turn.state.levelCause",
      "if (turn.state.link === 'down' || turn.state.gates.length > 0 || turn.state.levelCause",
    ),
  ),
  defect(
    'X2',
    'a crossed quote is liquid',
    'selection/liquidity.test.ts',
    edit('selection/liquidity.ts', 'Number.isFinite(ask) && ask >= bid', 'Number.isFinite(ask)'),
  ),
  defect(
    'X3',
    'without a price of the underlying the lowest strikes are chosen',
    'selection/strike.test.ts',
    edit('selection/strike.ts', 'if (!(spot > 0)) return', 'if (Number.isNaN(spot)) return'),
  ),
  defect(
    'D11',
    'an alert channel that throws ends the turn',
    'engine/exits-go-on.test.ts',
    edit(
      'notify/unfailing.ts',
      '      } catch {\n        lost++',
      '      } catch (error) {\n        lost++\n        throw error',
    ),
  ),
  defect(
    'D13',
    'a strategy that is registered never says anything',
    'test/simulation/strategies.test.ts',
    edit(
      'strategy/daily-volume.ts',
      "    if (!bars.ok) return { kind: 'hold', reason: bars.error }",
      "    if (Math.abs(1) > 0) return { kind: 'hold', reason: 'never' }\n    if (!bars.ok) return { kind: 'hold', reason: bars.error }",
    ),
  ),
  defect(
    'D25',
    'entries go at the market',
    'trading/walk.test.ts',
    edit(
      'orders/bracket.ts',
      "terms: { type: 'LMT', limit },",
      "terms: limit > 0 ? { type: 'MKT' } : { type: 'LMT', limit },",
    ),
  ),
  defect(
    'R6',
    'the walk goes beyond the worst price',
    'trading/walk.test.ts',
    edit(
      'orders/price-walk.ts',
      'const bounded = nearest(side, nearest(side, target, sides.far), worst)',
      'const bounded = nearest(side, target, sides.far)',
    ),
  ),
  defect(
    'D27',
    'a failure counts as an answer for the breaker',
    'ibkr/session/breakers.test.ts',
    edit(
      'ibkr/session/breakers.ts',
      "if (outcome === 'answered') return answered(breaker)",
      "if (outcome !== 'abandoned') return answered(breaker)",
    ),
  ),
  defect(
    'D34',
    'without the account nothing is managed',
    'engine/exits-go-on.test.ts',
    edit(
      'trading/maintain.ts',
      '  closedByForce(turn, id, quote)\n  endedEntries',
      '  if (turn.state.account === null) return\n  closedByForce(turn, id, quote)\n  endedEntries',
    ),
  ),
  defect(
    'D38',
    'a dry run has a route for orders',
    'ibkr/orders/broker.test.ts',
    edit(
      'ibkr/orders/last-look.ts',
      '      return `mode ${mode} sends no orders`',
      '      return null',
    ),
  ),
  defect(
    'R33',
    'a key that is read by nobody',
    'config/dead-switch.test.ts',
    edit(
      'config/schema.ts',
      '  vix_regime: vixRegimeSchema.prefault({}),',
      '  vix_regime: vixRegimeSchema.prefault({}),\n  read_only: z.boolean().prefault(false),',
    ),
  ),
  defect(
    'X14',
    'an order that is asked about has a made-up price',
    'ibkr/orders/what-if.test.ts',
    edit(
      'ibkr/orders/what-if.ts',
      "terms: { type: 'MKT' },",
      "terms: { type: 'LMT', limit: 100_000_000 as never },",
    ),
  ),
  defect(
    'X15',
    'what a dry run says does not name the mode',
    'cli/outlets.test.ts',
    edit(
      'notify/channels/webhook.ts',
      'text: `${level}: ${identity.mode}: ${message}${times}`',
      'text: `${level}: ${message}${times}`',
    ),
  ),
  defect(
    'D14',
    'an index that says nothing is 20',
    'ibkr/market/market-data.test.ts',
    edit(
      'ibkr/market/market-data.ts',
      'return spot === null ? fail(noPrice(underlying.symbol)) : ok(spot)',
      'return ok(spot ?? (20_000_000 as Price))',
    ),
    edit(
      'ibkr/market/market-data.ts',
      'if (!quote.ok) return quote\n    if (quote.value.delayed',
      'if (!quote.ok) return ok(20_000_000 as Price)\n    if (quote.value.delayed',
    ),
  ),
  defect(
    'D30',
    'half a second is taken for a second',
    'ibkr/pacing/pacing.test.ts',
    edit(
      'ibkr/pacing/pacing.ts',
      'const SECOND_MS = RULES.P1.windowMs ?? 0',
      'const SECOND_MS = 500',
    ),
  ),
  defect(
    'R1',
    'a file without a mode is for paper',
    'config/load.test.ts',
    edit(
      'config/load.ts',
      'fileSchema.safeParse(file.value.content ?? {}, ',
      "fileSchema.safeParse({ mode: 'paper', ...(file.value.content as object) }, ",
    ),
  ),
  defect(
    'R9',
    'exits are GTC, whenever the position ends',
    'trading/plan-moves.test.ts',
    edit(
      'trading/decide-entry.ts',
      '  const timeInForce = exitTimeInForce(opened.contract, turn.at, turn.rules)',
      "  const timeInForce = 'GTC' as ReturnType<typeof exitTimeInForce>",
    ),
  ),
  defect(
    'R23',
    'a picture of an earlier connection will do',
    'trading/decide.test.ts',
    edit(
      'trading/decide-snapshot.ts',
      "if (link === 'down' || snapshot.epoch !== epoch) return",
      "if (link === 'down' || snapshot.epoch > epoch) return",
    ),
  ),
  defect(
    'X1',
    'the daily loss holds back exits too',
    'trading/decide.test.ts',
    edit(
      'trading/maintain.ts',
      "if (turn.state.link === 'down' || turn.state.levelCause === 'panic') return",
      "if (turn.state.link === 'down' || turn.state.levelCause !== null) return",
    ),
  ),
  defect(
    'X9',
    'the bar that forms is told',
    'ibkr/market/market-data.test.ts',
    edit(
      'ibkr/market/history.ts',
      'if (inside && barEnd(bar.start, size, hours) <= now) byStart',
      'if (inside) byStart',
    ),
  ),
  defect(
    'X12',
    'an account that is not known is passed over',
    'risk/review.test.ts',
    edit(
      'risk/checks.ts',
      "  if (known === null) return refuse('account', 'the account is not known')",
      '  if (known === null) return null',
    ),
  ),
  defect(
    'X16',
    'of several accounts the last one counts',
    'ibkr/orders/account-values.test.ts',
    edit(
      'ibkr/orders/account-values.ts',
      "if (response.kind === 'accountSummary' && response.account === account) rows.push(response)",
      "if (response.kind === 'accountSummary') rows.unshift(response)",
    ),
  ),
  defect(
    'X21',
    'minutes are written as M',
    'ibkr/market/market-data.test.ts',
    edit(
      'ibkr/market/history.ts',
      "const duration = seconds > SECONDS_MAX ? '1 D' : `${seconds} S`",
      "const duration = seconds > SECONDS_MAX ? '1 D' : `${seconds / 60} M`",
    ),
  ),
]
