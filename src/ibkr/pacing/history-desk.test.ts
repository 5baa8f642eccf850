import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clock, EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import type { BarsUrgency } from '../../engine/ports.ts'
import { GATEWAY_LIMITS, LoginLimits } from '../../simulator/session/limits.ts'
import { allowanceOf, PACING } from './allowance.ts'
import { HistoryDesk } from './history-desk.ts'
import type { HistoryWanted, Place } from './history-queue.ts'

const ALL = allowanceOf(PACING)
const SECOND = 1_000
const NOW = 'waited-for' as const

interface Rig {
  readonly clock: VirtualClock
  readonly desk: HistoryDesk
  readonly log: string[]
  ask(name: string, of?: Partial<HistoryWanted> & { readonly answersIn?: number }): void
}

function rig(allowance = ALL, clockOf = (clock: VirtualClock): Clock => clock): Rig {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const desk = new HistoryDesk(clockOf(clock), allowance)
  const log: string[] = []
  return {
    clock,
    desk,
    log,
    ask(name, { answersIn = 100, ...of } = {}) {
      const wanted = { identity: name, tape: name, series: name, urgency: NOW, ...of }
      desk.offer(wanted, {
        run: (place) => {
          log.push(`${name}@${clock.monotonicMs()}`)
          place.sent()
          clock.after(answersIn, () => place.freed())
        },
        aged: () => log.push(`${name} aged@${clock.monotonicMs()}`),
      })
    },
  }
}
const run = (of: Rig, ms: number): Promise<void> => of.clock.runUntil(ms as EpochMs)

