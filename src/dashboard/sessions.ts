import { timingSafeEqual } from 'node:crypto'
import type { Clock, EpochMs } from '../base/clock.ts'
import type { Limits } from './options.ts'
import { digest, newSecret } from './once.ts'
import type { Role, SessionView } from './view.ts'

export interface Person {
  readonly name: string
  readonly role: Role
  /** A link that a person asked for at a terminal; left out: a script may have. */
  readonly isAtTerminal?: boolean
}

export interface Session {
  /** Names it here; no secret. */
  readonly id: string
  readonly user: string
  readonly role: Role
  readonly csrf: string
  readonly hasPassword: boolean
  /** Proven by a password, or by a link asked for at a terminal: live is not armed by a script. */
  isByPerson: boolean
  /** Of the monotonic clock; a wall clock that is set back lengthens nothing. */
  readonly startedMs: number
  seenMs: number
  provenMs: number
  provenAt: EpochMs
}

interface Started {
  readonly hasPassword: boolean
  readonly isByPerson: boolean
}

/** Who is in. Kept in memory alone: a restart asks everybody to prove who they are. */
export class Sessions {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #open = new Map<string, Session>()

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  get count(): number {
    return [...this.#open.values()].filter((session) => this.isOpen(session)).length
  }

  start(of: Person & Started): { token: string; session: Session } {
    const { name, role, hasPassword, isByPerson } = of
    this.#makeRoom()
    const token = newSecret()
    const now = this.#clock.monotonicMs()
    const id = digest(token)
    const session: Session = {
      id,
      user: name,
      role,
      csrf: newSecret(),
      hasPassword,
      isByPerson,
      startedMs: now,
      seenMs: now,
      provenMs: now,
      provenAt: this.#clock.now(),
    }
    this.#open.set(id, session)
    return { token, session }
  }

  /** Of a cookie. What a page asks by itself is no sign of life of the person before it. */
  find(token: string, isByPerson: boolean): Session | null {
    const session = this.#open.get(digest(token))
    if (session === undefined || !this.isOpen(session)) return null
    if (isByPerson) session.seenMs = this.#clock.monotonicMs()
    return session
  }

  isOpen(session: Session): boolean {
    return this.#open.get(session.id) === session && this.#leftMs(session) > 0
  }

  end(session: Session): void {
    this.#open.delete(session.id)
  }

  prove(session: Session, isByPerson: boolean): void {
    session.isByPerson ||= isByPerson
    session.provenMs = this.#clock.monotonicMs()
    session.provenAt = this.#clock.now()
  }

  isProven({ provenMs }: Session): boolean {
    return this.#clock.monotonicMs() - provenMs <= this.#limits.proofMs
  }

  viewOf(session: Session): SessionView {
    const { user, role, csrf, provenAt, hasPassword } = session
    const expiresAt = (this.#clock.now() + Math.round(this.#leftMs(session))) as EpochMs
    return { user, role, csrf, provenAt, expiresAt, hasPassword }
  }

  #leftMs({ startedMs, seenMs }: Session): number {
    const { idleMs, sessionMs } = this.#limits
    return Math.min(seenMs + idleMs, startedMs + sessionMs) - this.#clock.monotonicMs()
  }

  #makeRoom(): void {
    for (const session of this.#open.values()) if (!this.isOpen(session)) this.end(session)
    const byAge = [...this.#open.values()].sort((a, b) => a.seenMs - b.seenMs)
    const tooMany = Math.max(0, byAge.length - this.#limits.sessionsMax + 1)
    for (const session of byAge.slice(0, tooMany)) this.end(session)
  }
}

/** Takes the same time wherever they differ. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)))
}
