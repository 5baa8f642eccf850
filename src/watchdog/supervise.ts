import { alarms, alarmText, type Alarm } from './alarms.ts'
import { panicDelay, panicked } from './supervise-panic.ts'
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

/** From its start to its first word: a connection may take 30 s, a long journal more. */
const START_MS_MAX = 90_000
/** How long it may take to end in order. */
const END_MS_MAX = 15_000
const WINDOW_MS = 600_000
const RESTART_MS_MIN = 1_000
const RESTART_MS_MAX = 60_000
/** After so long it ran well, and the next failure is the first. */
const WELL_MS = 60_000
/** Panic bounds itself, at ten minutes at most. */
const PANIC_MS_MAX = 660_000
/** We were suspended, not the bot silent: it gets its time again. */
const OWN_GAP_MS = 3_000

export function beginning(nowMs: number): Supervision {
  const heard = { at: nowMs, file: null }
  const state: Supervised = {
    phase: 'starting',
    since: nowMs,
    heard,
    tickedAt: nowMs,
    raised: new Set(),
    restarts: [],
    failures: 0,
    stalled: false,
    leaving: false,
    panics: 0,
    closed: false,
    afterPanic: null,
  }
  return { state, actions: [{ kind: 'start' }] }
}

export function supervise(
  state: Supervised,
  happening: Happening,
  of: { readonly rules: SuperviseRules; readonly nowMs: number },
): Supervision {
  switch (happening.kind) {
    case 'tick':
      return ticked(listened(state, happening, of.nowMs), of)
    case 'exited':
      return exited(state, happening, of)
    case 'panicked':
      return panicked(state, happening, of)
    default:
      return askedToStop(state, of.nowMs)
  }
}

type Of = Parameters<typeof supervise>[2]

/** A new word of our own child counts; what an earlier one left does not. */
function listened(
  state: Supervised,
  { file, pid }: Extract<Happening, { kind: 'tick' }>,
  nowMs: number,
): Supervised {
  const suspended = nowMs - state.tickedAt > OWN_GAP_MS
  const isNew = file !== null && file.pid === pid && file.beat !== state.heard.file?.beat
  const heard = isNew
    ? { at: nowMs, file }
    : suspended
      ? { ...state.heard, at: nowMs }
      : state.heard
  const next = { ...state, heard, tickedAt: nowMs }
  return isNew && state.phase === 'starting' ? phased(next, 'watching', nowMs) : next
}

function ticked(state: Supervised, { rules, nowMs }: Of): Supervision {
  const spent = nowMs - state.since
  switch (state.phase) {
    case 'starting': {
      if (spent < START_MS_MAX) return { state, actions: [] }
      const message = `the bot said nothing for ${START_MS_MAX / 1_000} s after its start: killed`
      return killing(state, nowMs, [page('critical', 'silent', message)])
    }
    case 'watching':
      return watched(state, { rules, nowMs })
    case 'waiting':
      if (spent < restartDelay(state.failures)) return { state, actions: [] }
      return {
        state: { ...phased(state, 'starting', nowMs), heard: { at: nowMs, file: null } },
        actions: [{ kind: 'start' }],
      }
    case 'panicking': {
      if (spent < PANIC_MS_MAX) return { state, actions: [] }
      const message = `panic has not ended for ${PANIC_MS_MAX / 1_000} s: killed`
      const actions = [page('critical', 'panic', message), { kind: 'kill' } as const]
      return { state: phased(state, 'panicking', nowMs), actions }
    }
    case 'panic-waiting':
      if (spent < panicDelay(state)) return { state, actions: [] }
      return {
        state: { ...phased(state, 'panicking', nowMs), panics: state.panics + 1 },
        actions: [{ kind: 'panic' }],
      }
    case 'killing':
    case 'ending':
      if (spent < END_MS_MAX) return { state, actions: [] }
      return { state: phased(state, state.phase, nowMs), actions: [{ kind: 'kill' }] }
    default:
      return { state, actions: [] }
  }
}