describe('one-shot requests', () => {
  test('6 at a time, 2 of them in the background; foreground goes first', async () => {
    const of = rig()
    for (let i = 0; i < 4; i++) of.ask(`b${i}`, { urgency: 'repair', answersIn: 1_000 })
    for (let i = 0; i < 5; i++) of.ask(`f${i}`, { answersIn: 1_000 })
    expect(of.log).toEqual(['b0@0', 'b1@0', 'f0@0', 'f1@0', 'f2@0', 'f3@0'])
    await run(of, 1_000)
    expect(of.log.slice(6)).toEqual(['f4@1000', 'b2@1000', 'b3@1000'])
  })

  test('on a clock that goes on while it is read, what fits goes at once', () => {
    let reads = 0
    const of = rig(ALL, (clock) => ({
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs() + ++reads / 1_000,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    }))
    of.ask('one')
    of.ask('two', { urgency: 'repair' })
    expect(of.log).toEqual(['one@0', 'two@0'])
  })

  test('whoever its own limits hold back holds back nobody else', async () => {
    const of = rig()
    of.ask('one', { identity: 'same' })
    of.ask('again', { identity: 'same' })
    of.ask('other')
    expect(of.log).toEqual(['one@0', 'other@0'])
    await run(of, 20 * SECOND)
    expect(of.log).toEqual(['one@0', 'other@0', 'again@15000'])
  })

  test('five of one contract in two seconds', async () => {
    const of = rig()
    for (let i = 0; i < 6; i++) of.ask(`t${i}`, { tape: 'SPY' })
    await run(of, 60 * SECOND)
    expect(of.log.slice(4)).toEqual(['t4@0', 't5@2000'])
  })

  test('120 in ten minutes', async () => {
    const of = rig()
    for (let i = 0; i < 130; i++) of.ask(`m${i}`)
    await run(of, 599 * SECOND)
    expect(of.log.filter((each) => !each.includes('aged')).length).toBe(120)
    expect(of.desk.used('minutes').used).toBeLessThanOrEqual(120)
  })

  test('of them at most 60 that nobody waits for: the rest is for who does', async () => {
    const of = rig()
    for (let i = 0; i < 130; i++) of.ask(`b${i}`, { urgency: 'repair' })
    await run(of, 300 * SECOND)
    expect(of.log.length).toBe(60)
    for (let i = 0; i < 70; i++) of.ask(`f${i}`)
    await run(of, 400 * SECOND)
    expect(of.log.filter((each) => each.startsWith('f') && !each.includes('aged')).length).toBe(60)
  })

  test('minutes that were never asked for go before all others, then whoever waits longest', async () => {
    const of = rig({ ...ALL, historyInFlight: 1 })
    of.ask('a', { answersIn: 1_000 })
    await run(of, 10)
    for (const name of ['a', 'b', 'c']) of.ask(name, { identity: `${name}2`, answersIn: 1_000 })
    of.ask('d', { urgency: 'first-fill', answersIn: 1_000 })
    await run(of, 5_000)
    expect(of.log).toEqual(['a@0', 'b@1000', 'c@2000', 'a@3000', 'd@4000'])
  })

  test('larger bars leave half to minutes for two minutes, and no longer', async () => {
    const of = rig()
    for (let i = 0; i < 130; i++) of.ask(`l${i}`, { urgency: 'first-fill' })
    await run(of, 119 * SECOND)
    expect(of.log).toHaveLength(60)
    await run(of, 599 * SECOND)
    expect(of.log).toHaveLength(120)
  })

  /**
   * As with 100 symbols and a fifth of a login: 24 requests in ten minutes, and each symbol wants
   * one a minute. First the minutes of each, then a fill or a repair among every three that are
   * sent: (100 + 3 x 201) / 24 = 30 windows.
   */
  test('symbols that are polled keep no fill and no repair back for ever', async () => {
    const of = rig(allowanceOf({ ...PACING, share: 0.2 }))
    const sent = new Map<string, number[]>()
    const ask = (series: string, urgency: BarsUrgency, again: number | null): void => {
      const { clock, desk } = of
      const identity = `${series} ${clock.monotonicMs()}`
      const wanted = { identity, tape: series, series, urgency }
      desk.offer(wanted, {
        run: (place) => {
          sent.set(series, [...(sent.get(series) ?? []), clock.monotonicMs()])
          place.sent()
          clock.after(200, () => place.freed())
          if (again !== null) clock.after(again, () => ask(series, urgency, again))
        },
        aged: () => clock.after(16 * SECOND, () => ask(series, urgency, again)),
      })
    }
    for (let i = 0; i < 100; i++) {
      ask(`1m ${i}`, 'waited-for', 60 * SECOND)
      ask(`5m ${i}`, 'first-fill', null)
      ask(`1h ${i}`, 'first-fill', null)
    }
    ask('gap', 'repair', null)
    const window = 600 * SECOND
    await run(of, 30 * window)
    const first = (size: string): number =>
      Math.max(...Array.from({ length: 100 }, (_, i) => sent.get(`${size} ${i}`)?.[0] ?? Infinity))
    expect(first('1m')).toBeLessThan(5 * window)
    const last = Math.max(first('5m'), first('1h'), sent.get('gap')?.[0] ?? Infinity)
    expect(last).toBeLessThan(30 * window)
    // And each symbol has its minutes in turn, 16 of 100 in each window.
    const rounds = [...sent].filter(([name]) => name.startsWith('1m')).map(([, at]) => at.length)
    expect(Math.min(...rounds)).toBeGreaterThanOrEqual(5)
    expect(of.desk.used('minutes').used).toBeLessThanOrEqual(24)
  })

  test('what waits for too long is told so, and is never sent', async () => {
    const of = rig()
    for (let i = 0; i < 6; i++) of.ask(`slow${i}`, { answersIn: 1e9 })
    of.ask('foreground')
    of.ask('repair', { urgency: 'repair' })
    await run(of, 700 * SECOND)
    expect(of.log.slice(6)).toEqual(['foreground aged@120000', 'repair aged@700000'])
  })

  test('a word about pacing stops everything for 15 s', async () => {
    const of = rig()
    of.desk.violated()
    of.ask('later')
    expect(of.desk.tryFiveSeconds()).toBeNull()
    await run(of, 20 * SECOND)
    expect(of.log).toEqual(['later@15000'])
    expect(of.desk.violations).toBe(1)
  })

  test('a request that never left gives back what it took', () => {
    const of = rig()
    for (let i = 0; i < 200; i++) {
      of.desk.offer(
        { identity: 'same', tape: 'same', series: 'same', urgency: NOW },
        { run: (place) => place.freed(), aged: () => undefined },
      )
    }
    expect(of.desk.inFlight).toBe(0)
    expect(of.desk.queued).toBe(0)
    expect(of.desk.used('minutes').used).toBe(0)
  })
})

