import { assert } from '../../src/base/assert.ts'
import type { Prng } from '../../src/base/prng.ts'
import { ORDER_CODES } from '../../src/simulator/faults/order-codes.ts'
import { DRAWN, exceptionsOf } from '../simulation/host-faults.ts'
import type { HostFault } from '../simulation/host-faults.ts'
import type { BadQuote, PortFault } from '../simulation/port-fault.ts'
import { pick } from '../outages/pick.ts'
import {
  ANEW,
  BOTH,
  CODEC,
  DIRECT,
  fault,
  formOf,
  lasting,
  LONG_MS,
  MINUTE,
  oneOf,
  SECOND,
  seldom,
} from './kind.ts'
import type { Kind, Told } from './kind.ts'
import { GATEWAY, special } from './kinds-days.ts'

export type { Kind, Tier } from './kind.ts'

function port(number: string, name: string, drawn: (prng: Prng) => PortFault): Kind {
  return {
    number,
    name,
    tiers: DIRECT,
    longMs: LONG_MS,
    draw: (prng) => {
      const of = drawn(prng)
      const { port: _, ...more } = of
      return {
        act: { do: 'port', fault: of },
        lastsMs: lasting(prng, SECOND, 3 * MINUTE),
        form: formOf(more),
      }
    },
  }
}

const BAD_QUOTES: readonly BadQuote[] = [
  'none',
  'crossed',
  'locked',
  'wide',
  'no-size',
  'old',
  'delayed',
  'halted',
]

/** Of a connection: its ends, its bytes, its handshake. */
const connections: readonly Kind[] = [
  fault('F1', 'reset-mid-frame', {
    with: oneOf('direction', ['requests', 'replies']),
    to: 20 * SECOND,
  }),
  fault('F2', 'close-mid-frame', {
    with: oneOf('direction', ['requests', 'replies']),
    to: 20 * SECOND,
  }),
  fault('F3', 'half-open'),
  fault('F4', 'blackhole'),
  fault('F5', 'lose-replies'),
  fault('F6', 'lose-requests'),
  fault('F7', 'slow-link', { with: () => ({ latencyMs: [50, 3_000] }) }),
  fault('F8', 'segments', { with: (prng) => ({ segmentBytes: prng.int(1, 9) }), to: 20 * SECOND }),
  fault('F9', 'corrupt-length', {
    with: oneOf('length', [-4, -1, 0, 1, 2_147_483_647]),
    to: 20 * SECOND,
  }),
  fault('F10', 'refuse'),
  fault('F10', 'accept-then-close', { with: oneOf('afterMs', [0, 50, 2_000]) }),
  fault('F10', 'garbage', { with: oneOf('bytes', ['tls', 'random']) }),
  fault('F11', 'clog'),
  fault('F12', 'duplicate-replies', { with: () => ({ heldMs: 5_000 }), along: ANEW }),
  fault('F20', 'handshake-hang', { along: ANEW }),
  fault('F21', 'no-next-valid-id', { along: ANEW }),
  fault('F22', 'order-id-jump', { from: 5 * SECOND, to: 20 * SECOND, along: ANEW }),
  fault('F23', 'client-id-in-use', {
    with: oneOf('lingerMs', [5_000, 30_000, 120_000]),
    from: 150 * SECOND,
    to: 150 * SECOND,
    tailMs: 2 * MINUTE,
  }),
  fault('F24', 'restart', {
    with: (prng) => ({
      warnings: prng.int(0, 3),
      downMs: prng.int(10, 240) * SECOND,
      restored: pick(prng, [1101, 1102]),
    }),
    from: 5 * MINUTE,
    to: 5 * MINUTE,
    tailMs: 10 * SECOND,
  }),
  fault('F25', 'connectivity-lost'),
  fault('F26', 'data-lost'),
  fault('F30', 'zombie', { written: GATEWAY }),
  fault('F34', 'drift', {
    with: (prng) => ({
      // A version that the bot does not speak ends its day: it says so, and connects no more.
      what: pick(prng, ['unknown-message', 'extra-field']),
      messages: ['currentTime'],
    }),
    from: 20 * SECOND,
    to: MINUTE,
  }),
]

