import type { Notice } from '../ibkr/session/link.ts'

/** `critical`: nothing is tried any more, a person must act. */
export function noticeLevel(notice: Notice): 'info' | 'warning' | 'critical' {
  switch (notice.kind) {
    case 'refused':
    case 'defect':
      return 'critical'
    case 'link-down':
    case 'attempt-failed':
    case 'drift':
    case 'skew':
      return 'warning'
    case 'heartbeat':
      return notice.late ? 'warning' : 'info'
    default:
      return 'info'
  }
}

/** What a connection has to say, for a person. */
export function noticeText(of: string, notice: Notice): string {
  switch (notice.kind) {
    case 'link-up':
      return `${of} connection up, epoch ${notice.epoch}`
    case 'link-down':
      return `${of} connection down: ${notice.fault.detail}`
    case 'attempt-failed':
      return `${of} connection, attempt ${notice.times}: ${notice.fault.detail}`
    case 'refused':
      return `${of} connection refused: ${notice.fault.detail}`
    case 'gateway':
      return `Gateway: ${notice.text}`
    case 'heartbeat':
      return notice.late ? `${of} heartbeat late` : `${of} heartbeat answered`
    case 'skew':
      return `clock skew ${notice.skewMs} ms`
    case 'drift':
      return `${of} decode drift: ${notice.detail}`
    default:
      return `${of} defect: ${String(notice.error)}`
  }
}
