import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { csvRecords } from '../base/csv.ts'
import { plain } from '../base/plain.ts'
import { END, journalOf, told, type Told } from '../journal/performance.testing.ts'
import { reportFor, type Performance } from '../journal/performance.ts'
import { money } from '../domain/money.ts'
import type { PositionCause } from '../domain/position.ts'
import type { Event } from '../trading/event.ts'
import { reportCsv, reportJson, reportJsonl } from '../cockpit/report-data.ts'
import { reportHtml } from '../cockpit/report-html.ts'
import { reportText, sparkline } from './report-text.ts'
import { dollarsText } from '../cockpit/report-words.ts'

const asked = { period: 'all', now: END } as const
const reportOf = (of: readonly Told[]): Performance => reportFor(journalOf(of), asked)
const plainText = (of: Performance): string => stripVTControlCharacters(reportText(of))
/** What a broker could put into a text. */
const hostile = fc
  .tuple(
    fc.constantFrom('=', '+', '-', '@', '\t=', '\r\n=', '<script>', '"', '\u001b[2J', ''),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  )
  .map(([prefix, rest]) => prefix + rest)
const named = fc.record({ of: told, strategy: hostile, symbol: hostile }).map((each) => ({
  ...each.of,
  strategy: each.strategy,
  symbol: each.symbol,
}))

const WON: Told = {
  symbol: 'SPY',
  strategy: 'scalp',
  day: 3,
  minute: 600,
  quantity: 2,
  bought: 100,
  sold: 150,
  closed: 2,
  exit: 'take-profit',
  commission: 100,
}

test('T13: the CSV of a report has one line a structure and no live formula', () => {
  fc.assert(
    fc.property(fc.array(named, { maxLength: 5 }), (of) => {
      const report = reportOf(of)
      const text = reportCsv(report)
      expect(text.split(/[\r\n\u2028\u2029]/)).toHaveLength(report.trades.length + 1)
      const [head = [], ...rows] = csvRecords(text)
      const place = (name: string) => head.indexOf(name)
      for (const [i, trade] of report.trades.entries()) {
        const row = rows[i] ?? []
        expect(row).toHaveLength(head.length)
        expect(row[place('strategy')]).toBe(plain(trade.strategy))
        expect(Number(row[place('pnl')])).toBe(Number(dollarsText(trade.pnl)))
      }
      for (const line of text.split('\n')) {
        const cells = line.match(/(?:"(?:[^"]|"")*"|[^",]*)(?:,|$)/g) ?? []
        for (const cell of cells) {
          const shown = cell.replace(/,$/, '').replace(/^"/, '').trimStart()
          if (/^-?\d+(\.\d+)?$/.test(shown)) continue // a number of ours
          expect(shown).not.toMatch(/^[=+\-@\t\r]/)
        }
      }
    }),
  )
})

test('T13: JSONL has one object a line, and a page shows texts and no markup of theirs', () => {
  fc.assert(
    fc.property(fc.array(named, { minLength: 1, maxLength: 3 }), (of) => {
      const report = reportOf(of)
      const lines = reportJsonl(report).split('\n')
      expect(lines).toHaveLength(1 + report.days.length + report.trades.length)
      for (const line of lines) expect(typeof JSON.parse(line)).toBe('object')
      expect(reportHtml(report)).not.toContain('<script')
      expect(reportHtml(report)).not.toContain('\u001b')
      expect(reportText(report)).not.toContain('\u001b[2J')
    }),
    { numRuns: 25 },
  )
})

