import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { PAGE } from '../../scripts/page.mjs'
import { openChromium } from './chromium.ts'
import { StandIn } from './stand-in.ts'

const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export interface Opened {
  readonly page: Page
  /** Errors and warnings of the console, exceptions, and what the policy refused. */
  readonly complaints: string[]
}

/** One browser for a file; a stand-in and a context of its own for each page. */
export function inBrowser() {
  let browser: Browser
  const standIns = new Set<StandIn>()
  beforeAll(async () => {
    browser = await openChromium()
  })
  // Two cores draw all of it: what is no longer looked at is closed.
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await Promise.all([...standIns].map((standIn) => standIn.stop()))
    standIns.clear()
  })
  afterAll(async () => {
    await browser.close()
  })

  return {
    standIn: () => {
      const made = new StandIn(PAGE)
      standIns.add(made)
      return made
    },
    open: async (url: string, options: BrowserContextOptions = {}): Promise<Opened> => {
      const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      const complaints: string[] = []
      page.on('console', (said) => {
        if (['error', 'warning'].includes(said.type())) complaints.push(said.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(url)
      return { page, complaints }
    },
  }
}

/** A view is there once its panels hold what was asked for. */
export async function seesView(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`)
  const name = view.split('/')[0] ?? ''
  await page.locator(`nav a[href="#/${name}"][aria-current=page]`).waitFor({ state: 'attached' })
  await page.locator('main .panel').first().waitFor()
  await page.locator('main .loading').first().waitFor({ state: 'detached' })
}

export async function isNoWiderThan(page: Page, width: number): Promise<void> {
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
  expect(wide).toBeLessThanOrEqual(width)
}

export const VIEWS = [
  'overview',
  'gateway',
  'symbols/SPY',
  'chain/SPY',
  'orders',
  'orders/e-20260310-000042',
  'journal',
  'journal/explain/d-SPY-1',
  'risk',
  'report/day',
  'settings',
] as const
