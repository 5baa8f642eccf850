import { describe, expect, test } from 'vitest'
import { fail, ok } from '../base/result.ts'
import type { EpochMs } from '../base/clock.ts'
import { MemoryJournal } from '../journal/memory.ts'
import { evolve } from '../trading/evolve.ts'
import { initialState } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import type { Event } from '../trading/event.ts'
import { Engine } from './engine.ts'
import type { Broker, Fault, Journal } from './ports.ts'
import { at } from './scripted-bars.testing.ts'
import { generous, run, strategyAt, World } from './world.testing.ts'

const fold = (journal: MemoryJournal): State =>
  journal
    .read()
    .reduce<State>(
      (state, { event, at: time }) => evolve(state, event, time),
      initialState(run.mode, run.accountId),
    )
const refused: Fault = { code: 'storage', retry: 'later', detail: 'disk full', vendorCode: null }

describe('start', () => {
  test('the run is the first fact; then link, picture, baseline; then entries are possible', async () => {
    const world = new World()
    const { engine } = world.start()
    await world.run(5_000)
    const types = [...new Set(world.journal.read().map(({ event }) => event.type))]
    expect(types[0]).toBe('RunStarted')
    expect(types).toContain('DayOpened')
    expect(engine.state).toMatchObject({ link: 'up', tradingState: 'active', gates: [] })
    expect(engine.state.account?.id).toBe(run.accountId)
  })

  test('outside of regular hours a gate is set, and cleared when they begin', async () => {
    const world = new World({ start: '09:20' })
    const { engine } = world.start()
    await world.run(5_000)
    expect(engine.state.gates.map((set) => set.gate)).toEqual(['window'])
    await world.clock.runUntil(at('09:30:02'))
    expect(engine.state.gates).toEqual([])
  })

  test('a restart folds the journal and goes on; what was in flight is unknown until proof', async () => {
    const world = new World({ strategies: [strategyAt('10:02')] })
    const first = world.start()
    first.engine.subscribe((event) => {
      if (event.type === 'EntryApproved') world.crash()
    })
    await world.clock.runUntil(at('10:03:30'))
    const { engine } = world.restart()
    const statuses = (): readonly string[] =>
      [...engine.state.orders.values()].map((order) => order.status)
    expect(statuses()).toEqual(['unknown', 'unknown', 'unknown'])
    await world.run(5_000)
    expect(engine.state.link).toBe('up')
    expect(statuses()).not.toContain('unknown')
    expect(world.gateway.core.state.orders.size).toBe(3)
  })

  test('memory is the fold of the journal, at every moment', async () => {
    const world = new World({ strategies: [strategyAt('10:02', '10:20')] })
    const { engine } = world.start()
    let checked = 0
    engine.subscribe((_event, state) => {
      if (checked++ % 10 === 0) expect(fold(world.journal).seq).toBe(state.seq)
    })
    await world.clock.runUntil(at('10:30'))
    expect(fold(world.journal)).toEqual(engine.state)
    expect(checked).toBeGreaterThan(30)
  })
})

describe('a turn', () => {
  test('what is dispatched from within is the next turn; all are told after theirs (D52, R34)', async () => {
    const world = new World()
    const { engine } = world.start()
    await world.run(5_000)
    const told: string[] = []
    engine.subscribe((event, state) => {
      told.push(`${event.type} ${state.tradingState}`)
      if (event.type !== 'OperatorCommanded' || event.command.kind !== 'reduce') return
      engine.view().command('test', { kind: 'halt' })
      told.push('dispatched')
    })
    engine.view().command('test', { kind: 'reduce' })
    expect(told).toEqual([
      'OperatorCommanded reduce-only',
      'dispatched',
      'TradingStateChanged reduce-only',
      'OperatorCommanded halt',
      'TradingStateChanged halt',
    ])
  })

  test('every order is journaled before it is handed to the broker', async () => {
    const early: string[] = []
    const world: World = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ broker }) => ({
        broker: {
          ...broker,
          place: (orders) => {
            const known = world.events('OrderIntended').map(({ order }) => order.id)
            early.push(...orders.map((order) => order.id).filter((id) => !known.includes(id)))
            return broker.place(orders)
          },
        },
      }),
    })
    world.start()
    await world.clock.runUntil(at('10:05'))
    expect(world.events('EntryApproved').length).toBe(1)
    expect(early).toEqual([])
  })

  test('a broker that answers while it is called is heard after "handed over"', async () => {
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ broker }) => ({ broker: answeringAtOnce(broker) }),
    })
    world.start()
    await world.clock.runUntil(at('10:05'))
    const moves = world.events('OrderMoved').filter(({ orderId }) => orderId.endsWith('.1'))
    expect(moves.slice(0, 2).map(({ to }) => to)).toEqual(['sending', 'acked'])
  })

  test('a refusal to hand over is a denial, and the entry is over', async () => {
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ broker }) => ({ broker: { ...broker, place: () => fail(refused) } }),
    })
    const { engine } = world.start()
    await world.clock.runUntil(at('10:05'))
    const statuses = [...engine.state.orders.values()].map((order) => order.status)
    expect(statuses).toEqual(['denied', 'denied', 'denied'])
  })
})

