import { ok } from '../../../src/base/result.ts'
import type { Price } from '../../../src/domain/money.ts'
import type { OrderReport } from '../../../src/domain/report.ts'
import { encodeRequest } from '../../../src/wire/requests.ts'
import type { Request } from '../../../src/wire/requests.ts'
import { at, brokerWith, farAway, placing, storing } from './bug.ts'
import type { Plant, Planted } from './bug.ts'

const LENGTH_BYTES = 4

function isPurchase(request: Request): boolean {
  if (request.kind !== 'placeOrder') return false
  return request.order.action === 'BUY' && !request.order.whatIf
}

/** The same order under another id, behind the first. */
function underTwoIds(request: Request, payload: Uint8Array): readonly Uint8Array[] {
  if (request.kind !== 'placeOrder' || !isPurchase(request)) return [payload]
  const copy = encodeRequest({ ...request, orderId: request.orderId + 500 }, 193)
  return copy.ok ? [payload, copy.value.subarray(LENGTH_BYTES)] : [payload]
}

/** Intents become durable only after the orders have left (M14). */
const storedLater: Plant = {
  wrap: ({ journal, clock }) => ({
    journal: {
      read: () => journal.read(),
      append(when, events) {
        clock.after(1, () => void journal.append(when, events))
        return ok('journal')
      },
    },
  }),
}

/** Entries rest far from the market; then their cancel is taken for done, and never sent. */
function cancelsItself(): Plant {
  const told: ((report: OrderReport) => void)[] = []
  return brokerWith((port) => ({
    place: (orders) => port.place(orders.map(farAway)),
    onReport(listener) {
      told.push(listener)
      return port.onReport(listener)
    },
    cancel(orderId) {
      const report = { kind: 'evidence', orderId, evidence: { kind: 'cancel-reported' } } as const
      for (const listener of told) listener(report)
      return ok(undefined)
    },
  }))
}

export const bugsInOrders: readonly Planted[] = [
  {
    bug: 'the stop is in an OCA group of its own',
    caughtBy: 'never-oversold',
    plant: {
      ...placing((group) =>
        group.map((order) => {
          if (order.role !== 'stop-loss' || order.oca === null) return order
          return { ...order, oca: { ...order.oca, name: `${order.oca.name}-2` } }
        }),
      ),
      look: null,
    },
  },
  {
    bug: 'the plan that is kept is another than the exits that rest',
    caughtBy: 'exits-as-planned',
    saying: 'the take-profit of',
    holding: true,
    plant: storing((event) => {
      if (event.type !== 'EntryApproved' && event.type !== 'PlanChanged') return [event]
      const { plan } = event
      if (plan.takeProfit === null) return [event]
      const price = (plan.takeProfit.price + 10_000) as Price
      return [{ ...event, plan: { ...plan, takeProfit: { ...plan.takeProfit, price } } }]
    }),
  },
  {
    bug: 'one unit more is sent than was approved',
    caughtBy: 'within-intent',
    plant: placing((group) => group.map((order) => ({ ...order, quantity: order.quantity + 1 }))),
  },
  {
    bug: 'the entry leaves without its exits',
    caughtBy: 'protected',
    plant: placing((group) => group.filter(({ role }) => role === 'entry')),
  },
  {
    bug: 'a close never leaves',
    caughtBy: 'killed-is-flat',
    holding: true,
    plant: placing((group) => group.filter(({ role }) => role !== 'close')),
    meanwhile: at('OrderFilled', (world) => world.say('kill')),
  },
  {
    bug: 'the intents are stored after the orders have left',
    caughtBy: 'journaled-first',
    saying: 'no intent of it is journaled',
    plant: storedLater,
  },
  {
    bug: 'a stop leaves at another price than was intended',
    caughtBy: 'journaled-first',
    saying: 'was sent with price',
    plant: placing((group) =>
      group.map((order) => {
        if (order.terms.type !== 'STP') return order
        const trigger = (order.terms.trigger - 50_000) as Price
        return { ...order, terms: { type: 'STP', trigger } }
      }),
    ),
  },
  {
    bug: 'the same frame leaves twice',
    caughtBy: 'sent-once',
    saying: 'was sent 2 times',
    plant: { alter: (request, payload) => (isPurchase(request) ? [payload, payload] : [payload]) },
  },
  {
    bug: 'an order leaves under a second id',
    caughtBy: 'sent-once',
    saying: 'and again as',
    plant: { alter: underTwoIds },
  },
  {
    bug: 'a cancel is taken for done, and never sent',
    caughtBy: 'orders-agree',
    saying: 'alive at the broker',
    plant: cancelsItself(),
  },
  {
    bug: 'every heartbeat is sent sixty times',
    caughtBy: 'limits-counted',
    plant: {
      alter: (request, payload) =>
        Array.from({ length: request.kind === 'reqCurrentTime' ? 60 : 1 }, () => payload),
    },
  },
]
