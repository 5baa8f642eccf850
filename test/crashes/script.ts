import type { Cancel, EpochMs } from '../../src/base/clock.ts'
import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import type { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { Script } from '../simulation/crashes.ts'
import type { Remains } from '../simulation/world.ts'

/** Something that goes wrong at the broker for a while, whoever is connected to it. */
export interface Span {
  readonly from: EpochMs
  readonly until: EpochMs
  readonly begin: (gateway: SimulatedGateway) => Cancel
}

/** Something that somebody does once. */
export interface Act {
  readonly at: EpochMs
  readonly act: (gateway: SimulatedGateway) => void
}

export function faulty(from: EpochMs, lastsMs: number, fault: FaultSpec): Span {
  const until = (from + lastsMs) as EpochMs
  return { from, until, begin: (gateway) => gateway.inject(fault) }
}

/**
 * What the world does in a day, told again to every Gateway of it: the first, and each copy that a
 * crash leaves. Faults of sessions are not copied, and those of the broker are told of their end by
 * nobody: so all end with the copy, and those that still last begin anew. One that was to hit so
 * many orders may hit as many again.
 */
export function scriptOf(of: {
  readonly spans?: readonly Span[]
  readonly acts?: readonly Act[]
  /** Of what is not at the broker. */
  readonly until?: EpochMs
}): Script {
  const { spans = [], acts = [], until = 0 } = of
  const ends = [...spans.map((each) => each.until), ...acts.map(({ at }) => at), until]
  const over = Math.max(...ends)
  return {
    over: over as EpochMs,
    begin({ lockStep: { clock }, gateway }: Remains) {
      const now = clock.now()
      endImposed(gateway, now)
      for (const { from, until: end, begin } of spans) {
        if (end <= now) continue
        const start = (): void => {
          const heal = begin(gateway)
          clock.after(end - clock.now(), heal)
        }
        if (from <= now) start()
        else clock.after(from - now, start)
      }
      for (const { at, act } of acts) {
        if (at <= now) continue
        clock.after(at - now, () => {
          act(gateway)
        })
      }
    },
  }
}

function endImposed({ core }: SimulatedGateway, now: EpochMs): void {
  core.act(({ state }) => {
    for (const imposed of state.conditions) imposed.until ??= now
  })
}
