import { edit, mutant } from './mutant.ts'
import type { Mutant } from './mutant.ts'

const INCIDENTS = 'test/incidents/incidents.test.ts'

/** An incident, and the promises that it is about. */
function incident(id: string, what: string, breaks: readonly string[]) {
  const killer = [INCIDENTS, `incident ${id},`] as const
  return { what, breaks, origin: `incident ${id}`, killer }
}

/** Requests that end because of what is said of their farm, or once an incident is over. */
const ENDED_BY_WORDS: Mutant['edits'] = [
  edit(
    'ibkr/diagnosis/supervision.ts',
    "    if (session.watch.outage('history') !== null) requests?.endUnanswered(BARS, OUT_OF_REACH)\n",
    '',
  ),
  edit(
    'ibkr/diagnosis/supervision.ts',
    '    if (code === 2106 || code === 2107) requests?.endUnanswered(BARS, OUT_OF_REACH)\n',
    '',
  ),
  edit(
    'ibkr/diagnosis/supervision.ts',
    '      link.connection?.requests.endUnanswered(BARS, OUT_OF_REACH, now - UNDER_WAY_MS)\n',
    '',
  ),
]

/**
 * What each incident is believed for: the mistake that it came of, or one as near as can be. R4, R15,
 * R24 and R25 are mistakes of the twenty (M20, M11, M8), R9 is that of R8 (M65).
 */
