import type { EpochMs } from '../base/clock.ts'
import type { ConId } from '../domain/contract.ts'
import type { State } from '../trading/state.ts'
import type { HeldNow } from './ports.ts'

/** A fill of ours and the position it makes are told in one breath, in any order. */
const SETTLES_MS = 1_000
/** At most one picture in so long because of what was told. */
const APART_MS = 5_000

interface News {
  readonly quantity: number
  readonly since: EpochMs
  readonly at: EpochMs
}

/**
 * What the broker says is held, compared with what we think is. Somebody else's trade is told by
 * nothing else: their orders and executions come to us with a picture only.
 */
export class ToldPositions {
  readonly #last = new Map<ConId, number>()
  readonly #news = new Map<ConId, News>()

  /** `at`: null before the first picture, which it is part of. The same again is no news. */
  heard({ conId, quantity }: HeldNow, at: EpochMs | null): void {
    if (this.#last.get(conId) === quantity) return
    this.#last.set(conId, quantity)
    if (at !== null) {
      this.#news.set(conId, { quantity, since: this.#news.get(conId)?.since ?? at, at })
    }
  }

  /** What was told counts from now on, where it is dated later. */
  clockSetBack(now: EpochMs): void {
    for (const [conId, news] of this.#news) {
      const since = Math.min(news.since, now) as EpochMs
      const at = Math.min(news.at, now) as EpochMs
      this.#news.set(conId, { ...news, since, at })
    }
  }

  /** `asked`: when the last good picture was. Infinite: nothing differs that none has shown. */
  dueAt(positions: State['positions'], asked: EpochMs | null, now: EpochMs): number {
    let due = Infinity
    for (const [conId, { quantity, since, at }] of this.#news) {
      if (now - since < SETTLES_MS) continue
      const same = quantity === (positions.get(conId)?.quantity ?? 0)
      if (same || (asked !== null && asked > at)) this.#news.delete(conId)
      else due = Math.min(due, Math.max(since + SETTLES_MS, (asked ?? 0) + APART_MS))
    }
    return due
  }
}
