import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, expect, test } from 'vitest'
import { paperConfig } from '../scenarios/cli-config.ts'
import { Cli, cli, endAll, lastJson } from '../scenarios/cli-process.ts'
import { scratch } from '../scenarios/scratch.ts'
import { inBrowser } from './page.testing.ts'

/** The page beside the bot that is shipped, both in processes of their own. */

const { open } = inBrowser()
const root = scratch('real-bot')
const PASSWORD = 'four plain words of a test'
const ENVIRONMENT = { IBKR_BOT__DASHBOARD__USERS__ADA__PASSWORD: PASSWORD }

afterEach(endAll)
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A demo that goes on while somebody looks; its link lets one person in. */
async function demo(name: string, speed: number): Promise<{ bot: Cli; link: string }> {
  const state = join(root, name)
  const flags = ['--speed', String(speed), '--seed', '42', '--state', state, '--port', '0']
  const bot = new Cli(['demo', '--serve', ...flags])
  await bot.says('(this link works once)')
  return { bot, link: /http:\/\/127\.0\.0\.1:\d+\/#ticket=\S+/.exec(bot.stdout)?.[0] ?? '' }
}

const held = (page: Page) => page.locator('.panel', { hasText: 'structures with their exits' })

test('a trade goes from its signal to its exit on the page', async () => {
  const { link } = await demo('trade', 60)
  const { page, complaints } = await open(link)
  page.setDefaultTimeout(60_000)
  // The signal: as it is decided, with the numbers that it rests on.
  await page
    .getByText(/scalp fall: AAPL .* at most/)
    .first()
    .waitFor()
  // What it became, under exits that rest at the broker.
  const row = held(page).locator('tbody tr', { hasText: 'AAPL' })
  await row.getByText('protected').waitFor()
  await row.getByText('Stop').waitFor()
  const contract = (await row.locator('a').first().textContent()) ?? ''
  expect(contract).toMatch(/^AAPL 20\d\d-\d\d-\d\d [\d.]+ [CP]$/)
  // Out of it: closed, with what it came to.
  const over = page.locator('.panel', { hasText: 'From first fill to flat' })
  const closed = over.locator('tbody tr', { hasText: contract }).filter({ hasText: 'close' })
  await closed
    .getByText(/[+−]\$[\d,.]+/)
    .last()
    .waitFor()
  expect(complaints).toEqual([])
})

test('killed from the page it is flat, and stays killed', async () => {
  const { bot, link } = await demo('kill', 60)
  const { page, complaints } = await open(link)
  page.setDefaultTimeout(60_000)
  await held(page).locator('tbody tr').first().getByText('protected').waitFor()
  await page.getByRole('button', { name: 'Kill' }).click()
  await page.getByRole('dialog', { name: 'Kill' }).getByRole('button', { name: 'Kill now' }).click()
  await page.getByText(/in the journal as entry [\d,]+/).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.tile').getByText('Killed').waitFor()
  await held(page).locator('tbody tr').first().waitFor({ state: 'detached' })
  expect(bot.stdout).toContain('level kill')
  const status = await cli('status', '--mode', 'demo', '--state', join(root, 'kill'), '--json')
  expect(lastJson(status)).toMatchObject({ tradingState: 'kill', positions: [], structures: [] })
  expect(complaints).toEqual([])
})

test('a Gateway that goes and comes back is said, and so is who may not come in', async () => {
  const [gatewayPort, pagePort] = [await freePort(), await freePort()]
  const gateway = () =>
    new Cli(['simulate', '--port', String(gatewayPort), '--start', '2026-03-10 10:00'])
  const first = gateway()
  await first.says('Ctrl-C stops it')
  const config = join(root, 'dry.yaml')
  const text = paperConfig({ port: gatewayPort }).replace('enabled: false', `port: ${pagePort}`)
  writeFileSync(
    config,
    text.replace(`port: ${pagePort}`, `port: ${pagePort}, users: {ada: trader}`),
  )
  const state = join(root, 'dry')
  const run = ['run', '--config', config, '--dry-run', '--gateway-time', '--state', state]
  const bot = new Cli(run, ENVIRONMENT)
  await bot.says(`http://127.0.0.1:${pagePort}`)
  const { page } = await open(`http://127.0.0.1:${pagePort}/`)
  page.setDefaultTimeout(60_000)
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const tile = page.locator('.tile', { hasText: 'Gateway' })
  await tile.getByText('Healthy').waitFor()
  await page.getByText('ada trader').waitFor()

  await first.end('SIGKILL')
  await tile.getByText('Healthy').waitFor({ state: 'detached' })
  await page.getByText('GATEWAY_DOWN').first().waitFor()
  const second = gateway()
  await second.says('Ctrl-C stops it')
  await tile.getByText('Healthy').waitFor()
}, 300_000)

/** One that nobody listens on now; it may be taken by another a moment later. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => void server.close(resolve))
  return port
}
