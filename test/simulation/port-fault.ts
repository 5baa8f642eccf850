import { unreachable } from '../../src/base/assert.ts'
import type { Quote } from '../../src/domain/quote.ts'
import type { EpochMs } from '../../src/base/clock.ts'

/** Questions of the ports that may go without an answer. */
export type Asked = 'snapshot' | 'history' | 'chains' | 'spot' | 'quotes' | 'margin'

export type BadQuote =
  'none' | 'crossed' | 'locked' | 'wide' | 'no-size' | 'old' | 'delayed' | 'halted'

/** What can go wrong between the bot and its broker where there is no wire: plain data. */
export type PortFault =
  /** F1, F10, F24: there is no connection; a new one has another epoch. */
  | { readonly port: 'link-down' }
  /** F5: what is sent arrives, and nothing is heard; the connection is given up after 15 s. */
  | { readonly port: 'replies-lost' }
  /** F6: nothing that is sent arrives, and nothing says so. */
  | { readonly port: 'requests-lost' }
  /** F12, F25, F40 to F42: reports come late, twice, or in another order. */
  | { readonly port: 'reports'; readonly how: 'late' | 'twice' | 'shuffled'; readonly ms: number }
  /** F29, F31, F53, F54: questions that nobody answers. */
  | { readonly port: 'unanswered'; readonly what: readonly Asked[] }
  /** 10182, F26: streams of bars end once, with a word or without. */
  | { readonly port: 'streams-end' }
  | { readonly port: 'streams-silent' }
  /** F61 to F64. */
  | { readonly port: 'quotes'; readonly how: BadQuote }

/** `since`: when the fault began. */
export function spoiled(quote: Quote, how: BadQuote, since: EpochMs): Quote {
  const { bid, ask } = quote
  switch (how) {
    case 'none':
      return { ...quote, bid: null, ask: null, last: null, bidSize: null, askSize: null }
    case 'crossed':
      return { ...quote, bid: ask, ask: bid }
    case 'locked':
      return { ...quote, ask: bid }
    case 'wide':
      return { ...quote, ask: ask === null ? null : ((5 * ask) as typeof ask) }
    case 'no-size':
      return { ...quote, bidSize: 0, askSize: 0 }
    case 'old':
      return { ...quote, aliveAt: Math.min(quote.aliveAt, since) as EpochMs }
    case 'delayed':
      return { ...quote, delayed: true }
    case 'halted':
      return { ...quote, halted: true }
    default:
      return unreachable(how)
  }
}
