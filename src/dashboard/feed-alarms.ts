import type { EpochMs } from '../base/clock.ts'
import type { Gate, LevelCause, SetGate } from '../domain/account.ts'
import { nameOf } from '../domain/contract-key.ts'
import { verdictText } from '../domain/incident.ts'
import type { VerdictName } from '../domain/incident.ts'
import type { Money } from '../domain/money.ts'
import type { Vitals } from '../engine/health.ts'
import { isUnprotected } from '../engine/health.ts'
import { heldStructures } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'
import { strayIn } from './feed-held.ts'
import { inDollars } from './feed-texts.ts'
import type { AlarmView } from './view.ts'

/** What the date has cost, and what it may; by risk's own rule. */
export interface DayLoss {
  readonly lost: Money
  readonly max: Money
}

export interface AlarmSight {
  readonly state: State
  readonly vitals: Vitals
  readonly at: EpochMs
  readonly loss: DayLoss | null
  readonly remedyOf: (verdict: VerdictName) => string
}

/** A gate that is set so long does not pass by itself any more. */
export const GATE_LONG_MS = 300_000
/** Of the day's limit: from here on a person should know. */
export const LOSS_NEAR = 0.8

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const

/** What needs a person, the gravest first; each with what to do about it. */
export function alarmsOf(sight: AlarmSight): readonly AlarmView[] {
  const all = [
    ...unprotected(sight),
    ...level(sight),
    ...loss(sight),
    ...incidents(sight),
    ...gates(sight),
    ...strays(sight),
    ...others(sight),
  ]
  return all.sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])
}

function unprotected({ state, vitals }: AlarmSight): readonly AlarmView[] {
  const { unprotectedSince, watchedHere } = vitals
  const naked = heldStructures(state).filter((structure) => isUnprotected(state, structure))
  const names = naked.map(({ id, contract }) => `${nameOf(contract)} (${id})`).join(', ')
  return [
    ...(naked.length === 0
      ? []
      : [
          alarm('critical', `without a stop that rests or is watched: ${names}`, {
            since: unprotectedSince,
            remedy: 'The bot places it again by itself; if that lasts, close the structure.',
          }),
        ]),
    ...(watchedHere === 0
      ? []
      : [
          alarm('info', `${count(watchedHere, 'stop')} watched by this bot alone`, {
            remedy: 'It protects only while the bot runs: do not stop the bot while this is held.',
          }),
        ]),
  ]
}

function level({ state }: AlarmSight): readonly AlarmView[] {
  const { tradingState, levelCause, flattenWaits } = state
  if (tradingState === 'active') return []
  const severity = tradingState === 'reduce-only' ? 'warning' : 'critical'
  const cause = levelCause === null ? '' : ` by ${levelCause}`
  return [
    alarm(severity, `level ${tradingState}${cause}: nothing is entered`, {
      remedy: RESUME[levelCause ?? 'operator'] ?? SEE_WHY,
    }),
    ...(flattenWaits === null
      ? []
      : [
          alarm('critical', `killed, and not flat: ${flattenWaits}`, {
            remedy: 'It closes by itself once it can; to flatten without the bot: panic.',
          }),
        ]),
  ]
}

const SEE_WHY =
  'Look at the journal for the reason and at the broker for what is held; then resume.'
const RESUME: Partial<Readonly<Record<LevelCause, string>>> = {
  operator: 'A person did this: resume when the reason is over.',
  'daily-loss': 'It ends with the New York date; nothing lifts it before.',
  panic: 'Panic flattens: wait for it, look at the broker, then resume.',
  'repeated-execution': 'One strategy entered too often: look at its last decisions, then resume.',
}

function loss({ loss: day }: AlarmSight): readonly AlarmView[] {
  if (day === null || day.max <= 0 || day.lost < LOSS_NEAR * day.max) return []
  const of = `${inDollars(day.lost)} of at most ${inDollars(day.max)}`
  if (day.lost >= day.max) {
    return [
      alarm('critical', `the daily loss is reached: ${of}`, {
        remedy: 'Nothing is entered until the next New York date; exits go on.',
      }),
    ]
  }
  return [
    alarm('warning', `the daily loss is near: ${of}`, {
      remedy: 'At the limit entries end for the date; reduce now if you would rather not wait.',
    }),
  ]
}

