import { assert, unreachable } from '../../src/base/assert.ts'
import type { Cancel, Clock } from '../../src/base/clock.ts'
import type { Prng } from '../../src/base/prng.ts'
import { LocalFaults } from '../../src/simulator/faults/local-faults.ts'
import type { Transport } from '../../src/wire/transport.ts'
import { MemoryJournal } from '../../src/journal/memory.ts'
import { HeldSocket } from './held-socket.ts'
import { ACTS, human } from './human.ts'
import type { Act } from './human.ts'
import { SimulatedDisk, TROUBLES } from './simulated-disk.ts'
import type { PowerLoss, Trouble } from './simulated-disk.ts'
import { SkewedClock } from './skewed-clock.ts'
import type { Remains, World, WorldOptions } from './world.ts'

/** What may befall the machine that a bot runs on, and the people at it (F70, F82, F83, F94, F95). */
export type HostFault =
  /** Until it is healed. */
  | { readonly name: 'disk'; readonly trouble: Trouble }
  /** Every write takes so long, and the process with it; until it is healed. */
  | { readonly name: 'slow-disk'; readonly ms: number }
  /** The process stands: SIGSTOP, a blocked event loop, a machine that swaps. */
  | { readonly name: 'stall'; readonly ms: number; readonly first?: 'sockets' | 'timers' }
  /** The wall clock is set, and set back when it is healed. */
  | { readonly name: 'clock-jump'; readonly byMs: number }
  /** The machine is suspended, its monotonic clock with it. */
  | { readonly name: 'sleep'; readonly ms: number }
  /** S0: what is answered is read by nobody; S0w: after the next frame nothing leaves. */
  | { readonly name: 'socket'; readonly stuck: 'paused' | 'detached' | 'writer' }
  | { readonly name: 'human'; readonly act: Act }
  /** Pressed so often, a moment apart. */
  | { readonly name: 'kill'; readonly times: number }

export interface InjectedHostFault {
  /** How often it has made a difference so far. */
  readonly changes: () => number
  readonly heal: Cancel
}

/** Until a process that has stood has heard of what went on. */
const READS_MS = 1_000
/** Between two presses of a person in a hurry. */
const PRESS_MS = 40

export interface HostOptions {
  /** A planted bug: `append` returns before it is synced, and every so many are synced at once. */
  readonly syncsEvery?: number
}

/**
 * The machine of one process: its clock, its disk, its sockets. Of one world: what a process
 * leaves goes on with another host.
 *
 *     const host = new Host()
 *     const world = new World({ plan, checkers, ...host.options })
 *     const { heal, changes } = host.inject(world, { name: 'disk', trouble: 'ENOSPC' })
 */
export class Host {
  readonly disk: SimulatedDisk
  readonly #sockets: HeldSocket[] = []
  /** The machine's own side of its sockets. */
  readonly #local = new LocalFaults({ holdsItself: true })
  #wasStuck = false
  #world: Clock | null = null
  #clock: SkewedClock | null = null
  /** By the clock of the world, monotonic. */
  #stoppedUntilMs = 0

  constructor(of: HostOptions = {}) {
    this.disk = new SimulatedDisk({ block: (ms) => void this.#stand(ms, 'timers'), ...of })
  }

  /** To be given to the world; a planted bug in its ports wraps what comes of this. */
  get options(): Required<Pick<WorldOptions, 'clockOf' | 'machine' | 'wrap'>> {
    return {
      clockOf: (clock) => {
        this.#world = clock
        this.#clock = new SkewedClock(clock)
        return this.#clock
      },
      machine: {
        socket: (of) => {
          const { world, clock } = this.#running
          const socket = new HeldSocket(of, {
            clock: world,
            forMs: () => clock.frozenMs,
            isStopped: () => world.monotonicMs() < this.#stoppedUntilMs,
          })
          this.#sockets.push(socket)
          return seenOnce(this.#local.wrap(socket), () => this.#wasStuck)
        },
        orderIds: (store) => this.disk.orderIds(store),
        awakeSince: () => this.#clock?.awakeSince ?? null,
      },
      wrap: ({ journal }) => ({ journal: this.disk.under(journal) }),
    }
  }

  /** A process that stands is one over a wire: on the direct tier nothing waits for it. */
  inject(world: World, fault: HostFault): InjectedHostFault {
    const { changes, heal } = this.#injected(world, fault)
    const healed = world.failing(heal)
    if ('ms' in fault && fault.name !== 'slow-disk') world.clock.after(fault.ms, healed)
    if (fault.name === 'human' || fault.name === 'kill') healed()
    if (fault.name !== 'slow-disk') return { changes, heal: healed }
    // It stands on for what it has begun to write, and then has everything to read.
    const last = (): void => void world.clock.after(this.#running.clock.frozenMs + READS_MS, healed)
    return {
      changes,
      heal: () => {
        heal()
        last()
      },
    }
  }

  /** A difference is what was written by a clock that was off. */
  #jump({ remains: { journal } }: World, byMs: number): InjectedHostFault {
    const { clock } = this.#running
    const before = journal.read().length
    clock.step(byMs)
    return {
      changes: () => journal.read().length - before,
      heal: () => clock.step(0 - byMs),
    }
  }

  #injected(world: World, fault: HostFault): InjectedHostFault {
    const { clock } = this.#running
    switch (fault.name) {
      case 'disk':
      case 'slow-disk':
        return this.#spoil(fault)
      case 'stall':
        return once(this.#stop(fault.ms, fault.first ?? 'sockets'))
      case 'clock-jump':
        return this.#jump(world, fault.byMs)
      case 'sleep':
        clock.sleep(fault.ms)
        return once(this.#stop(fault.ms, 'sockets'))
      case 'socket':
        return this.#stick(fault.stuck)
      case 'human':
        return once(human(world, fault.act))
      case 'kill':
        return this.#kill(world, fault.times)
      default:
        return unreachable(fault)
    }
  }

  get #running(): { readonly world: Clock; readonly clock: SkewedClock } {
    const [world, clock] = [this.#world, this.#clock]
    assert(world !== null && clock !== null, 'a host has been given to a world')
    return { world, clock }
  }

  #spoil(fault: Extract<HostFault, { name: 'disk' | 'slow-disk' }>): InjectedHostFault {
    const { disk } = this
    const before = disk.refused
    if (fault.name === 'disk') disk.trouble = fault.trouble
    else disk.slowMs = fault.ms
    const heal = (): void => {
      if (fault.name === 'disk') disk.trouble = null
      else disk.slowMs = 0
    }
    return { heal, changes: () => disk.refused - before }
  }

  #stick(what: 'paused' | 'detached' | 'writer'): InjectedHostFault {
    const local = this.#local
    const free = what === 'writer' ? local.stallWriter() : local.stallReader(what)
    this.#wasStuck = true
    return { heal: free, changes: () => 1 }
  }

  /** As a signal stops it. */
  #stop(ms: number, first: 'sockets' | 'timers'): () => number {
    const held = this.#stand(ms, first)
    const { world, clock } = this.#running
    this.#stoppedUntilMs = world.monotonicMs() + clock.frozenMs
    return held
  }

  /** Answers how much had to wait. */
  #stand(ms: number, first: 'sockets' | 'timers'): () => number {
    const { world, clock } = this.#running
    const before = this.#held
    clock.freeze(ms)
    const release = (): void => {
      for (const socket of this.#sockets) socket.release()
    }
    // Timers that were due meanwhile are set for the same moment, after this one.
    world.after(clock.frozenMs, () => {
      if (first === 'sockets') release()
      else world.after(0, release)
    })
    return () => this.#held - before
  }

  get #held(): number {
    return this.#sockets.reduce((sum, { held }) => sum + held, 0)
  }

