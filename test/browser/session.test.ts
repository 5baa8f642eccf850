import { describe, expect, test } from 'vitest'
import type { View } from '../../src/dashboard/view.ts'
import { inBrowser } from './page.testing.ts'

const { open, standIn } = inBrowser()

describe('who looks', () => {
  test('signs in by name and password, is refused first, and signs out', async () => {
    const server = standIn()
    server.isSignedIn = false
    const { page } = await open(await server.start())
    await page.getByLabel('Name').fill('anna')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Name or password is wrong').waitFor()
    await page.getByLabel('Password').fill('right')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Nothing needs you.').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to the dashboard' }).waitFor()
    expect(server.isSignedIn).toBe(false)
  })

  test('signs in by a link once, and the link is taken out of the address', async () => {
    const server = standIn()
    server.isSignedIn = false
    const address = await server.start()
    const { page } = await open(`${address}/#ticket=once`)
    await page.getByText('Nothing needs you.').waitFor()
    expect(page.url()).toBe(`${address}/#/overview`)
    server.isSignedIn = false
    const again = await open(`${address}/#ticket=once`)
    await again.page.getByText('the link was used').waitFor()
  })

  test('is told when the session is over', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    await page.getByText('Nothing needs you.').waitFor()
    server.isSignedIn = false
    await page.evaluate("location.hash = '#/settings'")
    await page.getByText('Your session is over.').waitFor()
    expect(await page.getByText('Nothing needs you.').count()).toBe(0)
  })

  test('is told at the moment it ends, without touching anything', async () => {
    const server = standIn()
    server.sessionMs = 60_000
    const address = await server.start()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.goto(address)
    await page.getByText('Nothing needs you.').waitFor()
    server.isSignedIn = false
    server.isMute = true
    await page.clock.fastForward(61_000)
    await page.getByText('Your session is over.').waitFor()
  })
})

describe('a bot that is silent', () => {
  test('is called stale with its age, and regained', async () => {
    const server = standIn()
    const address = await server.start()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.goto(address)
    await page.getByText('Nothing needs you.').waitFor()
    expect(await page.locator('.is-stale').count()).toBe(0)
    server.isMute = true
    await page.clock.fastForward(6000)
    await page.getByText('The bot says nothing since 2026-03-10').waitFor()
    await page.locator('.app.is-stale').waitFor()
    expect(await page.title()).toContain('STALE')
    server.isMute = false
    await page.clock.fastForward(1000)
    await page.getByText('Connected again').waitFor()
    expect(await page.locator('.is-stale').count()).toBe(0)
  })

  test('whose simulated time stands is not said to be fast', async () => {
    const server = standIn()
    server.differs = (view) => ({ ...view, speed: 60 })
    const address = await server.start()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.goto(address)
    await page.getByText('60 × real time').waitFor()
    let at: View['at'] | null = null
    server.differs = (view) => ({ ...view, speed: 60, at: (at ??= view.at) })
    const told = page.getByText('Its time stands')
    for (let rounds = 0; rounds < 40 && (await told.count()) === 0; rounds++) {
      await page.clock.runFor(300)
    }
    await told.waitFor()
    expect(await page.getByText('× real time').count()).toBe(0)
    server.differs = (view) => ({ ...view, speed: 0, at: (view.at + 3_600_000) as View['at'] })
    await page.getByText('as fast as it goes').waitFor()
    expect(await told.count()).toBe(0)
  })

  test('that is gone is called lost, and comes back by itself', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    await page.getByText('Nothing needs you.').waitFor()
    server.isAway = true
    server.dropStreams()
    await page.getByText('Connection to the bot lost.').waitFor()
    expect(await page.locator('.fresh').innerText()).toContain('Connection lost')
    server.isAway = false
    await page.getByText('Connected again').waitFor()
    expect(await page.locator('.fresh').innerText()).toContain('Up to date')
  })
})
