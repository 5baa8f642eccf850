import type { FaultKind } from './fault.ts'
import { FAULTS } from './faults.ts'
import type { FaultName, FaultSpec } from './faults.ts'
import type { Action, Scenario, Step } from './scenario.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** In the middle of a session, after the clients have settled. */
const BEGINS = 2 * MINUTE
/** Long enough to be diagnosed, short enough to be waited for. */
const LASTS = 2 * MINUTE

type Named = Pick<Scenario, 'name' | 'describe' | 'label'> & { readonly time?: string }

function scenario(of: Named, steps: readonly Partial<Step>[]): Scenario {
  const whole = steps.map(({ action = fault('zombie'), ...step }) => ({
    after: BEGINS,
    lasts: LASTS,
    onceHistory: null,
    ...step,
    action,
  }))
  return { time: null, ...of, steps: whole }
}

function fault(name: FaultName, parameters: Readonly<Record<string, unknown>> = {}): Action {
  return { kind: 'fault', fault: { ...parameters, name } }
}

const otherwise: FaultSpec = { name: 'half-open' }
const deafReader: Action = { kind: 'local', does: 'pause-reader', otherwise }

/** S0 to S5: the founding incident, the causes it was searched in, and the healthy look-alike. */
const FOUNDING: readonly Scenario[] = [
  scenario(
    {
      name: 'founding-incident',
      describe: 'three symbols are answered, then nobody reads what the Gateway answers',
      label: 'LOCAL_READER_STALLED',
    },
    [{ onceHistory: 3, after: 5 * SECOND, lasts: null, action: deafReader }],
  ),
  scenario(
    {
      name: 'S0',
      describe: 'requests leave and are answered; the answers stay unread in the kernel',
      label: 'LOCAL_READER_STALLED',
    },
    [{ lasts: null, action: deafReader }],
  ),
  scenario(
    {
      name: 'S0-detached',
      describe: 'requests leave and are answered; the answers are read and nobody gets them',
      label: 'LOCAL_READER_STALLED',
    },
    [{ lasts: null, action: { kind: 'local', does: 'detach-reader', otherwise } }],
  ),
  scenario(
    {
      name: 'S0w',
      describe: 'one frame leaves, all later ones stay in the process',
      label: 'LOCAL_WRITER_STALLED',
    },
    [
      {
        lasts: null,
        action: { kind: 'local', does: 'stall-writer', otherwise: { name: 'lose-requests' } },
      },
    ],
  ),
  scenario(
    {
      name: 'S1',
      describe: 'another client of the login spends the budget for history: 162, pacing violation',
      label: 'PACING',
    },
    [
      { after: MINUTE, lasts: 10 * MINUTE, action: { kind: 'second-client', does: 'ask-history' } },
      { lasts: 9 * MINUTE, action: fault('history-paced') },
    ],
  ),
  scenario(
    {
      name: 'S1-soft',
      describe: 'another client of the login spends the budget for history: answers are late',
      label: 'PACING',
    },
    [
      { after: MINUTE, lasts: 10 * MINUTE, action: { kind: 'second-client', does: 'ask-history' } },
      { lasts: 9 * MINUTE, action: fault('history-paced', { form: 'soft' }) },
    ],
  ),
  scenario(
    { name: 'S1-100', describe: 'error 100 three times, then disconnected', label: 'PACING' },
    [{ action: fault('rate-exceeded') }],
  ),
  scenario({ name: 'S2', describe: '2105: the farm of history is broken', label: 'HMDS_DOWN' }, [
    { action: fault('farm-down', { farm: 'history' }) },
  ]),
  scenario(
    { name: 'S2-1100', describe: 'Gateway and IBKR are disconnected', label: 'IBKR_LINK_DOWN' },
    [{ action: fault('connectivity-lost') }],
  ),
  scenario(
    { name: 'S2-F30', describe: 'the Gateway answers nothing at all', label: 'GATEWAY_HUNG' },
    [{ action: fault('zombie') }],
  ),
  scenario(
    {
      name: 'S2-F31',
      describe: 'history is dead for this session; a new one has it',
      label: 'SESSION_HIST_WEDGED',
    },
    [{ action: fault('history-dead', { connections: 'open' }) }],
  ),
  scenario(
    {
      name: 'S2-F31-all',
      describe: 'history is dead for every session',
      label: 'GATEWAY_HIST_WEDGED',
    },
    [{ action: fault('history-dead') }],
  ),
  scenario(
    {
      name: 'S3',
      describe: 'another client of the login holds all lines with snapshots that never end: 101',
      label: 'TICKER_LINES_EXHAUSTED',
    },
    [{ action: { kind: 'second-client', does: 'hold-lines' } }],
  ),
  scenario(
    {
      name: 'S4',
      describe: 'answers come under numbers that nobody asked with',
      label: 'REPLY_UNMATCHED',
    },
    [{ action: fault('wrong-reply-id') }],
  ),
  scenario(
    {
      name: 'S5',
      describe: 'nothing is wrong: after the close there is no data, and history says so at once',
      label: 'NO_DATA_EXPECTED',
      time: '17:00',
    },
    [{ action: fault('no-data') }],
  ),
]

