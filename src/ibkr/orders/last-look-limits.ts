import type { Money } from '../../domain/money.ts'
import { amountOf } from '../../domain/money.ts'
import { behind, comboBlock } from './last-look-combo.ts'
import type { Intent } from './intent.ts'
import type { LookLedger } from './last-look-ledger.ts'
import { comboKey, filledOf, tiedBy } from './last-look-order.ts'
import type { Framed, LookLeg, Sent } from './last-look-order.ts'

/** Limits of the encoder's own; `last_look:` in the configuration. */
export interface LookLimits {
  readonly quantityMax: number
  readonly notionalMax: Money
  /** Units opened and not seen closed or cancelled. */
  readonly outstandingMax: number
  /** Entries stop here; a way out at four times this, where only a loop can be. */
  readonly ordersPerMinuteMax: number
  readonly childrenMax: number // under one parent
  readonly quoteAgeMsMax: number
}

export interface LookOf {
  readonly ledger: LookLedger
  readonly limits: LookLimits
  /** Of the connection that the frame leaves on; null: none is up. */
  readonly epoch: () => number | null
}

/** An intent is sent within this, in the epoch it was made in, or not at all (P5). */
const VALID_MS = 5_000
/** IBKR rejects what is further through the quote (knowledge base, node 838). */
const COLLAR = 0.2
export const EXITS_TIMES = 4
/** P52; a second more, because the broker tells its time in whole seconds. */
const SKEW_MS_MAX = 6_000

/**
 * Why this frame may not leave, by what it says itself and what was seen to come back (P47, R30).
 * It holds whatever the risk engine has said. Null: it leaves, and counts from now on.
 */
export function outOfBounds(fields: readonly string[], intent: Intent, of: LookOf): string | null {
  const frame = framed(fields)
  if (frame === null) return 'the order frame cannot be read'
  // Nothing comes of a question, so nothing bounds it; under the id of an order it would be one's.
  if (intent.whatIf === true) {
    const taken = of.ledger.order(frame.orderId) !== undefined
    return taken ? `a what-if under the id of order ${frame.orderId}` : null
  }
  const known = sentBefore(frame, of.ledger)
  const opens = known?.opens ?? opening(frame, intent, of.ledger)
  const limit = Number(fields[LIMIT])
  const objection = opens
    ? (whyNotOpened(frame, intent, of) ??
      whyNotPriced(
        fields,
        { frame, limit, worst: known === null ? worstOf(intent) : known.worst },
        of,
      ))
    : whyNotClosed(frame, of)
  if (objection !== null) return objection
  of.ledger.went(frame, { opens, worst: worstOf(intent), ref: intent.orderRef })
  return null
}

/** Null for one of an earlier run: what it was approved with is not known here. */
function sentBefore({ orderId }: Framed, ledger: LookLedger): Sent | null {
  const known = ledger.order(orderId)
  return known === undefined || known.adopted ? null : known
}

const SEC_TYPE = 4
const MULTIPLIER = 8
const ACTION = 16
const QUANTITY = 17
const ORDER_TYPE = 18
const LIMIT = 19
const OCA_GROUP = 22
const PARENT = 28

function framed(fields: readonly string[]): Framed | null {
  const block = comboBlock(fields)
  const side = fields[ACTION]
  const quantity = Number(fields[QUANTITY])
  const isReadable = (side === 'BUY' || side === 'SELL') && quantity > 0
  if (block === null || !isReadable) return null
  const isCombo = fields[SEC_TYPE] === 'BAG'
  // conId, ratio, action: as it stands on the wire
  const legs = block.legs.map(([conId = '', ratio = '', action]): LookLeg => ({
    conId,
    units: Number(ratio) * (action === 'SELL' ? -1 : 1),
  }))
  return {
    orderId: Number(fields[1]),
    parentId: Number(fields[PARENT]),
    key: isCombo ? comboKey(legs) : (fields[2] ?? ''),
    side,
    quantity,
    legs,
    group: tiedBy(fields[OCA_GROUP] ?? '', Number(behind(fields, block).ocaType)),
  }
}

/** What the engine calls an entry opens; so does what nothing that was seen would cover. */
function opening(frame: Framed, intent: Intent, ledger: LookLedger): boolean {
  if (intent.entry) return true
  return frame.side === 'BUY' && leftOf(frame, ledger) > ledger.room(frame)
}

/** What it may still fill: a change names all of it. */
function leftOf({ orderId, quantity }: Framed, ledger: LookLedger): number {
  const known = ledger.order(orderId)
  return known === undefined ? quantity : quantity - filledOf(known)
}

