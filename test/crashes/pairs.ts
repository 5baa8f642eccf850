import type { Prng } from '../../src/base/prng.ts'
import { pointOf, revived } from '../simulation/crashes.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import type { Effect, World } from '../simulation/world.ts'
import type { Staged } from './day.ts'
import { DELAYS, msOf } from './delays.ts'
import type { Delay } from './delays.ts'
import { crashOf, differing, matters, walk } from './enumerate.ts'
import type { Crash } from './enumerate.ts'
import { restarted } from './restart.ts'
import type { Bug } from './restart.ts'

/** A crash, and another one while the process that came after it finds its feet. */
export interface Pair {
  readonly first: Pick<Crash, 'number' | 'effect' | 'at' | 'delay'>
  readonly second: Crash
}

export interface Pairs extends Staged {
  readonly prng: Prng
  /** How many, drawn from all points of the day, and from all effects of each recovery. */
  readonly count: number
  readonly told: (pair: Pair, world: World) => void
  readonly bug?: Bug
}

/** What a pair is played again by: `12/1 s/40/next session`. */
export function nameOfPair({ first, second }: Pair): string {
  return [first.number, first.delay, second.number, second.delay].join('/')
}

export async function samplePairs(of: Pairs): Promise<void> {
  const { prng, count } = of
  const { points } = await walk({ ...of, copies: () => 0, play: () => Promise.resolve() })
  const drawn = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const number = prng.int(0, points - 1)
    drawn.set(number, (drawn.get(number) ?? 0) + 1)
  }
  await walk({
    ...of,
    copies: (number) => (drawn.has(number) ? 1 : 0),
    async play({ number, effect, copies: [point] }) {
      if (point === undefined) return
      const first = crashOf({ number, effect, delay: delayFrom(prng), point })
      const picks = new Reservoir(prng, drawn.get(number) ?? 0)
      await recovered(of, point, { delay: first.delay, heard: (...seen) => picks.offer(...seen) })
      for (const pick of picks.kept)
        await playSecond(of, [first, point], { ...pick, delay: delayFrom(prng) })
    },
  })
}

/** One of them again: see `nameOfPair`. */
export async function playPair(of: Omit<Pairs, 'prng' | 'count'>, name: string): Promise<void> {
  const [first, delay, second, again] = name.split('/')
  const wanted = Number(second)
  await walk({
    ...of,
    copies: (number) => (number === Number(first) ? 1 : 0),
    async play({ number, effect, copies: [point] }) {
      if (point === undefined) return
      const crash = crashOf({ number, effect, delay: delayNamed(delay), point })
      const found: Second[] = []
      const heard = (each: Effect, world: World, at: number): void => {
        if (at === wanted) found.push({ number: at, effect: each, point: pointOf(each, world) })
      }
      await recovered(of, point, { delay: crash.delay, heard })
      for (const pick of found)
        await playSecond(of, [crash, point], { ...pick, delay: delayNamed(again) })
    },
  })
}

interface Second {
  readonly number: number
  readonly effect: Effect
  readonly point: CrashPoint
}

/** The first recovery, to its rest; told of each effect that leaves something else. */
async function recovered(
  { plan, script, wrap, bug }: Recovering,
  point: CrashPoint,
  of: {
    readonly delay: Delay
    readonly heard: (effect: Effect, world: World, number: number) => void
  },
): Promise<void> {
  const isNew = differing()
  let number = 0
  await revived(plan, point, {
    afterMs: msOf(of.delay, point),
    ...(script && { script }),
    plant: {
      ...(wrap && { wrap }),
      ...bug,
      hearing: true,
      effect: (effect, world) => {
        if (matters(effect) && isNew(world)) of.heard(effect, world, number++)
      },
    },
  })
}

type Recovering = Staged & { readonly bug?: Bug }

async function playSecond(
  of: Omit<Pairs, 'prng' | 'count'>,
  [first, before]: readonly [Pair['first'], CrashPoint],
  { number, effect, point, delay }: Second & { readonly delay: Delay },
): Promise<void> {
  const { bug, told } = of
  const crash = crashOf({ number, effect, delay, point })
  const { world, ...marks } = await restarted(of, point, { delay, before, ...(bug && { bug }) })
  told({ first, second: { ...crash, ...marks } }, world)
}

/** So many of all that is offered, each with the same chance, however many come. */
class Reservoir {
  readonly kept: Second[] = []
  readonly #prng: Prng
  readonly #size: number

  constructor(prng: Prng, size: number) {
    this.#prng = prng
    this.#size = size
  }

  offer(effect: Effect, world: World, number: number): void {
    const place = number < this.#size ? number : this.#prng.int(0, number)
    if (place < this.#size) this.kept[place] = { number, effect, point: pointOf(effect, world) }
  }
}

/** Mostly at once: that is where two processes meet the same orders. */
function delayFrom(prng: Prng): Delay {
  return prng.chance(3 / 4) ? '1 s' : (DELAYS[prng.int(1, DELAYS.length - 1)] ?? '1 s')
}

function delayNamed(text: string | undefined): Delay {
  const delay = DELAYS.find((each) => each === text)
  if (delay === undefined) throw new Error(`a delay is one of ${DELAYS.join(', ')}, came ${text}`)
  return delay
}
