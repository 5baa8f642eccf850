import { describe, expect, test } from 'vitest'
import { fail, ok } from '../base/result.ts'
import type { Approved, Order, OrderChange } from '../domain/order.ts'
import type { ClientOrderId } from '../domain/order.ts'
import { carryOut } from './carry-out.ts'
import type { Leave } from './carry-out.ts'
import { intended, order } from './fixtures.testing.ts'
import type { Broker, Fault } from './ports.ts'

const id = (text: string): ClientOrderId => text as ClientOrderId
const group = (...roles: readonly Order['role'][]) =>
  roles.map((role, i) => intended(order({ id: id(`A${i}`), role })) as Approved<Order>)

const down: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  detail: 'the link is down',
  vendorCode: null,
}

/** A broker that takes, or refuses, everything, and remembers what it was handed. */
function brokerThat(takes: boolean): { readonly broker: Broker; readonly handed: string[] } {
  const handed: string[] = []
  const taken = (what: string) => {
    handed.push(what)
    return takes ? ok(undefined) : fail(down)
  }
  return {
    handed,
    broker: {
      place: (orders) => taken(`place ${orders.map((each) => each.id).join()}`),
      resendChild: (each) => taken(`resend ${each.id}`),
      replace: (change) => taken(`replace ${change.orderId}`),
      cancel: (orderId) => taken(`cancel ${orderId}`),
      margin: () => Promise.resolve({ kind: 'not-asked', why: 'a test' }),
      snapshot: () => Promise.resolve(fail(down)),
      onReport: () => () => undefined,
      onHeld: () => () => undefined,
      onLink: () => () => undefined,
    },
  }
}

const change = { orderId: id('A1'), quantity: 1, terms: { type: 'MKT' } } as Approved<OrderChange>
const commands = {
  bracket: { kind: 'place', orders: group('entry', 'take-profit', 'stop-loss') },
  exits: { kind: 'place', orders: group('stop-loss') },
  resend: { kind: 'resend-child', order: group('stop-loss')[0] as Approved<Order> },
  replace: { kind: 'replace', change },
  cancel: { kind: 'cancel', orderId: id('A1') },
} as const

/** What was handed to the broker, and what evidence came of it. */
function outcome(which: keyof typeof commands, leave: Leave, takes = true): readonly string[] {
  const { broker, handed } = brokerThat(takes)
  const tell = (): void => undefined
  const reports = carryOut(commands[which], { broker, tell }, leave)
  const evidence = reports.map((each) =>
    each.kind === 'evidence' ? each.evidence.kind : each.kind,
  )
  return [...handed, ...evidence]
}

describe('what leaves', () => {
  test('normally, all of it', () => {
    expect(outcome('bracket', 'all')).toEqual([
      'place A0,A1,A2',
      'handed-over',
      'handed-over',
      'handed-over',
    ])
    expect(outcome('exits', 'all')).toEqual(['place A0', 'handed-over'])
    expect(outcome('resend', 'all')).toEqual(['resend A0'])
    expect(outcome('replace', 'all')).toEqual(['replace A1'])
    expect(outcome('cancel', 'all')).toEqual(['cancel A1'])
  })

  test('in an emergency of the journal, only what reduces', () => {
    expect(outcome('bracket', 'reducing')).toEqual(['denied', 'denied', 'denied'])
    expect(outcome('exits', 'reducing')).toEqual(['place A0', 'handed-over'])
    expect(outcome('cancel', 'reducing')).toEqual(['cancel A1'])
    expect(outcome('replace', 'reducing')).toEqual(['replace A1'])
  })

  test('while panic flattens, nothing', () => {
    expect(outcome('exits', 'nothing')).toEqual(['denied'])
    expect(outcome('cancel', 'nothing')).toEqual(['outcome-lost'])
    expect(outcome('replace', 'nothing')).toEqual(['outcome-lost'])
  })
})

describe('what the broker refuses', () => {
  test('an order that was never handed over is denied', () => {
    expect(outcome('exits', 'all', false)).toEqual(['place A0', 'denied'])
  })

  test('what became of an order that should have changed only the picture can tell', () => {
    expect(outcome('resend', 'all', false)).toEqual(['resend A0', 'outcome-lost'])
    expect(outcome('replace', 'all', false)).toEqual(['replace A1', 'outcome-lost'])
    expect(outcome('cancel', 'all', false)).toEqual(['cancel A1', 'outcome-lost'])
  })
})
