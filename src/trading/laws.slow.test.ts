import { describe, expect, test } from 'vitest'
import { Prng } from '../base/prng.ts'
import type { ExecId } from '../domain/fill.ts'
import type { OrderEvidence, TrackedOrder } from '../domain/order.ts'
import { price } from '../domain/money.ts'
import { isTerminal, mayStillFill } from '../orders/lifecycle.ts'
import type { Command } from './command.ts'
import type { Event } from './event.ts'
import { evolve } from './evolve.ts'
import { brokerOrder, call, ready, request, Story } from './play.testing.ts'
import type { State } from './state.ts'
import { initialState } from './state.ts'

/** A day of a broker, a link, an operator and a clock that do what they like. */
function wildDay(seed: number, look: (story: Story) => void = () => undefined): Story {
  const prng = new Prng(seed)
  const story = ready()
  for (let step = 0; step < 80; step++) {
    story.after(prng.int(1, prng.chance(0.2) ? 30_000 : 800))
    happening(story, prng)
    look(story)
  }
  return story
}

const days = new Map<number, Story>()

function dayOf(seed: number): Story {
  const day = days.get(seed) ?? wildDay(seed)
  days.set(seed, day)
  return day
}

const evidences: readonly OrderEvidence[] = [
  { kind: 'handed-over' },
  { kind: 'handed-over' },
  { kind: 'reported', as: 'acked' },
  { kind: 'reported', as: 'held' },
  { kind: 'reported', as: 'working' },
  { kind: 'reported', as: 'working' },
  { kind: 'cancel-reported' },
  { kind: 'cancel-refused', hint: 'Filled' },
  { kind: 'reject-reported', vendorCode: 201, reason: 'no' },
  { kind: 'parent-missing' },
  { kind: 'warned', vendorCode: 399, message: 'later' },
  { kind: 'denied', reason: 'link' },
]

function happening(story: Story, prng: Prng): void {
  const orders = [...story.state.orders.values()]
  const one = orders[prng.int(0, Math.max(0, orders.length - 1))]
  const bid = prng.int(30, 50) / 20
  switch (prng.int(0, 12)) {
    case 0: {
      const signalKey = `s${prng.int(1, 9)}`
      story.happens({ kind: 'entry-proposed', request: request({ signalKey }, story.at) })
      return
    }
    case 1:
    case 2:
    case 3:
      if (one)
        story.reported(
          one.id,
          evidences[prng.int(0, evidences.length - 1)] ?? { kind: 'handed-over' },
        )
      return
    case 4:
      story.handedOver().accepted()
      return
    case 5:
    case 6:
      if (one) fills(story, one, prng)
      return
    case 7: {
      const up = prng.chance(0.5)
      story.happens({
        kind: 'link-changed',
        link: up ? 'reconciling' : 'down',
        epoch: story.state.epoch + (up ? 1 : 0),
      })
      return
    }
    case 8:
      if (prng.chance(0.3)) story.begins()
      return
    case 9:
      if (prng.chance(0.2)) {
        const kind = (['reduce', 'halt', 'kill'] as const)[prng.int(0, 2)] ?? 'halt'
        story.happens({ kind: 'operator-commanded', by: 'me', command: { kind } })
      } else if (prng.chance(0.5)) {
        const command = { kind: 'resume', accountId: 'DU1', reason: 'r' } as const
        story.happens({ kind: 'operator-commanded', by: 'me', command })
      }
      return
    case 10:
      picture(story, prng)
      return
    default:
      story.ticks(prng.chance(0.3) ? null : bid)
  }
}

/** An execution that a broker could send: of an order that was handed over and has units left. */
function fills(story: Story, order: TrackedOrder, prng: Prng): void {
  const left = mayStillFill(order)
  const structure = order.structureId && story.state.structures.get(order.structureId)
  const most = order.role === 'entry' ? left : Math.min(left, structure ? structure.quantity : 0)
  if (order.status === 'intent' || most <= 0) return
  story.filled(order.id, prng.int(1, most), { price: price(2) })
}

function picture(story: Story, prng: Prng): void {
  const alive = [...story.state.orders.values()].filter(({ status }) => !isTerminal(status))
  const seen = alive.filter(() => prng.chance(0.7))
  story.snapshot({
    openOrders: seen.filter(() => prng.chance(0.8)).map((each) => brokerOrder(each)),
    completedOrders: seen
      .filter(() => prng.chance(0.2))
      .map((each) =>
        brokerOrder(each, { kind: 'proven', status: 'cancelled', by: 'completed-order' }),
      ),
  })
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed)
const plain = (state: State): unknown =>
  JSON.parse(
    JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? [...value] : value)),
  )

