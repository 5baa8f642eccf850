import type { Notifier } from '../engine/ports.ts'

/** Whoever cannot be told is counted: what is told about is done all the same (D11, R25). */
export function unfailing(of: Notifier): Notifier {
  let lost = 0
  return {
    notify(notice) {
      try {
        of.notify(notice)
      } catch {
        lost++
      }
    },
    lost: () => lost + (of.lost?.() ?? 0),
  }
}
