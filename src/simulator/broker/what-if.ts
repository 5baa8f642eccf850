import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Money } from '../../domain/money.ts'
import { accountOf } from './account.ts'
import { commissionFor } from './commission.ts'
import type { Desk } from './desk.ts'
import { accountRefusal, marginOf } from './funds.ts'
import type { SimOrder, SimTicket } from './state.ts'
import { rejected, ticketRefusal } from './validate.ts'
import type { Refusal } from './validate.ts'

/** What an order that is not placed would do to the account, all of it filled. */
export interface WhatIf {
  readonly order: SimOrder
  /** The margin that is required now, and the equity that carries it. */
  readonly initialMargin: Money
  readonly equity: Money
  /** What the order adds to that margin; the equity pays the commission. */
  readonly change: Money
  readonly commission: Money
}

/**
 * By the account's own figures and rules, as when it is placed: who cannot carry the order is
 * refused (201; assumed: live accounts were also seen to answer with a warning text). Working
 * orders count in that, and not in the figures.
 */
export function whatIf(desk: Desk, ticket: SimTicket): Result<WhatIf, Refusal> {
  const invalid = ticketRefusal(desk, ticket)
  if (invalid !== null) return fail(invalid)
  const order = asIfAccepted(desk, ticket)
  const refusal = accountRefusal(desk, order)
  if (refusal !== null) return fail(rejected(refusal))
  const { netLiquidation: equity, availableFunds } = accountOf(desk)
  return ok({
    order,
    initialMargin: (equity - availableFunds) as Money,
    equity,
    change: marginOf(desk, ticket, ticket.quantity),
    commission: commissionFor(ticket.contract, 0, ticket.quantity),
  })
}

function asIfAccepted(desk: Desk, ticket: SimTicket): SimOrder {
  return {
    ...ticket,
    account: desk.accountId,
    ocaType: 3,
    permId: 0,
    staged: false,
    status: 'PreSubmitted',
    whyHeld: '',
    triggered: false,
    filled: 0,
    averagePrice: 0,
    lastPrice: 0,
    acceptedAt: desk.now,
    completedAt: null,
    completedStatus: '',
  }
}
