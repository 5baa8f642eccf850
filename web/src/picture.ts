import type { EpochMs } from '../../src/base/clock.ts'
import type { DayView, View } from '../../src/dashboard/view.ts'
import { fullDayOf } from './format.ts'

/** Told by newer bots; what they leave out is not known. */
type Told = View & { readonly reconciledAt?: EpochMs | null }
type ToldDay = DayView & { readonly at?: EpochMs | null }

/** How far what is held can be believed. */
export interface Picture {
  /** Why nothing can be said of what the broker holds now; null: its picture is in. */
  readonly missing: string | null
  /** When what is shown was true at the broker; null: not known. */
  readonly at: EpochMs | null
}

export function pictureOf(view: Told): Picture {
  const at = view.reconciledAt ?? null
  return { missing: missingOf(view), at }
}

function missingOf(view: Told): string | null {
  if (view.link === 'down') return 'the link to the Gateway is down'
  if (view.link === 'reconciling') return 'the books are being reconciled with the broker'
  const gate = view.gates.find((each) => each.gate === 'reconcile' || each.gate === 'link')
  if (gate !== undefined) return gate.reason
  return view.reconciledAt === null ? 'nothing was reconciled yet' : null
}

/** The day's profit with its time, and only if it is of that day. */
export function dayPnl(view: View): { readonly pnl: string | null; readonly at: EpochMs | null } {
  const day: ToldDay = view.day
  const at = day.at === undefined ? (view.equity?.at ?? null) : day.at
  const isOfToday = at === null || fullDayOf(at) === day.date
  return { pnl: isOfToday ? day.pnl : null, at }
}
