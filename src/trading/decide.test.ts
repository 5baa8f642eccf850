import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { money, price } from '../domain/money.ts'
import { snapshotDueAt } from '../engine/snapshot-due.ts'
import {
  account,
  baseline,
  brokerOrder,
  call,
  heldOf as held,
  stock,
  entered,
  holding,
  ready,
  request,
  Story,
} from './play.testing.ts'

const worth = (dollars: number) => ({ ...account, netLiquidation: money(dollars) })

describe('the link', () => {
  test('comes up only through a clean snapshot of its own epoch (R23)', () => {
    const story = new Story().begins()
    story.happens({ kind: 'link-changed', link: 'up', epoch: 1 })
    expect(story.state.link).toBe('reconciling')
    story.snapshot({ epoch: 0 })
    expect(story.state.link).toBe('reconciling')
    story.snapshot()
    expect([story.state.link, story.state.gates]).toEqual(['up', []])
  })

  test('down: what waits for an answer is unknown, what works goes on working, entries are shut', () => {
    const story = entered()
    const { entry, target } = story.bracket
    story.happens({
      kind: 'operator-commanded',
      by: 'me',
      command: { kind: 'cancel', orderId: target.id },
    })
    story.journal.splice(0)
    story.happens({ kind: 'link-changed', link: 'down', epoch: 1 })
    expect(story.told).toEqual([
      'cancel-pending -> unknown',
      'link down',
      'gate link all',
      'gate reconcile all',
    ])
    expect(story.order(entry.id).status).toBe('working')
    story.sent.splice(0)
    story.after(120_000).ticks(2)
    expect(story.commands).toEqual([]) // nothing is sent into the void, nothing is queued
  })

  test('down twice is one fact', () => {
    const story = ready().happens({ kind: 'link-changed', link: 'down', epoch: 1 })
    story.journal.splice(0)
    story.happens({ kind: 'link-changed', link: 'down', epoch: 1 })
    expect(story.told).toEqual([])
  })

  test('the connection stayed and missed something: entries wait for a picture, exits do not', () => {
    const story = entered()
    story.journal.splice(0)
    const restored = { kind: 'link-changed', link: 'reconciling', epoch: 1 } as const
    story.happens(restored).happens(restored)
    expect(story.told).toEqual(['gate reconcile all'])
    expect(story.state.link).toBe('up')
    story.happens({ kind: 'entry-proposed', request: request() })
    expect(story.told.at(-1)).toContain('refused gate')
    story.sent.splice(0)
    const cancel = { kind: 'cancel', orderId: story.bracket.target.id } as const
    story.happens({ kind: 'operator-commanded', by: 'me', command: cancel })
    expect(story.sent).toMatchObject([{ kind: 'cancel' }])
    story.snapshot({ epoch: 0 })
    expect(story.told).not.toContain('gate reconcile all cleared')
    story.snapshot()
    expect(story.told).toContain('gate reconcile all cleared')
  })

  test('another epoch without a word between: the old one is over', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    story.journal.splice(0)
    story.happens({ kind: 'link-changed', link: 'reconciling', epoch: 2 })
    expect(story.told.filter((each) => each === 'sending -> unknown')).toHaveLength(3)
    expect(story.state.epoch).toBe(2)
  })

  test('an account that is not ours halts, and nothing is taken from its picture', () => {
    const story = new Story().begins().snapshot({ account: { ...account, id: 'U7' } })
    expect([story.state.tradingState, story.state.levelCause, story.state.link]).toEqual([
      'halt',
      'account-mismatch',
      'reconciling',
    ])
  })
})

