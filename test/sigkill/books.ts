import { join } from 'node:path'
import { nameOf } from '../../src/domain/contract-key.ts'
import { readJournal } from '../../src/journal/sqlite.ts'
import type { Entry } from '../../src/journal/rows.ts'
import { ledgerOf } from '../../src/journal/trades.ts'
import type { StatusReply } from '../../src/engine/control.ts'
import type { GatewayCore } from '../../src/simulator/broker/core.ts'
import type { Stage } from './stage.ts'

/** What is wrong between the broker's book and the bot's journal; nothing, as it must be. */
export function differences({ gateway, folder }: Stage, status: StatusReply): readonly string[] {
  const read = readJournal(join(folder, 'paper', 'journal.db')) // verifies the chain
  if (!read.ok) return [read.error.detail]
  const { core } = gateway
  return [
    ...duplicateOrders(core, read.value),
    ...duplicateEntries(read.value),
    ...lostFills(core, read.value),
    ...positions(core, status),
  ]
}

/** Every order at the broker was intended, and reached it once. */
function duplicateOrders(core: GatewayCore, entries: readonly Entry[]): readonly string[] {
  const { orders } = ledgerOf(entries)
  const seen = new Map<string, number>()
  for (const { orderRef } of core.state.orders.values()) {
    seen.set(orderRef, (seen.get(orderRef) ?? 0) + 1)
  }
  const known = new Set<string>(orders.keys())
  return [...seen].flatMap(([ref, count]) => [
    ...(count > 1 ? [`order ${ref} is at the broker ${count} times`] : []),
    ...(known.has(ref) ? [] : [`order ${ref} is at the broker and not in the journal`]),
  ])
}

/** One signal, one entry, however often the bot was started since. */
function duplicateEntries(entries: readonly Entry[]): readonly string[] {
  const bySignal = new Map<string, string[]>()
  for (const { event } of entries) {
    if (event.type !== 'EntryApproved') continue
    const { signalKey } = event.request
    bySignal.set(signalKey, [...(bySignal.get(signalKey) ?? []), event.structureId])
  }
  return [...bySignal].flatMap(([key, structures]) =>
    structures.length > 1 ? [`signal ${key} was entered as ${structures.join(' and ')}`] : [],
  )
}

/** Each execution is in the journal once, at its price. */
function lostFills(core: GatewayCore, entries: readonly Entry[]): readonly string[] {
  const { fills } = ledgerOf(entries)
  const ours = new Map([...fills.values()].map((fill) => [fill.execId as string, fill]))
  const lost = core.executions().flatMap(({ execId, orderRef, side, quantity, price }) => {
    const fill = ours.get(execId.slice(0, execId.lastIndexOf('.')))
    const same = fill?.quantity === quantity && fill.price === price && fill.orderId === orderRef
    return same ? [] : [`fill ${execId} (${side} ${quantity} of ${orderRef}) is lost`]
  })
  const invented = fills.size - core.executions().length
  return invented > 0 ? [...lost, `${invented} fills of the journal never happened`] : lost
}

function positions(core: GatewayCore, status: StatusReply): readonly string[] {
  const there = core
    .positions()
    .filter(({ quantity }) => quantity !== 0)
    .map(({ contract, quantity }) => `${quantity} ${nameOf(contract)}`)
  const here = status.positions.map(({ contract, quantity }) => `${quantity} ${contract}`)
  const text = (of: readonly string[]): string => [...of].sort().join(', ') || 'none'
  return text(here) === text(there) ? [] : [`positions here: ${text(here)}; there: ${text(there)}`]
}
