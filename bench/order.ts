import { assert } from '../src/base/assert.ts'
import { contractToWire } from '../src/ibkr/translate/translate-contract.ts'
import { orderToWire } from '../src/ibkr/translate/translate-order.ts'
import type { Command } from '../src/trading/command.ts'
import { decide } from '../src/trading/decide.ts'
import { ready, request } from '../src/trading/play.testing.ts'
import type { RequestOf } from '../src/wire/requests.ts'

/** Ids of the connection are counted by it, not by the core. */
const FIRST_ID = 1_001

/** The orders of one command as the connection sends them: parent first, the last transmits. */
export function toWire(
  command: Extract<Command, { kind: 'place' }>,
): readonly RequestOf<'placeOrder'>[] {
  return command.orders.map((order, index) => ({
    kind: 'placeOrder',
    orderId: FIRST_ID + index,
    contract: contractToWire(order.contract),
    order: orderToWire(order, {
      account: 'DU1234567',
      parentId: index === 0 ? 0 : FIRST_ID,
      transmit: index === command.orders.length - 1,
    }),
  }))
}

/** An entry that risk lets pass, with both its exits. */
export function bracketOf(): readonly RequestOf<'placeOrder'>[] {
  const { state, rules, at } = ready()
  const { commands } = decide(state, { kind: 'entry-proposed', at, request: request() }, rules)
  const place = commands.find((each) => each.kind === 'place')
  assert(place !== undefined, 'the entry is approved and placed')
  return toWire(place)
}