/** Ten minutes in which nothing that is asked for comes: a storm for whoever retries at once. */
const STORMS: readonly Scenario[] = [
  scenario(
    {
      name: 'retry-storm',
      describe: 'for ten minutes every request is answered with an error at once',
      label: 'ORDERS_DEAD', // a refusal of what has no number answers no question about orders
    },
    [{ lasts: 10 * MINUTE, action: fault('requests-refused') }],
  ),
  scenario(
    {
      name: 'retry-storm-silent',
      describe: 'for ten minutes no request is answered, on connections that are whole',
      label: 'GATEWAY_HUNG',
    },
    [{ lasts: 10 * MINUTE, action: fault('lose-replies') }],
  ),
]

/** Outages that come by the calendar. */
const PLANNED: readonly Scenario[] = [
  scenario(
    {
      name: 'nightly-restart',
      describe: 'the Gateway restarts at 23:45, inside the announced window',
      label: 'PLANNED_RESTART',
      time: '23:40',
    },
    [{ after: 5 * MINUTE, lasts: null, action: fault('restart', { announced: true }) }],
  ),
  scenario(
    {
      name: 'nightly-restart-unannounced',
      describe: 'the Gateway restarts in the middle of the day',
      label: 'GATEWAY_DOWN',
    },
    [{ lasts: null, action: fault('restart') }],
  ),
  scenario(
    {
      name: 'weekly-login',
      describe: 'the login has expired: nobody listens until a person has logged in, hours later',
      label: 'PLANNED_RESTART',
    },
    [
      {
        lasts: null,
        action: fault('restart', {
          announced: true,
          warnings: 0,
          downMs: 6 * HOUR,
          restored: null,
        }),
      },
    ],
  ),
]

/** A restart of a minute, without a warning and without a word when it is over. */
const restarted: Partial<Step> = {
  lasts: null,
  action: fault('restart', { warnings: 0, downMs: MINUTE, restored: null }),
}
const deaf = (connections: 'open' | 'all', services: readonly string[]): Action =>
  fault('history-dead', { services, connections })
const DATA = ['history', 'quotes', 'contracts']