test('a page stands for itself: no script, nothing from outside, both schemes, for print too', () => {
  const page = reportHtml(reportOf([WON, { ...WON, day: 4, sold: 50, exit: 'stop-loss' }]))
  expect(page).not.toMatch(/<script|src=|href=|@import|url\(/)
  expect(page).toContain('prefers-color-scheme: dark')
  expect(page).toContain('@media print')
  expect(page.match(/<svg /g)).toHaveLength(2)
  expect(page).toContain(
    'aria-label="Realised profit and loss after each closing fill, in dollars"',
  )
  expect(page).toContain('<td class="text" style="white-space:normal">')
})

test('a terminal: figures with units, unknown by its name', () => {
  const text = reportText(reportOf([WON]))
  expect(text).toContain('profit factor  none: nothing was lost')
  expect(text).toContain('win rate       100.0%')
  expect(text).toContain('equity before  unknown')
  expect(text).toContain('daily ratio    none: 1 of 20 trading days that it takes')
  expect(text).toMatch(/^scalp +1 +1 +100\.0% +- +\+\$98\.00/m)
  expect(reportText(reportOf([]))).toContain('win rate       unknown')
})

test('JSON: amounts are texts that lose nothing, unknown is null', () => {
  const read = JSON.parse(reportJson(reportOf([WON]))) as Record<string, unknown>
  expect(read).toMatchObject({
    from: '2026-03-10',
    equity: null,
    all: { realized: '98.00', profitFactor: null, winRate: 1 },
    trades: [{ structureId: 'S0', pnl: '98.00' }],
  })
  expect(dollarsText(money(-1234.567801))).toBe('-1234.567801')
  expect(dollarsText(money(-0.5))).toBe('-0.50')
})

test('a line of marks goes from the lowest to the highest', () => {
  const curve = [100, 50, -100, 200].map((each, i) => ({ at: END, realized: money(each), i }))
  expect(sparkline(curve)).toBe('▃▆▅▁█')
  expect(sparkline(curve, 2)).toHaveLength(2)
  expect(sparkline([])).toBe('')
})

describe('what is over, and what is not known', () => {
  const held = journalOf([WON, { ...WON, minute: 700, closed: 0 }])
  const contractOf = (id: string) =>
    held.flatMap(({ event }) =>
      event.type === 'OrderFilled' && event.fill.execId === id ? [event.fill.contract] : [],
    )[0]
  const overAs = (cause: PositionCause) => {
    const position = { contract: contractOf('FE1'), quantity: 0, cost: money(0) }
    const event = { type: 'PositionAdjusted', position, cause, detail: '' } as Event
    return reportFor([...held, { seq: 99, at: END, event }], asked)
  }

  test('what expired is called so, with what it lost, everywhere', () => {
    const report = overAs('expired')
    const says = 'note: 1 structures expired with nothing delivered: closed at $0 by expiry'
    expect(plainText(report)).toContain(says)
    expect(plainText(report)).toMatch(/by expiry +-\$201\.00 +S1$/m)
    expect(reportHtml(report)).toMatch(
      /by expiry<\/td><td data-of="result"><span class="bad">-\$201\.00<\/span>/,
    )
    expect(reportHtml(report)).not.toContain('>held</td>')
    expect(reportCsv(report)).toMatch(/,expiry,-201,-201,1,0$/m)
  })

  test('what was assigned is called so, at no result, with what it had cost', () => {
    const report = overAs('assigned')
    expect(plainText(report)).toContain(
      'note: 1 structures are over at what no fill tells (assigned): in no rate; ' +
        'they had cost $201.00',
    )
    expect(plainText(report)).toMatch(/over +assigned +unknown +S1$/m)
    expect(reportHtml(report)).toMatch(
      /over<\/td><td data-of="exit">assigned<\/td><td data-of="result">unknown<\/td>/,
    )
    expect(reportCsv(report)).toMatch(/,assigned,,0,1,0$/m)
    expect(JSON.parse(reportJson(report))).toMatchObject({ endedCost: '201.00' })
  })

  test('commissions that nobody told are unknown, and never $0.00', () => {
    const without = (of: (id: string) => boolean) =>
      reportFor(
        held.filter(({ event }) => event.type !== 'CommissionReported' || of(event.execId)),
        asked,
      )
    const none = without(() => false)
    expect(plainText(none)).toContain(
      'note: 3 fills have no known commission: figures are before theirs',
    )
    expect(plainText(none)).toMatch(/^commissions +unknown$/m)
    expect(plainText(none)).toMatch(/\+\$100\.00 before commissions +S0$/m)
    expect(reportHtml(none)).toContain('3 commissions unknown, not in it')
    expect(reportHtml(none)).not.toContain('>$0.00</td>')
    expect(JSON.parse(reportJson(none))).toMatchObject({ all: { commissions: null } })
    const some = without((id) => id !== 'FX0')
    expect(plainText(some)).toMatch(/^commissions +\$2\.00\+\?$/m)
  })

  test('a terminal and a page list the newest fifty, and say where the others are', () => {
    const many = reportOf(Array.from({ length: 51 }, (_, i) => ({ ...WON, minute: 600 + i })))
    const says = 'the newest 50 of 51; --format csv has all of them'
    for (const text of [plainText(many), reportHtml(many)]) {
      expect(text).toContain(says)
      expect(text).toContain('S50')
      expect(text).not.toMatch(/\bS0\b/)
    }
    expect(plainText(reportOf([WON]))).toMatch(/take-profit +\+\$98\.00 +S0$/m)
    expect(plainText(reportOf([WON]))).not.toContain('the newest')
  })
})
