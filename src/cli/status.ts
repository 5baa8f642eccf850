import pc from 'picocolors'
import type { StatusReply } from '../engine/control.ts'
import { pnlText, timeText } from './describe.ts'
import { askControl } from './control.ts'
import { CommandError } from './exit-codes.ts'

/** What the running bot knows, as it says itself; facts with their ages. */
export async function status(socket: string, json: boolean): Promise<void> {
  const reply = await askControl(socket, { kind: 'status' })
  if (!reply.ok) throw new CommandError('connection', reply.error)
  if (reply.value.kind !== 'status') {
    throw new CommandError('internal', `expected a status, came ${JSON.stringify(reply.value)}`)
  }
  const text = json ? JSON.stringify(reply.value) : statusText(reply.value)
  process.stdout.write(`${text}\n`)
}

export function statusText(of: StatusReply): string {
  const { vitals, pnl } = of
  const age = (at: number | null) =>
    at === null ? 'never' : `${((vitals.at - at) / 1000).toFixed(0)} s ago`
  return [
    `${pc.bold(of.mode)} ${of.accountId}  ${timeText(vitals.at)}  seq ${of.seq}`,
    `level ${of.tradingState}, link ${of.link}, last answer ${age(vitals.lastAnswerAt)}, ` +
      `last cycle ${age(vitals.lastCycleAt)}, unprotected ${vitals.unprotected}`,
    ...of.gates.map(({ gate, symbol, reason }) =>
      pc.yellow(`gate ${gate}${symbol === null ? '' : ` of ${symbol}`}: ${reason}`),
    ),
    ...of.structures.map((s) => `${s.strategy}: ${s.quantity} ${s.contract}  ${pc.dim(s.id)}`),
    ...of.orders.map(
      (o) =>
        `  ${o.role} ${o.side} ${o.quantity - o.filled} ${o.contract}: ` +
        `${o.status}  ${pc.dim(o.id)}`,
    ),
    `realised ${pnlText(pnl.realized)}, today by the broker ` +
      (pnl.daily === null ? 'unknown' : pnlText(pnl.daily)),
  ].join('\n')
}