/** What clients of others came to grief on, where no fault alone says it. */
const ELSEWHERE: readonly Scenario[] = [
  scenario(
    {
      name: 'R1-cancelled-then-filled',
      describe: '10349 for each order; what is cancelled fills all the same, 20 s later',
      label: null,
    },
    [
      { action: fault('order-error', { code: 10_349, which: 'parent', count: null }) },
      { action: fault('no-liquidity') },
      { action: fault('execution-late', { afterMs: 20 * SECOND, count: null }) },
    ],
  ),
  scenario(
    {
      name: 'R2-tif-set-to-day',
      describe: '10349, "TIF set to DAY", for an order that is live and goes on',
      label: null,
    },
    [{ action: fault('order-error', { code: 10_349, which: 'parent' }) }],
  ),
  scenario(
    {
      name: 'R3-cancel-of-a-filled-order',
      describe: 'a cancel finds its order filled: 10148, and 10147 for every further one',
      label: null,
    },
    [
      { action: fault('cancel-race', { answer: 10_148, count: null }) },
      { action: fault('no-liquidity') },
    ],
  ),
  scenario(
    {
      name: 'R4-cancel-not-found',
      describe: '10147, "not found", for a cancel that was done',
      label: null,
    },
    [
      { action: fault('cancel-race', { answer: 10_147, outcome: 'cancelled' }) },
      { action: fault('no-liquidity') },
    ],
  ),
  scenario(
    {
      name: 'R7-restarted-without-data',
      describe: 'after a restart all farms are OK, and no data comes for five minutes',
      label: 'GATEWAY_HIST_WEDGED',
    },
    [restarted, { after: BEGINS + SECOND, lasts: 6 * MINUTE, action: deaf('all', DATA) }],
  ),
  scenario(
    {
      name: 'R8-data-pauses',
      describe: '1101 after ten seconds; data stays away on the connections that outlived it',
      label: 'SESSION_HIST_WEDGED',
    },
    [
      { lasts: 10 * SECOND, action: fault('data-lost') },
      { after: BEGINS + 11 * SECOND, lasts: null, action: deaf('open', DATA) },
    ],
  ),
  scenario(
    {
      name: 'R9-farm-blip',
      describe: 'a farm is broken for three seconds, and its streams stay dead',
      label: 'SESSION_HIST_WEDGED',
    },
    [
      { lasts: 3 * SECOND, action: fault('farm-down', { farm: 'quotes' }) },
      { after: BEGINS + SECOND, lasts: null, action: deaf('open', ['history', 'quotes']) },
    ],
  ),
  scenario(
    {
      name: 'R14-inactive-for-ever',
      describe: 'the next order is Inactive, and stays so',
      label: null,
    },
    [{ action: fault('status-stuck', { status: 'Inactive', lastsMs: null, count: 1 }) }],
  ),
  scenario(
    {
      name: 'R23-farm-then-disconnect',
      describe: 'history is broken for five seconds; then the connections end',
      label: 'GATEWAY_DOWN',
    },
    [
      { lasts: 5 * SECOND, action: fault('farm-down', { farm: 'history' }) },
      { after: BEGINS + 6 * SECOND, lasts: SECOND, action: fault('refuse') },
    ],
  ),
  scenario(
    {
      name: 'R29-hang-at-night',
      describe: 'the Gateway answers nothing, at 23:30',
      label: 'GATEWAY_HUNG',
      time: '23:28',
    },
    [{ action: fault('zombie') }],
  ),
]

/** Not the usual parameters, where those would interrupt nothing or heal too soon. */
const PARAMETERS: Partial<Record<FaultName, Readonly<Record<string, unknown>>>> = {
  'hmds-idle': { wakes: false },
  'slow-link': { latencyMs: [15_000, 30_000] },
  clog: { channels: ['data'], heldMs: null },
  drift: { messages: ['currentTime'], times: null },
  restart: { warnings: 0 },
  'history-dead': { connections: 'open' },
  'farm-not-ready': { readyAfterMs: LASTS },
  'client-id-in-use': { lingerMs: null },
  'orders-dead': { executes: true },
}
/** Seen only by whoever connects anew. */
const ON_CONNECT: readonly FaultName[] = [
  'handshake-hang',
  'no-next-valid-id',
  'order-id-jump',
  'farm-not-ready',
]

/** The connections that are open end shortly after a fault that only new ones see has begun. */
function ofFault([name, { number, line, label }]: [string, (typeof FAULTS)[FaultName]]): Scenario {
  const action = fault(name as FaultName, PARAMETERS[name as FaultName])
  const isSeen = !ON_CONNECT.includes(name as FaultName)
  const closing = { after: BEGINS + SECOND, lasts: SECOND, action: fault('refuse') }
  const own = { name: `${number}-${name}`, describe: line, label }
  // Only a client that does not read has its output kept.
  if (name === 'output-dropped') return scenario(own, [{ action }, { action: deafReader }])
  return scenario(own, isSeen ? [{ action }] : [{ action }, closing])
}

function numberOf({ number }: FaultKind): number {
  return Number(number.slice(1))
}

/** Every scenario that has a name. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    ...FOUNDING,
    ...PLANNED,
    ...STORMS,
    ...ELSEWHERE,
    ...Object.entries(FAULTS)
      .filter(([, { number }]) => number.startsWith('F'))
      .sort(([, one], [, other]) => numberOf(one) - numberOf(other))
      .map(ofFault),
  ].map((each) => [each.name, each]),
)

/** By its name, or by the number or the name of a fault, where only one has it: `F30`, `zombie`. */
export function findScenario(name: string): Scenario | null {
  const exact = SCENARIOS.get(name)
  if (exact !== undefined) return exact
  const wanted = name.toLowerCase()
  const alike = [...SCENARIOS.values()].filter(({ name: own }) => {
    const [, number, fault] = /^(f\d+)-(.+)$/.exec(own.toLowerCase()) ?? []
    return number === wanted || fault === wanted || own.toLowerCase() === wanted
  })
  return alike.length === 1 ? (alike[0] ?? null) : null
}
