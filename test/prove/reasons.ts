/** What no whole day of `prove` reaches, and what does. */
export interface Reason {
  /** By their names, each of which must be one of what is wanted. */
  readonly what: readonly string[]
  readonly because: string
  /** Where it is played instead. */
  readonly instead: string
  /** It comes, and too seldom to be asked of every campaign; else it never does. */
  readonly seldom?: true
}

const FUZZ = '`npm run fuzz -- order`'

const NOT_TERMINAL = [
  'sending',
  'unknown',
  'staged',
  'acked',
  'held',
  'working',
  'cancel-pending',
  'replace-pending',
  'quarantine-cancelled',
] as const

const edges = (from: readonly string[], event: string, to: string): readonly string[] =>
  from.map((each) => `edge ${each} + ${event} -> ${to}`)

export const REASONS: readonly Reason[] = [
  {
    what: edges(NOT_TERMINAL, 'cancelled by completed-order', 'cancelled'),
    because:
      'a picture that lists an order as cancelled counts as a reported cancel: it is quarantined ' +
      'first, for late fills (`evidenceOn` in src/orders/reconcile.ts)',
    instead: FUZZ,
  },
  {
    what: [
      'edge working + reported working -> working',
      'edge held + reported held -> held',
      'edge cancel-pending + reported working -> cancel-pending',
      'edge working + outcome-lost -> working',
    ],
    because: 'what changes nothing leaves no row (`moved` in src/trading/turn.ts)',
    instead: FUZZ,
  },
  {
    what: ['edge unknown + rejected by absent-everywhere -> unknown'],
    because:
      'absence is offered as a proof only of what was never heard of, and then it is one ' +
      '(`wasNeverHeardOf`)',
    instead: FUZZ,
  },
  {
    what: [
      'edge sending + reported staged -> staged',
      'edge unknown + reported staged -> staged',
      'edge staged + fills-changed -> filled',
      'edge staged + cancel-requested -> cancel-pending',
      'edge staged + cancel-reported -> quarantine-cancelled',
      'edge staged + filled by completed-order -> filled',
      'edge staged + rejected by completed-order -> rejected',
      'edge staged + expired by completed-order -> expired',
    ],
    because:
      'no message of the wire tells a staged order from one that is acknowledged ' +
      '(`statusEvidence`), and the broker without a wire takes a family in one go',
    instead: FUZZ,
  },
  {
    what: ['edge intent + cancel-requested -> denied'],
    because: 'what is intended is handed over in the same turn: nobody comes between',
    instead: FUZZ,
  },
  {
    what: ['gate unnamed set', 'gate unnamed cleared'],
    because: 'whatever a person trades here is a contract that has its definition',
    instead: 'src/ibkr/orders/snapshot.test.ts, src/trading/decide.test.ts',
  },
  {
    what: ['edge rejected + fills-changed -> filled', 'edge expired + fills-changed -> filled'],
    because: 'the simulated broker fills nothing that it has listed as rejected, or as expired',
    instead: FUZZ,
  },
  {
    what: [
      ...edges(
        ['sending', 'acked', 'held', 'cancel-pending', 'replace-pending', 'quarantine-cancelled'],
        'filled by completed-order',
        'filled',
      ),
      ...edges(
        ['acked', 'held', 'working', 'cancel-pending', 'replace-pending', 'quarantine-cancelled'],
        'rejected by completed-order',
        'rejected',
      ),
      ...edges(
        ['sending', 'unknown', 'acked', 'cancel-pending', 'replace-pending'],
        'expired by completed-order',
        'expired',
      ),
      'edge acked + fills-changed -> filled',
      'edge sending + cancel-reported -> quarantine-cancelled',
      'edge acked + reject-reported -> unknown',
      'edge acked + inactive -> unknown',
      'edge held + inactive -> unknown',
    ],
    because:
      'one message has to be lost or late while an order passes through a status that lasts for ' +
      'milliseconds',
    instead: FUZZ,
    seldom: true,
  },
  {
    what: ['verdict NO_DATA_EXPECTED'],
    because: 'it is of the hours in which the market is closed, and a day ends with its session',
    instead: '`npm run outages` (S5)',
  },
  {
    what: ['gate stale-data set', 'gate stale-data cleared'],
    because: 'the simulated Gateway says 10197 of a line, and the gate is of one that names none',
    instead: 'src/ibkr/session/conditions.test.ts',
  },
  {
    what: ['gate baseline set', 'gate baseline cleared'],
    because: 'the simulated broker says the same of a day whenever it is asked',
    instead: 'test/simulation/baseline-doubt.test.ts',
  },
  {
    what: ['gate low-funds cleared'],
    because: 'it waits for funds that have risen by a hundredth, or for another date',
    instead: 'src/trading/low-funds.test.ts',
    seldom: true,
  },
  {
    what: ['edge cancelled + fills-changed -> filled', 'a fill of what was cancelled'],
    because: 'a fill has to be told later than the quarantine of what was reported as cancelled',
    instead: 'test/incidents (R1)',
    seldom: true,
  },
  {
    what: ['edge sending + parent-missing -> unknown'],
    because: 'a child has to be refused for want of its parent before it is acknowledged',
    instead: FUZZ,
    seldom: true,
  },
  {
    what: ['verdict SESSION_HIST_WEDGED'],
    because: 'history has to fall silent for one session alone while somebody asks for it',
    instead: '`npm run outages` (25 of its 500)',
    seldom: true,
  },
]

/** Forms of what is struck on whole days that are not, and why. */
export const FORMS: Readonly<Record<string, string>> = {
  'F34 newer-version':
    'a Gateway of a version that the bot does not speak is left for good, and there is no day: src/simulator/faults/faults-protocol.test.ts, src/ibkr/session/link.test.ts',
  'F83 out-of-memory kill':
    'to the journal it is a SIGKILL, which `npm run sigkill` and test/scenarios/sigkill.test.ts do to real processes; a heap at its limit is not played',
  'F83 file-descriptor exhaustion':
    'the journal and the sockets are open all day, so on a whole day nothing is refused but a new connection (F10) and a new block of order ids (F82); real processes under a limit are not played',
}

/** Of the catalogue, what is no strike of a whole day: who plays it, or why nobody does. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  F33: 'what a process does not read waits in it here, and not at the Gateway: `npm run outages` (F33-output-dropped)',
  F71: 'days after the clocks have changed are among the days of `prove`; the hours in which they change: test/simulation/calendar-days.test.ts',
  F81: '`npm run hosts` (power lost at every effect), test/hosts/restarts.test.ts, files cut and altered: test/hosts/files.test.ts',
  F84: 'test/hosts/instances.test.ts: two processes at once are not one day',
  F85: '`npm run hosts` (backups of before each event), test/hosts/restarts.test.ts',
  F86: '`npm run hosts` (rows of other versions), test/hosts/restarts.test.ts',
  F87: '`npm run crashes -- --delays all`, `npm run hosts`: 1 s to after the weekend; here a crash is followed within 3 minutes',
  F90: 'a bot that is told the wrong target does not start, so there is no day: test/hosts/config.test.ts, test/scenarios/cli-run.test.ts',
  F91: 'no day: the file is refused. `npm run hosts`, test/hosts/config.test.ts, `npm run fuzz -- config`',
  F92: 'no day: the file is refused. `npm run hosts`, test/hosts/config.test.ts, `npm run fuzz -- config`',
  F93: 'no day: the file is refused. `npm run hosts`, test/hosts/config.test.ts, `npm run fuzz -- config`',
  F96: 'no day: the tests of docs/security.md, `npm run fuzz -- api`, `npm run fuzz -- control`',
}
