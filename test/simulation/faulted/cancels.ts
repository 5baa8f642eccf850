import type { World } from '../world.ts'
import type { Row, Seen } from './row.ts'

const cancelled = ({ of }: Seen): boolean => of('CancelIntended').length > 0
const refused =
  (code: number) =>
  ({ of }: Seen): boolean =>
    of('OrderMoved').some(({ evidence }) => JSON.stringify(evidence).includes(`"${code}:`))

/** An entry that nobody fills is cancelled after a minute; here that goes wrong. */
function race(name: string, parameters: Record<string, unknown>, more: Partial<Row> = {}): Row {
  return {
    name: `F47 ${name}`,
    faults: [{ name: 'cancel-race', count: 1, ...parameters }, { name: 'no-liquidity' }],
    bot: 'holding',
    lastsMs: 150_000,
    plan: { minutes: 4 },
    reached: cancelled,
    ...more,
  }
}

/** F47: cancels that come too late or are not looked at. */
export const cancels: readonly Row[] = [
  race('10148, it had filled, then 10147', { answer: 10148, count: null }),
  race('161, it had filled', { answer: 161 }),
  race('10147, and it lives', { answer: 10147, outcome: 'lives' }, { reached: refused(10147) }),
  race(
    '10147, and it was cancelled',
    { answer: 10147, outcome: 'cancelled' },
    { reached: refused(10147) },
  ),
  race('202, and it lives', { answer: 202, outcome: 'lives' }, { plan: { minutes: 5 } }),
  race('202, and it had filled', { answer: 202, outcome: 'filled' }),
  {
    name: 'F39 a cancel without an answer',
    faults: [{ name: 'cancel-ignored', count: 1 }, { name: 'no-liquidity' }],
    bot: 'holding',
    lastsMs: 150_000,
    plan: { minutes: 4 },
    reached: cancelled,
  },
  {
    name: 'F47 a cancel outside regular hours waits for the open',
    faults: [{ name: 'cancel-waits' }],
    bot: 'holding',
    plan: { time: '15:56', minutes: 12 },
    afterMs: 330_000,
    meanwhile: cancelTarget,
    reached: cancelled,
    except: { 'orders-agree': 'the cancel waits for the open' },
    holds: ({ of, world }) => {
      const sent = `${of('OrderIntended').length} orders, ${of('CancelIntended').length} cancels`
      if (sent !== '4 orders, 1 cancels') return sent
      const told = world.notices.some(({ message }) => /cancel-pending for [1-9]/.test(message))
      return told ? null : 'nobody was told'
    },
  },
]

/** A person cancels the take-profit. */
function cancelTarget({ bot }: World): void {
  const view = bot.engine.view()
  for (const { id, role, status } of view.state().orders.values()) {
    if (role !== 'take-profit' || status !== 'working') continue
    view.command('simulation', { kind: 'cancel', orderId: id })
  }
}