/** Of what a session serves: farms, history, rights, limits. */
const services: readonly Kind[] = [
  fault('F27', 'farm-down', { with: oneOf('farm', ['quotes', 'history', 'contracts', 'server']) }),
  ...[true, false].map((wakes) =>
    fault('F28', 'hmds-idle', { with: () => ({ wakes }), from: 5 * SECOND, along: ANEW }),
  ),
  fault('F29', 'farm-not-ready', {
    with: oneOf('farm', ['quotes', 'history', 'contracts'], { readyAfterMs: 10_000 }),
    from: 15 * SECOND,
    along: ANEW,
  }),
  fault('F31', 'history-dead', {
    with: oneOf('services', [['history'], ['quotes'], ['history', 'quotes', 'contracts']]),
  }),
  seldom('F32', 'orders-dead', { with: oneOf('executes', [true, false]) }),
  fault('F35', 'rate-exceeded', { to: 10 * SECOND }),
  fault('F36', 'no-data-rights', { with: oneOf('why', ['competing', 'not-subscribed']) }),
  seldom('F37', 'order-held', { with: oneOf('outcome', ['placed', 'discarded']) }),
  // Whether orders are taken is asked every five minutes: each question takes an order id.
  seldom('F38', 'read-only', { tailMs: 310 * SECOND }),
  seldom('F39', 'cancel-ignored', {
    needs: 'cancels',
    with: oneOf('count', [1, null]),
  }),
  fault('S1', 'history-paced', {
    with: oneOf('form', ['hard', 'soft'], { always: true }),
    along: ANEW,
  }),
  seldom('S4', 'wrong-reply-id'),
  seldom('S5', 'no-data', {
    along: ANEW,
    excuses: { 'every-bar-decided': 'the Gateway said that there were none' },
  }),
  fault('F73', 'gateway-clock', { with: oneOf('offsetMs', [3_000, 10_000, -10_000]) }),
]

const NO_FUNDS = 'Order rejected - reason:available funds are insufficient'
const CODES = Object.keys(ORDER_CODES).map(Number)

/** Fills of what was said to be cancelled. */
const LATE: Told = {
  needs: 'cancels',
  with: oneOf('afterMs', [500, 20_000, 60_000], { count: null }),
  tailMs: 65 * SECOND,
}