describe('a journal that refuses', () => {
  const withAnswer = (answer: { now: ReturnType<Journal['append']> | null }) => {
    const world: World = new World({
      strategies: [strategyAt('10:02'), { ...strategyAt('10:12'), name: 'later' }],
      wrap: ({ journal }) => ({
        journal: {
          read: () => journal.read(),
          append: (time: EpochMs, events: readonly Event[]) => {
            const { now } = answer
            if (now?.ok !== false) journal.append(time, events)
            return now ?? ok('journal')
          },
        },
      }),
    })
    return world
  }

  test('emergency: no entry leaves, a gate is set, a person is told; it ends by itself', async () => {
    const answer: { now: ReturnType<Journal['append']> | null } = { now: null }
    const world = withAnswer(answer)
    const { engine } = world.start()
    await world.clock.runUntil(at('10:02:30'))
    answer.now = ok('emergency')
    await world.clock.runUntil(at('10:10'))
    expect(world.gateway.core.state.orders.size).toBe(0)
    const statuses = [...engine.state.orders.values()].map((order) => order.status)
    expect(statuses).toEqual(['denied', 'denied', 'denied'])
    expect(engine.state.gates.map((set) => set.gate)).toEqual(['journal'])
    expect(world.notices.some((notice) => notice.message.includes('emergency'))).toBe(true)
    answer.now = null
    await world.clock.runUntil(at('10:14'))
    expect(engine.state.gates).toEqual([])
    expect(world.gateway.core.state.orders.size).toBe(3)
  })

  test('a fault: nothing has happened and nothing is sent', async () => {
    const answer: { now: ReturnType<Journal['append']> | null } = { now: null }
    const world = withAnswer(answer)
    const { engine } = world.start()
    await world.clock.runUntil(at('10:02:30'))
    const { seq } = engine.state
    answer.now = fail(refused)
    await world.clock.runUntil(at('10:10'))
    expect(engine.state.seq).toBe(seq)
    expect(world.gateway.core.state.orders.size).toBe(0)
  })
})

test('a kill that no journal takes is latched all the same, and tried again (P7, P44)', async () => {
  const answer: { now: ReturnType<Journal['append']> | null } = { now: null }
  const world: World = new World({
    wrap: ({ journal }) => ({
      journal: {
        read: () => journal.read(),
        append: (when, events) => answer.now ?? journal.append(when, events),
      },
    }),
  })
  const { engine } = world.start()
  await world.run(5_000)
  answer.now = fail(refused)
  engine.view().command('ada', { kind: 'kill' })
  expect(world.latch.read()).toMatchObject({ by: 'engine', reason: 'kill by ada' })
  expect(engine.state.tradingState).toBe('active') // it has not happened: it could not be journaled
  await world.run(3_000)
  answer.now = null
  await world.run(1_500)
  expect(engine.state.tradingState).toBe('kill')
})

describe('the latch', () => {
  const RESUME = { kind: 'resume', accountId: 'DU1234567', reason: 'seen' } as const

  test('lifted by a person it is cleared; what panic has set meanwhile is not', async () => {
    const world = new World()
    const { engine } = world.start()
    await world.run(5_000)
    engine.view().command('ada', { kind: 'kill' })
    engine.view().command('ada', RESUME)
    expect([engine.state.tradingState, world.latch.read()]).toEqual(['active', null])
    engine.view().command('ada', { kind: 'kill' })
    world.latch.set({ by: 'panic', reason: 'panic' })
    engine.view().command('ada', RESUME)
    expect(world.latch.read()).toMatchObject({ by: 'panic' })
    await world.run(1_100)
    expect(engine.state).toMatchObject({ tradingState: 'kill', levelCause: 'panic' })
    engine.view().command('ada', RESUME)
    expect([engine.state.tradingState, world.latch.read()]).toEqual(['active', null])
  })

  test('set by another process it is a kill on the next tick', async () => {
    const world = new World()
    const { engine } = world.start()
    await world.run(5_000)
    world.latch.set({ by: 'panic', reason: 'panic' })
    await world.run(1_100)
    expect(engine.state).toMatchObject({ tradingState: 'kill', levelCause: 'panic' })
  })

  test('a kill sets it, and the next run starts there', async () => {
    const world = new World()
    const { engine } = world.start()
    await world.run(5_000)
    engine.view().command('operator', { kind: 'kill' })
    expect(world.latch.read()).toMatchObject({ by: 'engine' })
    const fresh = { ...world.ports, journal: new MemoryJournal() } // an older backup
    const later = Engine.start(fresh, { rules: generous, run }, new AbortController().signal)
    expect(later.state.tradingState).toBe('kill')
  })
})

