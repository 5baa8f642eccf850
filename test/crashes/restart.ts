import { newYorkDate } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { revived } from '../simulation/crashes.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import type { Plant } from '../simulation/planted/bug.ts'
import type { Violation, World } from '../simulation/world.ts'
import type { Staged } from './day.ts'
import { msOf } from './delays.ts'
import type { Delay } from './delays.ts'

/** A bug that every process has, the first and those after it. */
export type Bug = Pick<Plant, 'wrap' | 'alter'>

export interface Restarted {
  readonly world: World
  readonly violations: readonly Pick<Violation, 'checker' | 'text'>[]
  /** What a checker rightly said of what others did, by its name. */
  readonly excepted: readonly string[]
  /**
   * Fills of an earlier date that nobody was told, with their commissions, which the broker then
   * no longer tells: they are estimated from the positions, and only those must agree (3.5).
   */
  readonly untold: boolean
  /** Options ended in our hands: what they left is no fill. */
  readonly expired: boolean
}

/** Another process on what a crash left, after a while, judged by all checkers to its rest. */
export async function restarted(
  { day, plan, script, wrap }: Staged,
  point: CrashPoint,
  of: {
    readonly delay: Delay
    readonly bug?: Bug
    /** The crash before it: what the broker has forgotten since is told by nobody any more. */
    readonly before?: CrashPoint
  },
): Promise<Restarted> {
  const afterMs = msOf(of.delay, point)
  const fills = [
    ...(of.before === undefined ? [] : untoldAt(of.before, point)),
    ...untoldFills(point),
  ]
  const world = await revived(plan, point, {
    afterMs,
    plant: { ...(wrap && { wrap }), ...of.bug },
    ...(script && { script }),
  })
  const now = world.clock.now()
  const untold = fills.some((date) => date !== newYorkDate(now))
  const expired = endedInHand(world)
  const violations: Pick<Violation, 'checker' | 'text'>[] = []
  const excepted: string[] = []
  for (const found of world.violations) {
    if ((untold || expired) && found.checker === 'books-agree') continue
    if (expired && isOfDelivered(found, world)) continue
    if (day.except?.[found.checker]?.says.test(found.text) === true) excepted.push(found.checker)
    else violations.push({ checker: found.checker, text: found.text })
  }
  const apart = memoryApart(world)
  if (apart !== null) violations.push({ checker: 'positions-agree', text: apart })
  return { world, violations, excepted, untold, expired }
}

/** The books of money may differ; what is held may not, whatever became of it. */
export function memoryApart({ bot, remains: { gateway } }: World): string | null {
  const held = new Map(
    gateway.core.positions().map(({ contract, quantity }) => [contract.conId, quantity]),
  )
  const { positions } = bot.engine.state
  for (const id of new Set([...held.keys(), ...positions.keys()])) {
    const [theirs, ours] = [held.get(id) ?? 0, positions.get(id)?.quantity ?? 0]
    if (theirs !== ours) return `conId ${id}: broker ${theirs}, memory ${ours}`
  }
  return null
}

/** Shares that an exercise brought belong to no structure: nothing is traded to repair it. */
function isOfDelivered({ checker, text }: Violation, { remains: { gateway } }: World): boolean {
  if (checker !== 'protected') return false
  const stocks = gateway.core.positions().filter(({ contract }) => contract.kind === 'stock')
  return stocks.some(({ contract }) => text.includes(`of conId ${contract.conId} `))
}

/** Dates of fills that the journal does not hold with their commission: so far, and from now on. */
function untoldFills(point: CrashPoint): readonly CalendarDate[] {
  const dates = untoldAt(point, point)
  point.remains.gateway.core.subscribe((event) => {
    if (event.kind === 'execution') dates.push(newYorkDate(event.execution.at))
  })
  return dates
}

/** Those of the broker's day at one crash that the journal does not hold at another. */
function untoldAt(
  { remains: { gateway } }: CrashPoint,
  { remains: { journal } }: CrashPoint,
): CalendarDate[] {
  const [filled, charged] = [new Set<string>(), new Set<string>()]
  for (const { event } of journal.read()) {
    if (event.type === 'OrderFilled') filled.add(event.fill.execId)
    if (event.type === 'CommissionReported') charged.add(event.execId)
  }
  const told = new Set([...charged].filter((id) => filled.has(id))) // either may come first
  return gateway.core
    .executions()
    .filter(({ execId }) => !told.has(execId.slice(0, execId.lastIndexOf('.'))))
    .map(({ at }) => newYorkDate(at))
}

/** Whether an option of ours ended while it was held: not all that was bought was sold before. */
function endedInHand({ record, clock }: World): boolean {
  const left = new Map<number, number>()
  for (const revisions of record.fills.values()) {
    const fill = revisions.at(-1)
    if (fill?.contract.kind !== 'option' || fill.contract.lastTradingAt > clock.now()) continue
    const units = fill.side === 'BUY' ? fill.quantity : -fill.quantity
    left.set(fill.contract.conId, (left.get(fill.contract.conId) ?? 0) + units)
  }
  return [...left.values()].some((units) => units !== 0)
}
