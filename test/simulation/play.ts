import { checkersOf } from './checkers/all.ts'
import { isOrderly, pointOf, revived } from './crashes.ts'
import type { CrashPoint } from './crashes.ts'
import type { Plan } from './plan.ts'
import { World } from './world.ts'
import type { Violation } from './world.ts'

/** What came of a seed. */
export interface Played {
  readonly plan: Plan
  /** Of the last process. */
  readonly world: World
  readonly violations: readonly Violation[]
  readonly hash: string
  readonly crashes: number
}

/** A whole seed: one process, or one that ends and another that goes on with what it left. */
export async function played(plan: Plan): Promise<Played> {
  const { crash } = plan
  if (crash === null) {
    const world = new World({ plan, checkers: checkersOf('one') })
    await world.runUntil(plan.until)
    await world.rest()
    return resultOf(plan, [world])
  }
  const points: CrashPoint[] = []
  const first = new World({
    plan,
    checkers: checkersOf('one'),
    effect: (effect, world) => {
      const isNow = points.length === 0 && world.clock.now() >= crash.from && isOrderly(effect)
      if (!isNow) return
      points.push(pointOf(effect, world))
      world.clock.stop()
    },
  })
  await first.runUntil(plan.until)
  const [point] = points
  if (point === undefined) {
    await first.rest() // nothing happened that a crash could have broken
    return resultOf(plan, [first])
  }
  const { downMs: afterMs } = crash
  return resultOf(plan, [first, await revived(plan, point, { afterMs, until: plan.until })])
}

function resultOf(plan: Plan, worlds: readonly [World, ...World[]]): Played {
  const world = worlds.at(-1) ?? worlds[0]
  return {
    plan,
    world,
    violations: worlds.flatMap((each) => each.violations),
    hash: world.remains.journal.journalHash(),
    crashes: worlds.length - 1,
  }
}

/** For a person: the number to run again, and what the checkers say. */
export function failureOf({ plan, violations }: Played): string {
  const list = violations.map(({ checker, at, text }) => {
    return `  ${new Date(at).toISOString()} ${checker}: ${text}`
  })
  return violations.length === 0 ? '' : [`seed ${plan.seed}`, ...list].join('\n')
}
