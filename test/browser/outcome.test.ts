import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { View } from '../../src/dashboard/view.ts'
import { inBrowser } from './page.testing.ts'

const { open, standIn } = inBrowser()

async function secondStep(page: Page) {
  await page.getByRole('button', { name: 'Resume' }).click()
  const dialog = page.getByRole('dialog', { name: 'Resume trading' })
  await dialog.getByRole('button', { name: 'What would it do?' }).click()
  await dialog.getByLabel('Account id').fill('DU1234566')
  await dialog.getByLabel('Reason').fill('it was a drill')
  await dialog.getByRole('button', { name: 'Resume' }).click()
  await dialog.getByText('DU1234566 is not our account id.').waitFor()
  return dialog
}

describe('resume', () => {
  test('after a wrong digit asks for a confirmation of its own, and keeps what was typed', async () => {
    const server = standIn()
    server.scenario = 'killed'
    const { page } = await open(await server.start())
    const dialog = await secondStep(page)
    await dialog.getByLabel('Account id').fill('DU1234567')
    await dialog.getByRole('button', { name: 'Resume' }).click()
    await dialog.getByText('in the journal as entry').waitFor()
    expect(await dialog.getByText('confirmations').count()).toBe(0)
    const said = server.commands.map(({ body }) => [body.confirmation, body.reason])
    expect(said).toEqual([
      ['c-1', 'it was a drill'],
      ['c-2', 'it was a drill'],
    ])
    expect(new Set(server.commands.map(({ key }) => key)).size).toBe(2)
  })

  test('that would do something else by then says so, and waits to be confirmed again', async () => {
    const server = standIn()
    server.scenario = 'killed'
    const { page } = await open(await server.start())
    const dialog = await secondStep(page)
    server.effect = 'The level goes from kill to active. 1 structure is held.'
    await dialog.getByLabel('Account id').fill('DU1234567')
    await dialog.getByRole('button', { name: 'Resume' }).click()
    await dialog.getByText('It would do something else now.').waitFor()
    await dialog.getByText('1 structure is held.').waitFor()
    expect(server.commands).toHaveLength(1)
    await dialog.getByRole('button', { name: 'Resume' }).click()
    await dialog.getByText('in the journal as entry').waitFor()
    expect(server.commands.map(({ body }) => body.confirmation)).toEqual(['c-1', 'c-2'])
  })
})

describe('kill', () => {
  test('says what is still held and why it waits, until it is flat, and after how long', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    await page.getByRole('button', { name: 'Kill' }).click()
    const dialog = page.getByRole('dialog', { name: 'Kill' })
    await dialog.getByRole('button', { name: 'Kill now' }).click()
    await dialog.getByText('Closing: 1 structure still held. It waits: AAPL').waitFor()
    server.differs = (view) => ({ ...view, structures: [], link: 'reconciling' })
    await dialog.getByText('What is still held is unknown: the books are being').waitFor()
    server.differs = (view) => ({ ...view, structures: [] })
    await dialog.getByText(/Flat after \d+ s: nothing is held\./).waitFor()
  })

  test('where nothing was held says that, and not that it closed something', async () => {
    const server = standIn()
    server.differs = (view) => ({ ...view, structures: [] })
    const { page } = await open(await server.start())
    await page.getByText('Nothing needs you.').waitFor()
    await page.keyboard.press('Shift+K')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Kill' })
    await dialog.getByText('Nothing is held.').waitFor()
    expect(await dialog.getByText('Flat after').count()).toBe(0)
  })
})

describe('the tile of the level', () => {
  const levels: readonly (readonly [View['level']['state'], unknown, string])[] = [
    ['active', 'operator', 'Entries are allowed.'],
    ['active', null, 'Entries are allowed.'],
    ['active', undefined, 'Entries are allowed.'],
    ['halt', 'position-mismatch', 'Cause: position mismatch. No entries.'],
    ['kill', 'operator', 'Cause: operator. No entries.'],
    ['reduce-only', null, 'No entries.'],
    ['kill', undefined, 'No entries.'],
  ]
  test.each(levels)('at %s by %s says: %s', async (state, cause, says) => {
    const server = standIn()
    const level = { state, cause, flattenWaits: null, armedOn: null } as View['level']
    server.differs = (view) => ({ ...view, level })
    const { page, complaints } = await open(await server.start())
    const tile = page.locator('.tile', { hasText: 'Level and gates' })
    await tile.getByText(says, { exact: true }).waitFor()
    expect(await tile.getByText('Cause').count()).toBe(says.includes('Cause') ? 1 : 0)
    expect(complaints).toEqual([])
  })
})
