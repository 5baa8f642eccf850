import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { PAGE, freshPage } from '../../scripts/page.mjs'
import { openChromium } from './chromium.ts'
import { StandIn } from './stand-in.ts'
import type { Scenario } from './stand-in-view.ts'

/**
 * Pictures of every view, to be looked at: `npx tsx test/browser/look.ts FOLDER [scenario] [views]`.
 * Without a folder the stand-in is served until it is stopped.
 */
const VIEWS =
  'overview gateway symbols chain orders orders/e-20260310-000042 journal risk report settings'
const SHAPES = {
  light: { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const

/** What is not an address: each is brought about from the overview. */
const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  login: async (page) => {
    standIn.isSignedIn = false
    await page.reload()
    await page.fill('input[name=name]', 'anna')
    await page.fill('input[name=password]', 'wrong')
    await page.click('button[type=submit]')
    await page.waitForTimeout(500)
  },
  kill: async (page) => {
    await page.keyboard.press('Shift+K')
    await page.waitForTimeout(300)
  },
  killed: async (page) => {
    await page.keyboard.press('Shift+K')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(800)
  },
  resume: async (page) => {
    await page.click('text=Resume')
    await page.click('text=What would it do?')
    await page.waitForTimeout(400)
  },
  proof: async (page) => {
    standIn.provenMsAgo = 600_000
    await page.reload()
    await page.click('text=Resume')
    await page.waitForTimeout(400)
  },
  stale: async (page) => {
    standIn.isMute = true
    await page.waitForTimeout(6500)
  },
  lost: async (page) => {
    standIn.isAway = true
    standIn.dropStreams()
    await page.waitForTimeout(6500)
  },
  viewer: async (page) => {
    standIn.role = 'viewer'
    await page.reload()
    await page.hover('text=Flatten')
    await page.waitForTimeout(500)
  },
  help: async (page) => {
    await page.keyboard.press('?')
    await page.waitForTimeout(300)
  },
}

const [folder, scenario = 'normal', views = VIEWS, shapes = 'light dark phone'] =
  process.argv.slice(2)
freshPage()
const standIn = new StandIn(PAGE)
standIn.scenario = scenario as Scenario
const address = await standIn.start(folder === undefined ? 5199 : 0)
if (folder === undefined) console.log(`the stand-in: ${address}`)
else await look(folder)

async function look(into: string): Promise<void> {
  mkdirSync(into, { recursive: true })
  const browser = await openChromium()
  for (const name of shapes.split(' ') as (keyof typeof SHAPES)[]) {
    const page = await browser.newPage({ ...SHAPES[name], locale: 'en-US' })
    page.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') console.log(name, said.text())
    })
    page.on('pageerror', (error) => console.log(name, error.message))
    for (const view of views.split(' ')) {
      const state = STATES[view]
      if (state !== undefined) await page.goto('about:blank') // what a state left behind
      await page.goto(`${address}/#/${state === undefined ? view : 'overview'}`)
      await page.waitForSelector('main .panel', { timeout: 5000 })
      await page.waitForTimeout(700)
      await state?.(page)
      const file = `${scenario}-${view.replace('/', '-')}-${name}.png`
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
      if (wide > SHAPES[name].viewport.width) console.log(file, `is ${wide} wide`)
      const isWhole = name === 'phone' && state === undefined
      await page.screenshot({ path: join(into, file), fullPage: isWhole })
      standIn.isMute = false
      standIn.isAway = false
      standIn.isSignedIn = true
      standIn.role = 'admin'
      standIn.provenMsAgo = 0
    }
    await page.close()
  }
  await browser.close()
  await standIn.stop()
}
