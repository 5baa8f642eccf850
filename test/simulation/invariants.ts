import type { Checker } from './checkers/checker.ts'

/** One thing that must hold, and what would notice if it did not. */
export interface Invariant {
  /** Of the design notes: I for what holds at every step, L for what comes about in time. */
  readonly number: string
  readonly says: string
  /** Of `checkers/all.ts`: each has caught a planted bug. */
  readonly checkers: readonly string[]
  /** What else holds it, or the part of it that a run in virtual time cannot see. */
  readonly tests?: readonly string[]
  /** What nothing of all this shows. */
  readonly open?: string
}

export const INVARIANTS: readonly Invariant[] = [
  {
    number: 'I1',
    says: 'a frame leaves once, after a durable record that says the same',
    checkers: ['journaled-first', 'sent-once'],
    tests: ['test/sigkill/', 'test/crashes/'],
  },
  {
    number: 'I2',
    says: 'at most one entry for each signal',
    checkers: ['one-entry-a-signal'],
  },
  {
    number: 'I3',
    says: 'the worst that may come of everything is within each limit',
    checkers: ['within-limits', 'asked-first', 'walk-bounded'],
    tests: ['test/simulation/refusals.test.ts'],
  },
  { number: 'I4', says: 'nothing is sold without its cover', checkers: ['never-oversold'] },
  {
    number: 'I5',
    says: 'outside one OCA group no more is for sale than is held',
    checkers: ['never-oversold'],
  },
  {
    number: 'I6',
    says: 'what fills is what was intended, each execution once',
    checkers: ['fills-once', 'within-intent'],
  },
  {
    number: 'I7',
    says: 'cash and profit are the fills and the commissions, to the millionth',
    checkers: ['books-agree'],
  },
  {
    number: 'I8',
    says: 'no entry above level active or behind a gate; no exit, change or cancel held by one',
    checkers: ['entry-allowed', 'exits-not-held'],
    tests: ['src/engine/exits-go-on.test.ts', 'test/simulation/dry-run.test.ts'],
  },
  {
    number: 'I9',
    says: 'no entry is sent late, or in a later connection',
    checkers: ['entry-allowed'],
  },
  { number: 'I10', says: 'order ids are unique and only grow', checkers: ['sent-once'] },
  {
    number: 'I11',
    says: 'no frame is addressed to an order of others',
    checkers: ['foreign-untouched'],
  },
  {
    number: 'I12',
    says: 'every move of an order is in the table, and what is over stays over',
    checkers: ['statuses-follow'],
    tests: ['test/fuzz/fuzz.test.ts'],
  },
  {
    number: 'I13',
    says: 'an unknown order blocks entries on its underlying',
    checkers: ['entry-allowed'],
  },
  {
    number: 'I14',
    says: 'each request ends once; what is open is bounded',
    checkers: ['requests-resolved'],
    tests: ['test/simulation/checker-rules.test.ts', 'src/ibkr/session/requests.test.ts'],
  },
  {
    number: 'I15',
    says: "IBKR's limits hold at the broker's own meter",
    checkers: ['limits-counted'],
    tests: ['src/ibkr/pacing/limits.test.ts'],
  },
  {
    number: 'I16',
    says: 'what is held is protected at the broker soon, as its plan says',
    checkers: ['protected', 'exits-as-planned', 'killed-is-flat'],
    tests: ['test/simulation/protection.test.ts'],
  },
  {
    number: 'I17',
    says: 'the fold of the journal is what is in memory',
    checkers: ['fold-is-memory'],
    tests: ['test/simulation/crashes.test.ts'],
  },
  {
    number: 'I18',
    says: 'no secret stands in the journal, a notice or an answer',
    checkers: ['no-secrets'],
    tests: ['src/base/secret.test.ts', 'src/notify/json-log.test.ts'],
  },
  {
    number: 'I19',
    says: 'no decision rests on a price that is none',
    checkers: ['entry-allowed'],
    tests: ['test/simulation/faults.test.ts'],
  },
  {
    number: 'I20',
    says: "a date has one baseline, the broker's within the tolerance",
    checkers: ['levels-latched'],
  },
  {
    number: 'I21',
    says: 'levels are only lowered by a person, or the date by which they end',
    checkers: ['levels-latched'],
  },
  {
    number: 'I22',
    says: 'what a person must know is told within five seconds',
    checkers: ['told-in-time'],
  },
  {
    number: 'I23',
    says: 'timers, sockets, listeners, requests and rows are bounded, from day to day too',
    checkers: ['bounded', 'requests-resolved'],
    tests: ['src/cli/soak.test.ts'],
  },
  {
    number: 'I24',
    says: 'no rejection is unhandled, nothing is written to the console',
    checkers: ['nothing-unhandled'],
    tests: ['test/simulation/unhandled.test.ts'],
  },
  {
    number: 'I25',
    says: 'every number that is shown is that of the record, at its sequence number',
    checkers: ['shown-as-recorded'],
  },
  {
    number: 'L1',
    says: 'connected within 60 s',
    checkers: ['connected-soon', 'gates-clear'],
    tests: ['test/outages/outages.test.ts'],
  },
  {
    number: 'L2',
    says: 'reconciled within 30 s of the connect, and the ledgers equal',
    checkers: ['reconciled-soon', 'orders-agree', 'books-agree', 'gates-clear'],
  },
  {
    number: 'L3',
    says: 'an outage has a verdict within 30 s and a page within 5 min',
    checkers: ['outages-named'],
    tests: ['test/outages/outages.test.ts'],
  },
  {
    number: 'L4',
    says: 'no order waits for longer than 60 s without a question or a page',
    checkers: ['pending-asked', 'orders-agree'],
  },
  {
    number: 'L5',
    says: 'killed is flat within 30 s',
    checkers: ['killed-is-flat'],
    tests: ['test/simulation/kill.test.ts'],
  },
  {
    number: 'L6',
    says: 'with fresh data every bar is decided on again',
    checkers: ['decisions-resume', 'every-bar-decided'],
  },
  {
    number: 'L7',
    says: 'what expires is closed by its time',
    checkers: ['closed-in-time'],
  },
  {
    number: 'L8',
    says: 'what became of an order is found out within 60 s',
    checkers: ['unknown-resolved'],
  },
  {
    number: 'L9',
    says: 'a process that starts again is ready within 10 s',
    checkers: ['ready-again'],
    tests: ['test/sigkill/'],
    open: 'that a journal of a year takes no longer (`npm run bench -- start-up` measures it)',
  },
  {
    number: 'L10',
    says: 'what is to be told is told once the receiver is back',
    checkers: [],
    tests: ['src/notify/courier.test.ts'],
  },
  {
    number: 'L11',
    says: 'a gate goes when its cause is gone; a level only as its table says',
    checkers: ['gates-in-time', 'gates-clear', 'levels-latched'],
  },
  {
    number: 'L12',
    says: 'at the end of a day no order of ours is left without what it closes',
    checkers: ['no-orphans'],
  },
]

/** As `docs/invariants.md` prints it. */
export function invariantRow({ number, says, checkers, tests = [], open }: Invariant): string {
  const by = [...checkers, ...tests].map((each) => `\`${each}\``).join(', ')
  const held = open === undefined ? by : `${by}; not shown: ${open}`
  return `| ${number} | ${says} | ${held} |`
}

/** What does not see all of its subject without a wire, as `docs/invariants.md` prints it. */
export function withoutWireLine({ name, withoutWire }: Checker): string | null {
  return withoutWire === undefined ? null : `- \`${name}\`: ${withoutWire}`
}
