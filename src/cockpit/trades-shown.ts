import { settlementsOf } from '../journal/expiries.ts'
import type { Entry } from '../journal/rows.ts'
import { tradesOf, type Trade } from '../journal/trades.ts'
import type { ExecId } from '../domain/fill.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'

interface Of {
  readonly entries: Entry[]
  /** Null: it has to be made anew. */
  trade: Trade | null
}

/**
 * Each structure from its first fill to flat, kept while following: only what has changed is made
 * anew, so that the journal of a year is not gone through for every look at it.
 */
export class TradesShown {
  readonly #byStructure = new Map<StructureId, Of>()
  readonly #ofOrder = new Map<ClientOrderId, StructureId>()
  readonly #ofFill = new Map<ExecId, StructureId>()
  readonly #commissions = new Map<ExecId, Money>()
  readonly #adjusted: Entry[] = []
  #sorted: readonly Trade[] | null = null

  saw(entry: Entry): void {
    const { event } = entry
    switch (event.type) {
      case 'EntryApproved':
        return this.#keep(event.structureId, entry)
      case 'OrderIntended': {
        const { id, structureId } = event.order
        if (structureId === null) return
        this.#ofOrder.set(id, structureId)
        return this.#keep(structureId, entry)
      }
      case 'OrderFilled': {
        const { execId, orderId } = event.fill
        const structureId = this.#ofOrder.get(orderId)
        if (structureId === undefined) return
        this.#ofFill.set(execId, structureId)
        return this.#keep(structureId, entry)
      }
      case 'CommissionReported': {
        this.#commissions.set(event.execId, event.commission)
        const of = this.#byStructure.get(this.#ofFill.get(event.execId) ?? NONE)
        // It may come before its fill.
        if (of !== undefined) of.trade = null
        this.#sorted = null
        return
      }
      case 'PositionAdjusted':
        this.#adjusted.push(entry)
        this.#sorted = null
        return
      default:
    }
  }

  /** The last opened first. */
  trades(): readonly Trade[] {
    this.#sorted ??= this.#made().toSorted((a, b) => b.openedAt - a.openedAt)
    return this.#sorted
  }

  #keep(structureId: StructureId, entry: Entry): void {
    const of = this.#byStructure.get(structureId)
    if (of === undefined) this.#byStructure.set(structureId, { entries: [entry], trade: null })
    else {
      of.entries.push(entry)
      of.trade = null
    }
    this.#sorted = null
  }

  /** What is still held may have expired since; what is closed stays as it is. */
  #made(): readonly Trade[] {
    const settled = settlementsOf(this.#adjusted, this.#commissions)
    return [...this.#byStructure.values()].flatMap((of) => {
      of.trade ??= this.#told(of.entries)
      if (of.trade === null || of.trade.closedAt !== null) return of.trade ?? []
      const { trade } = settled(of.trade)
      if (trade.closedAt !== null) of.trade = trade
      return trade
    })
  }

  /** Null: it had no fill. */
  #told(entries: readonly Entry[]): Trade | null {
    const paid = entries.flatMap((entry): readonly Entry[] => {
      if (entry.event.type !== 'OrderFilled') return []
      const { execId } = entry.event.fill
      const commission = this.#commissions.get(execId)
      if (commission === undefined) return []
      return [{ ...entry, event: { type: 'CommissionReported', execId, commission } }]
    })
    return tradesOf([...entries, ...paid])[0] ?? null
  }
}

const NONE = '' as StructureId
