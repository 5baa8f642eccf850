import { useEffect, useState } from 'react'
import type { SessionView } from '../../src/dashboard/view.ts'
import { commandOf } from './commands.ts'
import { place } from './place.ts'
import { actAs, post, problemFrom, read, Refused, signOut, whenSignedOut } from './api.ts'

export type Signing =
  | { readonly kind: 'asking' }
  /** `why`: what was refused just now, or that the session is over. */
  | {
      readonly kind: 'out'
      readonly why: { readonly error: string; readonly remedy: string } | null
    }
  | { readonly kind: 'in'; readonly session: SessionView }

/** Sessions end with their time, and with the process of the bot. */
const over = () => ({
  error: 'Your session is over.',
  remedy:
    'It timed out, or the bot was started again. Sign in again, or open a new link with ' +
    `\`${commandOf('dashboard', place.get())}\`.`,
})

/** Who looks at this page: asked once, proven by a link or a password, and over some time. */
export function useSigning() {
  const [signing, setSigning] = useState<Signing>({ kind: 'asking' })

  const enter = (session: SessionView) => {
    actAs(session)
    setSigning({ kind: 'in', session })
  }
  const leave = (why: (Signing & { kind: 'out' })['why']) => {
    actAs(null)
    setSigning({ kind: 'out', why })
  }

  useEffect(() => {
    whenSignedOut(() => leave(over()))
    const ticket = takeTicket()
    const asked = ticket === null ? read<SessionView>('session') : byTicket(ticket)
    asked.then(enter, (cause: unknown) => {
      const isFirst = ticket === null && cause instanceof Refused && cause.status === 401
      leave(isFirst ? null : problemFrom(cause))
    })
    const onHash = () => {
      const later = takeTicket()
      if (later === null) return
      byTicket(later).then(enter, (cause: unknown) => leave(problemFrom(cause)))
    }
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [])

  const expiresAt = signing.kind === 'in' ? signing.session.expiresAt : null
  useEffect(() => {
    if (expiresAt === null) return undefined
    // The bot says when it is over; asked once more, for it may have been prolonged.
    const ask = () =>
      read<SessionView>('session').then(enter, (cause: unknown) => {
        if (cause instanceof Refused && cause.status === 401) leave(over())
      })
    const wait = Math.min(Math.max(1000, expiresAt - Date.now() + 500), 2 ** 31 - 1)
    const timer = setTimeout(() => void ask(), wait)
    return () => clearTimeout(timer)
  }, [expiresAt, signing])

  return {
    signing,
    enter,
    logIn: async (name: string, password: string) => {
      enter(await post<SessionView>('session', { name, password }))
    },
    logOut: async () => {
      await signOut().catch(() => undefined) // it ends by itself, if the bot is away
      leave(null)
    },
  }
}

function byTicket(ticket: string): Promise<SessionView> {
  return post<SessionView>('session', { ticket })
}

/** Of the address, out of which it is taken: it must not stay in the history. */
function takeTicket(): string | null {
  const found = /^#ticket=(.+)$/.exec(window.location.hash)?.[1]
  if (found === undefined) return null
  history.replaceState(null, '', `${window.location.pathname}#/overview`)
  return found
}

/** For dangerous actions: how old the proof of who somebody is may be. */
export const PROOF_MS = 5 * 60_000

export const isProven = (session: SessionView) => Date.now() - session.provenAt < PROOF_MS
