/** Asked to stop by a terminal or a supervisor. A second request ends the process at once. */
export interface StopSignal {
  readonly asked: boolean
  leave(): void
}

export function onStopSignal(stop: () => void): StopSignal {
  const state = { asked: false }
  const heard = (): void => {
    if (state.asked) process.exit(130)
    state.asked = true
    stop()
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  // Only of a process that was started with a channel: whoever started it is gone.
  process.on('disconnect', heard)
  return {
    get asked() {
      return state.asked
    },
    leave() {
      process.off('SIGINT', heard)
      process.off('SIGTERM', heard)
      process.off('disconnect', heard)
    },
  }
}

/** Resolves when it is asked to stop, from this call on. */
export function untilAsked(): Promise<void> {
  return new Promise((done) => {
    onStopSignal(done)
  })
}
