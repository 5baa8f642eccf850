import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Contract } from '../domain/contract.ts'
import type { Fault, QuoteLine } from '../engine/ports.ts'
import type { Connection } from './connection.ts'
import type { Question } from './question.ts'
import { QuoteBuilder } from './quotes.ts'
import { contractToWire } from './translate-contract.ts'

export interface Standing {
  readonly connection: Connection
  readonly clock: Clock
  readonly contract: Contract
  /** Once: nothing of the line is open at the Gateway any more. */
  readonly freed: Cancel
  /** When an answer proved last that what the lines of this connection told still holds. */
  readonly provenAt: () => EpochMs | null
}

/**
 * A line that stays open: IBKR tells changes only, so a quote without news is as old as the last
 * heartbeat that was answered while its farm was well, and not as its last tick (S16).
 */
export function standingLine(
  { connection, clock, contract, freed, provenAt }: Standing,
  ended: (fault: Fault) => void,
): Result<QuoteLine, Fault> {
  const builder = new QuoteBuilder(contract)
  let refused: Fault | null = null
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
  return ok({
    latest: () => {
      const quote = builder.quote()
      const proven = provenAt()
      if (quote === null || proven === null || proven <= quote.aliveAt) return quote
      return { ...quote, aliveAt: proven }
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
    request: (reqId) => ({
      kind: 'reqMktData',
      reqId,
      contract: contractToWire(contract),
      comboLegs: [],
      deltaNeutralContract: null,
      genericTicks: '',
      snapshot: false,
      regulatorySnapshot: false,
      options: [],
    }),
    cancel: (reqId) => ({ kind: 'cancelMktData', reqId }),
    answer: (response) => {
      of.builder.take(response, of.clock.now())
      return null
    },
  }
}
