import { edit, mutant } from './mutant.ts'
import type { Mutant } from './mutant.ts'

const REFUSALS = 'test/simulation/refusals.test.ts'

/** Sessions, limits, levels and what people are told (P11 to P20, P40 to P64). */
export const OF_ENTRIES: readonly Mutant[] = [
  mutant(
    'M38',
    {
      what: 'the longest wait between two attempts is ten minutes',
      breaks: ['P11'],
      killer: ['ibkr/session/reconnect.test.ts', 'backoff doubles from 1 s to 60 s'],
    },
    edit('ibkr/session/reconnect.ts', 'BACKOFF_TO_MS = 60_000', 'BACKOFF_TO_MS = 600_000'),
  ),
  mutant(
    'M39',
    {
      what: 'a request that has ended is told once more by a late answer',
      breaks: ['P14'],
      killer: ['ibkr/session/requests.test.ts', 'every request ends exactly once'],
    },
    edit(
      'ibkr/session/requests.ts',
      '  #end(open: Open, result: Result<unknown, Fault>): void {\n    if (open.ended) return\n',
      '  #end(open: Open, result: Result<unknown, Fault>): void {\n',
    ),
    edit(
      'ibkr/session/requests.ts',
      '    this.#byId.delete(open.reqId)\n    this.#silent',
      '    this.#silent',
    ),
    edit(
      'ibkr/session/requests.ts',
      '    if (open.ended) return\n    if (response',
      '    if (response',
    ),
  ),
  mutant(
    'M40',
    {
      what: 'a bot that is silent is paged and left standing',
      breaks: ['P15'],
      killer: ['watchdog/supervise.test.ts', 'silence for ten seconds: paged and killed'],
    },
    edit(
      'watchdog/supervise.ts',
      '  return killing({ ...next, stalled: true }, nowMs, pages)\n',
      '  return { state: { ...next, stalled: true }, actions: pages }\n',
    ),
  ),
  mutant(
    'M41',
    {
      what: 'a frame of 32 MB is waited for',
      breaks: ['P15'],
      killer: ['wire/frame.test.ts', 'corruption'],
    },
    edit('wire/frame.ts', 'MAX_PAYLOAD = 0xffffff', 'MAX_PAYLOAD = 0x1ffffff'),
  ),
  mutant(
    'M42',
    {
      what: 'every silence of data is called pacing',
      breaks: ['P16'],
      killer: ['ibkr/diagnosis/diagnosis.test.ts', 'bars for nobody'],
    },
    edit(
      'ibkr/diagnosis/diagnosis.ts',
      "{ verdict: 'PACING', when: [...alive, is.paced] }",
      "{ verdict: 'PACING', when: [...alive, is.dataSilent] }",
    ),
  ),
  mutant(
    'M43',
    {
      what: 'after 1101 the streams are taken to go on',
      breaks: ['P20'],
      killer: ['ibkr/market/market-data.test.ts', 'it ends once: by 10182, with its connection'],
    },
    edit(
      'ibkr/open.ts',
      '      if (dataLost) connection.requests.endStreams(DATA_LOST)\n',
      '      if (dataLost && !connection.isUp) connection.requests.endStreams(DATA_LOST)\n',
    ),
  ),
  mutant(
    'M44',
    {
      what: 'what is under way reserves nothing',
      breaks: ['P40'],
      killer: ['risk/size.test.ts', 'an entry that may still fill'],
    },
    edit(
      'risk/reservation.ts',
      "view.orders.filter((order) => order.role === 'entry').map(worstCost)",
      "view.orders.filter((order) => order.role === 'close').map(worstCost)",
    ),
  ),
  mutant(
    'M45',
    {
      what: 'a quote of any age is good enough to enter on',
      breaks: ['P43'],
      killer: [REFUSALS, 'a quote of three seconds ago'],
    },
    edit(
      'risk/quote-checks.ts',
      'if (ageMs >= 0 && ageMs <= limits.quoteAgeMsMax) return null',
      'if (ageMs >= 0) return null',
    ),
  ),
  mutant(
    'M46',
    {
      what: 'the last look does not read the latch',
      breaks: ['P44'],
      killer: ['ibkr/orders/last-look.test.ts', 'the latch stops entries'],
    },
    edit(
      'ibkr/orders/last-look.ts',
      "if (latched !== null && (intent.entry || latched.by === 'panic')) {",
      "if (latched !== null && latched.by === 'panic' && !intent.entry) {",
    ),
  ),
  mutant(
    'M47',
    {
      what: 'a lower level takes the place of a higher one',
      breaks: ['P45'],
      killer: ['trading/operator.test.ts', 'law: nothing but a person or a date lowers a level'],
    },
    edit(
      'trading/levels.ts',
      '  if (rise < 0 || (rise === 0 && !takesOver)) return\n',
      '  if (rise === 0 && !takesOver) return\n',
    ),
  ),
  mutant(
    'M48',
    {
      what: 'an order does not say whose decision it was',
      breaks: ['P46'],
      killer: [
        'test/mutants/killers.test.ts',
        'without the last look no entry is beyond a limit either',
      ],
    },
    edit(
      'trading/decide-entry.ts',
      "turn.record({ type: 'EntryApproved', structureId, request, quantity, maxLoss, plan, basis })",
      "turn.record({ type: 'EntryApproved', structureId, request, quantity, maxLoss, plan, basis: { ...basis, limits: {} as never } })",
    ),
  ),
  mutant(
    'M49',
    {
      what: 'the encoder has no bounds of its own',
      breaks: ['P47'],
      killer: [REFUSALS, 'with the risk engine disabled the last look still stops it (P47)'],
    },
    edit(
      'ibkr/orders/last-look.ts',
      'if (wrong !== null || options.look == null) return wrong',
      'if (wrong !== null || options.look !== undefined) return wrong',
    ),
  ),
  mutant(
    'M50',
    {
      what: 'a strategy may enter over and over',
      breaks: ['P48'],
      killer: [REFUSALS, 'a strategy that enters over and over halts the bot'],
    },
    edit(
      'trading/throttle.ts',
      '  if (times < limits.repeats.max) return\n',
      '  if (times < limits.repeats.max * 1_000) return\n',
    ),
  ),
  mutant(
    'M51',
    {
      what: 'entries are possible at any hour that the file allows, open or not',
      breaks: ['P52'],
      killer: ['risk/checks.test.ts', 'the session ends early on a half day'],
    },
    edit('risk/hours.ts', "  if (sessionAt(now) === null) return 'outside regular hours'\n", ''),
  ),
  mutant(
    'M52',
    {
      what: 'a bar that comes while its symbol is busy is not recorded',
      breaks: ['P60'],
      killer: ['engine/cycle.test.ts', 'together are decided one at a time'],
    },
    edit(
      'engine/schedule.ts',
      "    if (planned.busy) return skip('previous cycle still running')\n",
      '    if (planned.busy) return\n',
    ),
  ),
  mutant(
    'M53',
    {
      what: 'a notice that did not arrive is given up at once',
      breaks: ['P61'],
      killer: ['notify/courier.test.ts', 'a failure is tried again, later each time'],
    },
    edit(
      'notify/courier.ts',
      '    const times = ++this.#failures\n',
      '    const times = ++this.#failures\n    this.#became(without(this.#outbox, batch.of))\n',
    ),
  ),
  mutant(
    'M54',
    {
      what: 'a bot that decides nothing gives its sign of life all the same',
      breaks: ['P61'],
      killer: ['notify/dead-man.test.ts', 'the dead-man signal follows a cycle that decided'],
    },
    edit(
      'notify/dead-man.ts',
      "if (kind === 'skipped') return 'the cycle was skipped'",
      "if (kind !== kind) return 'the cycle was skipped'",
    ),
  ),
  mutant(
    'M55',
    {
      what: 'a market that is halted is priced like any other',
      breaks: ['P33'],
      killer: [REFUSALS, 'a halt'],
    },
    edit(
      'risk/quote-checks.ts',
      "candidate.quote.halted ? refuse('quote-halted', 'trading is halted') : null",
      "candidate.quote.halted && candidate.quote.bid === null ? refuse('quote-halted', 'trading is halted') : null",
    ),
  ),
  mutant(
    'M56',
    {
      what: 'twice the risk that is allowed is taken with each trade',
      breaks: ['P41'],
      killer: ['risk/size.test.ts', 'risk-per-trade'],
    },
    edit(
      'risk/size.ts',
      "bound('risk-per-trade', account.netLiquidation * limits.riskPerTradePct, stopped),",
      "bound('risk-per-trade', 2 * account.netLiquidation * limits.riskPerTradePct, stopped),",
    ),
  ),
  mutant(
    'M57',
    {
      what: 'paper trades any account',
      breaks: ['P50'],
      killer: [REFUSALS, 'paper in a live account'],
    },
    edit(
      'risk/checks.ts',
      "!simulated && isPaperAccount(id) !== (running !== 'live')",
      "!simulated && isPaperAccount(id) && running === 'live'",
    ),
  ),
]
