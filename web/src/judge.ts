import type { HealthView, Role, View } from '../../src/dashboard/view.ts'
import { plural } from './format.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'neutral' | 'accent'

export interface Judged {
  readonly tone: Tone
  readonly word: string
  /** What it rests on, the gravest first. */
  readonly because: readonly string[]
}

/** Whether the Gateway is healthy: by what the view proves, and nothing else. */
export function gatewayOf(view: View): Judged {
  const down = view.health.connections.filter(({ isUp, name }) => !isUp && name !== 'canary')
  const farms = view.health.farms.filter(({ state }) => state === 'down')
  const slow = view.health.requests.filter(({ slowSince }) => slowSince !== null)
  const because = [
    ...(view.link === 'down' ? ['the link is down'] : []),
    ...down.map(({ name }) => `no ${name} connection`),
    ...view.incidents.map(({ verdictText }) => verdictText),
    ...view.health.breakers.map((each) => `breaker ${each.class} ${each.phase}`),
    ...farms.map(({ name }) => `farm ${name} down`),
    ...(view.link === 'reconciling' ? ['reconciling'] : []),
    ...slow.map(({ kind }) => `${kind} slow`),
  ]
  if (view.link === 'down' || down.length > 0) return { tone: 'bad', word: 'Down', because }
  if (because.length > 0) return { tone: 'warn', word: 'Degraded', because }
  return { tone: 'good', word: 'Healthy', because: [] }
}

export function levelOf(view: View): Judged {
  const { state, cause } = view.level
  const because = cause === null ? [] : [cause.replaceAll('-', ' ')]
  if (state === 'kill') return { tone: 'bad', word: 'Killed', because }
  if (state === 'halt') return { tone: 'bad', word: 'Halted', because }
  if (state === 'reduce-only') return { tone: 'warn', word: 'Reduce only', because }
  const gates = view.gates.length
  if (gates > 0) return { tone: 'warn', word: 'Active', because: [`${plural(gates, 'gate')} set`] }
  return { tone: 'good', word: 'Active', because: [] }
}

export function protectionOf(view: View): Judged {
  const { structures, unprotected } = view.protection
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
