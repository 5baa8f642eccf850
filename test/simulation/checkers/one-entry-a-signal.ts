import type { StructureId } from '../../../src/domain/order.ts'
import type { Checker } from './checker.ts'

/** I2: at most one entry for each signal, unless the one before was proven never to have lived. */
export function oneEntryASignal(): Checker {
  const first = new Map<string, StructureId>()
  return {
    name: 'one-entry-a-signal',
    journaled({ event }, { record }) {
      if (event.type !== 'EntryApproved') return null
      const { signalKey } = event.request
      const before = first.get(signalKey)
      first.set(signalKey, event.structureId)
      if (before === undefined) return null
      const entries = record.ordersOf(before).filter(({ role }) => role === 'entry')
      const lived = entries.some(({ id }) => {
        const status = record.statuses.get(id)
        return status !== 'rejected' && status !== 'denied'
      })
      return lived ? `${event.structureId} and ${before} are both of signal ${signalKey}` : null
    },
  }
}
