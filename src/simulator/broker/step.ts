import { unreachable } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { ConId } from '../../domain/contract.ts'
import { legsOf } from '../../domain/contract.ts'
import { rollDay } from './account.ts'
import { applyCancel, applyChange } from './changes.ts'
import type { Desk } from './desk.ts'
import { liveKeys } from './desk.ts'
import { isMatchable, matchAll } from './exchange.ts'
import { settle } from './expiry.ts'
import { accept, expire, goToExchange, unstick } from './intake.ts'
import { lateFill } from './races.ts'
import type { Work } from './state.ts'

/** All that happens at one moment: what was pending, then the market for every working order. */
export function step(desk: Desk, at: EpochMs): void {
  const { state } = desk
  desk.now = at
  rollDay(desk)
  state.steppedAt = at
  for (let next = state.pending[0]; next !== undefined && next.at <= at; next = state.pending[0]) {
    state.pending.shift()
    run(desk, next.work)
  }
  matchAll(desk)
  for (const reduce of desk.unblocked.splice(0)) reduce()
}

/** When something can happen by itself next; null when nothing is pending and nothing rests. */
export function nextDue(desk: Desk): EpochMs | null {
  const { state, hours, market } = desk
  const at = state.steppedAt
  let due = state.pending[0]?.at ?? null
  let asked: ConId | null = null // two exits of one position follow each other
  for (const key of liveKeys(desk)) {
    const order = state.orders.get(key)
    if (order === undefined || !isMatchable(desk, order)) continue
    for (const { contract } of legsOf(order.contract)) {
      if (contract.conId === asked) continue
      asked = contract.conId
      const next = hours.isOpen(contract, at)
        ? market.nextChange(contract.conId, at)
        : hours.nextOpen(contract, at)
      if (next !== null && (due === null || next < due)) due = next
    }
  }
  return due
}

function run(desk: Desk, work: Work): void {
  switch (work.kind) {
    case 'accept':
      return accept(desk, work)
    case 'modify':
      return applyChange(desk, work.ticket)
    case 'cancel':
      return applyCancel(desk, work)
    case 'open':
      return goToExchange(desk, work)
    case 'expire':
      return expire(desk, work)
    case 'settle':
      return settle(desk, work.contract)
    case 'unstick':
      return unstick(desk, work)
    case 'late-fill':
      return lateFill(desk, work)
    case 'commission': {
      const execution = desk.state.executions.find((each) => each.execId === work.execId)
      if (execution !== undefined) desk.emit({ kind: 'commission', execution })
      return
    }
    default:
      return unreachable(work)
  }
}
