import { timingSafeEqual } from 'node:crypto'
import type { Clock, EpochMs } from '../base/clock.ts'
import type { Limits } from './options.ts'
import { digest, newSecret } from './once.ts'
import type { KeptSession } from './session-file.ts'
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
  /** Made of the cookie, which alone knows it: it is not kept. */
  csrf: string
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

export interface SessionStore {
  /** Of the run before. */
  readonly kept: readonly KeptSession[]
  readonly keep: (sessions: readonly KeptSession[]) => void
}

/** That somebody is still there is written down so often, and what else happens at once. */
const KEEP_MS = 60_000

/**
 * Who is in. What is kept is no cookie, but the digest of it, so that a bot that starts again, in
 * the minute in which one may want to kill, knows who has signed in.
 */
export class Sessions {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #open = new Map<string, Session>()
  readonly #store: SessionStore
  #keptMs = -Infinity

  constructor(clock: Clock, limits: Limits, store: SessionStore) {
    this.#clock = clock
    this.#limits = limits
    this.#store = store
    for (const kept of store.kept) this.#restore(kept)
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
      csrf: csrfOf(token),
      hasPassword,
      isByPerson,
      startedMs: now,
      seenMs: now,
      provenMs: now,
      provenAt: this.#clock.now(),
    }
    this.#open.set(id, session)
    this.#keep()
    return { token, session }
  }

  /** Of a cookie. What a page asks by itself is no sign of life of the person before it. */
  find(token: string, isByPerson: boolean): Session | null {
    const session = this.#open.get(digest(token))
    if (session === undefined || !this.isOpen(session)) return null
    session.csrf = csrfOf(token)
    if (isByPerson) session.seenMs = this.#clock.monotonicMs()
    if (isByPerson && session.seenMs - this.#keptMs >= KEEP_MS) this.#keep()
    return session
  }

  isOpen(session: Session): boolean {
    return this.#open.get(session.id) === session && this.#leftMs(session) > 0
  }

  end(session: Session): void {
    this.#open.delete(session.id)
    this.#keep()
  }

  prove(session: Session, isByPerson: boolean): void {
    session.isByPerson ||= isByPerson
    session.provenMs = this.#clock.monotonicMs()
    session.provenAt = this.#clock.now()
    this.#keep()
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

  #keep(): void {
    this.#keptMs = this.#clock.monotonicMs()
    const wallOf = (ms: number): number => Math.round(this.#clock.now() - (this.#keptMs - ms))
    const open = [...this.#open.values()].filter((session) => this.isOpen(session))
    this.#store.keep(
      open.map(({ id, user, role, hasPassword, isByPerson, startedMs, seenMs, provenMs }) => {
        const times = { startedAt: wallOf(startedMs), seenAt: wallOf(seenMs) }
        return { id, user, role, hasPassword, isByPerson, ...times, provenAt: wallOf(provenMs) }
      }),
    )
  }

  /** A wall clock that was set back lengthens nothing: what is of the future is not believed. */
  #restore({ startedAt, seenAt, provenAt, ...of }: KeptSession): void {
    const [now, nowMs] = [this.#clock.now(), this.#clock.monotonicMs()]
    if (!(startedAt <= seenAt && seenAt <= now && provenAt <= now)) return
    const session: Session = {
      ...of,
      csrf: newSecret(), // nobody's, until its cookie comes
      startedMs: nowMs - (now - startedAt),
      seenMs: nowMs - (now - seenAt),
      provenMs: nowMs - (now - provenAt),
      provenAt: provenAt as EpochMs,
    }
    this.#open.set(session.id, session)
    if (!this.isOpen(session)) this.#open.delete(session.id)
  }

  #makeRoom(): void {
    for (const session of this.#open.values()) {
      if (!this.isOpen(session)) this.#open.delete(session.id)
    }
    const byAge = [...this.#open.values()].sort((a, b) => a.seenMs - b.seenMs)
    const tooMany = Math.max(0, byAge.length - this.#limits.sessionsMax + 1)
    for (const session of byAge.slice(0, tooMany)) this.#open.delete(session.id)
  }
}

function csrfOf(token: string): string {
  return digest(`csrf ${token}`)
}

/** Takes the same time wherever they differ. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)))
}