function incidents({ state, remedyOf }: AlarmSight): readonly AlarmView[] {
  return [...state.incidents.values()].map(({ symptom, since, verdict }) => {
    const severity = verdict.name === 'PLANNED_RESTART' ? 'info' : 'critical'
    const text = `${symptom}: ${verdictText(verdict)}`
    return alarm(severity, text, { since, remedy: remedyOf(verdict.name) })
  })
}

/** At once where a person must act; the others when they last. Of the window there is no alarm. */
function gates({ state, at }: AlarmSight): readonly AlarmView[] {
  return state.gates.flatMap(({ gate, symbol, since, reason }: SetGate) => {
    const grave = GRAVE[gate]
    if (gate === 'window' || (grave === undefined && at - since < GATE_LONG_MS)) return []
    const where = symbol === null ? '' : ` for ${symbol}`
    const text = `gate ${gate}${where}: ${reason}`
    return [alarm(grave?.severity ?? 'warning', text, { since, remedy: grave?.remedy ?? LASTS })]
  })
}

const LASTS = 'It clears when its cause is over; if it lasts, see Gateway health and its incident.'
const GRAVE: Partial<
  Readonly<Record<Gate, { readonly severity: AlarmView['severity']; readonly remedy: string }>>
> = {
  journal: {
    severity: 'critical',
    remedy: 'Make room on the disk of the state folder; until then only what reduces risk is sent.',
  },
  baseline: {
    severity: 'warning',
    remedy: "Compare the beginning of the day with the broker's; deposits and withdrawals do this.",
  },
  unnamed: {
    severity: 'warning',
    remedy: 'Look at the broker for what is held or ordered there in currencies or kinds unknown.',
  },
  risen: {
    severity: 'critical',
    remedy: 'Look at the broker: cancel by hand what is listed there and is over by our books.',
  },
}

function strays({ state }: AlarmSight): readonly AlarmView[] {
  const names = strayIn(state).map(({ contract, quantity }) => `${quantity} ${nameOf(contract)}`)
  const { foreignOrders } = state
  return [
    ...(names.length === 0
      ? []
      : [
          alarm('warning', `held, or missing, and explained by no structure: ${names.join(', ')}`, {
            remedy: 'Its underlying is not entered meanwhile; close it at the broker, or kill.',
          }),
        ]),
    ...(foreignOrders.size === 0
      ? []
      : [
          alarm('info', `${count(foreignOrders.size, 'order')} at the broker that are not ours`, {
            remedy: 'They are counted and never touched; cancel them at the broker.',
          }),
        ]),
  ]
}

function others({ state, vitals }: AlarmSight): readonly AlarmView[] {
  const { noticesLost, requests, breakers } = vitals
  const slow = requests.filter(({ slowSince }) => slowSince !== null)
  return [
    ...(state.link === 'down'
      ? [
          alarm('critical', 'no connection for orders', {
            remedy: 'The bot connects by itself; see Gateway health for what is wrong.',
          }),
        ]
      : []),
    ...(noticesLost === 0
      ? []
      : [
          alarm('warning', `${count(noticesLost, 'notice')} could not be told`, {
            remedy: 'Check the receivers of notices; the log in the state folder has them all.',
          }),
        ]),
    ...slow.map(({ kind, slowSince }) =>
      alarm('warning', `${kind} is slow`, {
        since: slowSince,
        remedy: 'Next it dies: see Gateway health, and restart the Gateway if it lasts.',
      }),
    ),
    ...breakers.map(({ class: of, phase }) =>
      alarm('warning', `${of} keeps failing and is not asked (breaker ${phase})`, {
        remedy: 'It is probed by itself; see the incident for the cause.',
      }),
    ),
  ]
}

function alarm(
  severity: AlarmView['severity'],
  text: string,
  { since = null, remedy }: { readonly since?: EpochMs | null; readonly remedy: string },
): AlarmView {
  return { severity, text, since, remedy }
}

function count(times: number, of: string): string {
  return `${times} ${of}${times === 1 ? '' : 's'}`
}
