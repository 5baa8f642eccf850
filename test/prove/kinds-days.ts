import type { Written } from '../simulation/config-text.ts'
import { pick } from '../outages/pick.ts'
import { BOTH, CODEC, DIRECT, fault, HOUR, lasting, MINUTE, oneOf, SECOND, seldom } from './kind.ts'
import type { Along, Kind, Told } from './kind.ts'
import type { Strike } from './strike.ts'

/** From before the open to the end of the day. */
const ALL_DAY: Pick<Told, 'at' | 'from' | 'to'> = {
  at: () => 0,
  from: 400 * MINUTE,
  to: 400 * MINUTE,
}
/** Before the last quarter of an hour, in which nothing is held over night is closed. */
const LAST_MS = 16 * MINUTE

const NOT_BACK = {
  'gates-clear': 'nobody is connected before the night',
  'every-bar-decided': 'nobody hears of the last bars before the night',
  'orders-agree': 'nobody hears before the night how the orders of the day have ended',
}

/** Nobody hears how the day ends; back a minute after the close, or not before the night. */
function unheard(link: Pick<Along, 'number' | 'name' | 'act'>, of: Pick<Kind, 'tiers'>): Kind {
  return {
    number: 'F58',
    name: 'close-unheard',
    ...of,
    rare: true,
    days: 2,
    needs: 'trades',
    written: { holdOvernight: false },
    draw: (prng, lengthMs) => {
      const isBack = prng.chance(0.5)
      return {
        act: { do: 'fault', spec: { name: 'no-liquidity' } },
        atMs: lengthMs - LAST_MS,
        lastsMs: 20 * MINUTE,
        along: [
          {
            ...link,
            afterMs: LAST_MS - MINUTE,
            lastsMs: (isBack ? 2 : 20) * MINUTE,
            ...(!isBack && { excuses: NOT_BACK }),
          },
        ],
      }
    },
  }
}

/** Pressed while nobody is connected: it flattens as soon as somebody is. */
function killCutOff(link: Strike['act'], tiers: Kind['tiers']): Kind {
  return {
    number: 'F95',
    name: 'kill-cut-off',
    tiers,
    needs: 'trades',
    draw: (prng) => ({
      act: link,
      lastsMs: prng.int(10, 90) * SECOND,
      along: [
        {
          number: 'F95',
          name: 'kill',
          act: { do: 'host', fault: { name: 'kill', times: prng.int(1, 3) } },
          afterMs: 5 * SECOND,
          lastsMs: 3 * MINUTE,
        },
      ],
    }),
  }
}

const LINK_DOWN: Strike['act'] = { do: 'port', fault: { port: 'link-down' } }
const REFUSED: Strike['act'] = { do: 'fault', spec: { name: 'refuse' } }

/** A restart that is announced for eleven o'clock, and a command that restarts a Gateway. */
export const GATEWAY: Partial<Written> = {
  more:
    'gateway: { port: 4002, restart_windows: [ "Mon-Fri 10:55-11:20 America/New_York" ], ' +
    'restart_command: [ /bin/restart ], restart_command_every: 600s }',
}
const ELEVEN_MS = 94 * MINUTE

const OTHERS = { 'limits-counted': 'another program of the login uses up what is ours as well' }

/** Spreads that are held over night: the only thing of the bot's that is short. */
const SPREADS: Partial<Written> = {
  structure: 'debit-vertical:$5',
  expiry: 'dte:3-10',
  strike: 'atm',
  candidates: 2,
  spreadMax: '80%',
  takeProfit: '90%',
  stopLoss: '80%',
  riskMax: '5%',
  structuresMax: 6,
  holdOvernight: true,
  orderCostMax: '$5000',
  structureLossMax: '$5000',
}

/** S3: another program takes every line. */
function linesHeld(): Kind {
  return {
    number: 'S3',
    name: 'hold-lines',
    tiers: CODEC,
    needs: 'trades',
    rare: true,
    excuses: OTHERS,
    draw: (prng) => ({
      act: { do: 'client', does: 'hold-lines' },
      lastsMs: prng.int(8, 12) * MINUTE,
    }),
  }
}

