import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork, nextSession } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { PromotionRules } from '../domain/promotion.ts'
import type { Entry } from '../journal/rows.ts'
import { call, fill, order } from '../engine/fixtures.testing.ts'
import type { Event } from '../trading/event.ts'
import type { CycleOutcome } from '../trading/input.ts'
import { promotionOf, type OnRecord } from './promotion.ts'

const rules: PromotionRules = {
  paperDays: 3,
  paperEntries: 2,
  oneContractDays: 2,
  oneContractEntries: 1,
  override: 'none',
}
const FIRST = '2026-03-09' as CalendarDate

/** A journal of so many whole trading days, one entry a day that filled. */
class Record {
  readonly entries: Entry[] = []
  #date = FIRST

  days(count: number, decisions = 390): this {
    for (let day = 0; day < count; day++) {
      const open = atNewYork(this.#date, '09:30')
      for (let minute = 0; minute < decisions; minute++) {
        const outcome = {
          symbol: 'SPY' as Ticker,
          barStart: (open + minute * 60_000) as EpochMs,
          kind: 'hold',
          reason: 'x',
        } as const
        this.add((open + minute * 60_000) as EpochMs, { type: 'CycleEnded', outcome })
      }
      const id = this.#date as string as ReturnType<typeof order>['id']
      const entry = { ...order({ id, structureId: id as never }), contract: call }
      this.add((open + 1) as EpochMs, { type: 'OrderIntended', order: entry })
      const filled = { ...fill(), orderId: id, execId: `x${id}` as never, quantity: 1 }
      this.add((open + 2) as EpochMs, { type: 'OrderFilled', fill: filled })
      this.#date = nextSession(this.#date)?.date ?? this.#date
    }
    return this
  }

  halt(cause: Extract<Event, { type: 'TradingStateChanged' }>['cause']): this {
    const at = atNewYork(this.#date, '09:00')
    return this.add(at, { type: 'TradingStateChanged', to: 'halt', cause, reason: 'x' })
  }

  resumed(): this {
    const at = this.entries.at(-1)?.at ?? atNewYork(FIRST, '09:00')
    return this.add(at, {
      type: 'TradingStateChanged',
      to: 'active',
      cause: 'operator',
      reason: 'x',
    })
  }

  add(at: EpochMs, event: Event): this {
    this.entries.push({ seq: this.entries.length + 1, at, event })
    return this
  }
}

const of = (record: Partial<OnRecord>, changes: Partial<PromotionRules> = {}) =>
  promotionOf({ paper: [], live: [], doctorFailedAt: null, ...record }, { ...rules, ...changes })
const paper = (days: number) => new Record().days(days).entries

describe('each stage is earned in the one before it', () => {
  test('nothing on record: paper', () => {
    expect(of({})).toMatchObject({
      stage: 'paper',
      missing: ['3 more clean trading days of paper (0 of 3)', '2 more entries of paper (0 of 2)'],
    })
  })

  test('enough of paper: one contract; enough of that: live', () => {
    expect(of({ paper: paper(3) })).toMatchObject({ stage: 'one-contract', paper: { days: 3 } })
    expect(of({ paper: paper(3), live: paper(2) }).stage).toBe('live')
    expect(of({ paper: paper(2), live: paper(2) }).stage).toBe('paper')
  })

  test('an hour is no day', () => {
    expect(of({ paper: new Record().days(3, 60).entries }).paper).toMatchObject({
      days: 0,
      decisions: 180,
      entries: 3,
    })
  })
})

describe('a clean day is of decisions, in so many different minutes', () => {
  const open = atNewYork(FIRST, '09:30')
  const cycles = (
    minutes: number,
    of: Partial<CycleOutcome> = {},
    symbols: readonly string[] = ['SPY'],
  ): Record => {
    const record = new Record()
    for (let minute = 0; minute < minutes; minute++) {
      const barStart = (open + minute * 60_000) as EpochMs
      for (const symbol of symbols) {
        const outcome = { barStart, kind: 'hold', reason: 'x', ...of, symbol: symbol as Ticker }
        record.add(barStart, { type: 'CycleEnded', outcome } as Event)
      }
    }
    return record
  }
  const days = ({ entries }: Record) => of({ paper: entries }).paper.days

  test('thirty symbols for six minutes are none', () => {
    const many = Array.from({ length: 30 }, (_, i) => `S${i}`)
    expect(days(cycles(6, {}, many))).toBe(0)
    expect(days(cycles(180, {}, many))).toBe(1)
  })

  test('what was skipped is none, but between the bars of a longer interval', () => {
    expect(days(cycles(390, { kind: 'skipped', reason: 'level halt (operator)' }))).toBe(0)
    expect(days(cycles(390, { kind: 'skipped', reason: 'interval' }))).toBe(0)
    const record = cycles(1)
    record.entries.push(...cycles(200, { kind: 'skipped', reason: 'interval' }).entries)
    expect(days(record)).toBe(1)
  })

  test('nor is what goes on while a level or a gate stops it', () => {
    const halted = new Record().halt('operator')
    halted.entries.push(...cycles(390).entries)
    expect(days(halted)).toBe(0)
    const gated = new Record()
    const set = { gate: 'farm', symbol: null, since: open, reason: 'x' } as const
    gated.add(open, { type: 'GateSet', set })
    gated.entries.push(...cycles(200).entries)
    gated.add(open, { type: 'GateCleared', gate: 'farm', symbol: null, reason: 'x' })
    expect(days(gated)).toBe(0)
    gated.entries.push(...cycles(200).entries)
    expect(days(gated)).toBe(1)
  })
})

test('a run against a simulated Gateway is no evidence, for and against', () => {
  const run = { mode: 'paper', accountId: 'DU1', version: '1', configHash: 'x' } as const
  const started = (rehearsal?: string): Event => ({
    type: 'RunStarted',
    ...run,
    ...(rehearsal !== undefined && { rehearsal }),
  })
  const at = atNewYork(FIRST, '09:00')
  const simulated = new Record().add(at, started('it is simulated')).days(3)
  expect(of({ paper: simulated.entries })).toMatchObject({
    stage: 'paper',
    paper: { days: 0, decisions: 0, entries: 0 },
  })
  simulated.halt('position-mismatch')
  expect(of({ paper: simulated.entries }).demerits).toEqual([])
  const last = simulated.resumed().entries.at(-1)?.at ?? at
  expect(of({ paper: simulated.add(last, started()).days(3).entries }).stage).toBe('one-contract')
})

describe('demotion is automatic: the count begins anew', () => {
  test.each(['position-mismatch', 'invariant', 'decode-drift', 'panic'] as const)(
    'after %s',
    (cause) => {
      const record = new Record().days(3).halt(cause)
      expect(of({ paper: record.entries })).toMatchObject({
        stage: 'paper',
        paper: { days: 0, entries: 0 },
        demerits: [{ mode: 'paper', what: 'halt: x' }],
      })
      expect(of({ paper: record.resumed().days(3).entries }).stage).toBe('one-contract')
    },
  )

  test('a person who halts takes nothing away', () => {
    expect(of({ paper: new Record().days(3).halt('operator').entries }).stage).toBe('one-contract')
  })

  test('of live too: back to paper, and paper is counted from then on', () => {
    const live = new Record().days(3).halt('position-mismatch').entries
    expect(of({ paper: paper(3), live })).toMatchObject({ stage: 'paper', paper: { days: 0 } })
  })

  test('by doctor, until it finds all well', () => {
    const found = of({ paper: paper(3), doctorFailedAt: 1 as EpochMs })
    expect(found.stage).toBe('paper')
    expect(found.missing).toContain('doctor must find all well again')
  })

  test('what is not explained now holds it back', () => {
    const record = new Record().days(3)
    const symbol = 'SPY' as Ticker
    const set = {
      gate: 'reconcile',
      symbol,
      since: 0 as EpochMs,
      reason: '1 here, 2 there',
    } as const
    record.add(0 as EpochMs, { type: 'GateSet', set })
    expect(of({ paper: record.entries }).missing).toEqual(['paper is not clean: 1 here, 2 there'])
  })
})

test('an override is above the evidence, and says so; below it, it does nothing', () => {
  expect(of({}, { override: 'live' })).toMatchObject({ stage: 'live', overridden: true })
  const earned = of({ paper: paper(3), live: paper(2) }, { override: 'one-contract' })
  expect(earned).toMatchObject({ stage: 'live', overridden: false })
})
