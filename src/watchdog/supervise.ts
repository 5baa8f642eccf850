import { alarms, alarmText, type Alarm } from './alarms.ts'
import type { VitalsFile } from './vitals-file.ts'

/** What the supervisor knows. Pure; times are monotonic milliseconds. */
export interface Supervised {
  readonly phase: 'starting' | 'watching' | 'killing' | 'panicking' | 'waiting' | 'ending' | 'over'
  /** Of this phase. */
  readonly since: number
  readonly heard: { readonly at: number; readonly file: VitalsFile | null }
  readonly tickedAt: number
  readonly raised: ReadonlySet<Alarm['kind']>
  /** When it was started again for a defect, within the last ten minutes. */
  readonly restarts: readonly number[]
  /** Since it last ran well. */
  readonly failures: number
  /** It had been heard, and then stood still: what panic is configured for. */
  readonly stalled: boolean
  /** Somebody wants us to end, and panic goes first. */
  readonly leaving: boolean
}

export type Happening =
  /** `file` is what is there now, of any process; `pid` is the child's. */
  | { readonly kind: 'tick'; readonly file: VitalsFile | null; readonly pid: number | null }
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }
  /** What came of the panic that was started; null: a signal ended it. */
  | { readonly kind: 'panicked'; readonly code: number | null }
  /** By a person or a service manager. */
  | { readonly kind: 'asked-to-stop' }

export type Action =
  | { readonly kind: 'start' }
  /** SIGTERM: it may end in order. */
  | { readonly kind: 'terminate' }
  /** SIGKILL: a stopped process hears nothing else. */
  | { readonly kind: 'kill' }
  /** Cancels and closes everything; the bot is gone by then. */
  | { readonly kind: 'panic' }
  | {
      readonly kind: 'page'
      readonly level: 'info' | 'warning' | 'critical'
      readonly key: string
      readonly message: string
    }
  | { readonly kind: 'end'; readonly why: 'done' | 'given-up' | { readonly code: number } }

export interface SuperviseRules {
  readonly silentMs: number
  readonly restartsMax: number
  /** Endings that a new start does not change: wrong use, refused, a journal that does not fit. */
  readonly finalCodes: ReadonlySet<number>
  /** Nothing answered at the Gateway's address: worth waiting for, however long. */
  readonly connectionCode: number
  /** A person has configured that a bot which stood still is followed by panic. */
  readonly panic: boolean
}

export interface Supervision {
  readonly state: Supervised
  readonly actions: readonly Action[]
}

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
      return panicked(state, happening, of.nowMs)
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
    case 'ending':
      if (spent < END_MS_MAX) return { state, actions: [] }
      return { state: phased(state, 'ending', nowMs), actions: [{ kind: 'kill' }] }
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

function exited(
  state: Supervised,
  { code, signal }: Extract<Happening, { kind: 'exited' }>,
  { rules, nowMs }: Of,
): Supervision {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`
  if (state.phase === 'ending') return ended(state, 'done', [])
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
    return ended(state, 'given-up', [page('critical', 'given up', message)])
  }
  const failures = state.failures + 1
  const stalled = state.stalled || signal === OWN_WATCH
  const next: Supervised = {
    ...phased(state, rules.panic && stalled ? 'panicking' : 'waiting', nowMs),
    stalled: false,
    raised: new Set(),
    restarts: counts ? [...recent, nowMs] : recent,
    failures,
  }
  if (next.phase === 'panicking') {
    const message = `the bot ended with ${how}: it stood still, panic flattens the account`
    return { state: next, actions: [page('critical', 'panic', message), { kind: 'panic' }] }
  }
  const delay = `started again in ${restartDelay(failures) / 1_000} s`
  const message = `the bot ended with ${how}${meaning(signal)}: ${delay}`
  return { state: next, actions: [page(counts ? 'critical' : 'warning', 'ended', message)] }
}

/** The latch stays: the bot that starts again watches, and a person resumes. */
function panicked(
  state: Supervised,
  { code }: Extract<Happening, { kind: 'panicked' }>,
  nowMs: number,
): Supervision {
  const how = code === 0 ? 'flat' : `NOT FLAT or not known, exit code ${code}: look at the account`
  const pages = [page('critical', 'panic', `panic ended: ${how}; the bot stays killed`)]
  if (state.leaving) return ended(state, 'done', pages)
  return { state: phased(state, 'waiting', nowMs), actions: pages }
}

function askedToStop(state: Supervised, nowMs: number): Supervision {
  if (state.phase === 'panicking') return { state: { ...state, leaving: true }, actions: [] }
  if (state.phase === 'waiting') return ended(state, 'done', [])
  if (state.phase === 'ending' || state.phase === 'over') return { state, actions: [] }
  return { state: phased(state, 'ending', nowMs), actions: [{ kind: 'terminate' }] }
}

function killing(state: Supervised, nowMs: number, pages: readonly Action[]): Supervision {
  return { state: phased(state, 'killing', nowMs), actions: [...pages, { kind: 'kill' }] }
}

function ended(
  state: Supervised,
  why: Extract<Action, { kind: 'end' }>['why'],
  pages: readonly Action[],
): Supervision {
  return { state: { ...state, phase: 'over' }, actions: [...pages, { kind: 'end', why }] }
}

function phased(state: Supervised, phase: Supervised['phase'], nowMs: number): Supervised {
  return { ...state, phase, since: nowMs }
}

function restartDelay(failures: number): number {
  return Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** Math.max(0, failures - 1))
}

/** The bot's own thread ended it, because its event loop stood still (exit-codes.ts). */
const OWN_WATCH = 'SIGALRM'

function meaning(signal: string | null): string {
  return signal === 'SIGALRM' ? ' (its event loop stood still, and its own watch ended it)' : ''
}

function levelOf({ kind }: Alarm): 'warning' | 'critical' {
  return kind === 'stalled' ? 'warning' : 'critical'
}

function page(level: 'info' | 'warning' | 'critical', key: string, message: string): Action {
  return { kind: 'page', level, key, message }
}
