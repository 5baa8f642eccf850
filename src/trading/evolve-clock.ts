import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { State } from './state.ts'

/**
 * What was decided here is dated no later than `at`. Fills are of the broker's clock, and keep what
 * they say; what came before keeps its date.
 */
export function withClockSetBack(state: State, at: EpochMs): State {
  const by = <T extends EpochMs | null>(date: T): T | EpochMs =>
    date !== null && date > at ? at : date
  const order = (of: TrackedOrder): TrackedOrder => ({
    ...of,
    ...(of.cancels !== undefined && { cancels: { ...of.cancels, at: by(of.cancels.at) } }),
    resentAt: by(of.resentAt),
    parentMissedAt: by(of.parentMissedAt),
    intendedAt: by(of.intendedAt),
    statusSince: by(of.statusSince),
  })
  const structure = (of: Structure): Structure => ({
    ...of,
    openedAt: by(of.openedAt),
    triggeredAt: by(of.triggeredAt),
    stopPassedAt: by(of.stopPassedAt),
  })
  const today = newYorkDate(at)
  const on = (date: CalendarDate | null): CalendarDate | null =>
    date !== null && date > today ? today : date
  const { account, activity, armedOn, baseline } = state
  return {
    ...state,
    gates: state.gates.map((gate) => ({ ...gate, since: by(gate.since) })),
    orders: mapped(state.orders, order),
    structures: mapped(state.structures, structure),
    lastEntryAt: mapped(state.lastEntryAt, by),
    account: account === null ? null : { ...account, at: by(account.at) },
    resumedAt: by(state.resumedAt),
    activity: { ...activity, date: on(activity.date) },
    // A day that has not begun: the one that it is is observed again, and live is armed anew.
    baseline: baseline !== null && baseline.date > today ? null : baseline,
    dailyLossOn: on(state.dailyLossOn),
    armedOn: armedOn !== null && armedOn > today ? null : armedOn,
  }
}

function mapped<K, V>(map: ReadonlyMap<K, V>, of: (value: V) => V): ReadonlyMap<K, V> {
  return new Map([...map].map(([key, value]) => [key, of(value)]))
}
