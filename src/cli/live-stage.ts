import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import { notice } from '../domain/alert.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { StructureId } from '../domain/order.ts'
import { STAGES, type PromotionRules, type Stage } from '../domain/promotion.ts'
import type { Engine } from '../engine/engine.ts'
import { isUnprotected } from '../engine/health.ts'
import type { Notifier } from '../engine/ports.ts'
import { heldStructures } from '../trading/alive.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import { isDemerit, UNPROTECTED_MS_MAX, type Promotion } from '../validation/promotion.ts'

export interface StageParts {
  /** As the journals said at the start. */
  readonly stage: Stage
  readonly override: PromotionRules['override']
  readonly at: EpochMs
  /** From the journals, once more; null: one of them cannot be read. */
  readonly recount: () => Promotion | null
}

/** Told what an entry may be of from now on, and why; 0: nothing is entered. */
type Lowered = (quantityMax: number, why: string) => void

/**
 * What is earned, while live runs: a demerit takes it away at once, and each New York date it is
 * counted anew. It only falls; what is earned meanwhile counts from the next start on.
 */
export class LiveStage {
  readonly #parts: StageParts
  #lowered: Lowered = () => undefined
  readonly #bareSince = new Map<StructureId, EpochMs>()
  #stage: Stage
  #date: CalendarDate

  constructor(parts: StageParts) {
    this.#parts = parts
    this.#stage = parts.stage
    this.#date = newYorkDate(parts.at)
  }

  get quantityMax(): number | null {
    return quantityMaxAt(this.#stage)
  }

  onLowered(lowered: Lowered): void {
    this.#lowered = lowered
  }

  heard(event: Event, state: State, at: EpochMs): void {
    if (isDemerit(event)) this.#demerit(`${event.to}: ${event.reason}`)
    const date = newYorkDate(at)
    if (date > this.#date) {
      this.#date = date
      this.#recounted(date)
    }
    this.watched(state, at)
  }

  /** With every event, and as time goes on without one. */
  watched(state: State, at: EpochMs): void {
    const bare = heldStructures(state).filter((each) => isUnprotected(state, each))
    for (const id of this.#bareSince.keys()) {
      if (!bare.some((each) => each.id === id)) this.#bareSince.delete(id)
    }
    for (const { id } of bare) {
      const since = this.#bareSince.get(id) ?? at
      this.#bareSince.set(id, since)
      if (at - since <= UNPROTECTED_MS_MAX) continue
      this.#demerit(`${id} was unprotected for ${Math.round((at - since) / 1000)} s`)
    }
  }

  /** After one the days of paper are counted anew, so nothing is earned. */
  #demerit(what: string): void {
    const { override } = this.#parts
    this.#fell(override === 'none' ? 'paper' : override, what)
  }

  #recounted(date: CalendarDate): void {
    const found = this.#parts.recount()
    if (found === null) return this.#demerit('the journals cannot be read')
    this.#fell(found.stage, `counted anew on ${date}: ${found.missing.join('; ')}`)
  }

  #fell(to: Stage, why: string): void {
    if (STAGES.indexOf(to) >= STAGES.indexOf(this.#stage)) return
    this.#stage = to
    const most = this.quantityMax ?? Infinity
    this.#lowered(most, `demoted to ${to}: ${why}; ${entriesText(to)}`)
  }
}

/** At the stage of one contract an entry is of one; below it live enters nothing. */
export function quantityMaxAt(stage: Stage): number | null {
  if (stage === 'live') return null
  return stage === 'one-contract' ? 1 : 0
}

/** How often it is looked at without an event. */
const WATCH_MS = 5_000

/** What is lost while it runs holds at once, for risk and for the last look. */
export function watchStage(of: {
  readonly stage: LiveStage
  readonly engine: Engine
  readonly clock: Clock
  readonly notifier: Notifier
}): Cancel {
  const { stage, engine, clock, notifier } = of
  stage.onLowered((most, message) => {
    engine.lowerQuantity(most)
    notifier.notify(notice('demoted', message))
  })
  const leave = engine.subscribe((event, state) => stage.heard(event, state, clock.now()))
  let stop: Cancel = () => undefined
  const again = (): void => {
    stage.watched(engine.state, clock.now())
    stop = clock.after(WATCH_MS, again)
  }
  again()
  return () => {
    leave()
    stop()
  }
}

function entriesText(stage: Stage): string {
  return stage === 'paper' ? 'nothing is entered' : 'entries are of one contract'
}
