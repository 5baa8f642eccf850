import type { Gate } from '../../src/domain/account.ts'
import type { HealthView, Role, View } from '../../src/dashboard/view.ts'
import { plural, span } from './format.ts'
import { pictureOf } from './picture.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'neutral' | 'accent'

export interface Judged {
  readonly tone: Tone
  readonly word: string
  /** What it rests on, the gravest first. */
  readonly because: readonly string[]
}

/** Set by what is wrong with the Gateway or the way to it: not by clocks, budgets or one symbol. */
const GATEWAY_GATES: ReadonlySet<Gate> = new Set<Gate>([
  'link',
  'connectivity',
  'heartbeat',
  'farm',
  'reconcile',
  'breaker',
  'journal',
])
/** With these nothing gets through, whatever a socket says of itself. */
const MUTE_GATES: ReadonlySet<Gate> = new Set<Gate>(['link', 'connectivity', 'heartbeat'])
/** A heartbeat is asked several times in it. */
const ANSWER_AGE_MS_MAX = 120_000

/** Whether the Gateway is healthy: by what the view proves, and nothing else. */
export function gatewayOf(view: View): Judged {
  const down = view.health.connections.filter(({ isUp, name }) => !isUp && name !== 'canary')
  const farms = view.health.farms.filter(({ state }) => state === 'down')
  const slow = view.health.requests.filter(({ slowSince }) => slowSince !== null)
  const gates = view.gates.filter(({ gate }) => GATEWAY_GATES.has(gate))
  const isMute = gates.some(({ gate }) => MUTE_GATES.has(gate))
  const age = answerAge(view.health, view.at)
  const isOld = view.link === 'up' && age !== null && age > ANSWER_AGE_MS_MAX
  const because = [
    ...(view.link === 'down' ? ['the link is down'] : []),
    ...down.map(({ name }) => `no ${name} connection`),
    ...(isOld ? [`no answer for ${span(age)}`] : []),
    ...view.incidents.map(({ verdictText }) => verdictText),
    ...gates.map(
      ({ gate, symbol, reason }) => `gate ${gate}${symbol === null ? '' : ` ${symbol}`}: ${reason}`,
    ),
    ...view.health.breakers.map((each) => `breaker ${each.class} ${each.phase}`),
    ...farms.map(({ name }) => `farm ${name} down`),
    ...(view.link === 'reconciling' ? ['reconciling'] : []),
    ...slow.map(({ kind }) => `${kind} slow`),
  ]
  if (view.link === 'down' || down.length > 0) return { tone: 'bad', word: 'Down', because }
  if (isMute || isOld) return { tone: 'bad', word: 'Not answering', because }
  if (because.length > 0) return { tone: 'warn', word: 'Degraded', because }
  if (view.health.connections.length === 0) {
    return { tone: 'neutral', word: 'Unknown', because: ['no connection is known'] }
  }
  return { tone: 'good', word: 'Healthy', because: [] }
}

/** What the bot may do, and why: a cause is shown while it counts, and not after a resume. */
export function levelOf(view: View): Judged & { readonly cause: string | null } {
  const { state } = view.level
  const told = view.level.cause ?? null
  const cause = state === 'active' || told === null ? null : told.replaceAll('-', ' ')
  return { ...levelWord(view, cause === null ? [] : [cause]), cause }
}

function levelWord(view: View, because: readonly string[]): Judged {
  const { state } = view.level
  if (state === 'kill') return { tone: 'bad', word: 'Killed', because }
  if (state === 'halt') return { tone: 'bad', word: 'Halted', because }
  if (state === 'reduce-only') return { tone: 'warn', word: 'Reduce only', because }
  if (!isArmed(view)) return { tone: 'warn', word: 'Not armed', because: ['no entries'] }
  const gates = view.gates.length
  if (gates > 0) return { tone: 'warn', word: 'Active', because: [`${plural(gates, 'gate')} set`] }
  return { tone: 'good', word: 'Active', because: [] }
}

/** Live trades on a date that a person armed, and on no other. */
export const isArmed = ({ mode, level, day }: View): boolean =>
  mode !== 'live' || level.armedOn === day.date

/** What becomes of entries now, in one sentence. */
export function entriesOf(view: View): string {
  if (view.level.state !== 'active') return 'No entries.'
  if (!isArmed(view)) return 'Not armed: no entries.'
  const whole = view.gates.some(({ symbol }) => symbol === null)
  const closed = view.market.isOpen ? '' : 'The market is closed: entries wait for the open'
  if (whole) return closed === '' ? 'Entries are held back.' : `${closed}, and for the gates.`
  const held = [...new Set(view.gates.map(({ symbol }) => symbol))].join(', ')
  if (held !== '') return `${closed === '' ? '' : `${closed}. `}Held back in ${held}.`
  return closed === '' ? 'Entries are allowed.' : `${closed}.`
}

export function protectionOf(view: View): Judged {
  const { structures, unprotected } = view.protection
  const why = pictureOf(view).missing
  if (structures === 0 && why !== null) return { tone: 'warn', word: 'Unknown', because: [why] }
  if (structures === 0) return { tone: 'neutral', word: 'Flat', because: ['nothing is held'] }
  if (unprotected > 0) return { tone: 'bad', word: `${unprotected} unprotected`, because: [] }
  return { tone: 'good', word: `${structures} of ${structures}`, because: ['all protected'] }
}

/** The share of the loss guard that is used; null: not known. */
export function lossShare(view: View): number | null {
  const { lost, lossMax } = view.day
  if (lost === null || lossMax === null || Number(lossMax) <= 0) return null
  return Number(lost) / Number(lossMax)
}

export function toneOfShare(share: number | null): Tone {
  if (share === null) return 'neutral'
  return share >= 0.9 ? 'bad' : share >= 0.7 ? 'warn' : 'accent'
}

export function answerAge(health: HealthView, now: number): number | null {
  return health.lastAnswerAt === null ? null : Math.max(0, now - health.lastAnswerAt)
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, trader: 1, admin: 2 }
export const mayAs = (role: Role, least: Role) => RANK[role] >= RANK[least]
