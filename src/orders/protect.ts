import type { EpochMs } from '../base/clock.ts'
import type { Approved, ClientOrderId, Order, OrderChange, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { closingDraft } from './closing.ts'
import { mayStillFill } from './lifecycle.ts'
import { restingDraft } from './resting.ts'
import { openOf, whyStill } from './stillness.ts'
import { closingPrice, triggerOf } from './triggers.ts'

export interface ProtectionView {
  readonly now: EpochMs
  readonly structure: Structure
  readonly exits: readonly TrackedOrder[] // of this structure, not proven dead
  /** Units that entries of this structure may still add: native children wait for them. */
  readonly opening: number
  /** From when it has to be closed, by expiry or by the end of the session; null: never. */
  readonly closeFrom: EpochMs | null
  readonly quote: Quote | null // for local triggers; unknown, stale or halted triggers nothing
}

export interface ProtectionTerms {
  readonly quoteAgeMsMax: number
  readonly stopLateMsMax: number // then a stop that was passed is joined by a close
  readonly childResendMs: number // after `parent-missing`, once
  readonly nextId: () => ClientOrderId
}

export interface Protection {
  readonly place: readonly Approved<Order>[] // reduce-only, so approved by construction
  readonly resend: readonly Approved<Order>[] // children that missed their parent; same ids, once
  readonly replace: readonly Approved<OrderChange>[]
  readonly cancel: readonly ClientOrderId[]
  readonly triggered: Structure['triggered']
}

/**
 * The exits that should rest minus those that do. Protects the position, not the order; never
 * places an exit while one outside its OCA group may still fill. Idempotent; runs every tick.
 */
export function protect(view: ProtectionView, terms: ProtectionTerms): Protection {
  const triggered = triggerOf(view, terms)
  if (triggered === null && wasInOrder(view)) return NOTHING_TO_DO
  const alive = view.exits.filter((order) => mayStillFill(order) > 0)
  const held = { ...view, alive, nextId: terms.nextId }
  const draft =
    triggered === null
      ? restingDraft(held)
      : closingDraft({
          ...held,
          price: closingPrice(view, terms),
          still: whyStill(view.structure.contract, view.quote, view.now) !== null,
          open: openOf(view.now),
        })
  const isNothing = draft.place.length + draft.replace.length + draft.cancel.length === 0
  if (triggered === null && isNothing) keepInOrder(view)
  return {
    place: draft.place.map((order) => order as Approved<Order>),
    resend: alive
      .filter((order) => missedItsParent(order, view.now, terms.childResendMs))
      .map((order) => plain(order) as Approved<Order>),
    replace: draft.replace.map((change) => change as Approved<OrderChange>),
    cancel: draft.cancel,
    triggered,
  }
}

const NOTHING_TO_DO: Protection = {
  place: [],
  resend: [],
  replace: [],
  cancel: [],
  triggered: null,
}

type InOrder = Pick<ProtectionView, 'structure' | 'opening'>

/** Exits for which there was nothing to do, beside what they protect. */
const inOrder = new WeakMap<ProtectionView['exits'], InOrder>()

/** Only in these does time by itself make an exit one that is not counted on, or sent once more. */
const OF_TIME: ReadonlySet<TrackedOrder['status']> = new Set(['unknown', 'acked', 'sending'])

/** Exits that are as they should be stay so until one of them, or what they protect, changes. */
function keepInOrder({ exits, structure, opening }: ProtectionView): void {
  if (exits.some(({ status }) => OF_TIME.has(status))) return
  inOrder.set(exits, { structure, opening })
}

function wasInOrder({ exits, structure, opening }: ProtectionView): boolean {
  const known = inOrder.get(exits)
  return known?.structure === structure && known.opening === opening
}

function missedItsParent(order: TrackedOrder, now: EpochMs, childResendMs: number): boolean {
  const { status, parentMissedAt, resentAt } = order
  if (status !== 'sending' || parentMissedAt === null || resentAt !== null) return false
  return now - parentMissedAt >= childResendMs
}

function plain(order: TrackedOrder): Order {
  const { id, structureId, parentId, oca, role, contract, side, quantity, terms } = order
  const { timeInForce } = order
  return { id, structureId, parentId, oca, role, contract, side, quantity, terms, timeInForce }
}