describe('pictures of the account', () => {
  const counting = (broker: Broker, seen: { open: number; most: number; all: number }): Broker => ({
    ...broker,
    snapshot: async (signal) => {
      seen.all++
      seen.most = Math.max(seen.most, ++seen.open)
      const answer = await broker.snapshot(signal)
      seen.open--
      return answer
    },
  })

  test('never two at once; every 5 minutes when nothing is held', async () => {
    const seen = { open: 0, most: 0, all: 0 }
    const world = new World({ wrap: ({ broker }) => ({ broker: counting(broker, seen) }) })
    world.start()
    await world.clock.runUntil(at('10:20:30'))
    expect(seen).toEqual({ open: 0, most: 1, all: 5 })
  })

  test('one that was begun before 1102 does not let entries go on', async () => {
    let told: ((up: boolean, epoch: number) => void) | undefined
    const held: (() => void)[] = []
    let holds = false
    const world = new World({
      wrap: ({ broker }) => ({
        broker: {
          ...broker,
          onLink: (listener) => broker.onLink((told = listener)),
          snapshot: async (signal) => {
            const answer = await broker.snapshot(signal)
            if (holds) await new Promise<void>((resolve) => void held.push(resolve))
            return answer
          },
        },
      }),
    })
    const { engine } = world.start()
    const gates = () => engine.state.gates.map(({ gate }) => gate)
    await world.run(10_000)
    expect(gates()).toEqual([])
    holds = true
    told?.(true, engine.state.epoch)
    await world.run(2_000)
    expect([engine.state.link, gates(), held.length]).toEqual(['up', ['reconcile'], 1])
    told?.(true, engine.state.epoch) // 1102 while the picture is taken
    held[0]?.()
    await world.run(2_000)
    expect([gates(), held.length]).toEqual([['reconcile'], 2])
    held[1]?.()
    await world.run(1_000)
    expect(gates()).toEqual([])
  })

  test('one that never comes has a deadline, and is asked for again', async () => {
    let asked = 0
    const world = new World({
      wrap: ({ broker }) => ({
        broker: {
          ...broker,
          snapshot: (signal) =>
            asked++ === 0 ? new Promise(() => undefined) : broker.snapshot(signal),
        },
      }),
    })
    const { engine } = world.start()
    await world.run(10_000)
    expect(engine.state.link).toBe('reconciling')
    await world.run(10_000)
    expect(engine.state.link).toBe('up')
  })
})

test('vitals are facts with their times', async () => {
  const world = new World({ strategies: [strategyAt('10:02')] })
  const { engine } = world.start()
  await world.clock.runUntil(at('10:04:30'))
  const vitals = engine.vitals()
  expect(vitals).toMatchObject({ seq: engine.state.seq, loopDelayMsMax: 0, unprotected: 0 })
  expect(vitals.at - (vitals.lastCycleAt ?? 0)).toBeLessThan(60_000)
  expect(vitals.at - (vitals.lastAnswerAt ?? 0)).toBeLessThan(120_000)
})

/** Says at once, within `place`, what a Gateway says a moment later. */
function answeringAtOnce(broker: Broker): Broker {
  const listeners: Parameters<Broker['onReport']>[0][] = []
  return {
    ...broker,
    onReport: (listener) => {
      listeners.push(listener)
      return broker.onReport(listener)
    },
    place: (orders) => {
      for (const { id: orderId } of orders) {
        const evidence = { kind: 'reported', as: 'acked' } as const
        for (const listener of listeners) listener({ kind: 'evidence', orderId, evidence })
      }
      return broker.place(orders)
    },
  }
}
