import type { ClientOrderId } from '../../../src/domain/order.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** L4, and a beat of the engine, with which a picture begins that is due. */
const ASKED_MS_MAX = 60_000 + 1_000

/**
 * L4: while the link is up, of an order that waits for an answer the broker is asked, or a person is
 * told, whether or not something fails.
 */
export function pendingAsked(): Checker {
  return {
    name: 'pending-asked',
    passed(sight) {
      for (const [id, of] of sight.record.waiting) {
        const complaint = waits(id, of, sight)
        if (complaint !== null) return complaint
      }
      return null
    },
  }
}

function waits(
  id: ClientOrderId,
  { as, since }: { readonly as: string; readonly since: number },
  { now, record, notices, askedAt, awakeSince }: Sight,
): Complaint {
  if (record.upSince === null) return null
  const from = Math.max(since, record.upSince, awakeSince, askedAt ?? -Infinity)
  if (now - from <= ASKED_MS_MAX) return null
  const structure = record.orders.get(id)?.structureId ?? id
  const told = notices.some(
    ({ at, message }) => at >= since && (message.includes(id) || message.includes(structure)),
  )
  return unless(told, `${id} is ${as} for ${now - since} ms, and nobody asked or was told`)
}
