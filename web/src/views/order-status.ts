import type { OrderView } from '../../../src/dashboard/view.ts'
import type { Tone } from '../judge.ts'

export function toneOfStatus(status: OrderView['status']): Tone {
  switch (status) {
    case 'unknown':
    case 'rejected':
      return 'bad'
    case 'cancel-pending':
    case 'replace-pending':
    case 'quarantine-cancelled':
    case 'denied':
      return 'warn'
    case 'filled':
      return 'good'
    case 'working':
    case 'held':
      return 'accent'
    case 'intent':
    case 'sending':
    case 'staged':
    case 'acked':
    case 'cancelled':
    case 'expired':
      return 'neutral'
    default:
      return 'neutral'
  }
}