  #kill(world: World, times: number): InjectedHostFault {
    let pressed = 0
    const press = (): void => {
      pressed++
      world.say('kill')
      if (pressed < times) world.clock.after(PRESS_MS, press)
    }
    press()
    return once(() => pressed)
  }
}

/** What a kernel would show of a socket is looked at from when something of it is stuck. */
function seenOnce(of: Transport, wasStuck: () => boolean): Transport {
  const { facts } = of
  return {
    get count() {
      return of.count
    },
    listen: (listener) => of.listen(listener),
    write: (bytes) => of.write(bytes),
    close: () => of.close(),
    get facts() {
      return wasStuck() ? facts : undefined
    },
  } as Transport
}

/** It cannot be taken back. */
function once(changes: () => number): InjectedHostFault {
  return { heal: () => undefined, changes }
}

/** F81: the power goes at this moment. Emergency log, latch and order ids are synced by themselves. */
export function powerLost(
  world: World,
  { disk }: Host,
  of: { readonly how: PowerLoss; readonly prng: Prng },
): Remains {
  const journal = disk.afterPowerLoss(world.remains.journal.read(), of.how, of.prng)
  return { ...world.left(), journal }
}

/** F85: an old backup of the journal is restored; the latch and the order ids are those of now. */
export function restored(remains: Remains, rows: number): Remains {
  return { ...remains, journal: new MemoryJournal(remains.journal.read().slice(0, rows)) }
}

/** What a seed may draw, by the number of the catalogue. F80, F81, F85 and F87 end the process. */
export const DRAWN: Readonly<Record<string, (prng: Prng) => HostFault>> = {
  F70: (prng) =>
    prng.chance(0.3)
      ? { name: 'sleep', ms: pick(prng, [5, 30, 120]) * SECOND }
      : { name: 'clock-jump', byMs: pick(prng, [1, -1, 3, -3, 10, -10, 3_600, -3_600]) * SECOND },
  F82: (prng) => ({ name: 'disk', trouble: pick(prng, Object.keys(TROUBLES) as Trouble[]) }),
  F83: (prng) => ({
    name: 'stall',
    ms: pick(prng, [1, 3, 6, 12, 30, 120]) * SECOND,
    first: pick(prng, ['sockets', 'timers']),
  }),
  F94: (prng) => ({ name: 'human', act: pick(prng, ACTS) }),
  F95: (prng) => ({ name: 'kill', times: prng.int(2, 5) }),
}

const SECOND = 1_000

/** How long a machine or its process is gone (F87), in a seed. */
export const DOWN_MS = [0, 1, 20, 120].map((seconds) => seconds * SECOND)

function pick<T>(prng: Prng, of: readonly T[]): T {
  const picked = of[prng.int(0, of.length - 1)]
  assert(picked !== undefined, 'there is something to pick from')
  return picked
}

/** Checkers that see what the fault itself is, and no mistake of the bot; with the reason. */
export function exceptionsOf(fault: HostFault): Readonly<Record<string, string>> {
  switch (fault.name) {
    case 'disk':
      if (TROUBLES[fault.trouble] === 'emergency') return {}
      return { 'every-bar-decided': 'what cannot be written has not happened' }
    case 'stall':
    case 'sleep':
      return fault.ms < ASKED_MS ? {} : { 'pending-asked': 'who stands asks nothing' }
    default:
      return {}
  }
}

/** L4. */
const ASKED_MS = 60_000