describe('a picture without the account', () => {
  test('exits are repaired and nothing is entered, until one has it again (P42)', () => {
    const story = holding().after(20_000)
    story.begins().snapshot({
      account: null,
      whyNoAccount: 'expected settled cash',
      openOrders: [],
      leftOut: ['3 held of STK ABC, contract 5'],
    })
    expect(story.state.link).toBe('up')
    expect(story.state.gates).toMatchObject([
      { gate: 'account', reason: 'the account is not known: expected settled cash' },
    ])
    story.after(2_000).ticks(2)
    expect(story.commands).toContain('place take-profit SELL x2 LMT 2.4, stop-loss SELL x2 STP 1.9')
    story.journal.splice(0)
    story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
    expect(story.told[0]).toContain('gate')
    story.after(5_000).snapshot()
    expect(story.state.gates).toEqual([])
  })
})

test('something of others cannot be named: nothing is entered, exits go on, until it is (P25)', () => {
  const story = holding().after(20_000).begins()
  const what = 'an order, perm id 3, of BAG SPY, contract 9'
  story.snapshot({ openOrders: [], unnamed: true, leftOut: [what] })
  expect(story.state.link).toBe('up')
  expect(story.state.gates).toEqual([
    {
      gate: 'unnamed',
      symbol: null,
      since: story.at,
      reason: `something at the broker cannot be named: ${what}`,
    },
  ])
  story.after(2_000).ticks(2)
  expect(story.commands.join()).toContain('stop-loss SELL x2')
  story.after(5_000).snapshot()
  expect(story.state.gates).toEqual([])
})

describe('gates', () => {
  const set = (gate: 'farm' | 'window' | 'link' | 'connectivity') =>
    ({ gate, symbol: null, since: 0 as EpochMs, reason: 'r' }) as const

  test('of the shell come and go as it says; the core keeps its own', () => {
    const story = ready()
    story.happens({ kind: 'gates-changed', gates: [set('farm'), set('window'), set('link')] })
    expect(story.told).toEqual(['gate farm all', 'gate window all'])
    story.happens({ kind: 'gates-changed', gates: [set('window')] })
    expect(story.told).toEqual(['gate farm all cleared'])
    story.happens({ kind: 'entry-proposed', request: request() })
    expect(story.told).toEqual(['refused gate'])
    story.happens({ kind: 'gates-changed', gates: [] })
    story
      .happens({ kind: 'link-changed', link: 'down', epoch: 1 })
      .happens({ kind: 'gates-changed', gates: [] })
    expect(story.state.gates.map((each) => each.gate)).toEqual(['link', 'reconcile'])
  })

  test('1100: connectivity is lost, an entry is refused, and it clears with its cause', () => {
    const story = ready()
    story.happens({ kind: 'gates-changed', gates: [set('connectivity')] })
    story.happens({ kind: 'entry-proposed', request: request() })
    expect(story.told).toEqual(['gate connectivity all', 'refused gate'])
    story.happens({ kind: 'gates-changed', gates: [] })
    expect(story.told).toEqual(['gate connectivity all cleared'])
  })

  test('hold back no exit (R16, X1)', () => {
    const story = holding()
    story.happens({ kind: 'gates-changed', gates: [set('farm'), set('window')] })
    story.happens({
      kind: 'exit-proposed',
      structureId: story.bracket.structure.id,
      reason: 'signal',
    })
    story.after(500).ticks(2)
    expect(story.commands).toEqual(['place close SELL x2 LMT 2'])
  })

  test('nor does the daily loss: what is held is closed, and its stop is repaired (X1)', () => {
    const story = holding()
    const { structure, stop } = story.bracket
    const lost = { ...worth(94_000), at: story.at }
    story.snapshot({ account: lost })
    expect(story.state.levelCause).toBe('daily-loss')
    story.reported(stop.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
    story.after(2_000).ticks(2)
    expect(story.commands.join('; ')).toMatch(/place .*stop-loss SELL x2 STP 1.9/)
    story.happens({ kind: 'exit-proposed', structureId: structure.id, reason: 'signal' })
    story.after(500).ticks(2)
    expect(story.commands.join('; ')).toMatch(/place close SELL x2/)
  })
})

/** The adapter says the first of a change; a code that is taken for an order's end, the other. */
const REFUSED_CHANGES = [
  { kind: 'cancel-refused', hint: '110: tick' },
  { kind: 'reject-reported', vendorCode: 110, reason: 'tick' },
] as const

describe('answers that do not come', () => {
  test('five seconds, and it is unknown; its underlying waits', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    story.journal.splice(0)
    story.after(4_999).ticks()
    expect(story.told).toEqual([])
    story.after(1).ticks()
    expect(story.told).toEqual(['sending -> unknown', 'sending -> unknown', 'sending -> unknown'])
    story.happens({ kind: 'entry-proposed', request: request({ signalKey: 'b' }, story.at) })
    expect(story.told).toEqual(['refused one-position, identical-order, unknown-order'])
  })

  test('a group the socket refused is denied, and its signal is free', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() })
    for (const { id } of story.orders('intent'))
      story.reported(id, { kind: 'denied', reason: 'down' })
    expect(story.orders('denied')).toHaveLength(3)
    expect(story.state.signalKeys.size).toBe(0)
    story.ticks()
    expect(story.told.at(-1)).toBe('intent -> denied')
  })

  test.each(REFUSED_CHANGES)('a change refused by $kind is the plan no more', (evidence) => {
    const story = entered()
    story.filled(story.bracket.entry.id, 2, { price: price(1.5) })
    story.sent.splice(0)
    const { stop, target } = story.bracket
    story.reported(target.id, { kind: 'reported', as: 'working' })
    story.reported(stop.id, evidence)
    story.after(12_000).snapshot({ openOrders: [target, stop].map((each) => brokerOrder(each)) })
    expect(story.ticks(1.6).order(stop.id).status).toBe('working')
    expect(story.commands).toEqual(['warning'])
    expect(story.bracket.structure.plan.stopLoss?.price).toBe(price(1.9))
  })
})

