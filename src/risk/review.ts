import type { Money } from '../domain/money.ts'
import type { Approved } from '../domain/order.ts'
import { entryChecks } from './checks.ts'
import type { Basis, EntryRequest, RiskLimits, RiskView, SizedEntry, Verdict } from './limits.ts'
import { reservation } from './reservation.ts'
import type { Sizing } from './size.ts'
import { sizing } from './size.ts'

/** Sizes the request, runs every check and returns every refusal. Approves what has none. */
export function review(request: EntryRequest, view: RiskView, limits: RiskLimits): Verdict {
  const sized = sizing(request, view, limits)
  const entry: SizedEntry = {
    ...request,
    quantity: sized.quantity,
    maxLoss: ((sized.unit.loss ?? 0) * sized.quantity) as Money,
  }
  const basis = basisOf(entry, { view, limits, sized })
  const [first, ...rest] = entryChecks.flatMap((check) => check(entry, view, limits) ?? [])
  if (first !== undefined) return { kind: 'refused', refusals: [first, ...rest], basis }
  return { kind: 'approved', entry: entry as Approved<SizedEntry>, basis }
}

function basisOf(
  entry: SizedEntry,
  from: { readonly view: RiskView; readonly limits: RiskLimits; readonly sized: Sizing },
): Basis {
  const { view, limits, sized } = from
  return {
    price: sized.unit.price,
    unitCost: sized.unit.cost,
    unitLoss: sized.unit.loss,
    bounds: sized.bounds,
    limits,
    netLiquidation: view.account?.netLiquidation ?? null,
    availableFunds: view.account?.availableFunds ?? null,
    settledCash: view.account?.settledCash ?? null,
    reserved: reservation(view),
    baseline: view.baseline?.amount ?? null,
    quoteAgeMs: view.now - entry.candidate.quote.aliveAt,
    openStructures: view.structures.length,
  }
}
