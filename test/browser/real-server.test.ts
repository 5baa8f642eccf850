import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { PAGE } from '../../scripts/page.mjs'
import { SystemClock } from '../../src/base/clock.ts'
import type { Limits } from '../../src/dashboard/options.ts'
import { lineAt, viewAt } from '../../src/dashboard/samples.testing.ts'
import { startDashboard, type Dashboard } from '../../src/dashboard/server.ts'
import { optionsFor } from '../../src/dashboard/standing.testing.ts'
import { inBrowser } from './page.testing.ts'

/** The page of the server that is shipped, over a bot that is played. */

const { open } = inBrowser()
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

async function served(limits: Partial<Limits> = {}) {
  const { options, cockpit } = optionsFor({ limits, pages: PAGE })
  const dashboard = await startDashboard({ ...options, clock: new SystemClock(), port: 0 })
  ends.push(() => dashboard.close())
  return { dashboard, cockpit }
}

const linkTo = (at: Dashboard) => `${at.url}/#ticket=${at.ticket('viewer', 'ada', true)}`

test('an overview that nobody touches ends on time, however much it asks by itself', async () => {
  const { dashboard } = await served({ idleMs: 12_000 })
  const begun = performance.now()
  const { page } = await open(linkTo(dashboard))
  let asked = 0
  page.on('request', (request) => void (request.url().includes('/api/v1/trades') && asked++))
  await page.locator('nav').first().waitFor() // the overview asks each ten seconds
  await page.getByText('Your session is over').waitFor({ timeout: 30_000 })
  expect(performance.now() - begun).toBeGreaterThan(12_000)
  expect(asked).toBeGreaterThan(1)
  expect(dashboard.counts()).toMatchObject({ sessions: 0 })
})

test('who touches the page stays', async () => {
  const { dashboard } = await served({ idleMs: 12_000 })
  const { page } = await open(linkTo(dashboard))
  await page.locator('nav').first().waitFor()
  const later = performance.now() + 15_000
  await page.keyboard.press('Shift')
  await expect.poll(() => performance.now() > later, { timeout: 30_000 }).toBe(true)
  expect(dashboard.counts()).toMatchObject({ sessions: 1 })
  expect(await page.getByText('Your session is over').count()).toBe(0)
})

test('T11: the page says how far it has read, and keeps its stream for as long as it does', async () => {
  // Without its word the stream would have a turn of 20 kB, and end after 200 ms of more.
  const limits = { pulseBytes: 4_000, streamUnseenMax: 20_000, unseenMs: 200 }
  const { dashboard, cockpit } = await served(limits)
  const { page } = await open(linkTo(dashboard))
  let [streams, said] = [0, 0]
  page.on('request', (request) => void (request.url().endsWith('/stream') && streams++))
  page.on('response', (response) => {
    if (response.url().endsWith('/stream/seen') && response.status() === 200) said++
  })
  await expect.poll(() => dashboard.counts().open, { timeout: 30_000 }).toBe(1)
  let seq = 8
  const more = setInterval(() => cockpit.show(viewAt(seq++)), 100)
  ends.push(async () => clearInterval(more))
  await expect.poll(() => said, { timeout: 30_000 }).toBeGreaterThan(20)
  expect(streams).toBeLessThanOrEqual(1)
  expect(dashboard.counts()).toMatchObject({ open: 1, dropped: 0 })
})

/** All that a page of elsewhere can try, with the cookie that the browser holds. */
const SPY = `async (url) => {
  const seen = []
  const stream = new EventSource(url + '/api/v1/stream', { withCredentials: true })
  const ended = new Promise((resolve) => {
    for (const kind of ['open', 'message', 'view', 'line']) {
      stream.addEventListener(kind, (event) => (seen.push(kind + ' ' + event.data), resolve()))
    }
    stream.addEventListener('error', () => stream.readyState === 2 && resolve())
  })
  for (const mode of ['cors', 'no-cors']) {
    for (const path of ['stream', 'view', 'session', 'journal']) {
      const text = await fetch(url + '/api/v1/' + path, { credentials: 'include', mode })
        .then((reply) => reply.text(), () => '')
      if (text !== '') seen.push(mode + ' ' + path + ' ' + text)
    }
  }
  await ended
  return { seen, state: stream.readyState }
}`

test.each(['127.0.0.1', 'localhost'])(
  'T3: a page of another origin, on %s, reads no event in a real browser',
  async (host) => {
    const { dashboard, cockpit } = await served()
    const { page } = await open(linkTo(dashboard))
    await page.locator('nav').first().waitFor()
    await expect.poll(() => dashboard.counts().open).toBe(1)
    const evil = await elsewhere()
    const other = await page.context().newPage()
    await other.goto(`http://${host}:${evil}/`)
    const spied = other.evaluate(`(${SPY})(${JSON.stringify(dashboard.url)})`)
    const more = setInterval(() => {
      cockpit.show(viewAt(2))
      cockpit.journaled(lineAt(8))
    }, 50)
    ends.push(async () => clearInterval(more))
    expect(await spied).toEqual({ seen: [], state: 2 })
    expect(dashboard.counts().open).toBe(1) // that of our own page
    // The same spy on a page of ours reads them: it is not blind.
    const own = await page.evaluate<{ seen: string[] }>(
      `(${SPY.replace("'stream', ", '')})(${JSON.stringify(dashboard.url)})`,
    )
    expect(own.seen.length).toBeGreaterThan(1)
  },
)

/** A server of somebody else, on a port of its own. */
async function elsewhere(): Promise<number> {
  const server: Server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>elsewhere</title>')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => void server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}