/** A reader or a writer of the process that has stopped, S0 and S0w. */
function stuck(number: string, name: string, what: 'paused' | 'writer'): Kind {
  return {
    number,
    name,
    tiers: CODEC,
    draw: (prng) => ({
      act: { do: 'host', fault: { name: 'socket', stuck: what } },
      lastsMs: lasting(prng, 20 * SECOND, 5 * MINUTE),
    }),
  }
}

/** Days and markets that are not as any other, and what becomes of options at their end. */
export const special: readonly Kind[] = [
  fault('F24', 'announced', {
    spec: 'restart',
    rare: true,
    written: GATEWAY,
    with: (prng) => ({ downMs: prng.int(60, 240) * SECOND, restored: pick(prng, [1101, 1102]) }),
    from: 5 * MINUTE,
    to: 5 * MINUTE,
    at: (prng) => ELEVEN_MS + prng.int(0, 5) * MINUTE,
    tailMs: 10 * SECOND,
  }),
  linesHeld(),
  stuck('S0', 'reader-stuck', 'paused'),
  stuck('S0w', 'writer-stuck', 'writer'),
  fault('F57', 'early-close', {
    tiers: BOTH,
    with: oneOf('at', ['12:15', '12:45']),
    rare: true,
    from: 400 * MINUTE,
    to: 400 * MINUTE,
    at: (prng) => prng.int(10, 100) * MINUTE,
    excuses: {
      protected: 'what ended with a close that nobody knew of takes no order any more',
      'closed-in-time': 'the close came before its time',
      'killed-is-flat': 'a market that has closed takes nothing',
    },
  }),
  // Where it is the one thing that is promised: nothing else can matter on such a day.
  fault('F72', 'closed-day', { tiers: DIRECT, rare: true, firstDay: true, ...ALL_DAY }),
  seldom('F59', 'exercise', {
    spec: 'broker-acts',
    tiers: BOTH,
    with: () => ({ what: 'exercised' }),
    excuses: {
      'gates-clear': 'what the account could not carry is paid out, and nothing explains it (P24)',
    },
  }),
  {
    ...fault('F59', 'assignment', {
      spec: 'broker-acts',
      tiers: BOTH,
      rare: true,
      with: () => ({ what: 'assigned', count: 2 }),
      // Before the open: what was short over night is shares when the process starts.
      at: () => 0,
      from: 3 * MINUTE,
      to: 3 * MINUTE,
      needs: 'trades',
      written: SPREADS,
      excuses: { protected: 'what is left of a spread is shown, and a person closes it' },
    }),
    days: 2,
  },
  {
    number: 'F60',
    name: 'expiry',
    rare: true,
    tiers: BOTH,
    needs: 'trades',
    written: { expiry: 'dte:0-0', sameDayExpiry: true },
    // Nobody takes what has to be closed an hour before its end.
    draw: (_, lengthMs) => ({
      act: { do: 'fault', spec: { name: 'no-liquidity' } },
      atMs: lengthMs - 62 * MINUTE,
      lastsMs: 70 * MINUTE,
    }),
  },
  fault('F60', 'expired-zero', { rare: true, ...ALL_DAY }),
  seldom('F66', 'adjusted', {
    spec: 'corporate-action',
    with: oneOf('what', ['adjusted-class', 'adjusted-multiplier', 'renamed']),
  }),
  fault('F66', 'repriced', {
    spec: 'corporate-action',
    tiers: BOTH,
    rare: true,
    with: oneOf('what', ['dividend', 'split'], { factor: 0.5 }),
    from: 20 * MINUTE,
    to: 2 * HOUR,
    excuses: { 'killed-is-flat': 'options of a stock that was split have no quote to close at' },
  }),
  unheard({ number: 'F10', name: 'link-down', act: LINK_DOWN }, { tiers: DIRECT }),
  unheard({ number: 'F10', name: 'refuse', act: REFUSED }, { tiers: CODEC }),
  killCutOff(LINK_DOWN, DIRECT),
  killCutOff(REFUSED, CODEC),
]
