import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportHtml } from '../../src/cockpit/report-html.ts'
import { END, journalOf, type Told } from '../../src/journal/performance.testing.ts'
import { reportFor } from '../../src/journal/performance.ts'
import { openChromium } from './chromium.ts'

/** The report as a file of its own, as `report --format html` writes it. */

const TOLD: Told = {
  symbol: 'SPY',
  strategy: 'daily-volume',
  day: 3,
  minute: 600,
  quantity: 20,
  bought: 100,
  sold: 150,
  closed: 20,
  exit: 'take-profit',
  commission: 100,
}
const long = (html: string): string => html.replaceAll(/>S(\d)</g, '>mmj7e880-326$1.1<')
const told = [TOLD, { ...TOLD, day: 4, sold: 50, exit: 'stop-loss' } as const, { ...TOLD, day: 2 }]
const page = long(reportHtml(reportFor(journalOf(told), { period: 'all', now: END })))

interface Seen {
  readonly isWide: boolean
  readonly right: number
  readonly tables: readonly number[]
  readonly cut: number
  readonly ids: readonly string[]
}

/** In the page: where things end, and what does not fit into its box. */
const LOOK = `(() => {
  const rightOf = (each) => Math.round(each.getBoundingClientRect().right)
  const all = (what) => [...document.querySelectorAll(what)]
  const { scrollWidth, clientWidth } = document.documentElement
  return {
    isWide: scrollWidth > clientWidth,
    right: Math.max(...all('.cards').map(rightOf)),
    tables: all('table').map(rightOf),
    cut: all('.wide, td').filter((each) => each.scrollWidth > each.clientWidth + 1).length,
    ids: all('.trades td:last-child').map((each) => each.textContent),
  }
})()`

let browser: Browser
beforeAll(async () => {
  browser = await openChromium()
})
afterAll(() => browser.close())

test.each([1360, 1024, 801, 800, 390, 320])(
  'at %i px nothing is cut and nothing sticks out',
  async (width) => {
    const tab = await browser.newPage({ viewport: { width, height: 900 } })
    try {
      await tab.setContent(page)
      const seen = await tab.evaluate<Seen>(LOOK)
      expect(seen).toMatchObject({ isWide: false, cut: 0 })
      expect(seen.tables.length).toBeGreaterThan(4)
      for (const right of seen.tables) expect(right).toBeLessThanOrEqual(seen.right + 1)
      expect([...seen.ids].toSorted()).toEqual([
        'mmj7e880-3260.1',
        'mmj7e880-3261.1',
        'mmj7e880-3262.1',
      ])
    } finally {
      await tab.close()
    }
  },
)
