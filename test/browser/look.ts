import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
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
      await page.goto(`${address}/#/${view}`)
      await page.waitForSelector('main .panel', { timeout: 5000 })
      await page.waitForTimeout(700)
      const file = `${scenario}-${view.replace('/', '-')}-${name}.png`
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
      if (wide > SHAPES[name].viewport.width) console.log(file, `is ${wide} wide`)
      await page.screenshot({ path: join(into, file), fullPage: name === 'phone' })
    }
    await page.close()
  }
  await browser.close()
  await standIn.stop()
}
