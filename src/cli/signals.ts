/** Asked to stop by a terminal or a supervisor. A second request ends the process at once. */
export interface StopSignal {
  readonly asked: boolean
  leave(): void
}

export interface StopOptions {
  /**
   * The loss of the channel to the process that started this one is a request too. For our own
   * children alone: a process manager has such a channel as well, and may be started again while
   * the bot trades on.
   */
  readonly withParent?: boolean
}

export function onStopSignal(
  stop: () => void,
  { withParent = false }: StopOptions = {},
): StopSignal {
  const state = { asked: false }
  const heard = (): void => {
    if (state.asked) process.exit(130)
    state.asked = true
    stop()
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  if (withParent) process.on('disconnect', heard)
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
export function untilAsked(options: StopOptions = {}): Promise<void> {
  return new Promise((done) => {
    onStopSignal(done, options)
  })
}