describe('laws of a wild day', () => {
  test('the fold of the journal, as it is read back, is the state in memory (P6)', () => {
    for (const seed of seeds) {
      const { journal, state } = journaled(seed)
      const read = JSON.parse(JSON.stringify(journal)) as typeof journal
      const folded = read.reduce(
        (sum, { event, at }) => evolve(sum, event, at),
        initialState('demo', 'DU1'),
      )
      expect(plain(folded)).toEqual(plain(state))
      expect(state.seq).toBe(journal.length)
    }
  })

  test('the same day twice is the same journal', () => {
    for (const seed of seeds.slice(0, 50))
      expect(wildDay(seed).journal).toEqual(dayOf(seed).journal)
  })

  test('ids are unique over runs, short, and printable', () => {
    for (const seed of seeds) {
      const ids = eventsOf(dayOf(seed)).flatMap((event) =>
        event.type === 'OrderIntended' ? [event.order.id] : [],
      )
      expect(new Set(ids).size).toBe(ids.length)
      for (const id of ids) expect(id).toMatch(/^[!-~]{1,40}$/)
    }
  })

  test('two exits that no group ties are never alive at once (R19, P32)', () => {
    for (const seed of seeds) {
      const groups = new Map<string, Set<string>>()
      wildDay(seed, ({ state }) => {
        groups.clear()
        for (const order of state.orders.values()) {
          if (order.role === 'entry' || mayStillFill(order) === 0) continue
          const family = groups.get(order.structureId ?? order.id) ?? new Set()
          groups.set(order.structureId ?? order.id, family.add(order.oca?.name ?? order.id))
        }
        for (const family of groups.values()) expect(family.size).toBe(1)
      })
    }
  })

  test('what was sent was journaled before, and nothing is sent twice', () => {
    for (const seed of seeds) {
      const story = dayOf(seed)
      const known = new Set(eventsOf(story).flatMap(intentOf))
      const sent = story.sent.flatMap(sentBy)
      for (const each of sent) expect(known).toContain(each)
      const placed = sent.filter((each) => each.startsWith('place'))
      expect(new Set(placed).size).toBe(placed.length)
    }
  })

  test('at most one entry that may fill for a signal, and none above `active`', () => {
    for (const seed of seeds) {
      let level = 'active'
      for (const event of eventsOf(dayOf(seed))) {
        if (event.type === 'TradingStateChanged') level = event.to
        if (event.type === 'EntryApproved') expect(level).toBe('active')
      }
      const { state } = dayOf(seed)
      const live = [...state.orders.values()].filter(
        (each) => each.role === 'entry' && mayStillFill(each) > 0,
      )
      expect(new Set(live.map((each) => each.structureId)).size).toBe(live.length)
    }
  })

  test('every move is one of the table, and every order ends by proof', () => {
    const ended = new Set<string>()
    for (const seed of seeds) {
      for (const event of eventsOf(dayOf(seed))) {
        if (event.type !== 'OrderMoved' || !isTerminal(event.to) || event.to === event.from)
          continue
        expect(['proven', 'fills-changed', 'denied']).toContain(event.evidence.kind)
        ended.add(event.to)
      }
    }
    expect([...ended].sort()).toEqual(['cancelled', 'denied', 'filled', 'rejected'])
  })
})

function journaled(seed: number): Pick<Story, 'journal' | 'state'> {
  const story = new Story().begins()
  story.snapshot()
  const prng = new Prng(seed)
  for (let step = 0; step < 80; step++) {
    story.after(prng.int(1, 2_000))
    happening(story, prng)
  }
  return story
}

function eventsOf(story: Story): readonly Event[] {
  return story.journal.map(({ event }) => event)
}

function intentOf(event: Event): readonly string[] {
  switch (event.type) {
    case 'OrderIntended':
      return [`place ${event.order.id}`]
    case 'CancelIntended':
      return [`cancel ${event.orderId}`]
    case 'ReplaceIntended':
      return [`replace ${event.change.orderId}`]
    case 'ChildResent':
      return [`resend ${event.orderId}`]
    default:
      return []
  }
}

function sentBy(command: Command): readonly string[] {
  switch (command.kind) {
    case 'place':
      return command.orders.map((order) => `place ${order.id}`)
    case 'cancel':
      return [`cancel ${command.orderId}`]
    case 'replace':
      return [`replace ${command.change.orderId}`]
    case 'resend-child':
      return [`resend ${command.order.id}`]
    default:
      return []
  }
}

test('no order of the same reports changes what is held', () => {
  const order = [0, 1, 2]
  const shuffles = order.flatMap((a) => order.filter((b) => b !== a).map((b) => [a, b, 3 - a - b]))
  const ends = shuffles.map((shuffle) => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver().accepted()
    const { entry } = story.bracket
    for (const i of shuffle) {
      story.filled(entry.id, i + 1, {
        execId: `e${i}` as ExecId,
        price: price(2 - i / 10),
        at: story.at,
      })
      story.filled(entry.id, i + 1, {
        execId: `e${i}` as ExecId,
        price: price(2 - i / 10),
        at: story.at,
      })
    }
    const { structure } = story.bracket
    const [position] = [...story.state.positions.values()]
    return {
      held: structure.quantity,
      paid: structure.openPrice,
      cost: position?.cost,
      of: call.conId,
    }
  })
  for (const end of ends) expect(end).toEqual(ends[0])
})