function whyNotOpened(
  frame: Framed,
  intent: Intent,
  { ledger, limits, epoch }: LookOf,
): string | null {
  const known = sentBefore(frame, ledger)
  const more = frame.quantity - (ledger.order(frame.orderId)?.quantity ?? 0)
  const outstanding = ledger.outstanding() + Math.max(0, more)
  const { quantityMax, outstandingMax, ordersPerMinuteMax } = limits
  if (!intent.entry) return `it opens ${frame.quantity}, and is called a way out`
  if (frame.quantity > quantityMax) return `${frame.quantity} units, at most ${quantityMax}`
  if (outstanding > outstandingMax) {
    return `${outstanding} units opened and not seen closed, at most ${outstandingMax}`
  }
  if (known === null && ledger.sentLately() >= ordersPerMinuteMax) {
    return `${ordersPerMinuteMax} orders were sent within a minute`
  }
  return whyNotNow(intent, { ledger, limits, epoch })
}

/** Epoch, validity and the age of the quote, by the broker's clock (P5, P43). */
function whyNotNow({ fence }: Intent, { ledger, limits, epoch }: LookOf): string | null {
  const now = ledger.now()
  if (fence === undefined) return 'an entry without its epoch, time and quote'
  if (now === null) return 'the time of the broker is not known'
  const skewMs = Math.abs(ledger.skewMs() ?? Infinity)
  if (skewMs > SKEW_MS_MAX) {
    return `our clock and the broker's are ${skewMs} ms apart, at most ${SKEW_MS_MAX} ms`
  }
  if (fence.epoch !== epoch()) return `of epoch ${fence.epoch}, the connection is ${epoch()}`
  const ageMs = now - fence.at
  if (ageMs < -VALID_MS || ageMs > VALID_MS)
    return `decided ${ageMs} ms ago, at most ${VALID_MS} ms`
  const quoteAgeMs = now - fence.quoteAt
  if (quoteAgeMs >= -limits.quoteAgeMsMax && quoteAgeMs <= limits.quoteAgeMsMax) return null
  return `its quote is ${quoteAgeMs} ms old, at most ${limits.quoteAgeMsMax} ms`
}

interface Priced {
  readonly frame: Framed
  readonly limit: number // dollars
  /** What the order was sent with: a change is held to that too. */
  readonly worst: number | null
}

function whyNotPriced(
  fields: readonly string[],
  { frame, limit, worst }: Priced,
  { limits }: LookOf,
): string | null {
  if (fields[ORDER_TYPE] !== 'LMT' || fields[LIMIT] === '' || !Number.isFinite(limit)) {
    return `an order that opens has a limit, this one is ${fields[ORDER_TYPE]}`
  }
  const multiplier = Number(fields[MULTIPLIER]) || 100
  const notional = Math.abs(limit) * frame.quantity * multiplier
  const max = amountOf(limits.notionalMax)
  if (notional > max) return `$${notional.toFixed(2)} of notional, at most $${max}`
  const through = worst === null ? 0 : frame.side === 'BUY' ? limit - worst : worst - limit
  return through > 1e-9 ? `the limit ${limit} is past the worst it was allowed, ${worst}` : null
}

/** A way out is held to what it closes, and to a pace that only a loop can have. */
function whyNotClosed(frame: Framed, { ledger, limits }: LookOf): string | null {
  const { ordersPerMinuteMax, childrenMax } = limits
  const isNew = sentBefore(frame, ledger) === null
  if (isNew && frame.parentId !== 0 && ledger.children(frame.parentId) >= childrenMax) {
    return `${childrenMax} children of order ${frame.parentId} were sent`
  }
  if (isNew && ledger.sentLately() >= EXITS_TIMES * ordersPerMinuteMax) {
    return `${EXITS_TIMES * ordersPerMinuteMax} orders were sent within a minute`
  }
  const left = leftOf(frame, ledger)
  const may = ledger.room(frame)
  if (left <= may) return null
  return `it closes ${left}, and ${may} were seen to be held and on no other way out`
}

/** What it may walk to, and never more than 20 % beyond the far side of its quote. */
function worstOf({ fence, side }: Intent): number | null {
  if (fence === undefined) return null
  const far = amountOf(fence.far)
  const worst = fence.worst === null ? null : amountOf(fence.worst)
  const most = side === 'BUY' ? far + Math.abs(far) * COLLAR : far - Math.abs(far) * COLLAR
  if (worst === null) return most
  return side === 'BUY' ? Math.min(worst, most) : Math.max(worst, most)
}
