import { SIMULATED_BRAND } from '../../wire/handshake.ts'
import type { Answers, Client, Subject } from './session-client.ts'

/** What a client asks about the session itself. */
export function sessionFacts(client: Client): Subject {
  const { clock, core } = client.house
  const answers: Answers = {
    reqCurrentTime: () =>
      client.send({ kind: 'currentTime', time: Math.floor(clock.now() / 1000) }),
    reqCurrentTimeInMillis: () =>
      client.send({ kind: 'currentTimeInMillis', time: Math.floor(clock.now()) }),
    reqManagedAccts: () => client.send({ kind: 'managedAccounts', accounts: [core.accountId] }),
    // Whose Gateway it is, empty at IBKR itself: the one thing by which ours can be told apart.
    reqUserInfo: ({ reqId }) =>
      client.send({ kind: 'userInfo', reqId, whiteBrandingId: SIMULATED_BRAND }),
    // A Gateway takes these without a word.
    setServerLogLevel: () => undefined,
    verifyRequest: () => undefined,
    verifyMessage: () => undefined,
    verifyAndAuthRequest: () => undefined,
    verifyAndAuthMessage: () => undefined,
  }
  return { answers }
}
