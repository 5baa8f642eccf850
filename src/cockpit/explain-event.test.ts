import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSettings } from '../config/load.ts'
import { settingsSections } from '../config/describe.ts'
import type { Settings } from '../config/settings.ts'
import { money, price } from '../domain/money.ts'
import { now, order, quote } from '../orders/fixtures.testing.ts'
import type { RiskLimits } from '../risk/limits.ts'
import type { Event } from '../trading/event.ts'
import { explainEvent, factText, numberText } from './explain-event.ts'
import { unitOf } from './field-units.ts'

const ROOT = join(import.meta.dirname, '../..')

function settingsOf(file: string): Settings {
  const loaded = loadSettings(join(ROOT, file), {})
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
  return loaded.value
}

const files = ['config/example.yaml', 'config/vertical.yaml'].concat(
  readdirSync(join(ROOT, 'config/replay')).map((name) => `config/replay/${name}`),
)

/** A number that says nothing of what it counts. */
const BARE = /^-?[\d.]+$/

describe('each number has the unit of its field', () => {
  test.each([
    ['basis.limits.entryHours.from', 570, '09:30 ET'],
    ['basis.limits.entryHours.to', 960, '16:00 ET'],
    ['basis.limits.priceIncrements[1].from', price(3), '$3'],
    ['request.margin.equityAfter', money(100_005.45), '$100005.45'],
    ['request.marks[0].spot', price(314.89), '$314.89'],
    ['change.fence.far', price(5.44), '$5.44'],
    ['basis.limits.baselineDifferenceMax', money(250), '$250'],
    ['basis.limits.greeks.delta', money(500_000), '$500000'],
    ['request.candidate.quote.delta', -0.612_345_678_901_234_5, '-0.6123'],
    ['basis.limits.shocks.lossMax', money(6_000), '$6000'],
    ['basis.limits.shocks.movesPct[1]', 0.1, '10%'],
    ['basis.limits.shocks.volatilityPct', 0.25, '25%'],
    ['basis.limits.dayTrades[0].belowEquity', money(25_000), '$25000'],
    ['basis.limits.dayTrades[0].sessions', 5, '5 sessions'],
    ['basis.limits.repeats.withinMs', 1_800_000, '30 min'],
    ['basis.limits.quoteAgeMsMax', 2_000, '2 s'],
    ['basis.limits.ordersPerMinuteMax', 1, '1 order a minute'],
    ['basis.limits.repeats.max', 1, '1 entry'],
    ['account.dayTradesLeft', -1, 'no limit of day trades'],
    ['account.dayTradesLeft', 1, '1 day trade'],
    ['account.dailyPnl', money(-94.8), '-$94.80'],
    ['account.exchangeRates[0][1]', 1.0837, '1.0837'],
    ['request.barClosedAt', now, '2026-03-10 10:30:00 ET'],
    ['fence.quoteAt', now, '2026-03-10 10:30:00 ET'],
    ['order.quantity', 1, '1 unit'],
    ['fill.price', price(0.0105), '$0.0105'],
    ['margin.warning', '', 'none'],
    ['margin.commission', null, 'unknown'],
    ['limit', price(4.9), '$4.90'], // of a log, whose lines are flat
    ['max', 3, '3'], // of a row that no version of ours wrote
  ])('%s %s is %s', (path, value, text) => {
    expect(factText(path, value)).toBe(text)
  })

  test('units are contracts of an option and shares of a stock', () => {
    const filled = explainEvent({ type: 'OrderIntended', order: order({ quantity: 3 }) })
    expect(filled).toMatch(/^ +order\.quantity +3 contracts$/m)
    expect(numberText(3, 'units', 'shares')).toBe('3 shares')
    const seen = explainEvent({ type: 'StopPassed', structureId: 'e', quote: quote() } as Event)
    expect(seen).toMatch(/^ +quote\.bid +\$/m)
  })
})

/** Every number in it, with its path. */
function numbersIn(value: unknown, path: string): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[path, value]]
  if (value === null || typeof value !== 'object' || 'zone' in value) return []
  if (Array.isArray(value)) return value.flatMap((each, i) => numbersIn(each, `${path}[${i}]`))
  return Object.entries(value).flatMap(([name, each]) => numbersIn(each, `${path}.${name}`))
}

describe('no limit of risk is left without a unit', () => {
  test.each(files)('%s', (file) => {
    const limits: RiskLimits = settingsOf(file).rules.limits
    const numbers = numbersIn(limits, 'basis.limits')
    expect(numbers.length).toBeGreaterThan(30)
    for (const [path, value] of numbers) {
      expect(`${path} ${factText(path, value)}`).not.toMatch(/ -?[\d.]+$/)
      expect(unitOf(path)).not.toBe('moment')
    }
    // Exactly what is written in dollars is shown in dollars.
    const shown = numbers.filter(([path, value]) => factText(path, value).includes('$'))
    const named = shown.map(([path]) => path.replace(/^basis\.limits\.|\[\d+\]/g, ''))
    const names = new Set(named.filter((name) => name !== 'dayTrades.belowEquity'))
    const inDollars = 'baselineDifferenceMax orderCostMax structureLossMax shocks.lossMax'.split(
      ' ',
    )
    const greeks = ['delta', 'gamma', 'vega', 'theta'].map((name) => `greeks.${name}`)
    expect([...names].toSorted()).toEqual([...inDollars, ...greeks].toSorted())
  })
})

test.each(files)('config check of %s says what each value counts, and shows no JSON', (file) => {
  const rows = settingsSections(settingsOf(file)).flatMap((section) => section.rows)
  expect(rows.length).toBeGreaterThan(40)
  const wrong = rows.filter(({ value }) => {
    const parts = value.split(', ')
    return parts.some((part) => BARE.test(part)) || /[{}]|undefined|null|NaN/.test(value)
  })
  expect(wrong).toEqual([])
})
