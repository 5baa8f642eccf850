import { createContext, useContext } from 'react'
import type { SessionView } from '../../src/dashboard/view.ts'

export interface SessionHeld {
  readonly session: SessionView
  /** A newer one: the person has proven again who they are. */
  readonly renew: (session: SessionView) => void
  readonly logOut: () => Promise<void>
}

export const SessionContext = createContext<SessionHeld | null>(null)

export function useSession(): SessionHeld {
  const held = useContext(SessionContext)
  if (held === null) throw new Error('expected a session; the page is shown to nobody without')
  return held
}
