import { formatIbTime } from '../../domain/ib-time.ts'
import { compactDate } from '../../domain/date.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { Market } from '../market/market.ts'
import type { HistoryQuery } from './session-history-query.ts'
import { sessionsBack } from './session-history-window.ts'

/** The sessions of a span, oldest first; times without a zone in the zone that is named. */
export function scheduleOf(
  reqId: number,
  { contract, from, to, hours }: HistoryQuery,
  market: Market,
): ResponseOf<'historicalSchedule'> {
  const sessions: ResponseOf<'historicalSchedule'>['sessions'][number][] = []
  for (const { date, open, close } of sessionsBack(
    { market, contract: contract.conId, hours },
    to,
  )) {
    if (close <= from) break
    sessions.unshift({ start: local(open), end: local(close), refDate: compactDate(date) })
  }
  return {
    kind: 'historicalSchedule',
    reqId,
    start: sessions[0]?.start ?? local(from),
    end: sessions.at(-1)?.end ?? local(to),
    timeZone: 'US/Eastern',
    sessions,
  }
}

function local(at: HistoryQuery['from']): string {
  return formatIbTime(at, 'zoneless').replace('  ', '-')
}
