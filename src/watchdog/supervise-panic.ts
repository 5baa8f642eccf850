import {
  ended,
  page,
  phased,
  type Action,
  type Happening,
  type SuperviseRules,
  type Supervised,
  type Supervision,
} from './supervised.ts'

/** Of one standstill; then a person must. Each cancels what a person may have placed meanwhile. */
const PANICS_MAX = 6
/** Doubles with each: the last one is more than ten minutes after the first. */
const PANIC_AGAIN_MS = 10_000
const PANIC_CLOSED_MS = 300_000

/**
 * The latch stays: the bot that starts again watches, and a person resumes. Its latch also keeps
 * the bot from flattening, so a panic that did not end flat is run again.
 */
export function panicked(
  state: Supervised,
  { code }: Extract<Happening, { kind: 'panicked' }>,
  { rules, nowMs }: { readonly rules: SuperviseRules; readonly nowMs: number },
): Supervision {
  const { leaving, panics } = state
  if (code === rules.closedCode && !leaving) {
    const message =
      'panic waits: the market is closed. The bot stays killed and is not started; ' +
      'panic is run at the open, unless the watchdog is stopped'
    const actions = state.closed ? [] : [page('critical', 'panic', message)]
    return {
      state: { ...phased(state, 'panic-waiting', nowMs), closed: true, panics: panics - 1 },
      actions,
    }
  }
  if (code === rules.unsavedCode) {
    const message =
      'panic ended: flat, but the disk would not keep the kill latch, without which a bot would ' +
      'enter again: it is not started. Free the disk, run kill, then start the watchdog'
    return ended(state, 'done', [page('critical', 'panic', message)])
  }
  const ends = code === 0 || (code !== null && rules.finalCodes.has(code))
  const again = !ends && !leaving && panics < PANICS_MAX
  const next: Supervised = { ...phased(state, 'panic-waiting', nowMs), closed: false }
  const how = code === 0 ? 'flat' : `NOT FLAT or not known, exit code ${code}: look at the account`
  const times = `${panics} of ${PANICS_MAX}`
  const then = again
    ? `; run again in ${panicDelay(next) / 1_000} s (${times})`
    : ends || leaving
      ? ''
      : `; it was run ${times} times, a person must flatten`
  const pages = [page('critical', 'panic', `panic ended: ${how}; the bot stays killed${then}`)]
  if (again) return { state: next, actions: pages }
  if (leaving || state.afterPanic === null) return ended(state, 'done', pages)
  return continued(state.afterPanic, pages, nowMs)
}

/** What the end of the bot would have led to, from now on. */
function continued({ state, actions }: Supervision, pages: readonly Action[], nowMs: number) {
  const over = state.phase === 'over'
  return { state: { ...state, since: nowMs }, actions: over ? [...pages, ...actions] : pages }
}

export function panicDelay({ closed, panics }: Supervised): number {
  return closed ? PANIC_CLOSED_MS : PANIC_AGAIN_MS * 2 ** Math.max(0, panics - 1)
}
