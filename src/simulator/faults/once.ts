import type { Cancel } from '../../base/clock.ts'

/** Does it the first time it is called, and never again. */
export function once(action: () => void): Cancel {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}
