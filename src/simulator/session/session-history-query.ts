import type { EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import type { Hours } from '../../domain/calendar.ts'
import type { Result } from '../../base/result.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { SmallBarsRequest } from './limits.ts'
import type { House } from './session-client.ts'
import type { Listable } from './session-contract.ts'
import type { WhatToShow } from './session-history-bars.ts'
import {
  BAR_SECONDS,
  isLegalStep,
  parseDuration,
  SMALL_BAR_SECONDS,
} from './session-history-shape.ts'
import { parseEnd, startOf } from './session-history-window.ts'
import type { Refusal } from '../broker/validate.ts'

/** A historical request that has been found in order. */
export interface HistoryQuery {
  readonly contract: Listable
  readonly barSize: string
  readonly whatToShow: string
  readonly what: WhatToShow | 'SCHEDULE'
  readonly seconds: number
  readonly from: EpochMs
  readonly to: EpochMs
  /** No end was named: the bar that is forming belongs to the answer. */
  readonly untilNow: boolean
  readonly keepUpToDate: boolean
  readonly hours: Hours
  readonly epochDates: boolean
  /** What P3 to P5 count it as; null for bars of a minute and more, which they do not count. */
  readonly counted: SmallBarsRequest | null
}

const DATA: ReadonlyMap<string, WhatToShow | 'SCHEDULE'> = new Map([
  ['TRADES', 'TRADES'],
  ['ADJUSTED_LAST', 'TRADES'],
  ['AGGTRADES', 'TRADES'],
  ['MIDPOINT', 'MIDPOINT'],
  ['BID', 'BID'],
  ['ASK', 'ASK'],
  ['BID_ASK', 'BID_ASK'],
  ['SCHEDULE', 'SCHEDULE'],
])
/** Legal at IBKR, without data here. */
const OTHER_DATA = ['HISTORICAL_VOLATILITY', 'OPTION_IMPLIED_VOLATILITY', 'FEE_RATE']
const STREAMED = ['TRADES', 'MIDPOINT', 'BID', 'ASK']
const HMDS = 'Historical Market Data Service error message:'
const DAY_SECONDS = 86_400

export function queryOf(
  request: RequestOf<'reqHistoricalData'>,
  contract: Listable,
  { clock, market }: House,
): Result<HistoryQuery, Refusal> {
  const { whatToShow, barSize, keepUpToDate, endDateTime } = request
  const seconds = BAR_SECONDS.get(barSize)
  if (seconds === undefined) {
    const legal = [...BAR_SECONDS.keys()].join(', ')
    return fail(invalid(`Historical data bar size setting is invalid. Legal ones are: ${legal}`))
  }
  const duration = parseDuration(request.duration)
  if (duration === null) return fail(invalid('Historical data duration is invalid'))
  const what = DATA.get(whatToShow)
  if (what === undefined && !OTHER_DATA.includes(whatToShow)) {
    return fail({ code: 431, text: `What to show field is missing or incorrect: ${whatToShow}` })
  }
  if (what === undefined) return fail(hmds(`No data of type ${whatToShow} is available`))
  if (what === 'SCHEDULE' && seconds !== DAY_SECONDS) {
    return fail({ code: 10295, text: 'Only daily resolution is supported for schedule' })
  }
  if (keepUpToDate && !(STREAMED.includes(whatToShow) && endDateTime === '')) {
    return fail(invalid('keepUpToDate needs an empty end and TRADES, MIDPOINT, BID or ASK'))
  }
  if (!isLegalStep(duration, seconds)) {
    return fail(hmds(`invalid step: ${barSize} for a duration of ${request.duration}`))
  }
  const hours = request.useRTH ? 'regular' : 'all'
  const to = parseEnd(endDateTime, clock.now())
  if (to === null) {
    const text = `End Date/Time: The date, time, or time-zone entered is invalid: ${endDateTime}`
    return fail({ code: 10314, text })
  }
  return ok({
    contract,
    barSize,
    whatToShow,
    what,
    seconds,
    hours,
    from: startOf(duration, to, { market, contract: contract.conId, hours }),
    to,
    untilNow: endDateTime === '',
    keepUpToDate,
    epochDates: request.formatDate === 2,
    counted: seconds <= SMALL_BAR_SECONDS ? countedAs(request, contract) : null,
  })
}

function countedAs(request: RequestOf<'reqHistoricalData'>, contract: Listable): SmallBarsRequest {
  const { endDateTime, duration, barSize, whatToShow, useRTH, formatDate, keepUpToDate } = request
  const tape = `${contract.conId} ${request.contract.exchange} ${whatToShow}`
  const rest = [endDateTime, duration, barSize, useRTH, formatDate, keepUpToDate]
  return { identity: [tape, ...rest].join(' '), tape, weight: whatToShow === 'BID_ASK' ? 2 : 1 }
}

function invalid(cause: string): Refusal {
  return { code: 321, text: `Error validating request.-'bK' : cause - ${cause}` }
}

function hmds(text: string): Refusal {
  return { code: 162, text: `${HMDS}${text}` }
}
