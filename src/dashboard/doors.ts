import type { Access } from './access.ts'
import type { Asks } from './asks.ts'
import type { Attempts } from './attempts.ts'
import type { Keys } from './keys.ts'
import type { OneTime } from './once.ts'
import type { DashboardOptions, Limits } from './options.ts'
import type { Passwords } from './passwords.ts'
import type { Person, Session, Sessions } from './sessions.ts'
import type { Streams } from './streams.ts'
import type { Verb } from './view.ts'

/** What one running server knows; nothing of it is shared with another. */
export interface Doors {
  readonly options: DashboardOptions
  readonly limits: Limits
  /** The port that is listened on; 0: not yet. */
  readonly bound: { port: number }
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly tickets: OneTime<Person>
  readonly streamTickets: OneTime<Session>
  readonly confirmations: OneTime<{ readonly session: Session; readonly verb: Verb }>
  readonly keys: Keys
  /** Of kills alone: no flood of them takes the room of other commands. */
  readonly killKeys: Keys
  readonly asks: Asks
  readonly streams: Streams
  /** As they were declared, for those who have to see every one of them. */
  readonly routes: StandingRoute[]
}

export interface StandingRoute {
  readonly method: string
  readonly url: string
  readonly access: Access
}

/** The cookie carries the port, for a browser sends it to every port of the host. */
export function cookieName(port: number): string {
  return `ibkr-options-bot-${port}`
}
