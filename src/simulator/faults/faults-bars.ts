import { z } from 'zod'
import { newYorkDate } from '../../domain/calendar.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import { noData } from '../session/session-history.ts'
import { NO_DEFINITION } from '../session/session-lookup.ts'
import { fault, symbols } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'
import { isAbout } from './faults-about.ts'

const HOW = [
  'missing',
  'duplicate',
  'out-of-order',
  'unfinished',
  'volume-zero',
  'volume-unset',
  'wrong-zone',
  'dst-fold',
  'empty',
  'no-data',
] as const
type How = (typeof HOW)[number]
const MINUTE_S = 60
const HOUR_S = 3_600

/** Bars that are wrong, and contracts that are said not to exist: F65. */
export const barFaults = {
  'bad-bars': fault({
    number: 'F65',
    line: 'bars are missing, double, disordered, unfinished, without volume, an hour off; or none',
    label: null,
    parameters: {
      how: z.enum(HOW).default('missing').describe('which'),
      every: z
        .number()
        .int()
        .min(1)
        .default(3)
        .describe('missing: each so many minutes, of a stream'),
      symbols,
    },
    begin: (parameters, ground) => badBars(parameters, ground),
  }),
  'no-definition': fault({
    number: 'F65',
    line: 'contracts are said not to exist, 200, as happens in maintenance hours',
    label: null,
    parameters: {
      requests: z
        .array(z.enum(['reqContractDetails', 'reqHistoricalData', 'reqMktData']))
        .min(1)
        .default(['reqContractDetails', 'reqHistoricalData', 'reqMktData'])
        .describe('what is answered so'),
      symbols,
    },
    begin: ({ requests, symbols }) => ({
      takes: (connection, request) => {
        const kinds: readonly Request['kind'][] = requests
        if (!kinds.includes(request.kind) || !('reqId' in request)) return false
        if (!isAbout(connection, request, symbols)) return false
        connection.error(request.reqId, NO_DEFINITION.code, NO_DEFINITION.text)
        return true
      },
    }),
  }),
}

type Row = ResponseOf<'historicalData'>['bars'][number]
type Update = ResponseOf<'historicalDataUpdate'>

function badBars(
  of: {
    readonly how: How
    readonly every: number
    readonly symbols?: readonly string[] | undefined
  },
  ground: Ground,
): Hooks {
  const last = new Map<string, Update>()
  return {
    takes: (connection, request) => {
      if (of.how !== 'no-data' || request.kind !== 'reqHistoricalData') return false
      if (!isAbout(connection, request, of.symbols)) return false
      const { reqId, contract, barSize, whatToShow } = request
      connection.error(reqId, 162, noData({ contract, barSize, whatToShow }))
      return true
    },
    says: (connection, response) => {
      if (!isBars(response) || !isAbout(connection, response, of.symbols)) return [response]
      if (response.kind === 'historicalData') {
        return [{ ...response, bars: badRows(response.bars, of.how, ground.clock.now()) }]
      }
      if (response.kind === 'realTimeBar') return badFiveSeconds(response, of.how)
      const key = connection.owner(response.reqId)
      const before = last.get(key)
      last.set(key, response)
      return badUpdate(response, before, of)
    },
  }
}

type BarMessage = ResponseOf<'historicalData' | 'historicalDataUpdate' | 'realTimeBar'>

function isBars(response: Response): response is BarMessage {
  const { kind } = response
  return kind === 'historicalData' || kind === 'historicalDataUpdate' || kind === 'realTimeBar'
}

function badRows(bars: readonly Row[], how: How, now: EpochMs): readonly Row[] {
  switch (how) {
    case 'duplicate':
      return bars.flatMap((bar) => [bar, bar])
    case 'out-of-order':
      return bars.toReversed()
    case 'unfinished': {
      const newest = bars.at(-1)
      const next = newest === undefined ? Infinity : Number(newest.date) + MINUTE_S
      if (newest === undefined || next * 1000 > now) return bars
      return [...bars, { ...newest, date: String(next), volume: 1 }]
    }
    case 'empty':
      return []
    case 'dst-fold':
      return bars.map((bar) => (isBefore(bar, now) ? later(bar, HOUR_S) : bar))
    default:
      return bars.map((bar) => badRow(bar, how))
  }
}

function badRow<T extends { readonly date: string; readonly volume: number }>(bar: T, how: How): T {
  if (how === 'volume-zero') return { ...bar, volume: 0 }
  if (how === 'volume-unset') return { ...bar, volume: -1 }
  return how === 'wrong-zone' ? later(bar, 0 - HOUR_S) : bar
}

function later<T extends { readonly date: string }>(bar: T, seconds: number): T {
  return /^\d{9,}$/.test(bar.date) ? { ...bar, date: String(Number(bar.date) + seconds) } : bar
}

/** Of an earlier New York date. */
function isBefore({ date }: Row, now: EpochMs): boolean {
  return newYorkDate((Number(date) * 1000) as EpochMs) < newYorkDate(now)
}

function badUpdate(
  update: Update,
  before: Update | undefined,
  { how, every }: { readonly how: How; readonly every: number },
): readonly Response[] {
  const isNext = before !== undefined && before.date !== update.date
  switch (how) {
    case 'missing':
      return Math.floor(Number(update.date) / MINUTE_S) % every === 0 ? [] : [update]
    case 'duplicate':
      return [update, update]
    // What is over is told once more, with another end.
    case 'out-of-order':
      return isNext ? [update, { ...before, close: before.open }] : [update]
    default:
      return [badRow(update, how)]
  }
}

function badFiveSeconds(bar: ResponseOf<'realTimeBar'>, how: How): readonly Response[] {
  if (how === 'duplicate') return [bar, bar]
  if (how === 'volume-zero') return [{ ...bar, volume: 0 }]
  if (how === 'volume-unset') return [{ ...bar, volume: -1 }]
  return [how === 'wrong-zone' ? { ...bar, time: bar.time - HOUR_S } : bar]
}
