import type { Cancel } from '../base/clock.ts'
import type { TradingState } from '../domain/account.ts'
import type { Structure } from '../domain/position.ts'
import type { EngineView } from '../engine/control.ts'
import { heldStructures } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'
import type { CommandBody, Verb } from '../dashboard/view.ts'

export interface Commanded {
  readonly by: string
  readonly verb: Verb
  readonly body: CommandBody
  readonly until: number
}

const LEVELS: readonly TradingState[] = ['active', 'reduce-only', 'halt', 'kill']
const LEVEL_OF: Readonly<Partial<Record<Commanded['verb'], TradingState>>> = {
  reduce: 'reduce-only',
  flatten: 'reduce-only',
  halt: 'halt',
  kill: 'kill',
}
/** Reasons that are known at one level; who thinks of more has each of them journaled. */
const SAID_MAX = 200

/**
 * What people have said to stop since the level last changed. Said again by the same person for the
 * same reason it changes nothing, and costs no row of the journal: rows wait for the disk, in the
 * turn of the engine.
 */
export class SaidStops {
  readonly #said = new Set<string>()
  readonly #leave: Cancel

  constructor(view: Pick<EngineView, 'subscribe'>) {
    this.#leave = view.subscribe(({ type }) => {
      if (type === 'TradingStateChanged') this.#said.clear()
    })
  }

  /** It is asked where the engine decides, so no resume comes between. */
  isNews(asked: Commanded, state: State): boolean {
    const { tradingState, levelCause } = state
    const level = LEVEL_OF[asked.verb]
    if (level === undefined) return true
    // A kill is a kill for whatever reason; one by a machine is still taken over by a person.
    if (level === 'kill') return tradingState !== 'kill' || levelCause !== 'operator'
    const isThere = LEVELS.indexOf(tradingState) >= LEVELS.indexOf(level)
    if (!isThere || !this.#said.has(keyOf(asked))) return true
    // What has come in since, by a late fill or from elsewhere, is closed by saying it again.
    return asked.verb === 'flatten' && heldStructures(state).some(isKept)
  }

  /** It was carried out. */
  add(asked: Commanded): void {
    if (LEVEL_OF[asked.verb] === undefined) return
    const [oldest] = this.#said
    if (this.#said.size >= SAID_MAX && oldest !== undefined) this.#said.delete(oldest)
    this.#said.add(keyOf(asked))
  }

  close(): void {
    this.#leave()
  }
}

/** Nothing closes it yet. */
function isKept({ triggered }: Structure): boolean {
  return triggered === null
}

function keyOf({ by, verb, body: { reason = '' } }: Commanded): string {
  return JSON.stringify([by, verb, reason.trim()])
}