/** Of orders, at the broker or on the way back from it. */
const orders: readonly Kind[] = [
  seldom('F40', 'status-unreliable', { with: oneOf('how', ['thrice', 'reordered', 'absent']) }),
  seldom('F41', 'open-order-late'),
  seldom('F42', 'execution-early'),
  seldom('F42', 'execution-late', { ...LATE, tiers: CODEC }),
  seldom('F42', 'execution-late', {
    ...LATE,
    tiers: DIRECT,
    // On a wire the openOrder of a child says that it is smaller now, and it is repaired at once.
    excuses: { protected: 'nobody tells that exits shrank with the rest of their entry' },
  }),
  seldom('F43', 'commissions-odd', {
    with: oneOf('how', ['early', 'late', 'minus-one', 'unset', 'missing']),
  }),
  seldom('F44', 'execution-corrected', {
    tiers: BOTH,
    with: oneOf('what', ['price', 'quantity', 'bust']),
    excuses: {
      'never-oversold': 'what was bought and sold again was not bought after all',
      'within-intent': 'it adds up what was told first',
      'within-limits': 'it counts what is held by the orders as they were told first',
    },
  }),
  seldom('F44', 'execution-corrected', {
    tiers: BOTH,
    with: () => ({ what: 'side', of: 'SELL' }),
  }),
  seldom('F45', 'fills-in-lots', { tiers: BOTH, with: (prng) => ({ units: prng.int(1, 3) }) }),
  seldom('F46', 'overfill', {
    tiers: BOTH,
    with: () => ({ how: 'order' }),
    excuses: {
      'within-intent': 'the broker fills more than was ordered',
      'never-oversold': 'the broker fills more than was ordered',
      'within-limits': 'the broker fills more than was ordered',
    },
  }),
  seldom('F46', 'overfill', {
    tiers: BOTH,
    with: () => ({ how: 'group' }),
    excuses: {
      'never-oversold': 'the broker fills both exits of one group',
      'within-limits': 'what is bought back is counted as another structure',
    },
  }),
  ...([10148, 161, 10147, 202] as const).map((answer) =>
    seldom('F47', 'cancel-race', {
      tiers: BOTH,
      needs: 'cancels',
      with: (prng) => ({
        answer,
        outcome: answer === 161 ? 'filled' : pick(prng, ['filled', 'lives']),
        count: 1,
      }),
    }),
  ),
  ...([10148, 10147, 202] as const).map((answer) =>
    seldom('F47', 'cancel-race', {
      tiers: BOTH,
      needs: 'cancels',
      with: () => ({ answer, outcome: 'cancelled', count: 1 }),
      excuses: { protected: 'what a person cancelled is told to nobody before the next picture' },
    }),
  ),
  seldom('F48', 'order-error', {
    with: (prng) => {
      const code = pick(prng, CODES)
      const on = ORDER_CODES[code]?.onNew === null ? 'live' : pick(prng, ['new', 'live'])
      return { code, on, ...(on === 'new' && { which: pick(prng, ['parent', 'child']) }) }
    },
  }),
  seldom('F48', 'order-error', {
    with: () => ({ code: 201, on: 'new', which: 'parent', text: NO_FUNDS }),
  }),
  seldom('F48', 'order-error', { with: () => ({ code: 399, on: 'live', count: null }) }),
  seldom('F48', 'order-error', {
    with: () => ({ code: 10006, on: 'new', which: 'child', count: null }),
  }),
  seldom('F49', 'status-stuck', {
    tiers: BOTH,
    with: (prng) => ({
      status: pick(prng, ['Inactive', 'PreSubmitted', 'PendingSubmit', 'ApiPending']),
      side: pick(prng, ['BUY', 'SELL']),
      lastsMs: pick(prng, [10_000, null]),
    }),
    excuses: { 'killed-is-flat': 'a close that the broker never works sells nothing' },
  }),
  // A limit that rests to take a profit, as a rule: it is off the market once it was at it.
  seldom('F49', 'status-stuck', {
    tiers: BOTH,
    with: (prng) => ({
      status: 'Inactive',
      of: 'working',
      lastsMs: pick(prng, [10_000, null]),
      count: pick(prng, [1, 5]),
    }),
  }),
  seldom('F49', 'api-cancelled', { needs: 'cancels' }),
  seldom('F49', 'order-unsaid'),
  seldom('F50', 'price-capped', { with: oneOf('code', [399, 2161]) }),
  seldom('F51', 'bracket-broken', {
    with: (prng) => ({
      how: pick(prng, ['child-rejected', 'last-lost']),
      child: pick(prng, ['LMT', 'STP']),
    }),
  }),
  seldom('F51', 'bracket-broken', {
    with: () => ({ how: 'parent-cancelled' }),
    excuses: { 'never-oversold': 'until it is told, children live without what they would sell' },
  }),
  fault('F52', 'foreign-orders', { with: oneOf('by', ['tws', 'client-0']) }),
  seldom('F53', 'snapshot-incomplete', {
    tailMs: 65 * SECOND, // the next picture shows what one left out
    with: oneOf('list', ['executions', 'completed', 'open-end', 'positions']),
  }),
  seldom('F54', 'what-if-odd', { with: oneOf('how', ['silent', 'unset', 'echo']) }),
  seldom('F59', 'broker-acts', {
    tiers: BOTH,
    with: () => ({ what: 'liquidated' }),
    excuses: {
      'never-oversold': 'of a spread the broker sells one leg, and nothing covers the other',
      protected: 'what is left of a spread is shown, and a person closes it',
    },
  }),
]

/** Of markets, quotes, bars and contracts. */
const data: readonly Kind[] = [
  fault('F55', 'market-halt', { tiers: BOTH }),
  fault('F56', 'option-halt', { tiers: BOTH }),
  fault('F58', 'no-liquidity', { tiers: BOTH, with: oneOf('of', ['options', 'all']) }),
  seldom('F61', 'no-price', {
    with: (prng) => ({
      value: pick(prng, ['zero', 'minus-one', 'nan', 'empty']),
      of: pick(prng, ['options', 'all']),
    }),
  }),
  seldom('F62', 'bad-quote', { with: oneOf('how', ['crossed', 'locked', 'wide', 'no-size']) }),
  seldom('F63', 'stuck-quote', { with: oneOf('of', ['options', 'all']) }),
  seldom('F64', 'mislabelled-delay', { with: oneOf('says', ['type', 'ticks']) }),
  seldom('F65', 'bad-bars', {
    with: oneOf('how', [
      'missing',
      'duplicate',
      'out-of-order',
      'unfinished',
      'volume-zero',
      'volume-unset',
      'empty',
      'no-data',
    ]),
  }),
  seldom('F65', 'no-definition', { with: () => ({ requests: ['reqContractDetails'] }) }),
  // Chains are asked for once a day, with the first signal.
  fault('F67', 'phantom-strikes', { at: () => 0, from: 10 * MINUTE, to: 30 * MINUTE }),
  seldom('F68', 'no-greeks', { with: oneOf('value', ['nan', 'unset']) }),
]

