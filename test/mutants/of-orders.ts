import { edit, mutant } from './mutant.ts'
import type { Mutant } from './mutant.ts'

/** What is sent, what is said of it, and what is held: at least one for each promise (P1 to P36). */
export const OF_ORDERS: readonly Mutant[] = [
  mutant(
    'M21',
    {
      what: 'an order that an earlier run sent is nobody’s: its reference is not looked at',
      breaks: ['P3'],
      killer: [
        'ibkr/orders/snapshot.test.ts',
        'what an earlier run sent is found by its reference',
      ],
    },
    edit(
      'ibkr/orders/order-book.ts',
      '    if (booked?.id !== order.orderRef) {\n',
      '    if (booked === undefined) return null\n    if (booked?.id !== order.orderRef) {\n',
    ),
  ),
  mutant(
    'M22',
    {
      what: 'the state in memory is folded a millisecond later than the journal says',
      breaks: ['P6'],
      killer: [
        'test/simulation/planted.test.ts',
        'without a planted bug nothing is complained about',
      ],
    },
    edit(
      'engine/engine.ts',
      'for (const event of events) this.#state = evolve(this.#state, event, input.at)',
      'for (const event of events) this.#state = evolve(this.#state, event, (input.at + 1) as EpochMs)',
    ),
  ),
  mutant(
    'M23',
    {
      what: 'entries go on while the journal is only an emergency log',
      breaks: ['P7'],
      killer: ['engine/carry-out.test.ts', 'in an emergency of the journal, only what reduces'],
    },
    edit(
      'engine/carry-out.ts',
      "if (leave === 'reducing' && orders.some((order) => order.role === 'entry')) {",
      "if (leave === 'reducing' && orders.length === 0) {",
    ),
  ),
  mutant(
    'M24',
    {
      what: 'the lock of the journal is shared: two instances write',
      breaks: ['P8'],
      killer: ['journal/sqlite.test.ts', 'one writer: a second instance is refused'],
    },
    edit(
      'journal/lock.ts',
      "lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')",
      "lock.exec('BEGIN')",
    ),
  ),
  mutant(
    'M25',
    {
      what: 'an order that was cancelled works again when a late status says so',
      breaks: ['P21'],
      killer: ['orders/lifecycle.test.ts', 'fuzz: total, terminal only by proof'],
    },
    edit(
      'orders/lifecycle.ts',
      "    case 'quarantine-cancelled':\n    case 'filled':\n    case 'cancelled':\n",
      "    case 'cancelled':\n      return as\n    case 'quarantine-cancelled':\n    case 'filled':\n",
    ),
  ),
  mutant(
    'M26',
    {
      what: 'a position that nobody explains is left to itself: no halt after five minutes',
      breaks: ['P24'],
      killer: ['trading/positions.test.ts', 'unexplained: entries wait in that underlying'],
    },
    edit('trading/decide-time.ts', '  unexplainedHalted(turn)\n  maintainAll', '  maintainAll'),
  ),
  mutant(
    'M27',
    {
      what: 'the engine may cancel what is not its own',
      breaks: ['P25'],
      killer: ['ibkr/orders/last-look.test.ts', 'alone may cancel what is not its own'],
    },
    edit(
      'ibkr/orders/last-look.ts',
      "    if (id === GLOBAL_CANCEL) return 'only panic cancels what is not its own (P25)'\n",
      '    if (id === GLOBAL_CANCEL) return null\n',
    ),
  ),
  mutant(
    'M28',
    {
      what: 'order ids begin where the Gateway says, also when that is lower than before',
      breaks: ['P26'],
      killer: ['ibkr/hazards-state.test.ts', 'an id that goes back is no floor'],
    },
    edit(
      'ibkr/orders/order-ids.ts',
      'const first = Math.max(floor, this.#highest + 1)',
      'const first = Math.max(floor, 1)',
    ),
  ),
  mutant(
    'M29',
    {
      what: 'of an order that is being changed the old quantity counts',
      breaks: ['P27'],
      killer: ['orders/lifecycle.test.ts', 'of an order being changed, the larger version'],
    },
    edit(
      'orders/lifecycle.ts',
      'const most = Math.max(order.quantity, order.pendingChange?.quantity ?? 0)',
      'const most = order.quantity',
    ),
  ),
  mutant(
    'M30',
    {
      what: 'an exit that is dying counts as protection',
      breaks: ['P30'],
      killer: ['trading/cancel-pace.test.ts', 'an exit that is listed as dying is no protection'],
    },
    edit(
      'orders/resting.ts',
      '    (order) => !isDying(order.status) && !wasDying(order) && !isDoubtful(order, now),',
      '    (order) => !wasDying(order) && !isDoubtful(order, now),',
    ),
  ),
  mutant(
    'M31',
    {
      what: 'exits are placed again outside of the group of those that may still fill',
      breaks: ['P32'],
      killer: ['orders/protect.test.ts', 'both are said to be cancelled: new ones at once'],
    },
    edit(
      'orders/resting.ts',
      '  const oca = tie ?? ocaGroup(`oca-${ids[0] ?? structure.id}`, quantity)',
      '  const oca = ocaGroup(`oca-${ids[0] ?? structure.id}`, quantity)',
    ),
  ),
  mutant(
    'M32',
    {
      what: 'options are held to their end',
      breaks: ['P34'],
      killer: ['orders/protect.test.ts', 'before expiry, and not a second earlier (P34)'],
    },
    edit(
      'orders/triggers.ts',
      "  if (closeFrom !== null && now >= closeFrom) return 'close'\n",
      '',
    ),
  ),
  mutant(
    'M33',
    {
      what: 'exits keep the quantity that was ordered, whatever has filled',
      breaks: ['P35'],
      killer: ['orders/protect.test.ts', 'the entry ended short: the exits shrink to what is held'],
    },
    edit(
      'orders/resting.ts',
      '  if (mayStillFill(order) === held && sameTerms(order.terms, terms)) return []',
      '  if (sameTerms(order.terms, terms)) return []',
    ),
  ),
  mutant(
    'M34',
    {
      what: 'it is not said that a stop at the broker protects nothing overnight',
      breaks: ['P36'],
      killer: ['cli/stop-text.test.ts', 'P36: the settings say what a stop is worth'],
    },
    edit('orders/stop-text.ts', ' Overnight and in a halt they protect nothing.', ''),
  ),
  mutant(
    'M35',
    {
      what: 'a stop that was passed is never joined by a close of ours',
      breaks: ['P36'],
      killer: ['trading/exits.test.ts', 'a stop that is late is joined by a close'],
    },
    edit(
      'orders/triggers.ts',
      "  return late && stopPassed(view, terms) === true ? 'stop-loss' : null",
      '  return late && stopPassed(view, terms) === null ? null : null',
    ),
  ),
  mutant(
    'M36',
    {
      what: 'the same signal may be entered again',
      breaks: ['P2'],
      killer: ['trading/stories.test.ts', 'the same signal is entered once, whatever became of it'],
    },
    edit(
      'trading/evolve.ts',
      'signalKeys: new Map(state.signalKeys).set(signalKey, id),',
      'signalKeys: state.signalKeys,',
    ),
  ),
  mutant(
    'M37',
    {
      what: 'a late fill after a cancel is not told to anybody',
      breaks: ['P23', 'P61'],
      killer: [
        'trading/stories.test.ts',
        'a late fill after a cancel is booked, told and protected',
      ],
    },
    edit(
      'trading/settle.ts',
      '  if (known === undefined && over && isOwn(before.contract, fill.contract)) {',
      '  if (known !== undefined && over && isOwn(before.contract, fill.contract)) {',
    ),
  ),
  mutant(
    'M88',
    {
      what: 'at reduce-only what was triggered is not closed: the stop goes on resting',
      breaks: ['P30', 'P40'],
      killer: ['test/mutants/killers.test.ts', 'I8: at reduce-only what a person closes is closed'],
    },
    edit(
      'trading/maintain.ts',
      '  for (const orderId of protection.cancel) {\n',
      "  if (structure.triggered !== null && turn.state.tradingState === 'reduce-only') return\n  for (const orderId of protection.cancel) {\n",
    ),
  ),
]
