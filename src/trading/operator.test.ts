import { describe, expect, test } from 'vitest'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import type { BrokerOrder } from '../domain/report.ts'
import type { LevelCause, TradingState } from '../domain/account.ts'
import type { OperatorCommand } from './input.ts'
import { call, entered, heldOf, holding, quote } from './play.testing.ts'
import { ready, run, stock, Story, today } from './play.testing.ts'

const says = (by: string, command: OperatorCommand) =>
  ({ kind: 'operator-commanded', by, command }) as const
const KILL = says('ada', { kind: 'kill' })
const resume = (changes: { accountId?: string; reason?: string } = {}) =>
  ({ kind: 'resume', accountId: 'DU1', reason: 'looked at it', ...changes }) as const

describe('back goes a person alone', () => {
  const killed = () => ready().happens(KILL)

  test.each([
    ['another account id', says('ada', resume({ accountId: 'DU9' })), 'DU9 is not our account id'],
    ['no reason', says('ada', resume({ reason: ' ' })), 'expected a reason'],
    ['the engine', says('engine', resume()), 'a person does this, not engine'],
    ['panic', says('panic', resume()), 'a person does this, not panic'],
    ['the watchdog', says('watchdog', resume()), 'a person does this, not watchdog'],
  ])('refused: %s; the journal says so, and why', (_, said, refused) => {
    const story = killed()
    story.journal.splice(0)
    story.sent.splice(0)
    story.happens(said)
    expect(story.state.tradingState).toBe('kill')
    const { by, command } = said
    expect(story.journal.map(({ event }) => event)).toEqual([
      { type: 'OperatorCommanded', by, command, refused },
    ])
    expect([story.told, story.commands]).toEqual([['OperatorCommanded'], ['warning']])
  })

  test('with the account id and a reason, both journaled', () => {
    const story = killed().happens(says('ada', resume()))
    expect(story.state).toMatchObject({ tradingState: 'active', levelCause: 'operator' })
    const last = story.journal.at(-1)?.event
    expect(last).toMatchObject({ to: 'active', reason: 'resumed by ada: looked at it' })
    const said = story.journal.findLast(({ event }) => event.type === 'OperatorCommanded')
    expect(said?.event).not.toHaveProperty('refused')
  })

  test.each<[OperatorCommand, string]>([
    [{ kind: 'arm', accountId: 'DU1', reason: 'day' }, 'mode demo is not armed, only live is'],
    [{ kind: 'cancel', orderId: 'x-1' as ClientOrderId }, 'no such order is known'],
    [{ kind: 'close', structureId: 'x-1' as StructureId }, 'no such structure is known'],
  ])('so is what else a person asks for in vain: %j', (command, refused) => {
    const story = ready().happens(says('ada', command))
    expect(story.journal.map(({ event }) => event)).toMatchObject([
      { type: 'OperatorCommanded', refused },
    ])
    expect(story.commands).toEqual(['warning'])
  })

  test('the daily loss ends with the date, and not by a word', () => {
    const story = ready()
    const level = { tradingState: 'reduce-only', levelCause: 'daily-loss' } as const
    story.state = { ...story.state, ...level }
    story.happens(says('ada', resume()))
    expect(story.state).toMatchObject(level)
  })

  /** Every level against every cause of another: no machine lowers, a person always may. */
  test('law: nothing but a person or a date lowers a level', () => {
    const levels: readonly TradingState[] = ['active', 'reduce-only', 'halt', 'kill']
    const causes: readonly LevelCause[] = ['operator', 'panic', 'daily-loss', 'position-mismatch']
    const inputs = [
      says('engine', { kind: 'reduce' }),
      says('panic', { kind: 'kill' }),
      says('latch', { kind: 'halt' }),
      says('watchdog', resume()),
      { kind: 'halt-required', cause: 'decode-drift', reason: 'x' } as const,
      { kind: 'time-passed', quotes: [] } as const,
    ]
    for (const tradingState of levels) {
      for (const levelCause of causes) {
        for (const input of inputs) {
          const story = ready()
          const level = tradingState === 'active' ? null : levelCause
          story.state = { ...story.state, tradingState, levelCause: level }
          story.happens(input)
          const now = levels.indexOf(story.state.tradingState)
          expect(now).toBeGreaterThanOrEqual(levels.indexOf(tradingState))
        }
      }
    }
  })
})

