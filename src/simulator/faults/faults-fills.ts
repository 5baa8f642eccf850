import { z } from 'zod'
import { newYorkDate, nextSession } from '../../domain/calendar.ts'
import type { Price } from '../../domain/money.ts'
import { baseOf } from '../broker/fills.ts'
import { correct } from '../broker/acts.ts'
import type { Correction } from '../broker/acts.ts'
import type { CoreEvent, SimExecution } from '../broker/state.ts'
import { fault, ms } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'

const side = z.enum(['BUY', 'SELL']).nullable()
/** A tick of every option class. */
const TICK = 50_000

/** Executions that are late, in parts, too many, or corrected: F42, F44 to F46. */
export const fillFaults = {
  'execution-late': fault({
    number: 'F42',
    line: 'an order that is said to be cancelled had filled: its executions come afterwards',
    label: null,
    parameters: {
      afterMs: ms.max(60_000).default(20_000).describe('after Cancelled'),
      side: side.default('BUY').describe('of which orders; null is both'),
      count: z.number().int().min(1).nullable().default(1).describe('how many; null is all'),
    },
    begin: ({ afterMs, side, count }, ground) =>
      imposed(ground, { kind: 'late-fills', afterMs, side }, count),
  }),
  'execution-corrected': fault({
    number: 'F44',
    line: 'an execution comes again under its next revision, with another price, quantity or side',
    label: null,
    parameters: {
      what: z
        .enum(['price', 'quantity', 'side', 'bust'])
        .default('price')
        .describe('what is another; a bust leaves quantity 0'),
      of: side.default(null).describe('an execution of this side; null is any'),
      afterMs: ms.default(5_000).describe('after the execution'),
      nextDay: z.boolean().default(false).describe('true: with the next open instead'),
      count: z.number().int().min(1).nullable().default(1).describe('how many; null is all'),
    },
    begin: (parameters, ground) => corrected(parameters, ground),
  }),
  'fills-in-lots': fault({
    number: 'F45',
    line: 'an order fills in lots, one with each change of the quote',
    label: null,
    parameters: { units: z.number().int().min(1).default(1).describe('of a lot') },
    begin: ({ units }, ground) => imposed(ground, { kind: 'lots', units }, null),
  }),
  overfill: fault({
    number: 'F46',
    line: 'more fills than was ordered: beyond an order, or in both exits of an OCA group',
    label: null,
    parameters: {
      how: z.enum(['order', 'group']).default('order').describe('which'),
      units: z.number().int().min(1).default(1).describe('beyond an order'),
      count: z
        .number()
        .int()
        .min(1)
        .nullable()
        .default(1)
        .describe('how many times; null is always'),
    },
    begin: ({ how, units, count }, ground) =>
      imposed(ground, how === 'order' ? { kind: 'overfills', units } : { kind: 'untied' }, count),
  }),
}

/** A condition of the simulated broker, for as long as the fault lasts. */
export function imposed(
  { house }: Ground,
  condition: Parameters<Ground['house']['core']['impose']>[0],
  times: number | null = null,
): Hooks {
  const stop = house.core.impose(condition, times)
  return { healed: stop, uses: stop.uses }
}

function corrected(
  of: {
    readonly what: 'price' | 'quantity' | 'side' | 'bust'
    readonly of: 'BUY' | 'SELL' | null
    readonly afterMs: number
    readonly nextDay: boolean
    readonly count: number | null
  },
  ground: Ground,
): Hooks {
  const { core, clock } = ground.house
  let left = of.count ?? Infinity
  // Another fault may correct it first: what is corrected is what it has become.
  const newest = new Map<string, SimExecution>()
  const stop = core.subscribe((event: CoreEvent) => {
    if (event.kind === 'corrected') newest.set(baseOf(event.execution.execId), event.execution)
    if (event.kind !== 'execution' || event.execution.clientId <= 0 || left <= 0) return
    const { execution } = event
    if (of.of !== null && execution.side !== of.of) return
    left--
    const open = nextSession(newYorkDate(clock.now()))?.open ?? clock.now()
    const afterMs = of.nextDay ? open - clock.now() : of.afterMs
    ground.after(afterMs, () => {
      ground.did()
      const now = newest.get(baseOf(execution.execId)) ?? execution
      core.act((desk) => void correct(desk, now, changeOf(of.what, now)))
    })
  })
  return { healed: stop }
}

function changeOf(what: 'price' | 'quantity' | 'side' | 'bust', of: SimExecution): Correction {
  switch (what) {
    case 'price':
      return { price: (of.price + TICK) as Price }
    case 'quantity':
      return { quantity: Math.max(0, of.quantity - 1) }
    case 'side':
      return { side: of.side === 'BUY' ? 'SELL' : 'BUY' }
    default:
      return { quantity: 0 }
  }
}
