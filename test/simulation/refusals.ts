import type { EpochMs } from '../../src/base/clock.ts'
import type { EntryRequest } from '../../src/risk/limits.ts'
import { checkersOf } from './checkers/all.ts'
import type { Written } from './config-text.ts'
import type { Plan } from './plan.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'
import type { WorldOptions } from './world.ts'

/** An entry that was approved: what was asked for, and when. */
export interface Entered {
  readonly at: EpochMs
  readonly request: EntryRequest
  readonly quantity: number
}

/** A situation in which the entry of the same seed must not be made. */
export interface Situation {
  readonly written?: Partial<Written>
  readonly account?: Partial<Plan['account']>
  readonly options?: Partial<WorldOptions>
  /** From the start on, before anything is proposed. */
  readonly meanwhile?: (world: World, entered: Entered) => void
  /** What is asked for instead. */
  readonly request?: (request: EntryRequest) => EntryRequest
  /** The signal is the one that the bot's own cycle has followed. */
  readonly sameSignal?: boolean
}

const EAGER: Partial<Written> = {
  symbols: 'SPY',
  strike: 'otm2',
  riskMax: '1%',
  orderCostMax: '$2000',
  structureLossMax: '$2000',
}
/** What is sent at once is answered by then. */
const SETTLED_MS = 500

export function planOf({ written = {}, account = {} }: Situation = {}): Plan {
  const date = '2026-03-10'
  const plan = fixedPlan({ date, time: '10:30', minutes: 6, written: { ...EAGER, ...written } })
  return { ...plan, account: { ...plan.account, ...account } }
}

/** The seed without any situation: it enters. */
export async function firstEntry(): Promise<Entered> {
  const world = new World({ plan: planOf(), checkers: [] })
  let entered: Entered | null = null
  world.bot.engine.subscribe((event) => {
    if (event.type !== 'EntryApproved' || entered !== null) return
    entered = { at: world.clock.now(), request: event.request, quantity: event.quantity }
    world.clock.stop()
  })
  await world.runUntil(world.plan.until)
  if (entered === null) throw new Error('expected the seed to enter')
  return entered
}

/** What came of it in the situation: the names of what refused it, and what was entered. */
export interface Refused {
  readonly world: World
  readonly rules: readonly (readonly string[])[]
  /** Units. */
  readonly approved: readonly number[]
  readonly violations: readonly string[]
}

/**
 * The same seed in the situation. The request is handed over once more at the same moment, past
 * everything that only saves requests: the decide turn alone judges it.
 */
export async function refusedIn(situation: Situation, entered: Entered): Promise<Refused> {
  const plan = planOf(situation)
  const world = new World({ plan, checkers: checkersOf('one'), ...situation.options })
  situation.meanwhile?.(world, entered)
  const asked = situation.request?.(entered.request) ?? entered.request
  world.clock.after(entered.at - world.clock.now() + 1, () => {
    const signalKey = situation.sameSignal === true ? asked.signalKey : `${asked.signalKey} again`
    const request = { ...asked, signalKey }
    const at = world.clock.now()
    world.bot.engine.dispatch({ kind: 'entry-proposed', at, request })
  })
  await world.runUntil((entered.at + SETTLED_MS) as EpochMs)
  const journal = world.remains.journal.read().filter(({ at }) => at >= entered.at)
  return {
    world,
    rules: journal.flatMap(({ event }) =>
      event.type === 'EntryRefused' ? [event.refusals.map(({ rule }) => rule)] : [],
    ),
    approved: world.remains.journal
      .read()
      .flatMap(({ event }) => (event.type === 'EntryApproved' ? [event.quantity] : [])),
    violations: world.violations.map(({ checker, text }) => `${checker}: ${text}`),
  }
}