describe('kill', () => {
  test('every cancel goes before the first close, and within the turn', () => {
    const story = holding()
    const [first] = story.state.structures.values()
    const entry = entered().bracket.entry
    story.happens(KILL)
    expect(story.commands).toEqual(['critical', 'tick-after'])
    story.ticks(1.95)
    expect(story.commands).toEqual(['place close SELL x2 LMT 1.95'])
    const other = entered()
    other.filled(entry.id, 1)
    other.sent.splice(0)
    other.happens(KILL)
    expect(other.commands).toEqual(['critical', 'cancel', 'tick-after'])
    other.ticks(1.95)
    expect(other.commands[0]).toMatch(/^place close SELL x1/)
    expect(first).toBeDefined()
  })

  test('with the link down it is latched at once; the next epoch cancels, then closes', () => {
    const story = entered()
    story.filled(story.bracket.entry.id, 1)
    story.happens({ kind: 'link-changed', link: 'down', epoch: 1 })
    story.sent.splice(0)
    story.happens(KILL)
    expect(story.state.tradingState).toBe('kill')
    expect(story.commands).toEqual(['critical', 'tick-after'])
    story.after(60_000).happens({ kind: 'link-changed', link: 'reconciling', epoch: 2 })
    expect(story.commands).toEqual(['cancel'])
    story.snapshot().ticks(1.9)
    expect(story.commands.join()).toContain('place close SELL x1')
  })

  test('once panic flattens, a kill of ours is its kill: nothing more is sent', () => {
    const story = holding().happens(KILL)
    story.sent.splice(0)
    story.happens(says('panic', { kind: 'kill' }))
    expect(story.state.levelCause).toBe('panic')
    story.after(5_000).ticks(1.95)
    expect(story.commands).toEqual(['critical'])
  })

  test('the market is closed: the exits stay, a person is told once; at the open it closes', () => {
    const story = holding()
    story.at = atNewYork(today, '18:00')
    story.sent.splice(0)
    story.happens(KILL).ticks(1.95).after(1_000).ticks(1.95).after(60_000).ticks()
    expect(story.commands).toEqual(['critical', 'tick-after', 'critical'])
    expect(story.state.flattenWaits).toBe('the market is closed')
    story.at = atNewYork('2026-03-11' as CalendarDate, '09:30:01')
    story.ticks(1.95)
    expect(story.commands).toEqual(['place close SELL x2 LMT 1.95'])
    expect(story.state.flattenWaits).toBeNull()
  })

  test('a foreign order that may sell a stray position: it is not sold twice (P25, P32)', () => {
    const story = ready()
    const stray = { contract: call, quantity: 2, cost: 0 as Money }
    const foreign: BrokerOrder = {
      orderId: null,
      permId: 9,
      contract: call,
      side: 'SELL',
      quantity: 2,
      evidence: { kind: 'reported', as: 'working' },
    }
    story.snapshot({ positions: [stray], openOrders: [foreign] })
    story.sent.splice(0)
    story.happens(KILL).ticks()
    expect(story.commands.filter((each) => each.startsWith('place'))).toEqual([])
    expect(story.state.flattenWaits).toContain('only panic cancels it')
    story.after(60_000).snapshot({ positions: [stray], openOrders: [] })
    story.ticks()
    expect(story.commands).toContain('place close SELL x2 MKT')
  })

  test('parts of a share: whole ones are sold, of the rest a person is told once', () => {
    const story = ready()
    story.snapshot({ positions: [heldOf(stock, 100.5)] })
    story.sent.splice(0)
    story.happens(KILL)
    expect(story.commands.filter((each) => each.startsWith('place'))).toEqual([
      'place close SELL x100 MKT',
    ])
    const [close] = story.handedOver().accepted().orders('working')
    story.filled(close?.id ?? '', 100).sent.splice(0)
    story.after(1_000).ticks().after(1_000).ticks()
    expect(story.commands).toEqual(['critical'])
    expect(story.state.flattenWaits).toContain('0.5 SPY is a part of a share')
  })

  test('trading is halted: likewise', () => {
    const story = holding().happens(KILL)
    const halted = quote({ aliveAt: story.at, halted: true })
    const { id: structureId } = story.bracket.structure
    const quotes = [{ structureId, quote: halted }]
    story.sent.splice(0)
    story.happens({ kind: 'time-passed', quotes }).after(9_000)
    story.happens({ kind: 'time-passed', quotes })
    expect(story.commands).toEqual(['critical'])
    story.after(1_000).ticks(1.95)
    expect(story.commands).toEqual(['place close SELL x2 LMT 1.95'])
  })
})

describe('arm', () => {
  const arm = (accountId = 'U1', reason = 'the day begins') =>
    says('ada', { kind: 'arm', accountId, reason })
  function live(): Story {
    const story = new Story()
    return story.happens({ kind: 'run-started', ...run, mode: 'live', accountId: 'U1' })
  }

  test('holds for the New York date, not for the next', () => {
    const story = live().happens(arm())
    expect(story.state.armedOn).toBe(today)
    story.at = atNewYork('2026-03-11' as CalendarDate, '00:01')
    story.ticks()
    expect(story.state.armedOn).toBe(today) // and is compared with the date of each entry
  })

  test.each([
    ['another account', live(), arm('U2')],
    ['no reason', live(), arm('U1', '')],
    ['a machine', live(), { ...arm(), by: 'watchdog' }],
    ['a mode that is not armed', ready(), arm('DU1')],
    ['killed', live().happens(KILL), arm()],
  ])('refused: %s', (_, story, command) => {
    story.sent.splice(0)
    story.happens(command)
    expect(story.state.armedOn).toBeNull()
    expect(story.commands).toEqual(['warning'])
  })

  test('a kill disarms, and resuming does not arm again', () => {
    const story = live().happens(arm()).happens(KILL)
    expect(story.state.armedOn).toBeNull()
    story.happens(says('ada', resume({ accountId: 'U1' })))
    expect(story.state).toMatchObject({ tradingState: 'active', armedOn: null })
  })
})
