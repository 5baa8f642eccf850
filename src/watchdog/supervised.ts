import type { Alarm } from './alarms.ts'
import type { VitalsFile } from './vitals-file.ts'

/** What the supervisor knows. Pure; times are monotonic milliseconds. */
export interface Supervised {
  readonly phase:
    | 'starting'
    | 'watching'
    | 'killing'
    | 'panicking'
    | 'panic-waiting'
    | 'waiting'
    | 'ending'
    | 'over'
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
  /** Somebody wants us to end, and what is under way goes first. */
  readonly leaving: boolean
  /** How often panic was started for this standstill, on days when the market was open. */
  readonly panics: number
  /** It was closed when panic was run last. */
  readonly closed: boolean
  /** What would have come of the bot's end without panic, and comes after it. */
  readonly afterPanic: Supervision | null
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
      readonly key: PageKey
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
  /** Panic did nothing but set the latch: the market is closed. */
  readonly closedCode: number
  /** It is flat, and its latch is not saved. */
  readonly unsavedCode: number
  /** A person has configured that a bot which stood still is followed by panic. */
  readonly panic: boolean
}

export interface Supervision {
  readonly state: Supervised
  readonly actions: readonly Action[]
}

export function ended(
  state: Supervised,
  why: Extract<Action, { kind: 'end' }>['why'],
  pages: readonly Action[],
): Supervision {
  return { state: { ...state, phase: 'over' }, actions: [...pages, { kind: 'end', why }] }
}

export function phased(state: Supervised, phase: Supervised['phase'], nowMs: number): Supervised {
  return { ...state, phase, since: nowMs }
}

/** What a page is about; the catalogue of alerts has it with `watchdog-` before it. */
export type PageKey = Alarm['kind'] | 'panic' | 'ended' | 'given-up'

export function page(
  level: 'info' | 'warning' | 'critical',
  key: PageKey,
  message: string,
): Action {
  return { kind: 'page', level, key, message }
}