describe('10328: the broker could not resolve the data of an order', () => {
  test.each(['acked', 'held', 'working', 'staged'] as const)(
    'of one that is %s: it stays, and a picture of everything is due at once',
    (as) => {
      const story = ready()
      story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
      const { entry } = story.bracket
      story.reported(entry.id, { kind: 'reported', as }).after(1_000)
      story.journal.splice(0)
      expect(snapshotDueAt(story.state, story.at, story.rules)).toBeGreaterThan(story.at)
      story.reported(entry.id, { kind: 'outcome-lost', reason: '10328: connection lost' })
      expect(story.told).toEqual(['gate reconcile all'])
      expect(story.order(entry.id).status).toBe(as)
      expect(snapshotDueAt(story.state, story.at, story.rules)).toBe(0)
      story.snapshot()
      expect(story.told).toContain('gate reconcile all cleared')
    },
  )

  test('a picture that was asked for before says nothing of it', () => {
    const story = holding().accepted()
    const requestedAt = story.after(5_000).at
    const { id } = story.bracket.stop
    story.after(1_000).reported(id, { kind: 'outcome-lost', reason: '10328: lost' })
    const gates = () => story.state.gates.map(({ gate }) => gate)
    story.after(500).snapshot({ requestedAt })
    expect(gates()).toEqual(['reconcile'])
    story.after(500).snapshot()
    expect(gates()).toEqual([])
  })

  test('of one that is over it means nothing', () => {
    const story = holding()
    const reason = '10328: connection lost'
    story.reported(story.bracket.entry.id, { kind: 'outcome-lost', reason })
    expect(story.told).toEqual([])
  })
})

/** One of two units held, both exits resting for two: they are to be brought to one. */
function oversized() {
  const story = entered()
  const { entry } = story.bracket
  story.filled(entry.id, 1).after(60_000).ticks(2)
  story.reported(entry.id, { kind: 'cancel-reported' }).after(2_000)
  story.sent.splice(0)
  return story.ticks(2)
}

