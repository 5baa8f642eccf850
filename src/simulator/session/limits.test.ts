import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { GATEWAY_LIMITS, LoginLimits, MessageRate, SlidingSum } from './limits.ts'

const small = (identity: string, tape = identity, weight: 1 | 2 = 1) => ({ identity, tape, weight })

describe('P1: messages per second', () => {
  test('50 frames in 999 ms pass, the 51st violates', () => {
    const rate = new MessageRate(GATEWAY_LIMITS)
    const verdicts = Array.from({ length: 50 }, (_, i) => rate.take(Math.floor((i * 999) / 49)))
    expect(new Set(verdicts)).toEqual(new Set(['fits']))
    expect(rate.take(999)).toBe('over')
  })

  test('the 51st at 1000 ms after the first passes', () => {
    const rate = new MessageRate(GATEWAY_LIMITS)
    rate.take(0)
    for (let i = 1; i < 50; i++) rate.take(500)
    expect(rate.take(1000)).toBe('fits')
  })

  test('the third violation is the last; a refused frame counts', () => {
    const rate = new MessageRate(GATEWAY_LIMITS)
    for (let i = 0; i < 50; i++) rate.take(0)
    expect([rate.take(1), rate.take(2), rate.take(3)]).toEqual(['over', 'over', 'last-strike'])
  })

  test('paced frames never exceed the limit in any second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 60, maxLength: 300 }), (gaps) => {
        const rate = new MessageRate(GATEWAY_LIMITS)
        let now = 0
        for (const gap of gaps) {
          now += gap % 7
          now += rate.holdMs(now)
          expect(rate.take(now)).toBe('fits')
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('P2: open historical requests', () => {
  test('50 are open, the 51st is refused until one closes', () => {
    const login = new LoginLimits(GATEWAY_LIMITS)
    for (let i = 0; i < 50; i++) expect(login.openHistory(`a/${i}`)).toBe(true)
    expect(login.openHistory('b/1')).toBe(false)
    login.closeHistory('a/7')
    expect(login.openHistory('b/1')).toBe(true)
  })
})

describe('P3: identical requests', () => {
  test('the second violates at 14,999 ms and passes at 15,000 ms', () => {
    const early = new LoginLimits(GATEWAY_LIMITS)
    expect(early.admitSmallBars(small('x'), 0)).toBe(true)
    expect(early.admitSmallBars(small('x'), 14_999)).toBe(false)
    expect(early.admitSmallBars(small('x'), 15_000)).toBe(true)
  })
})

describe('P4: burst', () => {
  test('six in 1,999 ms: the sixth violates', () => {
    const login = new LoginLimits(GATEWAY_LIMITS)
    const verdicts = [0, 400, 800, 1200, 1600, 1999].map((at) =>
      login.admitSmallBars(small(`request ${at}`, 'SPY SMART TRADES'), at),
    )
    expect(verdicts).toEqual([true, true, true, true, true, false])
    expect(login.admitSmallBars(small('later', 'SPY SMART TRADES'), 2000)).toBe(true)
  })
})

describe('P5: ten minutes', () => {
  const fill = (login: LoginLimits, count: number, weight: 1 | 2) =>
    Array.from({ length: count }, (_, i) =>
      login.admitSmallBars(small(`${weight} ${i}`, `${weight} ${i}`, weight), i),
    ).filter(Boolean).length

  test('30 BID_ASK pass, the 31st violates', () => {
    expect(fill(new LoginLimits(GATEWAY_LIMITS), 31, 2)).toBe(30)
  })

  test('58 TRADES and 1 BID_ASK pass, one more violates', () => {
    const login = new LoginLimits(GATEWAY_LIMITS)
    expect(fill(login, 58, 1)).toBe(58)
    expect(login.admitSmallBars(small('ba', 'ba', 2), 100)).toBe(true)
    expect(login.admitSmallBars(small('more'), 101)).toBe(false)
    expect(login.admitRealTimeBars(101)).toBe(false)
  })

  test('a clone remembers what was counted', () => {
    const login = new LoginLimits(GATEWAY_LIMITS)
    fill(login, 60, 1)
    expect(login.clone(0).admitRealTimeBars(599_000)).toBe(false)
    expect(login.clone(0).admitRealTimeBars(600_000)).toBe(true)
    expect(login.clone(-500).admitRealTimeBars(599_500)).toBe(true)
  })
})

describe('P8: lines', () => {
  test('the 101st line is refused; asking for an open one is not a second line', () => {
    const login = new LoginLimits(GATEWAY_LIMITS)
    for (let i = 0; i < 100; i++) login.openLine(`a/${i}`)
    expect(login.openLine('a/5')).toBe(true)
    expect(login.openLine('a/100')).toBe(false)
    login.closeLine('a/0')
    expect(login.openLine('a/100')).toBe(true)
    expect(login.linesFree).toBe(0)
  })
})

test('a sliding sum equals the sum over its window', () => {
  const counted = fc.record({ gap: fc.nat(50), weight: fc.integer({ min: 1, max: 3 }) })
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 60 }), (all) => {
      const window = new SlidingSum(100)
      const kept: { at: number; weight: number }[] = []
      let at = 0
      for (const { gap, weight } of all) {
        at += gap
        window.add({ key: 'k', at, weight })
        kept.push({ at, weight })
        const expected = kept.filter((k) => k.at > at - 100).reduce((s, k) => s + k.weight, 0)
        expect(window.sum('k', at)).toBe(expected)
      }
    }),
  )
})
