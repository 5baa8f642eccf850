import { beforeAll, describe, expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Gate, LevelCause, SetGate, TradingState } from '../../src/domain/account.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../src/ibkr/session/client-ids.ts'
import type { SimPosition } from '../../src/simulator/broker/state.ts'
import type { Event } from '../../src/trading/event.ts'
import type { Request } from '../../src/wire/requests.ts'
import { bounded } from './checkers/bounded.ts'
import { textOf } from './checkers/checker.ts'
import type { Checker, Complaint, Load, Sight } from './checkers/checker.ts'
import { gatesInTime } from './checkers/gates-in-time.ts'
import { killedIsFlat } from './checkers/killed-is-flat.ts'
import { levelsLatched } from './checkers/levels-latched.ts'
import { outagesNamed } from './checkers/outages-named.ts'
import { requestsResolved } from './checkers/requests-resolved.ts'
import type { Notice } from './notice.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

/** What no planted bug reaches within minutes: a checker is shown what it would see. */
const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 1, written: {} })
const SECOND = 1_000

let calm: Sight

beforeAll(async () => {
  const world = new World({ plan, checkers: [] })
  await world.runUntil(plan.until)
  calm = world.sight
})

/** A look every five seconds, of what is so by then; the first complaint, and when it came. */
function looks(
  checker: Checker,
  seconds: number,
  at: (afterS: number) => Partial<Sight>,
): { readonly afterS: number; readonly text: Complaint } | null {
  for (let afterS = 0; afterS <= seconds; afterS += 5) {
    const now = (calm.now + afterS * SECOND) as EpochMs
    const text = textOf(checker.passed?.({ ...calm, now, ...at(afterS) }))
    if (text !== null) return { afterS, text }
  }
  return null
}

function behind(set: SetGate): Sight['record'] {
  return Object.assign(Object.create(calm.record) as Sight['record'], { gates: [set] })
}

const GATES = {
  link: true,
  connectivity: true,
  heartbeat: true,
  farm: true,
  reconcile: true,
  risen: true,
  unnamed: true,
  'stale-data': true,
  breaker: true,
  pacing: true,
  window: true,
  skew: true,
  'low-funds': false, // until the date ends, or funds return
  journal: true,
  account: true,
  baseline: true,
} as const satisfies Record<Gate, boolean>

describe('L11: each gate is expected to go once its cause is gone', () => {
  test.each(Object.entries(GATES))('%s', (name, goes) => {
    const gate = name as Gate
    const symbol = gate === 'risen' ? plan.settings.symbols[0]?.underlying.symbol : null
    const set: SetGate = { gate, symbol: symbol ?? null, since: calm.now, reason: 'said' }
    const record = behind(set)
    const late = looks(gatesInTime(), 150, () => ({ record }))
    expect(late === null).toBe(!goes)
    if (late !== null) expect(late.afterS).toBe(95)
    expect(looks(gatesInTime(), 150, () => ({ record, quietSince: null }))).toBeNull()
  })
})

function asking(asked: number, ended: number, open = 0): Partial<Sight> {
  const { requests } = calm.load()
  if (requests === null) throw new Error('expected a wire')
  const more: Load['requests'] = {
    ...requests,
    asked: { ...requests.asked, contractDetails: requests.asked.contractDetails + asked },
    observed: new Map([
      ...requests.observed,
      ['contractDetails', (requests.observed.get('contractDetails') ?? 0) + ended],
    ]),
    open: { ...requests.open, contractDetails: open },
  }
  return { load: () => ({ ...calm.load(), requests: more }) }
}

describe('I14: a request', () => {
  test('that ends in time is none to complain of', () => {
    expect(looks(requestsResolved(), 200, (s) => asking(1, s < 70 ? 0 : 1))).toBeNull()
  })

  test('that never ends is complained of', () => {
    expect(looks(requestsResolved(), 200, () => asking(1, 0))?.text).toContain('have ended')
  })

  test('of a canary is measured nowhere', () => {
    const checker = requestsResolved()
    const request = { kind: 'reqContractDetails', reqId: 1 } as Request
    checker.asked?.({ clientId: clientIdOf('canary', CLIENT_ID_BASE), request }, calm)
    expect(looks(checker, 200, () => asking(1, 0))).toBeNull()
    const ours = requestsResolved()
    ours.asked?.({ clientId: clientIdOf('data', CLIENT_ID_BASE), request }, calm)
    expect(looks(ours, 200, () => asking(1, 0))?.text).toContain('have ended')
  })

  test('that ends twice is complained of', () => {
    expect(looks(requestsResolved(), 10, () => asking(1, 2))?.text).toContain('have ended')
  })

  test('is one of a bounded number', () => {
    expect(looks(requestsResolved(), 10, () => asking(0, 0, 300))?.text).toContain('are open')
  })
})

describe('I23: what a process holds', () => {
  const holding = (timers: number): Partial<Sight> => ({
    load: () => ({ ...calm.load(), timers }),
  })

  test('may be more in a busy hour', () => {
    expect(looks(bounded(), 4 * 3_600, (s) => holding(s < 3_600 ? 100 : 200))).toBeNull()
  })

  test('does not grow with the hours', () => {
    const grown = looks(bounded(), 8 * 3_600, (s) => holding(100 + (100 * s) / 3_600))
    expect(grown?.text).toContain('from hour to hour')
  })
})

