import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import { newYorkDate, newYorkTime, sessionOf } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { notice, type NoticeCommand } from '../domain/alert.ts'
import type { StructureId } from '../domain/order.ts'
import { weekday } from '../domain/date.ts'
import type { Money } from '../domain/money.ts'
import type { EngineView } from '../engine/control.ts'
import { isUnprotected } from '../engine/health.ts'
import type { Broker, Notifier } from '../engine/ports.ts'
import { dayAfter, dayText, emptyDay, type DayCounts } from '../notify/day-summary.ts'
import { EventNotices } from '../notify/event-notices.ts'
import type { Guard } from '../notify/guarded.ts'
import { heldStructures } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'

export interface TellingOptions {
  readonly clock: Clock
  readonly view: Pick<EngineView, 'state' | 'subscribe'>
  readonly notifier: Notifier
  readonly guard: Guard
  /** The state folder of the mode. */
  readonly folder: string
}

const LOOK_MS = 1_000
/** Kept so often: what a process that was killed has counted since is not in the summary. */
const KEEP_MS = 60_000
/** Commissions and the broker's profit of the day come a little after the close. */
const AFTER_CLOSE_MS = 300_000
/** P30: protected, or being flattened, within 30 s. */
const UNPROTECTED_MS = 30_000
/** The weekly login is due on Sunday: on a morning there is time for it. */
const LOGIN_HOUR = 10
const SUNDAY = 7

/** Tells people what events and the time of day call for; it decides nothing. */
export function startTelling(of: TellingOptions): Cancel {
  const { clock, view, notifier, guard, folder } = of
  const path = join(folder, 'day.json')
  const notices = new EventNotices()
  let kept = keptIn(path, newYorkDate(clock.now()))
  let keptMs = clock.monotonicMs()
  const bare = new Bare()
  const leave = view.subscribe((event, state) => {
    guard.run(() => {
      const word = notices.heard(event, state)
      if (word !== null) notifier.notify(word)
    })
    guard.run(() => {
      kept = { ...kept, day: dayAfter(kept.day, event, { state, at: clock.now() }) }
    })
  })
  const keep = (): void => {
    keptMs = clock.monotonicMs()
    keepIn(path, kept)
  }
  const look = (): void => {
    const now = clock.now()
    const date = newYorkDate(now)
    if (isSummaryDue(kept, now)) {
      const day = kept.day.date === date ? kept.day : emptyDay(date)
      notifier.notify(notice('day-summary', dayText(day, view.state(), now)))
      kept = { ...kept, summaryOn: date }
      keep()
    }
    if (isLoginDue(kept, now)) {
      notifier.notify(notice('login-due', 'the weekly login of the Gateway is due'))
      kept = { ...kept, loginOn: date }
      keep()
    }
    if (clock.monotonicMs() - keptMs >= KEEP_MS) keep()
  }
  const looked = (): void => {
    guard.run(() => {
      for (const id of bare.late(view.state(), clock.monotonicMs())) notifier.notify(bareText(id))
    })
    guard.run(look)
    stop = clock.after(LOOK_MS, looked)
  }
  let stop = clock.after(LOOK_MS, looked)
  return () => {
    leave()
    stop()
    keep()
  }
}

/** Since when each structure is without a working exit; each is told once, until it has one. */
class Bare {
  #since = new Map<StructureId, { readonly ms: number; readonly isTold: boolean }>()

  /** Those that are to be told now. */
  late(state: State, nowMs: number): readonly StructureId[] {
    const bare = heldStructures(state).filter((structure) => isUnprotected(state, structure))
    const since = bare.map(({ id }) => {
      return [id, this.#since.get(id) ?? { ms: nowMs, isTold: false }] as const
    })
    const late = since.filter(([, { ms, isTold }]) => !isTold && nowMs - ms >= UNPROTECTED_MS)
    this.#since = new Map(since)
    for (const [id, { ms }] of late) this.#since.set(id, { ms, isTold: true })
    return late.map(([id]) => id)
  }
}

function bareText(id: StructureId): NoticeCommand {
  const text = `structure ${id} has been without a working exit for over 30 s`
  return notice('unprotected', text, { key: `unprotected ${id}` })
}

function isSummaryDue({ summaryOn }: Kept, now: EpochMs): boolean {
  const date = newYorkDate(now)
  const session = sessionOf(date)
  return session !== null && summaryOn !== date && now >= session.close + AFTER_CLOSE_MS
}

function isLoginDue({ loginOn }: Kept, now: EpochMs): boolean {
  const date = newYorkDate(now)
  return weekday(date) === SUNDAY && loginOn !== date && newYorkTime(now).hour >= LOGIN_HOUR
}

/** When the broker's picture of orders was answered last, learned where it passes through. */
export function notedPictures(
  broker: Broker,
  clock: Clock,
): { readonly broker: Broker; readonly answeredAt: () => EpochMs | null } {
  let answeredAt: EpochMs | null = null
  const noted: Broker = {
    place: (orders) => broker.place(orders),
    resendChild: (order) => broker.resendChild(order),
    replace: (change) => broker.replace(change),
    cancel: (orderId) => broker.cancel(orderId),
    margin: (asked) => broker.margin(asked),
    async snapshot(signal, known) {
      const picture = await broker.snapshot(signal, known)
      if (picture.ok) answeredAt = clock.now()
      return picture
    },
    onReport: (listener) => broker.onReport(listener),
    onHeld: (listener) => broker.onHeld(listener),
    onLink: (listener) => broker.onLink(listener),
  }
  return { broker: noted, answeredAt: () => answeredAt }
}

interface Kept {
  readonly day: DayCounts
  /** New York dates on which each was told last. */
  readonly summaryOn: string | null
  readonly loginOn: string | null
}

const counts = z.record(z.string(), z.number())
const keptSchema = z.object({
  day: z.object({
    date: z.string().transform((date) => date as CalendarDate),
    decisions: counts,
    refused: counts,
    incidents: counts,
    gone: z.record(z.string(), z.string()).default({}),
    peak: z.number().transform((amount) => amount as Money),
    drawdown: z.nullable(z.number().transform((amount) => amount as Money)),
    unprotectedMs: z.number(),
    // Whether it still is shows with the first event of this run.
    bareSince: z.nullable(z.number()).transform(() => null),
  }),
  summaryOn: z.nullable(z.string()),
  loginOn: z.nullable(z.string()),
})

/** One that is not there, or not readable, begins anew: it is a count and no truth. */
function keptIn(path: string, date: CalendarDate): Kept {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return { day: emptyDay(date), summaryOn: null, loginOn: null }
  }
}

function keepIn(path: string, kept: Kept): void {
  try {
    writeFileSync(path, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
  } catch {
    // A full disk costs a count; the journal says of it what must be said.
  }
}