describe('streams', () => {
  test('at most 40, and with requests under way at most 46', () => {
    const of = rig()
    const places = Array.from({ length: 60 }, (_, i) => {
      const granted: Place[] = []
      of.desk.tryStream({ identity: `s${i}`, tape: `s${i}` }, (place) => {
        place.sent()
        granted.push(place)
      })
      return granted[0] ?? null
    })
    expect(places.filter((place) => place !== null).length).toBe(40)
    for (let i = 0; i < 9; i++) of.ask(`f${i}`)
    expect(of.log.length).toBe(6)
    places[0]?.freed()
    const more = of.desk.tryStream({ identity: 'more', tape: 'more' }, () => undefined)
    expect(more).not.toBeNull()
  })

  test('all of them can be opened again, twice, whatever was asked before', async () => {
    const of = rig()
    for (let i = 0; i < 80; i++) of.ask(`f${i}`)
    await run(of, 60 * SECOND)
    const open = (): readonly Place[] =>
      Array.from({ length: 45 }, (_, i) => {
        const granted: Place[] = []
        of.desk.tryStream({ identity: `s${i}`, tape: `s${i}` }, (place) => {
          place.sent()
          granted.push(place)
        })
        return granted
      }).flat()
    for (const minute of [2, 4, 6]) {
      const places = open()
      expect(places).toHaveLength(40)
      for (const place of places) place.freed()
      await run(of, minute * 60 * SECOND)
    }
    expect(open()).toHaveLength(0)
  })

  test('5-second streams count in P5: 55 in ten minutes', async () => {
    const of = rig()
    const taken = (): boolean => {
      const place = of.desk.tryFiveSeconds()
      place?.sent()
      place?.freed()
      return place !== null
    }
    expect(Array.from({ length: 60 }, taken).filter(Boolean).length).toBe(55)
    await run(of, 599_999)
    expect(taken()).toBe(false)
    await run(of, 600_000)
    expect(taken()).toBe(true)
  })
})

test('whatever is asked, the Gateway counts no violation, even if every bar were small', async () => {
  const wishes = fc.array(
    fc.record({
      at: fc.nat(900_000),
      name: fc.nat(12),
      tape: fc.nat(4),
      urgency: fc.constantFrom('waited-for' as const, 'first-fill' as const, 'repair' as const),
      answersIn: fc.nat(40_000),
      leavesIn: fc.nat(3_000),
      stream: fc.boolean(),
    }),
    { minLength: 50, maxLength: 400 },
  )
  // As strict as if bars of a minute were small ones: then the soft meter must be the hard one.
  const strict = { ...ALL, minuteHistoryPerTenMinutes: 55, streamsAgainPerTenMinutes: 0 }
  await fc.assert(
    fc.asyncProperty(wishes, async (all) => {
      const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
      const desk = new HistoryDesk(clock, strict)
      const login = new LoginLimits(GATEWAY_LIMITS)
      const violations: string[] = []
      let reqId = 0
      const leave = (place: Place, of: (typeof all)[number]): void => {
        const owner = String(reqId++)
        clock.after(of.leavesIn, () => {
          const at = clock.monotonicMs()
          place.sent()
          const small = {
            identity: `${of.tape}/${of.name}`,
            tape: String(of.tape),
            weight: 1,
          } as const
          if (!login.openHistory(owner)) violations.push(`P2 at ${at}`)
          if (!login.admitSmallBars(small, at)) violations.push(`P3-P5 at ${at}`)
          clock.after(of.answersIn, () => {
            login.closeHistory(owner)
            place.freed()
          })
        })
      }
      for (const of of all) {
        clock.after(of.at, () => {
          const wanted = { identity: `${of.tape}/${of.name}`, tape: String(of.tape) }
          if (of.stream) {
            desk.tryStream(wanted, (place) => leave(place, of))
            return
          }
          desk.offer(
            { ...wanted, series: wanted.identity, urgency: of.urgency },
            { run: (place) => leave(place, of), aged: () => undefined },
          )
        })
      }
      await clock.runUntil(1_600_000 as EpochMs)
      expect(violations).toEqual([])
    }),
    { numRuns: 25 },
  )
})
