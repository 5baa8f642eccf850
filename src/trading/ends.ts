import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, sessionOf } from '../domain/calendar.ts'
import type { Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import { SESSION_END_MS, timeStopAt, timeStopText } from '../orders/time-stop.ts'
import type { Rules } from './command.ts'

/** When a structure has to be closed, whatever it is worth then, and why. */
export interface End {
  readonly at: EpochMs
  readonly why: string
}

interface Asked {
  readonly openedAt: EpochMs
  readonly rules: Rules
  readonly first: End | null
}

/** Asked of everything that is open with every beat, and the same each time. */
const known = new WeakMap<Tradable, Asked>()

/** The first of: expiry (P34), the end of the session, the time stop; null: there is none. */
export function firstEnd(contract: Tradable, openedAt: EpochMs, rules: Rules): End | null {
  const before = known.get(contract)
  if (before?.openedAt === openedAt && before.rules === rules) return before.first
  const first = firstOf(contract, openedAt, rules)
  known.set(contract, { openedAt, rules, first })
  return first
}

function firstOf(contract: Tradable, openedAt: EpochMs, rules: Rules): End | null {
  const ends: readonly End[] = [
    ...expiries(contract, rules),
    ...sessionEnd(openedAt, rules),
    ...timeEnd(openedAt, rules),
  ]
  return ends.reduce<End | null>((first, end) => (first && first.at <= end.at ? first : end), null)
}

function expiries(contract: Tradable, { closeBeforeExpiryMs }: Rules): readonly End[] {
  return legsOf(contract).flatMap(({ contract: leg }) => {
    if (leg.kind !== 'option') return []
    const at = (leg.lastTradingAt - closeBeforeExpiryMs) as EpochMs
    return [{ at, why: `its last trading time is ${closeBeforeExpiryMs / 60_000} min away` }]
  })
}

/** Without overnight positions all is closed in the last quarter of an hour, early closes too. */
function sessionEnd(openedAt: EpochMs, { holdOvernight }: Rules): readonly End[] {
  const session = holdOvernight ? null : sessionOf(newYorkDate(openedAt))
  if (session === null) return []
  const at = (session.close - SESSION_END_MS) as EpochMs
  return [{ at, why: 'its session ends, and nothing is held overnight' }]
}

function timeEnd(openedAt: EpochMs, { timeStop }: Rules): readonly End[] {
  if (timeStop === null) return []
  return [{ at: timeStopAt(timeStop, openedAt), why: `time stop ${timeStopText(timeStop)}` }]
}
