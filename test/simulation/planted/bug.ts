import type { Price } from '../../../src/domain/money.ts'
import type { Approved, Order } from '../../../src/domain/order.ts'
import type { Quote } from '../../../src/domain/quote.ts'
import type { OrderReport } from '../../../src/domain/report.ts'
import type { Broker, Ports } from '../../../src/engine/ports.ts'
import type { Event } from '../../../src/trading/event.ts'
import { dataOf, methodsOf } from '../port-methods.ts'
import type { World, WorldOptions } from '../world.ts'

export type Plant = Pick<WorldOptions, 'wrap' | 'alter' | 'settings' | 'look'>

/** A bug as somebody could write it, and who has to notice. */
export interface Planted {
  readonly bug: string
  readonly caughtBy: string
  /** Part of what that checker says, where it has several things to say. */
  readonly saying?: string
  readonly plant: Plant
  /** With exits so far away that positions are held; else they come and go. */
  readonly holding?: boolean
  /** When it begins, in New York; default 10:30. */
  readonly time?: string
  /** How long it runs; default 6. */
  readonly minutes?: number
  /** Something that has to happen during the run for the bug to show. */
  readonly meanwhile?: (world: World) => void
}

type Group = readonly Approved<Order>[]

/** The broker port with other orders than the engine asked for. */
export function placing(change: (group: Group) => readonly Order[]): Plant {
  return brokerWith((port) => ({
    place: (orders) => port.place(change(orders) as unknown as Group),
  }))
}

/** The broker port with other reports than came. */
export function reporting(change: (report: OrderReport) => readonly OrderReport[]): Plant {
  return brokerWith((port) => ({
    onReport: (listener) => port.onReport((report) => change(report).forEach(listener)),
  }))
}

/** The journal port, storing something else than it was given. */
export function storing(change: (event: Event) => readonly Event[]): Plant {
  return {
    wrap: ({ journal }) => ({
      journal: {
        read: () => journal.read(),
        append: (at, events) => journal.append(at, events.flatMap(change)),
      },
    }),
  }
}

/** The broker port, some of it planted. */
export function brokerWith(change: (port: Broker, ports: Ports) => Partial<Broker>): Plant {
  return {
    wrap: (ports) => {
      const port = methodsOf(ports.broker)
      return { broker: { ...port, ...change(port, ports) } }
    },
  }
}

/** The market data port with another quote of what was picked. */
export function quoting(change: (quote: Quote) => Quote): Plant {
  return {
    wrap: ({ marketData }) => {
      const port = dataOf(marketData)
      return {
        marketData: {
          ...port,
          async requote(contract, signal) {
            const found = await port.requote(contract, signal)
            if (!found.ok) return found
            const { value } = found
            return { ok: true, value: { ...value, quote: change(value.quote) } }
          },
        },
      }
    },
  }
}

/** An entry that rests far from the market. */
export function farAway(order: Approved<Order>): Approved<Order> {
  if (order.role !== 'entry' || order.terms.type !== 'LMT') return order
  const limit = (order.terms.limit - 500_000) as Price
  return { ...order, terms: { type: 'LMT', limit } }
}

/** At the first event of this type. */
export function at(type: Event['type'], act: (world: World) => void): (world: World) => void {
  return (world) => {
    const leave = world.bot.engine.subscribe((event) => {
      if (event.type !== type) return
      leave()
      act(world)
    })
  }
}
