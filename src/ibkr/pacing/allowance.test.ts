import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { GATEWAY_LIMITS } from '../../simulator/session/limits.ts'
import { allowanceOf, PACING, SHARE_MIN } from './allowance.ts'

test('one bot alone has all of it', () => {
  expect(allowanceOf(PACING)).toMatchObject({
    historyOpen: 46,
    streams: 40,
    historyInFlight: 6,
    lines: 90,
    reservedLines: 20,
    barLines: 60,
  })
})

test('shares of at most 100 % together keep every limit of a login', () => {
  const parts = fc.array(fc.integer({ min: 5, max: 100 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(parts, (all) => {
      const sum = Math.max(
        100,
        all.reduce((total, part) => total + part, 0),
      )
      const shares = all.map((part) => part / sum).filter((share) => share >= SHARE_MIN)
      const bots = shares.map((share) => allowanceOf({ ...PACING, share }))
      const total = (of: (bot: (typeof bots)[number]) => number): number =>
        bots.reduce((left, bot) => left + of(bot), 0)
      expect(total((bot) => bot.historyOpen)).toBeLessThanOrEqual(GATEWAY_LIMITS.historyOpen)
      expect(total((bot) => bot.streams + bot.historyInFlight)).toBeLessThanOrEqual(46)
      expect(total((bot) => bot.historyPerTenMinutes)).toBeLessThanOrEqual(55)
      expect(total((bot) => bot.minuteHistoryPerTenMinutes)).toBeLessThanOrEqual(120)
      expect(total((bot) => bot.lines)).toBeLessThanOrEqual(90)
      for (const bot of bots) {
        expect(bot.barLines + bot.reservedLines).toBeLessThanOrEqual(bot.lines)
        expect(bot.historyInFlight).toBeGreaterThan(0)
      }
    }),
  )
})