describe('exits for more than is held, whose change the broker will not make (P32, P35, L19)', () => {
  const listed = (story: Story) => ({
    openOrders: story
      .orders('unknown', 'acked', 'held', 'working', 'cancel-pending', 'replace-pending')
      .map((each) => brokerOrder(each, { kind: 'reported', as: 'held' })),
  })
  const replaces = (commands: readonly string[]) =>
    commands.filter((each) => each.startsWith('replace'))

  test.each(REFUSED_CHANGES)('$kind: others take over in their group, and no more', (evidence) => {
    const story = oversized()
    const { target, stop } = story.bracket
    expect(story.commands).toEqual(['replace x1 LMT 2.4', 'replace x1 STP 1.9'])
    for (const { id } of [target, stop]) story.reported(id, evidence)
    story.sent.splice(0)
    story.snapshot(listed(story)).ticks(2)
    // What rests is not given up for orders that may never leave us.
    expect(story.commands).toEqual(['place take-profit SELL x1 LMT 2.4, stop-loss SELL x1 STP 1.9'])
    story.handedOver().accepted().ticks(2)
    expect(story.commands).toEqual(['cancel', 'cancel'])
    const tied = story.orders('cancel-pending', 'held').map(({ oca }) => oca?.name)
    expect([...new Set(tied)]).toEqual([stop.oca?.name])
    for (const { id } of [target, stop]) story.reported(id, { kind: 'cancel-reported' })
    for (let second = 0; second < 60; second++) {
      story.after(1_000).ticks(2)
      story.snapshot(listed(story))
    }
    expect(story.commands).toEqual([])
    expect(story.orders('held').map(({ role, quantity }) => `${role} x${quantity}`)).toEqual([
      'take-profit x1',
      'stop-loss x1',
    ])
  })

  test('changes that nobody answers: three, then another takes over', () => {
    const story = oversized()
    let commands = [...story.commands]
    for (let second = 0; second < 120; second++) {
      story.after(1_000).ticks(2)
      if (story.orders('unknown').length > 0) story.snapshot(listed(story))
      for (const { id } of story.orders('cancel-pending')) {
        story.reported(id, { kind: 'cancel-reported' })
      }
      story.handedOver()
      for (const { id } of story.orders('sending')) {
        story.reported(id, { kind: 'reported', as: 'held' })
      }
      commands = [...commands, ...story.commands]
    }
    expect(replaces(commands)).toHaveLength(2 * 3)
    expect(commands.filter((each) => each.startsWith('place'))).toHaveLength(1)
    expect(story.orders('held').map(({ quantity }) => quantity)).toEqual([1, 1])
  })

  test('a close that may not become a market order gives way to one that is', () => {
    const story = holding()
    const { structure } = story.bracket
    story.happens({ kind: 'exit-proposed', structureId: structure.id, reason: 'trend' }).ticks(2)
    story.handedOver().accepted().after(10_000).ticks(2)
    expect(story.commands.at(-1)).toBe('replace x2 MKT')
    const [close] = story.orders('replace-pending')
    story.reported(close?.id ?? '', { kind: 'cancel-refused', hint: '329: order type' })
    story.sent.splice(0)
    story.snapshot(listed(story)).after(10_000).ticks(2)
    expect(story.commands).toEqual(['place close SELL x2 MKT'])
    story.handedOver().accepted().after(1_000).ticks(2)
    expect(story.commands).toEqual(['cancel'])
    for (const { id } of story.orders('cancel-pending')) {
      story.reported(id, { kind: 'cancel-reported' })
    }
    story.after(20_000).ticks(2)
    expect(story.commands).toEqual([])
  })
})

