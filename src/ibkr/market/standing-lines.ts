import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { sessionAt } from '../../domain/calendar.ts'
import type { Contract } from '../../domain/contract.ts'
import type { Fault, QuoteLine } from '../../engine/ports.ts'
import type { Connection } from '../session/connection.ts'
import type { Question } from '../session/question.ts'
import { QuoteBuilder } from './quotes.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { quoteRequest } from '../translate/translate-quote-request.ts'

export interface Standing {
  readonly connection: Connection
  readonly clock: Clock
  readonly contract: Contract
  /** Once: nothing of the line is open at the Gateway any more. */
  readonly freed: Cancel
  /** Since when nothing keeps quotes from coming; null: something does. */
  readonly wellSince: () => EpochMs | null
}

/** So long a heartbeat speaks for a line that says nothing; then it is asked beside it. */
const PROVEN_MS = 60_000

/**
 * A line that stays open: IBKR tells changes only, so a quote without news is as old as the last
 * heartbeat that was answered while its farm was well, and not as its last tick (S16). That holds
 * in open hours, of a line that has spoken since the last trouble ended, and for a minute: a
 * heartbeat proves the session, and a line can die alone.
 */
export function standingLine(
  { connection, clock, contract, freed, wellSince }: Standing,
  ended: (fault: Fault) => void,
): Result<QuoteLine, Fault> {
  const builder = new QuoteBuilder(contract)
  let refused: Fault | null = null
  let confirmedAt: EpochMs | null = null
  let open = false
  const close = connection.requests.open(
    question(contract, { builder, clock, freed }),
    (result: Result<never, Fault>) => {
      if (result.ok) return
      refused = result.error
      if (open) ended(result.error)
    },
  )
  if (refused !== null) return fail(refused)
  open = true
  /** When a heartbeat said last that what was told at `heardAt` still holds. */
  const provenAt = (heardAt: EpochMs): EpochMs => {
    const now = clock.now()
    const since = wellSince()
    if (since === null || heardAt < since || sessionAt(now) === null) return heardAt
    const answeredAt = now - connection.heartbeatAgeMs()
    return Math.max(heardAt, Math.min(answeredAt, heardAt + PROVEN_MS)) as EpochMs
  }
  return ok({
    latest: () => {
      const quote = builder.quote()
      if (quote === null) return null
      const heardAt = Math.max(quote.receivedAt, confirmedAt ?? 0) as EpochMs
      return { ...quote, aliveAt: provenAt(heardAt) }
    },
    confirm: () => {
      confirmedAt = clock.now()
    },
    close,
  })
}

function question(
  contract: Contract,
  of: { readonly builder: QuoteBuilder; readonly clock: Clock; readonly freed: Cancel },
): Question<never> {
  return {
    kind: 'quoteLine',
    lane: 4,
    streams: true,
    subscribes: true,
    freed: of.freed,
    ...quoteRequest(contractToWire(contract)),
    answer: (response) => {
      of.builder.take(response, of.clock.now())
      return null
    },
  }
}