function watched(state: Supervised, { rules, nowMs }: Of): Supervision {
  const vitals = state.heard.file?.vitals ?? null
  const found = alarms({ vitals, ageMs: nowMs - state.heard.at }, rules)
  const risen = found.filter(({ kind }) => !state.raised.has(kind))
  const gone = [...state.raised].filter((kind) => found.every((alarm) => alarm.kind !== kind))
  const pages = [
    ...risen.map((alarm) => page(levelOf(alarm), alarm.kind, alarmText(alarm))),
    ...gone.map((kind) => page('info', kind, `${kind}: over`)),
  ]
  const next = {
    ...state,
    raised: new Set(found.map(({ kind }) => kind)),
    failures: nowMs - state.since >= WELL_MS ? 0 : state.failures,
  }
  const silent = found.some(({ kind }) => kind === 'silent')
  if (!silent) return { state: next, actions: pages }
  return killing({ ...next, stalled: true }, nowMs, pages)
}

/** Panic first, whatever follows: it is for the bot that is at its worst. */
function exited(
  state: Supervised,
  happening: Extract<Happening, { kind: 'exited' }>,
  of: Of,
): Supervision {
  const { code, signal } = happening
  const without = withoutPanic(state, happening, of)
  if (!of.rules.panic || !(state.stalled || signal === OWN_WATCH)) return without
  const how = howOf(code, signal)
  const message = `the bot ended with ${how}: it stood still, panic flattens the account`
  const next: Supervised = {
    ...phased(without.state, 'panicking', of.nowMs),
    panics: 1,
    closed: false,
    afterPanic: without,
  }
  return { state: next, actions: [page('critical', 'panic', message), { kind: 'panic' }] }
}

function withoutPanic(
  state: Supervised,
  { code, signal }: Extract<Happening, { kind: 'exited' }>,
  { rules, nowMs }: Of,
): Supervision {
  const how = howOf(code, signal)
  if (state.phase === 'ending' || state.leaving) return ended(state, 'done', [])
  if (code === 0 && state.phase !== 'killing') {
    return ended(state, 'done', [page('info', 'ended', 'the bot ended as it was asked to')])
  }
  if (code !== null && rules.finalCodes.has(code)) {
    const message = `the bot ended with ${how}: a new start would not help, a person must look`
    return ended(state, { code }, [page('critical', 'ended', message)])
  }
  const counts = code !== rules.connectionCode
  const recent = state.restarts.filter((at) => at > nowMs - WINDOW_MS)
  if (counts && recent.length >= rules.restartsMax) {
    const message =
      `the bot ended with ${how}; it was started again ${recent.length} times in ten minutes, ` +
      'which is as often as it may be: the watchdog gives up, a person must look'
    return ended(state, 'given-up', [page('critical', 'given-up', message)])
  }
  const failures = state.failures + 1
  const next: Supervised = {
    ...phased(state, 'waiting', nowMs),
    stalled: false,
    raised: new Set(),
    restarts: counts ? [...recent, nowMs] : recent,
    failures,
  }
  const delay = `started again in ${restartDelay(failures) / 1_000} s`
  const message = `the bot ended with ${how}${meaning(signal)}: ${delay}`
  return { state: next, actions: [page(counts ? 'critical' : 'warning', 'ended', message)] }
}

function askedToStop(state: Supervised, nowMs: number): Supervision {
  switch (state.phase) {
    case 'panicking':
    case 'killing': // it is on its way out, and SIGKILL is all that it hears
      return { state: { ...state, leaving: true }, actions: [] }
    case 'panic-waiting': {
      const message = 'panic is not run again: the watchdog was asked to stop; look at the account'
      return ended(state, 'done', [page('critical', 'panic', message)])
    }
    case 'waiting':
      return ended(state, 'done', [])
    case 'ending':
    case 'over':
      return { state, actions: [] }
    default:
      return { state: phased(state, 'ending', nowMs), actions: [{ kind: 'terminate' }] }
  }
}

function killing(state: Supervised, nowMs: number, pages: readonly Action[]): Supervision {
  return { state: phased(state, 'killing', nowMs), actions: [...pages, { kind: 'kill' }] }
}

function restartDelay(failures: number): number {
  return Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** Math.max(0, failures - 1))
}

/** The bot's own thread ended it, because its event loop stood still (exit-codes.ts). */
const OWN_WATCH = 'SIGALRM'

function howOf(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`
}

function meaning(signal: string | null): string {
  return signal === 'SIGALRM' ? ' (its event loop stood still, and its own watch ended it)' : ''
}

function levelOf({ kind }: Alarm): 'warning' | 'critical' {
  return kind === 'stalled' ? 'warning' : 'critical'
}
