import { notice, type NoticeCommand } from '../domain/alert.ts'

/** Around whatever only reports: it cannot throw into the turn or the timer that it runs in. */
export interface Guard {
  run(work: () => void): void
  /** How often it failed. */
  failed(): number
}

/** Told once in a process, counted for ever: what was to be told may be missing (R25). */
export function guarded(notify: (notice: NoticeCommand) => void): Guard {
  let failed = 0
  return {
    run(work) {
      try {
        work()
      } catch (error) {
        if (++failed > 1) return
        const why = error instanceof Error ? error.message : String(error)
        notify(notice('telling-failed', `a report failed: ${why}`, { key: 'telling-failed' }))
      }
    },
    failed: () => failed,
  }
}
