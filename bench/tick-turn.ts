import { assert } from '../src/base/assert.ts'
import { ok } from '../src/base/result.ts'
import type { Quote } from '../src/domain/quote.ts'
import type { Journal } from '../src/engine/ports.ts'
import { QuoteBuilder } from '../src/ibkr/market/quotes.ts'
import { EMPTY, rowsOf, tailOf } from '../src/journal/rows.ts'
import { SqliteJournal } from '../src/journal/sqlite.ts'
import { decide } from '../src/trading/decide.ts'
import type { Decision } from '../src/trading/command.ts'
import { evolve } from '../src/trading/evolve.ts'
import { call, ready, request } from '../src/trading/play.testing.ts'
import { encodeRequest } from '../src/wire/requests.ts'
import { encodeResponse, decodeResponse } from '../src/wire/responses.ts'
import { FrameReader } from '../src/wire/frame.ts'
import { toWire } from './order.ts'

const VERSION = 193
/** Parent, target and stop. */
export const FRAMES = 3

/** The tick that comes: a new ask of the option. */
export function tickFrame(): Uint8Array {
  return responseFrame({ tickType: 2, price: 2 })
}

function responseFrame(of: { readonly tickType: number; readonly price: number }): Uint8Array {
  const tick = { kind: 'tickPrice', reqId: 1_000_001, size: 30, mask: 0, ...of } as const
  const frame = encodeResponse(tick, VERSION)
  assert(frame.ok, 'a tick can be encoded')
  return frame.value
}

/**
 * A tick to an order, by the code that does it in the bot: frame, message, quote, `decide` with all
 * of risk, journal, `evolve`, orders, frames. The connection's lanes and its last look are left
 * out, and the observe lane, which waits for the Gateway. Every tick meets the same state: ready to
 * enter, nothing held.
 */
export function tickTurn(journalPath: string | null) {
  const story = ready()
  const { rules, at } = story
  let state = story.state
  const empty = state
  const journal = journalPath === null ? encodingOnly() : sqliteAt(journalPath)
  const reader = new FrameReader()
  const builder = new QuoteBuilder(call)
  const wanted = request()

  function quoteOf(chunk: Uint8Array): Quote {
    const frames = reader.push(chunk)
    assert(frames.ok, 'the chunk is whole')
    for (const payload of frames.value) {
      const message = decodeResponse(payload, VERSION)
      if (message.ok) builder.take(message.value, at)
    }
    const quote = builder.quote()
    assert(quote !== null, 'a tick makes a quote')
    return quote
  }

  function decided(quote: Quote): Decision {
    const of = { ...wanted, candidate: { contract: call, quote } }
    return decide(state, { kind: 'entry-proposed', at, request: of }, rules)
  }

  function journaled({ events }: Decision): void {
    assert(journal.append(at, events).ok, 'the journal takes it')
  }

  function evolved({ events }: Decision): void {
    for (const event of events) state = evolve(state, event, at)
    state = { ...empty, seq: state.seq }
  }

  function framed({ commands }: Decision): Uint8Array {
    const frames: Uint8Array[] = []
    for (const command of commands) {
      if (command.kind !== 'place') continue
      for (const order of toWire(command)) {
        const frame = encodeRequest(order, VERSION)
        assert(frame.ok, 'an order can be encoded')
        frames.push(frame.value)
      }
    }
    assert(frames.length === FRAMES, 'the entry is approved, with both its exits')
    return Buffer.concat(frames)
  }

  quoteOf(responseFrame({ tickType: 1, price: 1.95 }))
  return {
    steps: { quoteOf, decided, journaled, evolved, framed },
    answer(chunk: Uint8Array): Uint8Array {
      const decision = decided(quoteOf(chunk))
      journaled(decision)
      evolved(decision)
      return framed(decision)
    },
  }
}

/** JSON and the chain of hashes, as for the file; the rows go nowhere. */
function encodingOnly(): Pick<Journal, 'append'> {
  let tail = EMPTY
  return {
    append(at, events) {
      tail = tailOf(rowsOf(tail, at, events), tail)
      return ok('journal')
    },
  }
}

function sqliteAt(path: string): Journal {
  const options = { mode: 'demo', accountId: 'DU1', ballastBytes: 1 } as const
  const opened = SqliteJournal.open(path, options)
  assert(opened.ok, 'a new journal opens')
  return opened.value
}
