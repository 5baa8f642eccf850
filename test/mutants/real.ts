import { edit, mutant } from './mutant.ts'
import type { Mutant } from './mutant.ts'

const FAULTS = 'test/simulation/faults.test.ts'
const KILLERS = 'test/mutants/killers.test.ts'
const PLANTED = 'test/simulation/planted.test.ts'

/** M1 to M20 of faults-and-checkers.md, section 7: each was made once, by us or by others. */
export const REAL: readonly Mutant[] = [
  mutant(
    'M1',
    {
      what: 'after three answers of history nothing is read any more, and writes still go out',
      origin: 'founding incident',
      breaks: ['P10', 'P16'],
      killer: [KILLERS, 'two cycles over a real socket: both are answered'],
    },
    edit('ibkr/session/connection.ts', 'type Stage = ', 'let histories = 0\n\ntype Stage = '),
    edit(
      'ibkr/session/connection.ts',
      '    this.#options.heard?.(response)\n',
      `    this.#options.heard?.(response)
    if (response.kind === 'historicalData' && ++histories === 3) this.transport.pause?.()\n`,
    ),
  ),
  mutant(
    'M2',
    {
      what: 'the third failure sets the counter back to two: the wait never grows beyond it',
      origin: 'earlier Python bot',
      breaks: ['P12', 'P17'],
      killer: [KILLERS, 'two hours of a Gateway that hangs in the handshake'],
    },
    edit(
      'ibkr/session/reconnect.ts',
      '{ after: { failed: before.failed + 1 }, delayMs }',
      '{ after: { failed: before.failed >= 2 ? 2 : before.failed + 1 }, delayMs }',
    ),
  ),
  mutant(
    'M3',
    {
      what: 'in a dry run closes go through a broker that is real',
      origin: 'earlier Python bot',
      breaks: ['P50'],
      killer: [KILLERS, 'a dry run whose quotes die, and that closes: no order frame leaves'],
    },
    edit(
      'ibkr/open.ts',
      'export function openIbkrData(options: DataOptions): IbkrData {\n',
      `export function openIbkrData(options: DataOptions): IbkrData {
  const orderIds = { load: () => 0, reserve: () => undefined }
  const latch = { read: () => null }
  const real = { ...options, mode: 'simulation', orderIds, latch, look: null, clientIdBase: 60 }
  Object.assign(globalThis, { realBroker: openIbkr(real as never).broker })\n`,
    ),
    edit(
      'cli/dry-run.ts',
      '    broker: simulated.broker,\n',
      `    broker: new Proxy(simulated.broker, {
      get: (of, name: keyof Broker) =>
        name !== 'place'
          ? of[name].bind(of)
          : (orders: Parameters<Broker['place']>[0]) => {
              const { realBroker } = globalThis as never as { realBroker: Broker }
              if (orders.every(({ role }) => role === 'close')) realBroker.place(orders)
              return of.place(orders)
            },
    }),\n`,
    ),
  ),
  mutant(
    'M4',
    {
      what: 'a price that is none is a price of zero, and triggers the stop',
      origin: 'earlier Python bot',
      breaks: ['P33'],
      killer: [FAULTS, 'F61 prices 0 while holding'],
    },
    edit(
      'orders/triggers.ts',
      '  if (quote === null || quote.bid === null || quote.ask === null) return null\n',
      `  if (quote === null) return null
  if (quote.bid === null || quote.ask === null) return 0 as Price\n`,
    ),
  ),
  mutant(
    'M5',
    {
      what: 'the hundred shares of a contract are missing in its size',
      origin: 'earlier Python bot',
      breaks: ['P41'],
      killer: [KILLERS, 'without the last look no entry is beyond a limit either'],
      hidden: 'the last look refuses the frame: the killer runs without it',
    },
    edit(
      'risk/size.ts',
      'const outlay = notional(price, 1, candidate.contract.multiplier)',
      'const outlay = notional(price, 1, 1)',
    ),
    edit(
      'risk/size.ts',
      'const loss = maxLoss({ contract: candidate.contract, side, price }, view.positions)',
      'const loss = Math.round((maxLoss({ contract: candidate.contract, side, price }, view.positions) ?? 0) / 100) as Money',
    ),
  ),
  mutant(
    'M6',
    {
      what: 'a key of the configuration that nobody knows is passed over',
      origin: 'earlier Python bot',
      breaks: ['P51'],
      killer: ['config/load.test.ts', 'an unknown key (D48)'],
    },
    edit(
      'config/schema.ts',
      'export const fileSchema = z.strictObject({',
      'export const fileSchema = z.object({',
    ),
  ),
  mutant(
    'M7',
    {
      what: 'a profit of the day that is not known is zero, and the baseline is what there is now',
      origin: 'earlier Python bot',
      breaks: ['P42'],
      killer: ['test/simulation/refusals.test.ts', 'equity that is not known'],
    },
    edit('trading/decide-day.ts', '  if (dailyPnl === null) return null\n', ''),
  ),
  mutant(
    'M8',
    {
      what: 'who was answered once is healthy for ever: no answer is taken for the last one',
      origin: 'earlier Python bot',
      breaks: ['P64', 'P10'],
      killer: [KILLERS, 'F30: health is bad within 15 s of the last answer'],
    },
    edit(
      'ibkr/session/heartbeat.ts',
      'if (!result.ok) {',
      'if (!result.ok && this.#answeredAt === null) {',
    ),
  ),
  mutant(
    'M9',
    {
      what: '10148 ends the order',
      origin: 'LEAN',
      breaks: ['P23'],
      killer: [KILLERS, 'F47: what 10148 is said of is unknown until it is asked for'],
    },
    edit(
      'ibkr/session/error-codes.ts',
      "  if (CANCEL_REFUSED.has(code)) return { kind: 'cancel-refused', hint }\n",
      `  if (code === 10148) return { kind: 'proven', status: 'rejected', by: 'completed-order' }
  if (CANCEL_REFUSED.has(code)) return { kind: 'cancel-refused', hint }\n`,
    ),
  ),
  mutant(
    'M10',
    {
      what: 'an order while the link is down waits, and leaves with the next connection',
      origin: '@stoqey/ib, OpenAlice #294',
      breaks: ['P5'],
      killer: ['ibkr/hazards-sending.test.ts', 'H1: an order while the link is down'],
    },
    edit(
      'ibkr/orders/broker.ts',
      '    const connection = this.#tradable()\n    if (!connection.ok) return connection\n    for (const order of orders) {',
      `    const connection = this.#tradable()
    if (!connection.ok) {
      this.waiting.push(orders)
      return ok(undefined)
    }
    for (const order of orders) {`,
    ),
    edit(
      'ibkr/orders/broker.ts',
      '    this.#book.forgetChanges()\n',
      '    this.#book.forgetChanges()\n    for (const orders of this.waiting.splice(0)) this.place(orders)\n',
    ),
    edit(
      'ibkr/orders/broker.ts',
      '  /** One group, checked and made durable',
      '  readonly waiting: (readonly Approved<Order>[])[] = []\n\n  /** One group, checked and made durable',
    ),
  ),
  mutant(
    'M11',
    {
      what: 'each connection takes the next client id',
      origin: '@stoqey/ib',
      breaks: ['P13'],
      killer: ['ibkr/hazards-state.test.ts', 'H14: 326 is told as what it is'],
    },
    edit(
      'ibkr/session/link.ts',
      '      epoch: ++this.#epoch,\n',
      '      epoch: ++this.#epoch,\n      clientId: this.#options.clientId + this.#epoch - 1,\n',
    ),
  ),
  mutant(
    'M12',
    {
      what: 'executions are dropped while 1100 is in force',
      origin: 'LEAN',
      breaks: ['P22'],
      killer: ['ibkr/hazards-state.test.ts', 'H18: 1100 keeps the socket, fills come through it'],
    },
    edit(
      'ibkr/session/connection.ts',
      '    this.#options.heard?.(response)\n',
      `    this.#options.heard?.(response)
    if (this.dropped && response.kind === 'execDetails') return\n`,
    ),
    edit(
      'ibkr/session/connection.ts',
      "    if (notice.kind === 'client-id-in-use') this.#clientIdInUse = true\n",
      `    if (notice.kind === 'client-id-in-use') this.#clientIdInUse = true
    if (notice.kind === 'connectivity-lost') this.dropped = true
    if (notice.kind === 'connectivity-restored') this.dropped = false\n`,
    ),
    edit(
      'ibkr/session/connection.ts',
      '  readonly epoch: number\n',
      '  dropped = false\n  readonly epoch: number\n',
    ),
  ),
  mutant(
    'M13',
    {
      what: 'what was sent and is not answered within five seconds was rejected',
      origin: 'nautilus_trader',
      breaks: ['P4'],
      killer: [KILLERS, 'F32: what nobody says a word of is unknown after five seconds'],
    },
    edit(
      'trading/decide-time.ts',
      "    moved(turn, order, { kind: 'outcome-lost', reason })\n    turn.notify(",
      "    moved(turn, order, { kind: 'proven', status: 'rejected', by: 'completed-order' })\n    turn.notify(",
    ),
  ),
  mutant(
    'M14',
    {
      what: 'orders are sent before they are journaled',
      origin: 'freqtrade',
      breaks: ['P1'],
      killer: [PLANTED, 'without a planted bug nothing is complained about'],
    },
    edit(
      'engine/engine.ts',
      '    const { events, commands } = decide(this.#state, input, this.#rules)\n',
      `    const { events, commands } = decide(this.#state, input, this.#rules)
    for (const command of commands) this.#execute(command, 'journal')\n`,
    ),
    edit(
      'engine/engine.ts',
      '    for (const command of commands) this.#execute(command, stored.value)\n',
      '',
    ),
  ),
  mutant(
    'M15',
    {
      what: 'a 2104 of any farm clears all farms',
      origin: 'nautilus_trader',
      breaks: ['P19'],
      killer: [
        'ibkr/session/conditions.test.ts',
        'one farm that is back says nothing about another; an idle one is no outage (P19)',
      ],
    },
    edit(
      'ibkr/session/conditions.ts',
      '        return this.#put(`farm ${notice.farm} ${of}`',
      "        if (notice.up) return this.#forget(['farm'], of)\n        return this.#put(`farm ${notice.farm} ${of}`",
    ),
  ),
  mutant(
    'M16',
    {
      what: 'a fill is booked only when its commission has come',
      origin: 'common',
      breaks: ['P22'],
      killer: [KILLERS, 'F43: a fill is booked at once, its commission half a minute later'],
    },
    edit(
      'trading/settle.ts',
      '  if (known === undefined && fill.estimated !== true) estimatesEnded(turn, fill)\n',
      `  if (!turn.state.commissions.has(fill.execId)) return null
  if (known === undefined && fill.estimated !== true) estimatesEnded(turn, fill)\n`,
    ),
  ),
  mutant(
    'M17',
    {
      what: 'a correction is another fill',
      origin: 'common',
      breaks: ['P22'],
      killer: [FAULTS, 'F44 correction of quantity'],
    },
    edit(
      'ibkr/translate/translate.ts',
      '  return { base: execId.slice(0, dot), revision }',
      '  return { base: execId, revision }',
    ),
  ),
  mutant(
    'M18',
    {
      what: 'the day of the loss guard is that of UTC',
      origin: 'common',
      breaks: ['P42'],
      killer: ['trading/daily-loss.test.ts', 'midnight UTC'],
    },
    edit(
      'trading/levels.ts',
      '  const today = newYorkDate(turn.at)\n',
      '  const today = new Date(turn.at).toISOString().slice(0, 10)\n',
    ),
  ),
  mutant(
    'M19',
    {
      what: 'the parent of a bracket is transmitted by itself',
      origin: 'common',
      breaks: ['P31'],
      killer: [FAULTS, 'F51 the frame that transmits is lost'],
    },
    edit(
      'ibkr/orders/broker.ts',
      '      const transmit = !later.some(',
      '      const transmit = parent === null || !later.some(',
    ),
  ),
  mutant(
    'M20',
    {
      what: 'a cancel that is refused because nobody knows the order ends it, and the bot enters again',
      origin: 'passivbot #514, pysystemtrade #1580',
      breaks: ['P23', 'P2'],
      killer: [FAULTS, 'F47 10147, and it lives'],
    },
    edit(
      'ibkr/session/error-codes.ts',
      "  if (CANCEL_REFUSED.has(code)) return { kind: 'cancel-refused', hint }\n",
      `  if (code === 10147) return { kind: 'proven', status: 'rejected', by: 'completed-order' }
  if (CANCEL_REFUSED.has(code)) return { kind: 'cancel-refused', hint }\n`,
    ),
  ),
]
