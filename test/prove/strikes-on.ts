import type { EpochMs } from '../../src/base/clock.ts'
import { assert, unreachable } from '../../src/base/assert.ts'
import type { Cancel } from '../../src/base/clock.ts'
import { legsOf } from '../../src/domain/contract.ts'
import type { ConId, Tradable } from '../../src/domain/contract.ts'
import type { CoreEvent } from '../../src/simulator/broker/state.ts'
import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import { SecondClient } from '../../src/simulator/faults/second-client.ts'
import type { State } from '../../src/trading/state.ts'
import { isOfClient } from '../simulation/checkers/checker.ts'
import type { Host } from '../simulation/host-faults.ts'
import type { Violation, World } from '../simulation/world.ts'
import type { Strike } from './strike.ts'

/** What has become of a strike so far; of one day, over all of its processes. */
export interface Struck {
  readonly strike: Strike
  /** How often it made a difference. */
  changes: number
  begun: boolean
  over: boolean
  /** By checker: how long after its end the last complaint came that it excused; milliseconds. */
  readonly excused: Map<string, number>
  /** The contracts that it has done something to, as the broker told it. */
  readonly touched: Set<ConId>
}

export function struckBy(strikes: readonly Strike[]): readonly Struck[] {
  return strikes.map((strike) => ({
    strike,
    changes: 0,
    begun: false,
    over: false,
    excused: new Map(),
    touched: new Set(),
  }))
}

interface On {
  readonly world: World
  readonly host: Host
  readonly struck: readonly Struck[]
  /** The process is to end at its next effect about an order. */
  readonly crash: (of: Struck) => void
}

interface Running {
  readonly heal: Cancel
  readonly changes: () => number
  /** What it leaves behind is over as well: whoever waits for that all is well waits no more. */
  readonly settled: Cancel
}

/**
 * The strikes of a day on one process of it: those that are to come, and those that were under way
 * when the process before it ended. Tells the world until when something fails.
 */
export class StrikesOn {
  readonly #on: On
  readonly #running = new Map<Struck, Running>()
  /** How often each had made a difference when the broker last told of something. */
  readonly #seen = new Map<Struck, number>()
  /** When each made a difference last. */
  readonly #newAt = new Map<Struck, EpochMs>()
  /** What is being done in this very moment: what comes of it at once is counted later. */
  #striking: Struck | null = null

