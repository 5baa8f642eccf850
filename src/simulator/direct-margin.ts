import type { Clock } from '../base/clock.ts'
import type { Margin, MarginAsked } from '../domain/margin.ts'
import type { Money } from '../domain/money.ts'
import type { GatewayCore } from './broker/core.ts'
import type { SimTicket } from './broker/state.ts'

/** Never within the turn that asks, as at a Gateway; milliseconds. */
const ANSWER_MS = 1

/** What an entry would do to the simulated account. */
export async function directMargin(
  core: GatewayCore,
  asked: MarginAsked,
  of: { readonly clientId: number; readonly leaving: (ticket: SimTicket) => void },
): Promise<Margin> {
  const ticket = ticketOf(core, of.clientId, asked)
  of.leaving(ticket)
  await later(core.clock)
  const found = core.whatIf(ticket)
  const at = core.clock.now()
  if (!found.ok) return { kind: 'refused', at, ...found.error }
  const { initialMargin, change, equity, commission } = found.value
  const { quantity, limit } = asked
  return {
    kind: 'answered',
    at,
    quantity,
    limit,
    initialMarginAfter: (initialMargin + change) as Money,
    equityAfter: (equity - commission) as Money,
    commission,
    warning: '',
  }
}

function ticketOf(
  core: GatewayCore,
  clientId: number,
  { contract, side, quantity, limit }: MarginAsked,
): SimTicket {
  return {
    clientId,
    orderId: core.nextOrderId(clientId),
    parentId: 0,
    contract,
    side,
    quantity,
    type: 'LMT',
    limit,
    trigger: null,
    timeInForce: 'DAY',
    transmit: true,
    ocaGroup: '',
    ocaType: 0,
    outsideRth: false,
    orderRef: 'what-if',
    account: core.accountId,
  }
}

function later(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ANSWER_MS, resolve)
  })
}
