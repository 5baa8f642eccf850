import type { ConId } from '../domain/contract.ts'
import type { Approved, ClientOrderId, Order } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'
import { flatten } from '../orders/flatten.ts'
import type { PanicOrder, PanicPicture } from '../ibkr/orders/panic-picture.ts'

/** A close that was sent, in this panic or in one before it; signed units. */
export interface SentClose {
  readonly ref: string
  readonly conId: number
  readonly units: number
  /** On the monotonic clock; of an earlier process, when this one began. */
  readonly atMs: number
}

export interface PanicMemory {
  readonly sent: readonly SentClose[]
  /** The picture before this one; acted on is what two of them say alike. */
  readonly last: PanicPicture | null
  /** When everything was last asked to be cancelled in this connection; null: not yet. */
  readonly cancelledAtMs: number | null
  readonly firstCancelAtMs: number | null
}

export interface PanicStep {
  readonly cancelAll: boolean
  readonly close: readonly Approved<Order>[]
  /** Nothing is held, nothing can still fill. */
  readonly flat: boolean
  readonly waits: string
}

/** A cancel may be repeated: it adds no risk. */
const CANCEL_AGAIN_MS = 2_000
/** So long others' orders are waited for; then what they cover is left to them. */
const CANCELS_MS_MAX = 3_000
/** P4: absence proves something only so long after the send. */
const PROOF_MS = 10_000

/**
 * What to do now. Pure, level-triggered and safe to repeat: never sends a close for what another
 * order may still close (P32), and never the same close twice.
 */
export function panicStep(
  picture: PanicPicture,
  memory: PanicMemory,
  of: { readonly nowMs: number; readonly nextId: () => ClientOrderId; readonly ours: string },
): PanicStep {
  const { nowMs, nextId, ours } = of
  const { sent, last, cancelledAtMs, firstCancelAtMs } = memory
  const foreign = picture.open.filter(({ ref }) => !ref.startsWith(ours))
  const pending = sent.filter((close) => isPending(close, picture))
  const step = { cancelAll: false, close: [], flat: false }
  const alike = last !== null && isAlike(last, picture)
  const idle = picture.open.length === 0 && pending.length === 0
  if (picture.held.length === 0 && picture.others.length === 0 && idle && cancelledAtMs !== null) {
    return { ...step, flat: alike, waits: alike ? 'nothing' : 'a second look' }
  }
  const due = cancelledAtMs === null || nowMs - cancelledAtMs >= CANCEL_AGAIN_MS
  const cancelAll = cancelledAtMs === null || (foreign.length > 0 && due)
  const patient = firstCancelAtMs === null || nowMs - firstCancelAtMs < CANCELS_MS_MAX
  if (foreign.length > 0 && patient) {
    return { ...step, cancelAll, waits: `${foreign.length} orders to be cancelled` }
  }
  if (cancelAll || !alike) return { ...step, cancelAll, waits: 'a second look' }
  const closable = picture.held.filter((position) => unknownAbout(position, picture) === null)
  const close = flatten(closable, mayClose(picture, pending), nextId)
  return { ...step, close, waits: close.length > 0 ? 'fills' : whatWorks(picture) }
}

/** It may yet fill, or may have filled without a word: it is not listed, and nothing ended it. */
function isPending({ ref, units, atMs }: SentClose, picture: PanicPicture): boolean {
  if (picture.open.some((order) => order.ref === ref)) return false // counted as listed
  if (picture.ended.has(ref)) return false
  if ((picture.filled.get(ref) ?? 0) >= Math.abs(units)) return false
  return picture.askedAtMs - atMs < PROOF_MS
}

function isAlike(before: PanicPicture, now: PanicPicture): boolean {
  return before.epoch === now.epoch && textOf(before) === textOf(now)
}

function textOf({ held, open, others }: PanicPicture): string {
  const positions = held.map(({ contract, quantity }) => `${contract.conId}:${quantity}`)
  return [...positions, ...others, ...open.map(({ ref, status }) => `${ref}:${status}`)]
    .sort()
    .join()
}

/**
 * Signed, at its worst, of everything that is not proven over: only what closes. What may open in
 * the same contract may stay unfilled, and takes nothing off it.
 */
function mayClose(
  { open, held }: PanicPicture,
  pending: readonly SentClose[],
): ReadonlyMap<ConId, number> {
  const owned = new Map(held.map(({ contract, quantity }) => [contract.conId, quantity]))
  const units = new Map<ConId, number>()
  const add = (of: number, signed: number): void => {
    const conId = of as ConId
    if (Math.sign(signed) !== -Math.sign(owned.get(conId) ?? 0)) return
    units.set(conId, (units.get(conId) ?? 0) + signed)
  }
  for (const { legs, side, quantity } of open) {
    const signed = side === 'BUY' ? quantity : -quantity
    for (const { conId, ratio } of legs ?? []) add(conId, signed * ratio)
  }
  for (const close of pending) add(close.conId, close.units)
  return units
}

/** An order that may trade this, and does not say how much of it; null: there is none. */
function unknownAbout({ contract }: Position, { open }: PanicPicture): PanicOrder | null {
  const isIn = ({ symbol }: PanicOrder): boolean =>
    symbol === '' || symbol.split(',').includes(contract.symbol)
  return open.find((order) => order.legs === null && isIn(order)) ?? null
}

function whatWorks({ open, others }: PanicPicture): string {
  const names = open.map(({ name, status, legs, stays }: PanicOrder) => {
    const unknown =
      legs === null ? '; its legs are unknown: nothing in its underlying is closed' : ''
    return `${name} (${status}${stays ? ', must be cancelled by a person' : ''}${unknown})`
  })
  return [...names, ...others.map((other) => `${other}, which a person must close`)].join(', ')
}
