import type { Cancel, Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { Contract } from '../../domain/contract.ts'
import type { Quote } from '../../domain/quote.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Connection } from '../session/connection.ts'
import { QuoteBuilder } from './quotes.ts'
import { ABORTED } from '../session/ask.ts'
import type { Question } from '../session/question.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { quoteRequest } from '../translate/translate-quote-request.ts'

/** Option volume, open interest, average option volume: what a snapshot cannot be asked (L14). */
const OPTION_TICKS = '100,101,106'

export interface QuoteWanted {
  readonly contract: Contract
  readonly snapshot: boolean
  /** Enough to be told at once. */
  readonly complete: (quote: Quote) => boolean
  /** Worth telling, `graceMs` later, if nothing more comes. */
  readonly usable: (quote: Quote) => boolean
  readonly graceMs: number
  /** Once: nothing of the line is open at the Gateway any more. */
  readonly freed: () => void
}

/**
 * One quote over a line of its own, which is closed with it. Told when complete, or a moment after
 * it became usable, or as it stands when the snapshot ends or its deadline passes.
 */
export function quoteOf(
  { connection, clock }: { readonly connection: Connection; readonly clock: Clock },
  wanted: QuoteWanted,
  signal: AbortSignal,
): Promise<Result<Quote, Fault>> {
  const builder = new QuoteBuilder(wanted.contract)
  return new Promise((resolve) => {
    if (signal.aborted) {
      wanted.freed()
      return resolve(fail(ABORTED))
    }
    let stopLine: Cancel = () => undefined
    let stopGrace: Cancel | null = null
    const settle = (result: Result<Quote, Fault>): void => {
      stopGrace?.()
      stopLine()
      signal.removeEventListener('abort', abandon)
      resolve(result)
    }
    const abandon = (): void => settle(fail(ABORTED))
    const afterGrace = (): void => {
      const quote = builder.quote()
      settle(quote === null ? fail(SILENT) : ok(quote))
    }
    const question: Question<Quote> = {
      ...lineRequest(wanted),
      freed: wanted.freed,
      // What nobody bids for has one side for ever: its line is no service that is silent.
      asItStands: () => {
        const quote = builder.quote()
        return quote === null ? null : ok(quote)
      },
      answer: (response) => {
        builder.take(response, clock.now())
        const quote = builder.quote()
        if (response.kind === 'tickSnapshotEnd') return quote === null ? fail(SILENT) : ok(quote)
        if (quote === null) return null
        if (wanted.complete(quote)) return ok(quote)
        if (stopGrace === null && wanted.usable(quote)) {
          stopGrace = clock.after(wanted.graceMs, afterGrace)
        }
        return null
      },
    }
    signal.addEventListener('abort', abandon, { once: true })
    stopLine = connection.requests.open(question, settle)
  })
}

function lineRequest({
  contract,
  snapshot,
}: QuoteWanted): Pick<
  Question<Quote>,
  'kind' | 'lane' | 'request' | 'cancel' | 'subscribes' | 'endsItself'
> {
  const genericTicks = !snapshot && contract.kind === 'option' ? OPTION_TICKS : ''
  return {
    kind: snapshot ? 'snapshotQuote' : 'streamingQuote',
    lane: 4,
    subscribes: true,
    endsItself: (response) => response.kind === 'tickSnapshotEnd',
    ...quoteRequest(contractToWire(contract), { snapshot, genericTicks }),
  }
}

const SILENT: Fault = {
  code: 'no-data',
  retry: 'later',
  detail: 'the line told nothing that could be used',
  vendorCode: null,
}