describe('a bracket that breaks (R8, F51)', () => {
  test('a refused child takes the unfilled entry with it', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    const { entry, stop } = story.bracket
    story.reported(entry.id, { kind: 'reported', as: 'working' })
    story.sent.splice(0)
    story.reported(stop.id, { kind: 'reject-reported', vendorCode: 201, reason: 'no' })
    expect(story.commands).toEqual(['warning', 'cancel'])
    expect(story.order(entry.id).status).toBe('cancel-pending')
  })

  test('10006: the child is sent once more after 50 ms, journaled before; a second time never', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    const { entry, target, stop } = story.bracket
    for (const { id } of [entry, target]) story.reported(id, { kind: 'reported', as: 'working' })
    story.sent.splice(0)
    story.reported(stop.id, { kind: 'parent-missing' })
    expect(story.sent.splice(0)).toEqual([{ kind: 'tick-after', delayMs: 50 }])
    story.after(50).journal.splice(0)
    story.ticks()
    expect(story.told).toEqual(['ChildResent'])
    expect(story.commands).toEqual(['resend-child'])
    story.after(10).reported(stop.id, { kind: 'parent-missing' })
    expect(story.order(stop.id).status).toBe('unknown')
    expect(story.commands).toEqual(['cancel']) // the family
    story.after(60).ticks()
    expect(story.commands).toEqual([])
  })
})

describe('levels', () => {
  const command = (kind: 'reduce' | 'halt' | 'kill') =>
    ({ kind: 'operator-commanded', by: 'me', command: { kind } }) as const
  const resume = (accountId: string) =>
    ({
      kind: 'operator-commanded',
      by: 'me',
      command: { kind: 'resume', accountId, reason: 'ok' },
    }) as const

  test.each(['reduce', 'halt'] as const)(
    '%s: resting entries are cancelled, exits stay',
    (kind) => {
      const story = entered().happens(command(kind))
      expect(story.commands).toEqual(['critical', 'cancel'])
      const other = holding().happens(command(kind))
      expect(other.commands).toEqual(['critical'])
    },
  )

  test('by themselves they only go up; back goes a person who types the account id', () => {
    const story = ready().happens(command('halt')).happens(command('reduce'))
    expect(story.state.tradingState).toBe('halt')
    story.happens(resume('DU9'))
    expect(story.state.tradingState).toBe('halt')
    story.happens(resume('DU1'))
    expect(story.state.tradingState).toBe('active')
  })

  test('kill: one close for each structure, in the group that rests; stray positions go too', () => {
    const story = holding()
    story.snapshot({ positions: [held(call, 2), held(stock, 30)] })
    story.sent.splice(0)
    story.happens(command('kill')).after(1_000).ticks(1.95)
    expect(story.commands).toEqual([
      'critical',
      'place close SELL x30 MKT',
      'tick-after', // and not only with the next second
      'place close SELL x2 LMT 1.95',
    ])
    const close = story.orders('intent').find((each) => each.structureId !== null)
    expect(close?.oca?.name).toBe(story.bracket.target.oca?.name)
    story.handedOver().accepted().happens(command('kill')).after(1_000).ticks(1.95)
    expect(story.commands).toEqual([]) // pressed twice: no extra sell
    story.after(10_000).ticks(1.9)
    expect(story.commands).toEqual(['replace x2 MKT'])
  })

  test('panic: another process flattens, this one sends nothing', () => {
    const story = holding()
    story.happens({ kind: 'operator-commanded', by: 'panic', command: { kind: 'kill' } })
    story.after(5_000).ticks(2)
    expect(story.commands).toEqual(['critical'])
  })

  test('an operator closes and cancels by name', () => {
    const story = holding()
    const { structure } = story.bracket
    story.happens({
      kind: 'operator-commanded',
      by: 'me',
      command: { kind: 'close', structureId: structure.id },
    })
    expect(story.told).toEqual(['OperatorCommanded', 'triggered close: close by me'])
    const other = entered()
    other.happens({
      kind: 'operator-commanded',
      by: 'me',
      command: { kind: 'cancel', orderId: other.bracket.entry.id },
    })
    expect(other.commands).toEqual(['cancel'])
  })
})

