import { closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { syncFolder } from './keys.ts'
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

/**
 * For its owner alone; it takes the place of the old one as a whole, and is on the disk when this
 * returns. Throws what the disk says, and then the old one is gone: who has signed out since may
 * stand in it.
 */
export function keep(path: string, all: Kept): void {
  const next = `${path}.next`
  try {
    writeDurably(next, JSON.stringify(all))
    renameSync(next, path)
  } catch (error) {
    rmSync(path, { force: true })
    syncFolder(dirname(path))
    throw error
  }
  syncFolder(dirname(path))
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
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
