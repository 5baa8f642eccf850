import { assert } from '../../base/assert.ts'
import type { Cancel } from '../../base/clock.ts'
import { Prng, seedOf } from '../../base/prng.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { FAULTS, problemsOf } from './faults.ts'
import type { FaultSpec } from './faults.ts'
import { once } from './once.ts'
import type { House } from '../session/session-client.ts'

interface Active {
  readonly hooks: Hooks
  readonly clientIds: readonly number[] | null
  /** Null: new ones as well. */
  readonly open: ReadonlySet<Connection> | null
  readonly undo: Map<Connection, Cancel>
  /** How often it took, changed or did something. */
  readonly tally: { changes: number }
}

export interface BoardOptions {
  readonly house: House
  readonly seed: number
  readonly connections: () => readonly Connection[]
  /** Switches the listening port off, and on again. */
  readonly refuse: () => Cancel
}

/** The faults that are active now. A Gateway asks it at each place where something passes. */
export class FaultBoard {
  readonly #options: BoardOptions
  readonly #active = new Set<Active>()
  readonly #byHeal = new WeakMap<Cancel, Active>()
  #begun = 0

  constructor(options: BoardOptions) {
    this.#options = options
  }

  get isQuiet(): boolean {
    return this.#active.size === 0
  }

  inject(spec: FaultSpec): Cancel {
    const problems = problemsOf(spec)
    assert(problems.length === 0, `a fault as it is documented; ${problems.join('; ')}`)
    const { name, clientIds, connections = FAULTS[name].connections, ...parameters } = spec
    const { log } = this.#options.house
    const open = new Set(this.#options.connections())
    const scope = { clientIds: clientIds ?? null, open: connections === 'open' ? open : null }
    const undo: Cancel[] = []
    const heal = once(() => {
      log(`fault ${name} is over`)
      this.#active.delete(active)
      for (const each of [...undo, ...active.undo.values()]) each()
      active.hooks.healed?.()
    })
    log(`fault ${name} begins`)
    const tally = { changes: 0 }
    const did = (): void => void tally.changes++
    const ground = this.#groundOf(name, scope, { undo, heal, did })
    const hooks = FAULTS[name].begin(parameters, ground)
    const active: Active = { hooks, ...scope, undo: new Map(), tally }
    this.#active.add(active)
    this.#byHeal.set(heal, active)
    for (const each of ground.connections()) {
      this.#open(active, each, false)
      if (each.isReady) hooks.ready?.(each, false)
    }
    return heal
  }

  /** How often the fault that this heals has made a difference so far. */
  changesBy(heal: Cancel): number {
    const active = this.#byHeal.get(heal)
    return active === undefined ? 0 : active.tally.changes + (active.hooks.uses?.() ?? 0)
  }

  opened(connection: Connection): void {
    for (const each of this.#active) {
      if (each.clientIds === null && isFor(each, connection)) this.#open(each, connection, true)
    }
  }

  /** It has said who it is. */
  announced(connection: Connection): void {
    for (const each of this.#active) {
      if (each.clientIds !== null && isFor(each, connection)) this.#open(each, connection, true)
    }
  }

  ready(connection: Connection): void {
    for (const each of this.#for(connection)) each.hooks.ready?.(connection, true)
  }

  closed(connection: Connection): void {
    for (const each of this.#active) each.undo.delete(connection)
  }

  takes(connection: Connection, request: Request): boolean {
    return this.#for(connection).some(({ hooks, tally }) => {
      const isTaken = hooks.takes?.(connection, request) === true
      if (isTaken) tally.changes++
      return isTaken
    })
  }

  says(connection: Connection, response: Response): readonly Response[] {
    return this.#for(connection).reduce<readonly Response[]>(
      (said, { hooks: { says }, tally }) =>
        says === undefined ? said : told(said, tally, (each) => says(connection, each)),
      [response],
    )
  }

  writes(connection: Connection, frame: Uint8Array, kind: Response['kind']): readonly Uint8Array[] {
    return this.#for(connection).reduce<readonly Uint8Array[]>(
      (frames, { hooks: { writes }, tally }) =>
        writes === undefined
          ? frames
          : told(frames, tally, (each) => writes(connection, each, kind)),
      [frame],
    )
  }

  claims(version: number): number {
    return [...this.#active].reduce((said, { hooks, tally }) => {
      const claimed = hooks.claims?.(said) ?? said
      if (claimed !== said) tally.changes++
      return claimed
    }, version)
  }

  isInUse(clientId: number): boolean {
    return [...this.#active].some(({ hooks, clientIds, tally }) => {
      const isMeant = clientIds?.includes(clientId) ?? true
      const isInUse = isMeant && hooks.inUse?.(clientId) === true
      if (isInUse) tally.changes++
      return isInUse
    })
  }

  #for(connection: Connection): readonly Active[] {
    return [...this.#active].filter((each) => isFor(each, connection))
  }

  #open({ hooks, undo, tally }: Active, connection: Connection, isNew: boolean): void {
    const cancel = hooks.opened?.(connection, isNew)
    if (hooks.opened !== undefined) tally.changes++
    if (cancel !== undefined) undo.set(connection, cancel)
  }

  #groundOf(
    name: string,
    scope: Pick<Active, 'clientIds' | 'open'>,
    life: { readonly undo: Cancel[]; readonly heal: Cancel; readonly did: () => void },
  ): Ground {
    const { house, seed } = this.#options
    const { clock, log } = house
    const keep = (cancel: Cancel): Cancel => {
      life.undo.push(cancel)
      return cancel
    }
    return {
      clock,
      house,
      prng: new Prng(seedOf(seed, `fault ${++this.#begun} ${name}`)),
      log,
      connections: () => this.#options.connections().filter((each) => isFor(scope, each)),
      refuse: () => keep(this.#options.refuse()),
      after: (delayMs, callback) => keep(clock.after(delayMs, callback)),
      heal: life.heal,
      did: life.did,
    }
  }
}

function isFor({ clientIds, open }: Pick<Active, 'clientIds' | 'open'>, of: Connection): boolean {
  return (clientIds?.includes(of.announcedId) ?? true) && (open?.has(of) ?? true)
}

/** What is said instead; each of which something else comes, or nothing, counts. */
function told<T>(
  said: readonly T[],
  tally: Active['tally'],
  instead: (each: T) => readonly T[],
): readonly T[] {
  return said.flatMap((each) => {
    const now = instead(each)
    if (now.length !== 1 || now[0] !== each) tally.changes++
    return now
  })
}