describe('L3: an outage', () => {
  const saying = (message: string): Notice => {
    return { alert: 'incident', level: 'critical', message, at: (calm.now + SECOND) as EpochMs }
  }
  const set: SetGate = { gate: 'connectivity', symbol: null, since: 0 as EpochMs, reason: 'said' }
  const verdict = { name: 'GATEWAY_HUNG', scope: null, candidates: [] }
  const incident = {
    type: 'IncidentOpened',
    incident: { id: 'i', symptom: 'no answer to a ping', verdict },
  } as never

  test('that has a verdict, and of which nobody is told, is complained of after five minutes', () => {
    const checker = outagesNamed()
    checker.journaled?.({ seq: 1, at: calm.now, event: incident }, calm)
    const record = behind(set)
    const late = looks(checker, 400, () => ({ record, notices: [] }))
    expect(late).toEqual({ afterS: 305, text: expect.stringContaining('nobody knows') as string })
  })

  test('is told by what names it, and by no other warning', () => {
    const after = (message: string): number | null => {
      const checker = outagesNamed()
      checker.journaled?.({ seq: 1, at: calm.now, event: incident }, calm)
      const record = behind(set)
      return looks(checker, 400, () => ({ record, notices: [saying(message)] }))?.afterS ?? null
    }
    expect(after('halt: halt by simulation')).toBe(305)
    expect(after('INCIDENT no answer to a ping. VERDICT UNDETERMINED.')).toBeNull()
    expect(after('GATEWAY_HUNG: a new connection')).toBeNull()
  })

  test('that goes on as the same incident, of which somebody was told, is not', () => {
    const checker = outagesNamed()
    checker.journaled?.({ seq: 1, at: calm.now, event: incident }, calm)
    const told = saying('INCIDENT no answer to a ping. VERDICT GATEWAY_HUNG.')
    const again = looks(checker, 800, (s) => ({
      record: s >= 200 && s < 210 ? calm.record : behind(set), // it was over for a moment
      notices: [told],
    }))
    expect(again).toBeNull()
  })

  test('that stands while the process does is not', () => {
    const record = behind(set)
    const stands = (s: number) => ({
      record,
      notices: [],
      awakeSince: (calm.now + s * SECOND) as EpochMs,
    })
    expect(looks(outagesNamed(), 400, stands)).toBeNull()
  })
})

describe('L5: a kill', () => {
  const killed = { type: 'TradingStateChanged', to: 'kill' } as never
  const position = { quantity: 1 } as SimPosition
  const holding = (set: SetGate | null): Partial<Sight> => ({
    gateway: { core: { positions: () => [position] } } as unknown as Sight['gateway'],
    record: set === null ? calm.record : behind(set),
  })
  const lost: SetGate = {
    gate: 'connectivity',
    symbol: null,
    since: 0 as EpochMs,
    reason: '1100: Connectivity between IB and Trader Workstation has been lost.',
  }

  test('leaves nothing half a minute later, or half a minute after the Gateway is back', () => {
    const checker = killedIsFlat()
    checker.journaled?.({ seq: 1, at: calm.now, event: killed }, calm)
    expect(looks(checker, 60, () => holding(null))?.afterS).toBe(35)
    const cutOff = killedIsFlat()
    cutOff.journaled?.({ seq: 1, at: calm.now, event: killed }, calm)
    expect(looks(cutOff, 200, (s) => holding(s <= 100 ? lost : null))?.afterS).toBe(135)
  })
})

describe('I21: a level', () => {
  const says = (to: TradingState, cause: LevelCause): Event => {
    return { type: 'TradingStateChanged', to, cause, reason: 'said' }
  }
  const commanded = (kind: 'resume' | 'halt'): Event => {
    const command = { kind, accountId: 'DU1234567', reason: 'said' } as const
    return { type: 'OperatorCommanded', by: 'simulation', command }
  }
  const cleared: Event = { type: 'GateCleared', gate: 'reconcile', symbol: null, reason: 'said' }

  /** What is said of the last of these; days: how many dates later that one comes. */
  function last(events: readonly Event[], days = 0): Complaint | undefined {
    const checker = levelsLatched()
    const told = events.map((event, seq) => {
      const isLast = seq === events.length - 1
      const at = (calm.now + (isLast ? days * 86_400 * SECOND : 0)) as EpochMs
      return textOf(checker.journaled?.({ seq, at, event }, { ...calm, now: at, botNow: at }))
    })
    expect(told.slice(0, -1).filter((text) => text !== null)).toEqual([])
    return told.at(-1)
  }

  test('is lowered by the word that resumes, and by it once', () => {
    const halted = [commanded('halt'), says('halt', 'operator')]
    const resumed = [...halted, commanded('resume'), cleared, says('active', 'operator')]
    expect(last(resumed)).toBeNull()
    const again = [...resumed, says('halt', 'invariant'), says('active', 'operator')]
    expect(last(again)).toContain('from halt to active')
    const unheeded = [...halted, commanded('resume'), says('halt', 'panic')]
    expect(last([...unheeded, says('active', 'operator')])).toContain('from halt to active')
  })

  test('ends with the date if it is that of the daily loss, and then alone', () => {
    const lost = [says('reduce-only', 'daily-loss')]
    expect(last([...lost, says('active', 'new-date')], 1)).toBeNull()
    expect(last([...lost, says('active', 'new-date')])).toContain('by new-date')
    expect(last([...lost, says('halt', 'operator'), says('active', 'new-date')], 1)).toContain(
      'from halt to active by new-date',
    )
    const ours = [...lost, says('reduce-only', 'operator'), says('active', 'new-date')]
    expect(last(ours, 1)).toContain('from reduce-only to active by new-date')
  })

  test('goes back to that of the daily loss with the word that resumes', () => {
    const lost = [says('reduce-only', 'daily-loss'), says('halt', 'operator')]
    const back = [...lost, commanded('resume'), says('reduce-only', 'daily-loss')]
    expect(last(back)).toBeNull()
    expect(last([...back, says('active', 'new-date')], 1)).toBeNull()
    expect(last([...lost, says('reduce-only', 'daily-loss')])).toContain('from halt')
  })
})
