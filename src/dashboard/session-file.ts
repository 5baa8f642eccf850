import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Fingerprint } from './passwords.ts'
import type { Role } from './view.ts'

/** A session as it is kept: whom its cookie lets in, by the digest of it; times of the wall. */
export interface KeptSession {
  readonly id: string
  readonly user: string
  readonly role: Role
  readonly hasPassword: boolean
  readonly isByPerson: boolean
  readonly startedAt: number
  readonly seenAt: number
  readonly provenAt: number
}

interface Kept {
  readonly sessions: readonly KeptSession[]
  /** Of who has a password, so that another password or role ends what was begun with this one. */
  readonly users: readonly Fingerprint[]
}

const NOTHING: Kept = { sessions: [], users: [] }

const text = z.string().min(1).max(100)
const role = z.enum(['viewer', 'trader', 'admin'])
const time = z.int()
const kept: z.ZodType<Kept> = z.object({
  sessions: z.array(
    z.object({
      id: text,
      user: text,
      role,
      hasPassword: z.boolean(),
      isByPerson: z.boolean(),
      startedAt: time,
      seenAt: time,
      provenAt: time,
    }),
  ),
  users: z.array(z.object({ name: text, role, salt: text, hash: text })),
})

/** A file that cannot be read is nobody's session: everybody signs in once more. */
export function keptIn(path: string): Kept {
  if (!existsSync(path)) return NOTHING
  try {
    return kept.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? NOTHING
  } catch {
    return NOTHING
  }
}

/** For its owner alone; it takes the place of the old one as a whole. */
export function keep(path: string, all: Kept): void {
  const next = `${path}.next`
  writeFileSync(next, JSON.stringify(all), { mode: 0o600 })
  renameSync(next, path)
}

/** Those whose person is still who they were, by password and role. */
export function stillGood(before: Kept, now: readonly Fingerprint[]): readonly KeptSession[] {
  return before.sessions.filter(({ user, hasPassword }) => {
    const is = now.find(({ name }) => name === user)
    if (is === undefined) return !hasPassword
    const was = before.users.find(({ name }) => name === user)
    return was !== undefined && was.hash === is.hash && was.role === is.role
  })
}