describe('the day', () => {
  test('the loss at the limit is reduce-only, until the next New York date', () => {
    const story = ready()
      .after(60_000)
      .snapshot({ account: worth(95_001) })
    expect(story.state.tradingState).toBe('active')
    story.after(60_000).snapshot({ account: { ...worth(95_000), at: story.at } })
    expect([story.state.tradingState, story.state.levelCause]).toEqual([
      'reduce-only',
      'daily-loss',
    ])
    story.at = atNewYork('2026-03-10' as CalendarDate, '23:59')
    expect(story.ticks().state.tradingState).toBe('reduce-only')
    story.at = atNewYork('2026-03-11' as CalendarDate, '00:00')
    expect([story.ticks().state.tradingState, story.state.levelCause]).toEqual([
      'active',
      'new-date',
    ])
  })

  test('the baseline of a date never moves; another one of it blocks entries (D16)', () => {
    const story = ready()
    const second = { ...baseline, netLiquidation: money(98_000), amount: money(100_000) }
    story.happens({ kind: 'day-observed', baseline: second })
    expect([story.told, story.state.baseline]).toEqual([['BaselineChecked'], baseline])
    story.happens({ kind: 'day-observed', baseline: { ...second, amount: money(99_000) } })
    expect(story.told).toEqual(['BaselineChecked', 'gate baseline all'])
    story.happens({ kind: 'day-observed', baseline: second })
    expect(story.told).toEqual(['BaselineChecked', 'gate baseline all cleared'])
    const next = { ...second, date: '2026-03-11' as CalendarDate }
    expect(story.happens({ kind: 'day-observed', baseline: next }).state.baseline).toEqual(next)
  })

  test('a person’s reduce outlasts the date', () => {
    const story = ready()
      .after(1_000)
      .snapshot({ account: { ...worth(90_000) } })
    story.happens({ kind: 'operator-commanded', by: 'me', command: { kind: 'reduce' } })
    story.at = atNewYork('2026-03-11' as CalendarDate, '09:00')
    expect(story.ticks().state.tradingState).toBe('reduce-only')
  })
})

describe('reports', () => {
  test('a fill counts once, a correction replaces it, a commission may come first (D35, R24)', () => {
    const story = entered()
    const { entry } = story.bracket
    const first = { execId: 'e1' as never }
    story.happens({
      kind: 'order-reported',
      report: { kind: 'commission', ...first, commission: money(1) },
    })
    story.filled(entry.id, 2, first).filled(entry.id, 2, first)
    expect([story.order(entry.id).filled, story.bracket.structure.quantity]).toEqual([2, 2])
    story.filled(entry.id, 1, { ...first, revision: 2 })
    expect([story.order(entry.id).filled, story.bracket.structure.quantity]).toEqual([1, 1])
    expect(story.order(entry.id).status).toBe('unknown')
    story.filled(entry.id, 2, first) // the older revision again
    expect(story.bracket.structure.quantity).toBe(1)
    expect([...story.state.positions.values()]).toMatchObject([{ quantity: 1, cost: money(200) }])
    story.filled(entry.id, 0, { ...first, revision: 3 }) // busted
    expect([story.bracket.structure.quantity, story.state.positions.size]).toEqual([0, 0])
  })

  test('of orders that are not ours mean nothing here', () => {
    const story = ready()
    story.reported('nobody', { kind: 'cancel-reported' })
    expect(story.told).toEqual([])
  })

  test('what repeats leaves no row', () => {
    const story = holding()
    const { target } = story.bracket
    story.reported(target.id, { kind: 'reported', as: 'held' })
    story.reported(target.id, { kind: 'handed-over' })
    expect(story.told).toEqual([])
  })

  test('a cycle and its outcome are one fact', () => {
    const outcome = {
      symbol: call.symbol,
      barStart: 0 as EpochMs,
      kind: 'hold',
      reason: 'flat',
    } as const
    expect(ready().happens({ kind: 'cycle-ended', outcome }).told).toEqual(['CycleEnded'])
  })
})