  constructor(on: On) {
    this.#on = on
    const { world, struck } = on
    forgetConditions(world)
    world.remains.gateway.core.subscribe((event) => this.#touched(event))
    for (const each of struck) if (!each.over) this.#plan(each)
    assert(world.plan.until > world.clock.now(), 'a day has something left')
  }

  /** The process is gone: what was done to it is counted; what lasts is done to the next one. */
  leave(): void {
    for (const [of, { changes }] of this.#running) of.changes += changes()
    this.#running.clear()
  }

  /** So far, over all processes of the day. */
  changesOf(of: Struck): number {
    return of.changes + (this.#running.get(of)?.changes() ?? 0)
  }

  /**
   * What the broker or the data did itself is no mistake of the bot: the first strike that made a
   * difference and says why excuses it, and that is noted. One that is done to single contracts
   * excuses what is said of those; the checkers look first, and then what happened is noted here.
   */
  excuses({
    checker,
    at,
    about,
    event,
  }: Violation & { readonly event?: CoreEvent | null }): boolean {
    const { struck, world } = this.#on
    if (event !== undefined && event !== null) this.#touched(event)
    const by = struck.find(
      (of) =>
        of.begun &&
        of.strike.excuses?.[checker] !== undefined &&
        (of === this.#striking || this.changesOf(of) > 0) &&
        (about === undefined || !isOfContracts(of) || this.#isAbout(of, about)),
    )
    if (by === undefined) return false
    const { atMs, lastsMs } = by.strike
    by.excused.set(checker, at - (world.plan.start + atMs + lastsMs))
    return true
  }

  /** Of what nobody was told: the first contract that is complained of, for each time. */
  #isAbout(of: Struck, about: readonly ConId[]): boolean {
    if (about.some((id) => of.touched.has(id))) return true
    if (!isUnsaid(of) || of.touched.size >= this.changesOf(of)) return false
    for (const id of about) of.touched.add(id)
    return true
  }

  /** What the broker tells next after a strike has made a difference is about what it was done to. */
  #touched(event: CoreEvent): void {
    const contracts = contractsOf(event)
    for (const of of this.#on.struck) {
      if (!of.begun || !isOfContracts(of) || isUnsaid(of)) continue
      const changes = this.changesOf(of)
      if (changes > (this.#seen.get(of) ?? 0)) this.#newAt.set(of, this.#on.world.clock.now())
      // All of a moment is done before any of it is told: the first word may be of another one.
      const isNew = this.#newAt.get(of) === this.#on.world.clock.now() || of === this.#striking
      if (!isNew && !(isPerson(of.strike) && isByHand(event))) continue
      for (const id of contracts) of.touched.add(id)
      if (isOfLegs(of)) for (const id of this.#besides(contracts)) of.touched.add(id)
      if (contracts.length > 0) this.#seen.set(of, changes)
    }
  }

  /** The other legs of the spreads that these were legs of. */
  #besides(contracts: readonly ConId[]): readonly ConId[] {
    const all = [...this.#on.world.record.orders.values()].map(({ contract }) =>
      contract.kind === 'combo' ? contract.legs.map((leg) => leg.contract.conId) : [],
    )
    return all.filter((legs) => legs.some((id) => contracts.includes(id))).flat()
  }

  #plan(of: Struck): void {
    const { world } = this.#on
    const { atMs, lastsMs } = of.strike
    const beginMs = world.plan.start + atMs - world.clock.now()
    if (beginMs + lastsMs < 0) {
      of.over = true // while nobody lived
      return
    }
    if (of.begun && isWord(of.strike)) {
      const settled = world.failing(() => undefined)
      this.#running.set(of, { heal: () => resume(world), changes: () => 0, settled })
    } else if (of.begun && !isLasting(of.strike)) {
      of.over = true // what cannot last over the end of a process is not done twice
      return
    } else world.clock.after(beginMs, () => this.#begin(of))
    world.clock.after(beginMs + lastsMs, () => this.#end(of))
  }

  #begin(of: Struck): void {
    of.begun = true
    const settled = this.#on.world.failing(() => undefined)
    this.#striking = of
    this.#running.set(of, { ...this.#strike(of), settled })
    this.#striking = null
    // A person waits for something to do it to, and nothing fails meanwhile.
    if (isPerson(of.strike)) settled()
  }

  #end(of: Struck): void {
    const running = this.#running.get(of)
    of.over = true
    if (running === undefined) return
    // A person may wait for something to do it to: what comes of it is counted at the end.
    if (isPerson(of.strike)) return
    this.#running.delete(of)
    of.changes += running.changes()
    running.heal()
    this.#on.world.clock.after(of.strike.tailMs, running.settled)
  }

  #strike(of: Struck): Omit<Running, 'settled'> {
    const { world, host, crash } = this.#on
    const { act } = of.strike
    const { gateway } = world.remains
    switch (act.do) {
      case 'fault': {
        const heal = gateway.inject(act.spec)
        return { heal, changes: () => gateway.changesBy(heal) }
      }
      case 'port': {
        assert(world.line !== null, 'ports are struck where there is no wire')
        return world.line.inject(act.fault)
      }
      case 'host': {
        const injected = host.inject(world, act.fault)
        if (act.fault.name !== 'kill') return injected
        return { ...injected, heal: () => resume(world) }
      }
      case 'client': {
        const leave = new SecondClient({ gateway, clock: world.clock }).start(act.does)
        return { heal: leave, changes: () => 1 }
      }
      case 'crash':
        crash(of)
        return { heal: () => undefined, changes: () => 0 }
      case 'say': {
        const before = world.bot.engine.state
        world.say(act.command)
        const changes = changed(before, world.bot.engine.state)
        return { heal: () => resume(world), changes: () => changes }
      }
      default:
        return unreachable(act)
    }
  }
}

/** Whatever else a strike is, it is done to the whole account, its market or its machine. */
const OF_CONTRACTS: ReadonlySet<string> = new Set<FaultSpec['name']>([
  'overfill',
  'execution-corrected',
  'execution-late',
  'bracket-broken',
  'broker-acts',
  'cancel-race',
])

function isOfContracts({ strike: { act } }: Struck): boolean {
  if (act.do === 'host') return act.fault.name === 'human'
  return act.do === 'fault' && OF_CONTRACTS.has(act.spec.name)
}

/** A cancel that nobody is told of. */
function isUnsaid({ strike: { act } }: Struck): boolean {
  return act.do === 'fault' && act.spec.name === 'cancel-race'
}

/** The broker takes one leg of a spread, and the others are no spread any more. */
function isOfLegs({ strike: { act } }: Struck): boolean {
  return act.do === 'fault' && act.spec.name === 'broker-acts'
}

/** Of a combo, each of its legs. */
function contractsOf(event: CoreEvent): readonly ConId[] {
  const of = (contract: Tradable): readonly ConId[] =>
    legsOf(contract).map((leg) => leg.contract.conId)
  switch (event.kind) {
    case 'open-order':
    case 'order-status':
      return of(event.order.contract)
    case 'execution':
    case 'corrected':
      return of(event.execution.contract)
    case 'position':
      return [event.position.contract.conId]
    default:
      return []
  }
}

function isByHand(event: CoreEvent): boolean {
  if (event.kind === 'open-order' || event.kind === 'order-status') return !isOfClient(event.order)
  return event.kind === 'execution' && !isOfClient(event.execution)
}

/** What a word has changed at once: the level, and each structure that is to be closed by it. */
function changed(before: State, after: State): number {
  const closed = [...after.structures.values()].filter(
    ({ id, triggered }) => triggered !== null && before.structures.get(id)?.triggered === null,
  )
  return closed.length + (before.tradingState === after.tradingState ? 0 : 1)
}

/** By the same person, if it is not what it should be. */
export function resume(world: World): void {
  const { state } = world.bot.engine
  if (state.tradingState === 'active') return
  const accountId = world.remains.gateway.core.accountId
  const said = { kind: 'resume', accountId, reason: 'it is over' } as const
  world.bot.engine.view().command('simulation', said)
}

function isLasting({ act }: Strike): boolean {
  if (act.do === 'host') return act.fault.name === 'disk' || act.fault.name === 'clock-jump'
  return act.do === 'fault' || act.do === 'port' || act.do === 'client'
}

function isPerson({ act }: Strike): boolean {
  return act.do === 'host' && act.fault.name === 'human'
}

/** A word that was said, by a process before this one too, and is not taken back. */
export function isSaid({ strike, begun, over }: Struck): boolean {
  return begun && !over && isWord(strike)
}

/** A level outlives the process: whoever said it takes it back. */
function isWord({ act }: Strike): boolean {
  return act.do === 'say' || (act.do === 'host' && act.fault.name === 'kill')
}

/** What was imposed on the broker of an earlier process is imposed anew, or over. */
function forgetConditions({ remains: { gateway }, clock }: World): void {
  for (const imposed of gateway.core.state.conditions) {
    imposed.until ??= clock.now()
  }
}
