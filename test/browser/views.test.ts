import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { inBrowser, isNoWiderThan, PHONE, seesView, VIEWS } from './page.testing.ts'
import type { Scenario } from './stand-in-view.ts'

const { open, standIn } = inBrowser()

/** What each view must say, with the data of the stand-in. */
const SAYS: Readonly<Record<(typeof VIEWS)[number], readonly string[]>> = {
  overview: ['SIMULATED', '3 of 3', 'Healthy', 'Loss guard', 'Nothing needs you', 'protected, GTC'],
  gateway: ['reqHistoricalData', 'usfarm', 'Pacing budgets', 'HMDS_DOWN{ushmds}', 'Event loop'],
  'symbols/SPY': ['EMA 8', 'RSI 14', 'Last decisions', 'keep-up-to-date', 'Signals and fills'],
  'chain/SPY': ['SPY 2026-03-13 590 C', 'delta 0.35 to 0.55', 'spread 11.2% over 8%', 'picked'],
  orders: ['e-20260310-000042', 'Foreign orders', 'IBM 2026-06-19 250 C', 'Order history'],
  'orders/e-20260310-000042': ['intent → sending', '$2.00 worse', '$1.00 better', 'unknown'],
  journal: ['Decision', 'title="CycleEnded"', 'Replay with other limits'],
  'journal/explain/d-SPY-1': ['Why: d-SPY-1', 'oldest first', '2 facts', 'quote.bid'],
  risk: ['Daily loss', 'unknown of $2,000.00', 'most by SPY'],
  'report/day': ['Win rate', 'By strategy', 'Deepest drawdown', '21% of the spread'],
  settings: ['max_daily_loss', 'set, hidden', 'TradingView', 'quarantine-cancelled'],
}

/** The page has no frames, and without them axe takes a third of the time. */
async function axe(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
  const asked = new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
  const { violations } = await (rules.length > 0 ? asked.withRules([...rules]) : asked).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

describe('every view', () => {
  test.each(['light', 'dark'] as const)(
    'says what it must, without a complaint of the browser or of axe: %s',
    async (colorScheme) => {
      const address = await standIn().start()
      const { page, complaints } = await open(address, { colorScheme })
      for (const view of VIEWS) {
        await seesView(page, view)
        // Titles and descriptions are attributes: what they say counts too.
        const body = page.locator('body')
        const said = `${await body.innerText()} ${await body.innerHTML()}`
        expect(
          SAYS[view].filter((text) => !said.includes(text)),
          view,
        ).toEqual([])
        // Colours are all that differs in the dark.
        const rules = colorScheme === 'dark' ? ['color-contrast'] : []
        expect(await axe(page, rules), view).toEqual([])
      }
      expect(complaints).toEqual([])
    },
  )

  test.each(['empty', 'incident', 'killed', 'many', 'long', 'live'] as const)(
    'holds what may come without a complaint, on a phone too: %s',
    async (scenario: Scenario) => {
      const server = standIn()
      server.scenario = scenario
      const { page, complaints } = await open(await server.start(), { viewport: PHONE })
      for (const view of VIEWS) {
        await seesView(page, view)
        await isNoWiderThan(page, PHONE.width)
      }
      expect(await axe(page)).toEqual([])
      expect(complaints).toEqual([])
    },
  )

  test('fits a phone and the widths between', async () => {
    const { page } = await open(await standIn().start())
    for (const width of [390, 700, 1000, 1250]) {
      await page.setViewportSize({ width, height: 844 })
      for (const view of VIEWS) {
        await seesView(page, view)
        await isNoWiderThan(page, width)
      }
    }
  })

  test('what the broker writes stays text', async () => {
    const server = standIn()
    server.scenario = 'hostile'
    const { page, complaints } = await open(await server.start())
    for (const view of VIEWS) {
      await seesView(page, view)
      expect(await page.evaluate('window.pwned')).toBeUndefined()
      expect(await page.locator('main img, main script').count()).toBe(0)
    }
    await seesView(page, 'overview')
    expect(await page.locator('main').innerText()).toContain('<img src=x onerror')
    expect(complaints).toEqual([])
  })

  test('what the marks of a chart say is read beside it, the newest first', async () => {
    const { page } = await open(await standIn().start())
    await seesView(page, 'symbols/SPY')
    const rows = page.getByRole('table', { name: 'Signals and fills' }).getByRole('row')
    const said = (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
    expect(said).toHaveLength(7)
    expect(said[1]).toMatch(/14:27:\d\d Entry entry: BUY 1 SPY 2026-03-13 585 C at \$2.35 why$/)
    expect(said[3]).toMatch(/Refused order-cost why$/)
    const why = rows.nth(1).getByRole('link')
    expect(await why.getAttribute('href')).toBe('#/journal/explain/e-20260310-000142')
  })

  test('a view that is refused says so and takes nothing else with it', async () => {
    const { page } = await open(await standIn().start())
    await page.route('**/api/v1/settings', (route) =>
      route.fulfill({ status: 500, json: { error: 'the disk is full', remedy: 'free it' } }),
    )
    await seesView(page, 'settings').catch(() => undefined)
    await page.getByText('The disk is full.').waitFor()
    await page.getByText('Free it.').waitFor()
    expect(await page.getByRole('button', { name: 'Kill' }).isEnabled()).toBe(true)
  })

  test('moves nothing when numbers change', async () => {
    const { page } = await open(await standIn().start())
    await page.getByText('Nothing needs you.').waitFor()
    await page.locator('main .loading').first().waitFor({ state: 'detached' })
    await page.evaluate(`
      window.shifted = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifted += entry.value
      }).observe({ type: 'layout-shift' })
    `)
    const clock = page.locator('.clock .strong')
    for (let seconds = 0; seconds < 3; seconds++) {
      const now = await clock.innerText()
      await clock.filter({ hasNotText: now }).waitFor()
    }
    expect(await page.evaluate('window.shifted')).toBeLessThan(0.01)
  })

  test.each(['light', 'dark'] as const)('dialogs, stale and login too: %s', async (colorScheme) => {
    const server = standIn()
    const address = await server.start()
    const { page } = await open('about:blank', { colorScheme })
    await page.clock.install()
    await page.goto(address)
    await page.getByText('Nothing needs you.').waitFor()
    for (const keys of ['Shift+K', '?']) {
      await page.keyboard.press(keys)
      await page.getByRole('dialog').waitFor()
      expect(await axe(page), keys).toEqual([])
      await page.keyboard.press('Escape')
    }
    server.isMute = true
    await page.clock.fastForward(6000)
    await page.locator('.is-stale').waitFor()
    expect(await axe(page), 'stale').toEqual([])
    server.isSignedIn = false
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to the dashboard' }).waitFor()
    expect(await axe(page), 'login').toEqual([])
  })

  test('is there within a second of being asked for', async () => {
    const { page } = await open(await standIn().start())
    await page.locator('main .tile').first().waitFor()
    const first = await page.evaluate<number>(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity",
    )
    expect(first).toBeLessThan(1000)
  })
})