/** Where there is no wire. */
const ports: readonly Kind[] = [
  port('F10', 'link-down', () => ({ port: 'link-down' })),
  port('F5', 'replies-lost', () => ({ port: 'replies-lost' })),
  port('F6', 'requests-lost', () => ({ port: 'requests-lost' })),
  port('F25', 'reports late', (prng) => ({
    port: 'reports',
    how: 'late',
    ms: prng.int(100, 8_000),
  })),
  port('F12', 'reports twice', (prng) => ({
    port: 'reports',
    how: 'twice',
    ms: prng.int(1, 5_000),
  })),
  port('F40', 'reports shuffled', (prng) => ({
    port: 'reports',
    how: 'shuffled',
    ms: prng.int(10, 3_000),
  })),
  port('F31', 'unanswered', (prng) => ({
    port: 'unanswered',
    what: pick(prng, [['history'], ['chains', 'spot'], ['quotes']]),
  })),
  port('F53', 'unanswered', () => ({ port: 'unanswered', what: ['snapshot'] })),
  port('F54', 'unanswered', () => ({ port: 'unanswered', what: ['margin'] })),
  port('F26', 'streams-end', () => ({ port: 'streams-end' })),
  port('F26', 'streams-silent', () => ({ port: 'streams-silent' })),
  port('F61', 'quotes', (prng) => ({ port: 'quotes', how: pick(prng, BAD_QUOTES) })),
]

/** As a row of its own excepts it, and what may come of it beside other strikes. */

function host(
  number: string,
  { name, tiers, excuses }: Pick<Kind, 'name' | 'tiers' | 'excuses'>,
  drawn: ((prng: Prng) => HostFault) | undefined,
): Kind {
  assert(drawn !== undefined, `${number} is drawn`)
  return {
    number,
    name,
    tiers,
    draw: (prng) => {
      const of = drawn(prng)
      const { name: _, ...more } = of
      // A kill flattens and is taken back by a person a while after.
      const from = of.name === 'kill' ? MINUTE : 5 * SECOND
      const lastsMs = 'ms' in of ? of.ms : lasting(prng, from, 3 * MINUTE)
      return {
        act: { do: 'host', fault: of },
        lastsMs,
        form: formOf(more),
        excuses: { ...exceptionsOf(of), ...(isSale(of) && excuses) },
      }
    },
  }
}

const LOOKS_LAST = {
  'never-oversold': 'a person sells what our exits protect',
  protected: 'while what a person sells fills bit by bit, what is left for an exit is not known',
}

function isSale(of: HostFault): boolean {
  return of.name === 'human' && of.act === 'sell'
}

/** Of the process, its machine, and people. */
const hosts: readonly Kind[] = [
  {
    number: 'F80',
    name: 'crash',
    tiers: BOTH,
    needs: 'trades',
    draw: (prng) => ({
      act: { do: 'crash', downMs: pick(prng, [0, 1_000, 20_000, 3 * MINUTE]) },
      lastsMs: 0,
    }),
  },
  host('F70', { name: 'clock jump', tiers: BOTH }, (prng) => {
    const seconds = pick(prng, [1, -1, 3, -3, 10, -10, 3_600, -3_600])
    return { name: 'clock-jump', byMs: seconds * SECOND }
  }),
  host('F70', { name: 'sleep', tiers: CODEC }, (prng) => ({
    name: 'sleep',
    ms: pick(prng, [5, 30, 120]) * SECOND,
  })),
  { ...host('F82', { name: 'disk', tiers: BOTH }, DRAWN['F82']), needs: 'trades' },
  host('F83', { name: 'stall', tiers: CODEC }, DRAWN['F83']),
  host('F94', { name: 'human', tiers: CODEC }, DRAWN['F94']),
  // Without a wire nothing looks last at what is held: exits may leave in the moment of a sale.
  host('F94', { name: 'human', tiers: DIRECT, excuses: LOOKS_LAST }, DRAWN['F94']),
  host('F95', { name: 'kill', tiers: BOTH }, DRAWN['F95']),
  ...(['reduce', 'halt', 'close'] as const).map((command): Kind => ({
    number: 'level',
    name: command,
    tiers: BOTH,
    draw: (prng) => ({
      act: { do: 'say', command },
      lastsMs: lasting(prng, 5 * SECOND, 4 * MINUTE),
    }),
  })),
]

export const KINDS: readonly Kind[] = [
  ...connections,
  ...services,
  ...orders,
  ...data,
  ...ports,
  ...hosts,
  ...special,
]