export const OF_INCIDENTS: readonly Mutant[] = [
  mutant(
    'M58',
    incident('R1', 'what is reported as cancelled is over at once', ['P23']),
    edit(
      'orders/lifecycle.ts',
      "return isTerminal(status) ? status : 'quarantine-cancelled'",
      "return isTerminal(status) ? status : 'cancelled'",
    ),
  ),
  mutant(
    'M59',
    incident('R2', '10349 is a refusal', ['P23']),
    edit('ibkr/session/error-codes.ts', '10342-10345 10371`)', '10342-10345 10349 10371`)'),
  ),
  mutant(
    'M60',
    incident('R3', 'a cancel that is refused revives what has filled', ['P21', 'P23']),
    edit(
      'orders/lifecycle.ts',
      "return to('unknown', 'cancel-pending', 'replace-pending')",
      "return to('unknown', 'cancel-pending', 'replace-pending', 'filled')",
    ),
  ),
  mutant(
    'M62',
    incident('R5', '10147 is no answer to a cancel', ['P14', 'P23']),
    edit(
      'ibkr/session/error-codes.ts',
      "codes('135 136 161 10147 10148')",
      "codes('135 136 161 10148')",
    ),
  ),
  mutant(
    'M63',
    incident('R6', 'a cancel that waits for the open is lost after five seconds', ['P30']),
    edit(
      'trading/decide-time.ts',
      'return order.cancelSeen === true ? CANCEL_SEEN_MS_MAX : ackMsMax',
      'return ackMsMax',
    ),
  ),
  mutant(
    'M64',
    incident('R7', 'while the Gateway says that its farms are fine, silence is no sign', ['P20']),
    edit('ibkr/diagnosis/symptoms.ts', '    ...ofRequests(sight),\n    ...ofFeeds(sight),\n', ''),
  ),
  mutant(
    'M65',
    incident('R8', 'a stream that is silent is not opened again', ['P20']),
    edit('engine/bar-stream.ts', "    this.renew()\n    return 'renewed'\n", '    return null\n'),
    edit('ibkr/diagnosis/symptoms.ts', '    ...ofRequests(sight),\n    ...ofFeeds(sight),\n', ''),
  ),
  mutant(
    'M67',
    incident('R10', 'the first list that is empty is believed', ['P24']),
    edit(
      'trading/decide-snapshot.ts',
      '  if (suspected !== null && suspected.since < turn.at) {\n',
      '  if (suspected !== undefined) {\n',
    ),
    edit(
      'trading/decide-snapshot.ts',
      'since: suspected.since })',
      'since: suspected?.since ?? turn.at })',
    ),
  ),
  mutant(
    'M68',
    incident('R11', 'orders of others are told apart by a number that they do not have yet', [
      'P25',
    ]),
    edit(
      'orders/reconcile.ts',
      'permId !== 0 && foreign.get(permId)?.quantity !== quantity',
      'foreign.get(permId)?.quantity !== quantity',
    ),
  ),
  mutant(
    'M69',
    incident('R12', 'a commission of -1 is money', ['P22']),
    edit(
      'ibkr/translate/translate.ts',
      'return value === -1 ? null : amount(value)',
      'return amount(value)',
    ),
  ),
  mutant(
    'M70',
    incident('R13', 'a status after the last fill counts', ['P21', 'P22']),
    edit(
      'orders/lifecycle.ts',
      '  if (isComplete(order, order.filled)) return order.status // a status after the last fill\n',
      '',
    ),
    edit(
      'orders/lifecycle.ts',
      "    case 'quarantine-cancelled':\n    case 'filled':\n",
      "    case 'filled':\n      return as\n    case 'quarantine-cancelled':\n",
    ),
  ),
  mutant(
    'M71',
    incident('R14', 'Inactive says nothing', ['P4']),
    edit(
      'ibkr/translate/translate-order.ts',
      "    case 'Inactive':\n      return { kind: 'inactive' }",
      "    case 'Inactive':\n      return null",
    ),
  ),
  mutant(
    'M73',
    incident('R16', 'a stream that ended with its connection is not opened again', ['P20']),
    edit(
      'engine/bar-stream.ts',
      '    this.#retry = this.#of.clock.after(ms, () => this.open())\n',
      '    this.#retry = this.#of.clock.after(3_600_000 + ms, () => this.open())\n',
    ),
  ),
  mutant(
    'M74',
    incident('R17', 'an execution that is told again is booked again', ['P22']),
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
    edit(
      'orders/reconcile.ts',
      'fill.revision > (fills.get(fill.execId)?.revision ?? -Infinity)',
      'fill.revision >= (fills.get(fill.execId)?.revision ?? -Infinity)',
    ),
  ),
  mutant(
    'M75',
    incident('R18', 'an option that is not there any more after its end is unexplained', ['P34']),
    edit(
      'orders/position-differences.ts',
      "const isOver = contract.kind === 'option' && snapshot.requestedAt >= contract.lastTradingAt",
      "const isOver = contract.kind === 'stock' && snapshot.requestedAt >= 0",
    ),
  ),
  mutant(
    'M76',
    incident('R19', 'a connection is ready as soon as its version is known', ['P11']),
    edit(
      'ibkr/session/connection.ts',
      "    this.#write({ kind: 'startApi', clientId, optionalCapabilities: '' }, null)\n",
      `    this.#write({ kind: 'startApi', clientId, optionalCapabilities: '' }, null)
    this.#stage = 'up'
    this.#options.listener.up(this)\n`,
    ),
  ),
  mutant(
    'M77',
    incident('R20', 'what was said not to exist does not, all day', ['P41']),
    edit(
      'ibkr/market/contracts.ts',
      'MISSING_MS = { option: 600_000, other: 30_000 }',
      'MISSING_MS = { option: 60_000_000, other: 60_000_000 }',
    ),
  ),
  mutant(
    'M78',
    incident('R21', 'a cancel is waited for without end', ['P4']),
    edit(
      'trading/decide-time.ts',
      'return order.cancelSeen === true ? CANCEL_SEEN_MS_MAX : ackMsMax',
      'return null',
    ),
  ),
  mutant(
    'M79',
    incident('R22', 'what is asked of a farm that is down stays open', ['P14']),
    ...ENDED_BY_WORDS,
    edit('ibkr/session/question.ts', 'shortHistory: 20_000,', 'shortHistory: 600_000,'),
    edit('ibkr/session/question.ts', 'barStream: 20_000,', 'barStream: 600_000,'),
  ),
  mutant(
    'M80',
    incident('R23', 'what is asked ends with its deadline alone', ['P14']),
    edit(
      'ibkr/session/connection.ts',
      '    this.#guarded(() => this.requests.endAll(fault))\n',
      '',
    ),
    ...ENDED_BY_WORDS,
  ),
  mutant(
    'M83',
    incident('R26', 'answers that nobody waits for are not counted', ['P16']),
    edit(
      'ibkr/session/connection.ts',
      '      stray: () => watch.strayAnswers++,\n',
      '      stray: () => undefined,\n',
    ),
  ),
  mutant(
    'M84',
    incident('R27', 'a question for bars is waited for ten minutes', ['P14', 'P16']),
    edit('ibkr/session/question.ts', 'shortHistory: 20_000,', 'shortHistory: 600_000,'),
    edit('ibkr/session/question.ts', 'barStream: 20_000,', 'barStream: 600_000,'),
    edit('ibkr/diagnosis/symptoms.ts', '    ...ofFeeds(sight),\n', ''),
  ),
  mutant(
    'M85',
    incident('R28', 'a strike that does not exist ends the whole look', ['P60']),
    edit(
      'ibkr/market/market-data.ts',
      '    return ok(found.filter((candidate) => candidate !== null))\n',
      `    if (found.includes(null)) return fail(NOT_CONNECTED)
    return ok(found.filter((candidate) => candidate !== null))\n`,
    ),
  ),
  mutant(
    'M86',
    incident('R29', 'at night nobody pings', ['P10']),
    edit(
      'ibkr/session/heartbeat.ts',
      '      this.#timers = [clock.after(everyMs, () => this.#beat(0))]\n',
      `      const isNight = new Date(clock.now()).getUTCHours() < 8
      this.#timers = [clock.after(isNight ? 3_600_000 : everyMs, () => this.#beat(0))]\n`,
    ),
  ),
  mutant(
    'M87',
    incident('R30', 'exits of a parent that is not marked filled are given up', ['P30']),
    edit(
      'orders/resting.ts',
      'if (structure.quantity === 0) return opening > 0 ? NOTHING : cancelled(alive)',
      'if (structure.quantity === 0) return cancelled(alive)',
    ),
  ),
]
