import type { BrokerSnapshot } from '../domain/report.ts'
import { liveOrders } from './alive.ts'
import { cleared, gated } from './decide-gates.ts'
import { entriesEnded } from './decide-time.ts'
import { incidentsLost } from './decide-incident.ts'
import type { Input } from './input.ts'
import { levelSet } from './levels.ts'
import type { Turn } from './turn.ts'
import { moved } from './turn.ts'

type RunStarted = Extract<Input, { kind: 'run-started' }>
type LinkInput = Extract<Input, { kind: 'link-changed' }>

/** The first turn of a run: what the last one may have sent is unknown until there is proof. */
export function decideRun(turn: Turn, started: RunStarted): void {
  const { mode, accountId, version, configHash, clientIdBase, rehearsal } = started
  const ids = clientIdBase === undefined ? {} : { clientIdBase }
  const also = { ...ids, ...(rehearsal !== undefined && { rehearsal }) }
  const { runStartedAt, mode: lastMode, accountId: lastId } = turn.state
  turn.record({ type: 'RunStarted', mode, accountId, version, configHash, ...also })
  incidentsLost(turn)
  outcomesLost(turn, 'the run ended before there was an answer')
  shut(turn, 'not connected yet')
  if (runStartedAt !== null && (mode !== lastMode || accountId !== lastId)) {
    const reason = `the journal is of ${lastMode} ${lastId}, this run of ${mode} ${accountId}`
    levelSet(turn, { to: 'halt', cause: 'account-mismatch', reason })
  }
}

/** Down at once; up only through a clean snapshot of the same epoch, whatever the shell says. */
export function decideLink(turn: Turn, { link, epoch }: LinkInput): void {
  const { state } = turn
  if (link === 'down' || epoch !== state.epoch) {
    outcomesLost(turn, link === 'down' ? 'the link is down' : `epoch ${state.epoch} is over`)
  }
  if (link === 'down') {
    if (state.link === 'down') return
    turn.record({ type: 'LinkChanged', link, epoch: Math.max(epoch, state.epoch) })
    shut(turn, 'the link is down')
    turn.notify('link-down', 'link down: no entries; exits that rest at the broker stay')
    return
  }
  if (epoch === state.epoch && state.link !== 'down') {
    return unsure(turn, 'what happened at the broker meanwhile is not known yet')
  }
  turn.record({ type: 'LinkChanged', link: 'reconciling', epoch })
  shut(turn, 'connected, not reconciled yet')
  // In a new epoch cancels are the first frames of orders (promises.md 5.4).
  if (state.tradingState !== 'active') entriesEnded(turn)
}

/**
 * The connection stayed, and what happened at the broker was not told (1101, 1102, 10328). Exits go
 * on; entries wait for a picture that was begun since.
 */
export function unsure(turn: Turn, reason: string): void {
  gated(turn, { gate: 'reconcile', symbol: null, since: turn.at, reason })
}

/** After a clean snapshot; of what was in doubt since it was asked for it says nothing. */
export function linkUp(turn: Turn, snapshot: BrokerSnapshot): void {
  const { link, epoch, gates } = turn.state
  if (link !== 'up') {
    turn.record({ type: 'LinkChanged', link: 'up', epoch })
    cleared(turn, { gate: 'link', symbol: null }, 'connected')
  }
  namesJudged(turn, snapshot)
  const { requestedAt } = snapshot
  const doubt = gates.find(({ gate, symbol }) => gate === 'reconcile' && symbol === null)
  if (doubt === undefined || (link === 'up' && requestedAt < doubt.since)) return
  cleared(turn, { gate: 'reconcile', symbol: null }, 'reconciled')
}

/** What cannot be named is counted by no limit: nothing is entered beside it (P25). */
function namesJudged(turn: Turn, { unnamed, leftOut }: BrokerSnapshot): void {
  const gate = { gate: 'unnamed', symbol: null } as const
  if (unnamed !== true) return cleared(turn, gate, 'all at the broker has its name')
  const what = leftOut === undefined ? '' : `: ${leftOut.join('; ')}`
  const reason = `something at the broker cannot be named${what}`
  gated(turn, { ...gate, since: turn.at, reason })
}

function shut(turn: Turn, reason: string): void {
  gated(turn, { gate: 'link', symbol: null, since: turn.at, reason })
  gated(turn, { gate: 'reconcile', symbol: null, since: turn.at, reason })
}

function outcomesLost(turn: Turn, reason: string): void {
  for (const order of liveOrders(turn.state)) moved(turn, order, { kind: 'outcome-lost', reason })
}
