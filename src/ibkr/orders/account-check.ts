import type { Mode } from '../../domain/account.ts'
import { isPaperAccount } from './last-look.ts'

export interface Expected {
  /** Null: any, as in a dry run. */
  readonly account: string | null
  readonly mode: Mode
  /** What the port map says is behind the port; null in a demo, where we are both ends. */
  readonly declared: 'paper' | 'live' | null
}

/** Port, mode and account agree, or the connection is not used (promises.md section 4, layer 3). */
export function accountObjection(accounts: readonly string[], expected: Expected): string | null {
  const { account, mode, declared } = expected
  if (mode === 'live' && declared === null) {
    return 'mode live needs a port that is declared: nothing says what is behind this one'
  }
  if (account !== null && !accounts.includes(account)) {
    return `expected account ${account}, the Gateway manages ${accounts.join(', ') || 'none'}`
  }
  for (const each of account === null ? accounts : [account]) {
    const side = isPaperAccount(each) ? 'paper' : 'live'
    if (declared !== null && side !== declared) {
      return `expected a ${declared} account behind this port, ${each} is a ${side} account`
    }
    if ((mode === 'paper' || mode === 'live') && side !== mode) {
      return `expected a ${mode} account in mode ${mode}, ${each} is a ${side} account`
    }
  }
  return null
}
