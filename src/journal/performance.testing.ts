import fc from 'fast-check'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, ConId, Ticker } from '../domain/contract.ts'
import type { ExecId } from '../domain/fill.ts'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId, Order, StructureId } from '../domain/order.ts'
import { call, fill, intended, order, structure } from '../engine/fixtures.testing.ts'
import type { Event } from '../trading/event.ts'
import type { Entry } from './rows.ts'

/** One round trip, or half of one, as a journal tells it. */
export interface Told {
  readonly symbol: string
  readonly strategy: string
  readonly day: number
  /** After midnight in New York. */
  readonly minute: number
  readonly quantity: number
  /** Cents, of what it was bought and sold at. */
  readonly bought: number
  readonly sold: number
  /** Units that were sold again; fewer than bought are held when the journal ends. */
  readonly closed: number
  readonly exit: Exclude<Order['role'], 'entry'>
  readonly commission: number
}

const DAYS = ['2026-03-05', '2026-03-06', '2026-03-09', '2026-03-10', '2026-03-11']
/** When the last thing can have happened. */
export const END = atNewYork('2026-03-11' as CalendarDate, '16:00')

export const told: fc.Arbitrary<Told> = fc
  .record({
    symbol: fc.constantFrom('SPY', 'QQQ', 'AAPL'),
    strategy: fc.constantFrom('scalp', 'whale', '=cmd|x'),
    day: fc.integer({ min: 0, max: DAYS.length - 1 }),
    minute: fc.integer({ min: 570, max: 950 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    bought: fc.integer({ min: 1, max: 900 }),
    sold: fc.integer({ min: 1, max: 900 }),
    closed: fc.integer({ min: 0, max: 9 }),
    exit: fc.constantFrom('take-profit' as const, 'stop-loss' as const, 'close' as const),
    commission: fc.integer({ min: 0, max: 500 }),
  })
  .map((each) => ({ ...each, closed: Math.min(each.closed, each.quantity) }))

/** The journal of some of them, in the order of time. */
export function journalOf(all: readonly Told[], more: readonly Event[] = []): readonly Entry[] {
  const dated = all.flatMap((each, i) => eventsOf(each, i))
  const begun = { at: atNewYork(DAYS[0] as CalendarDate, '09:00') }
  return [...more.map((event) => ({ ...begun, event })), ...dated]
    .sort((a, b) => a.at - b.at)
    .map((each, i) => ({ seq: i + 1, ...each }))
}

function eventsOf(of: Told, index: number): readonly { at: EpochMs; event: Event }[] {
  const contract = { ...call, conId: (100 + index) as ConId, symbol: of.symbol as Ticker }
  const structureId = `S${index}` as StructureId
  const at = (atNewYork(DAYS[of.day] as CalendarDate, '00:00') + of.minute * 60_000) as EpochMs
  const later = (at + 60_000) as EpochMs
  const make = (id: string, role: Order['role'], side: Order['side']) => {
    const base = { ...intended(order({ id: id as ClientOrderId, role, side })), structureId }
    return { ...base, contract, quantity: of.quantity }
  }
  const [entry, exit] = [make(`E${index}`, 'entry', 'BUY'), make(`X${index}`, of.exit, 'SELL')]
  const filled = (of_: Order, quantity: number, ...[cents, when]: [number, EpochMs]): Event => ({
    type: 'OrderFilled',
    fill: fill({
      execId: `F${of_.id}` as ExecId,
      orderId: of_.id,
      contract,
      side: of_.side,
      quantity,
      price: price(cents / 100),
      at: when,
    }),
  })
  const paid = (id: string): Event => ({
    type: 'CommissionReported',
    execId: `F${id}` as ExecId,
    commission: money(of.commission / 100),
  })
  const QUOTE = { bid: price(1), ask: price(1.02), aliveAt: at }
  const approved = {
    type: 'EntryApproved',
    structureId,
    quantity: of.quantity,
    request: {
      strategy: of.strategy,
      signalKey: `k${index}`,
      candidate: { contract, quote: QUOTE },
    },
    plan: structure().plan,
    basis: { price: null },
  } as unknown as Event
  const opened = [
    approved,
    { type: 'OrderIntended', order: entry } as Event,
    { type: 'OrderIntended', order: exit } as Event,
    filled(entry, of.quantity, of.bought, at),
    paid(entry.id),
  ]
  const closed = of.closed > 0 ? [filled(exit, of.closed, of.sold, later), paid(exit.id)] : []
  return [
    ...opened.map((event) => ({ at, event })),
    ...closed.map((event) => ({ at: later, event })),
  ]
}
