import { describe, expect, test } from 'vitest'
import { inBrowser, PHONE, seesView } from './page.testing.ts'

const { open, standIn } = inBrowser()

describe('kill', () => {
  test('is one click and one confirmation, and sends one command', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    await page.getByRole('button', { name: 'Kill' }).click()
    const dialog = page.getByRole('dialog', { name: 'Kill' })
    await dialog.getByRole('button', { name: 'Kill now' }).dblclick()
    await dialog.getByText('in the journal as entry 18,300').waitFor()
    expect(server.commands.map(({ verb, body }) => [verb, body])).toEqual([['kill', {}]])
    expect(server.commands[0]?.key).toMatch(/^[0-9a-f]{32}$/)
    await page.keyboard.press('Escape')
    await page.locator('.tile').getByText('Killed').waitFor()
  })

  test('is two keys, and the confirmation has the focus', async () => {
    const server = standIn()
    server.role = 'viewer'
    const { page } = await open(await server.start())
    await page.getByText('Nothing needs you.').waitFor()
    await page.keyboard.press('Shift+K')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Kill now')
    await page.keyboard.press('Enter')
    await page.getByText('in the journal as entry 18,300').waitFor()
    expect(server.commands.map(({ verb }) => verb)).toEqual(['kill'])
  })

  test('is reached by the tabulator alone, and left by Escape', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    await page.getByText('Nothing needs you.').waitFor()
    const focused = () => page.evaluate<string>('document.activeElement.textContent')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the content')
    for (let tabs = 0; tabs < 8 && (await focused()) !== 'Kill'; tabs++) {
      await page.keyboard.press('Tab')
    }
    expect(await focused()).toBe('Kill')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Kill' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await focused()).toBe('Kill')
    expect(server.commands).toEqual([])
  })

  test('that nobody answers is tried again as the same intent', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    const keys: (string | undefined)[] = []
    await page.route('**/commands/kill', async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      await (keys.length === 1 ? route.abort() : route.continue())
    })
    await page.getByRole('button', { name: 'Kill' }).click()
    await page.getByRole('button', { name: 'Kill now' }).click()
    await page.getByText('end its process').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('in the journal as entry 18,300').waitFor()
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
    expect(server.commands).toHaveLength(1)
  })

  test('is the same intent until the bot has clearly said no', async () => {
    const server = standIn()
    const { page } = await open(await server.start())
    const answers = [
      { status: 503, error: 'no answer within 5 s', remedy: 'ask again with the same key' },
      { status: 409, error: 'the bot did not answer', remedy: 'ask again: it may still act' },
      { status: 409, error: 'refused', remedy: 'look at its level' },
    ]
    const keys: (string | undefined)[] = []
    await page.route('**/commands/kill', async (route) => {
      const answer = answers[keys.length]
      keys.push(route.request().headers()['idempotency-key'])
      if (answer === undefined) return route.continue()
      const { status, ...json } = answer
      await route.fulfill({ status, json })
    })
    await page.getByRole('button', { name: 'Kill' }).click()
    await page.getByRole('button', { name: 'Kill now' }).click()
    for (const said of ['No answer within 5 s.', 'The bot did not answer.', 'Refused.']) {
      await page.getByText(said, { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Try again' }).click()
    }
    await page.getByText('in the journal as entry 18,300').waitFor()
    const [first, second, third, fourth] = keys
    expect([second, third]).toEqual([first, first])
    expect(fourth).not.toBe(first)
    expect(server.commands).toHaveLength(1)
  })

  test('is in sight on a phone, on every view', async () => {
    const { page } = await open(await standIn().start(), { viewport: PHONE })
    for (const view of ['overview', 'chain/SPY', 'journal']) {
      await seesView(page, view)
      const box = await page.getByRole('button', { name: 'Kill' }).boundingBox()
      expect(box?.y).toBeLessThan(PHONE.height - (box?.height ?? 0))
    }
  })
})

describe('other commands', () => {
  test('resume takes a proof, the effect, the account id and a reason', async () => {
    const server = standIn()
    server.scenario = 'killed'
    server.provenMsAgo = 600_000
    const { page } = await open(await server.start())
    await page.getByRole('button', { name: 'Resume' }).click()
    const dialog = page.getByRole('dialog', { name: 'Resume trading' })
    await dialog.getByLabel('Password').fill('right')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await dialog.getByRole('button', { name: 'What would it do?' }).click()
    await dialog.getByText('The level goes from kill to active.').waitFor()
    await dialog.getByLabel('Account id').fill('DU1234567')
    await dialog.getByLabel('Reason').fill('it was a drill')
    await dialog.getByRole('button', { name: 'Resume' }).click()
    await dialog.getByText('in the journal as entry 18,300').waitFor()
    expect(server.commands).toMatchObject([
      {
        verb: 'resume',
        body: { accountId: 'DU1234567', reason: 'it was a drill', confirmation: 'c-1' },
      },
    ])
  })

  test('without a password a new link is asked for', async () => {
    const server = standIn()
    server.scenario = 'killed'
    server.provenMsAgo = 600_000
    server.hasPassword = false
    const { page } = await open(await server.start())
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('ibkr-options-bot dashboard').waitFor()
    await page.getByLabel('New link').fill('http://127.0.0.1:1/#ticket=once')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Step 1 of 2').waitFor()
  })

  test('what a role may not is disabled with its reason', async () => {
    const server = standIn()
    server.role = 'viewer'
    const { page } = await open(await server.start())
    await page.getByText('Nothing needs you.').waitFor()
    for (const name of ['Halt', 'Reduce', 'Flatten', 'Resume']) {
      const button = page.getByRole('button', { name })
      expect(await button.getAttribute('aria-disabled')).toBe('true')
      expect(await button.getAttribute('aria-description')).toMatch(/Needs the role/)
    }
    await page.getByRole('button', { name: 'Flatten' }).click({ force: true })
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(server.commands).toEqual([])
  })

  test('close and cancel name what they are about', async () => {
    const server = standIn()
    server.role = 'trader'
    const { page } = await open(`${await server.start()}/#/orders`)
    await page.getByRole('button', { name: 'Close SPY 2026-03-13 585 C' }).click()
    await page.getByRole('button', { name: 'Close it' }).click()
    await page.getByText('in the journal as entry').waitFor()
    await page.keyboard.press('Escape')
    await page
      .getByRole('button', { name: /^Cancel take profit/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Cancel it' }).click()
    await page.getByText('in the journal as entry').waitFor()
    expect(server.commands.map(({ verb, body }) => [verb, body])).toEqual([
      ['close', { structureId: 'e-20260310-000042' }],
      ['cancel', { orderId: 'e-20260310-000043' }],
    ])
  })
})

test('keys lead to every view, and can be switched off', async () => {
  const { page } = await open(await standIn().start())
  await page.getByText('Nothing needs you.').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Risk', level: 1 }).waitFor()
  await page.keyboard.press('?')
  await page.getByLabel('Keys are on').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+K')
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test('a search of the journal stands in the address, and a replay says what would differ', async () => {
  const { page } = await open(`${await standIn().start()}/#/journal`)
  await page.locator('select[name=types]').selectOption('Gates')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL(/types=GateSet%2CGateCleared/)
  await page.getByRole('cell', { name: 'Gate set' }).first().waitFor()
  expect(await page.getByRole('cell', { name: 'Decision' }).count()).toBe(0)
  expect(await page.locator('select[name=types]').inputValue()).toBe('GateSet,GateCleared')
  await page.getByLabel('Limit, as in').fill('max_order_cost')
  await page.getByLabel('Value, with').fill('$200')
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.getByText('2 of 41 recorded entries').waitFor()
})

test('a symbol is explained, and what is held is counted in the navigation', async () => {
  const { page } = await open(`${await standIn().start()}/#/journal`)
  const mark = page.locator('nav a[href="#/orders"] .nav-mark')
  expect(await mark.getAttribute('title')).toBe('held')
  expect((await mark.innerText()).trim()).toMatch(/^3\b/)
  await page.getByLabel('Why? A symbol').fill('SPY')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.waitForURL(/#\/journal\/explain\/SPY$/)
  await page.getByRole('heading', { name: 'Why: SPY' }).waitFor()
  await page.locator('.told-facts summary').first().click()
  await page.getByText('$2.33').first().waitFor()
  await page.evaluate("location.hash = '#/journal/explain/nothing'")
  await page.getByText('Type a symbol for its last decision').waitFor()
})

test('of what happened the overview shows what a person wants to know', async () => {
  const { page } = await open(await standIn().start())
  const events = page.locator('.events-panel')
  await events.getByText('Fill', { exact: true }).first().waitFor()
  const kinds = await events.locator('.event-type').allInnerTexts()
  expect([...new Set(kinds)].sort()).toEqual(['Fill', 'Gate set'])
})

test('a search goes on through pages of nothing, and says how far it came', async () => {
  const { page } = await open(await standIn().start())
  let asked = 0
  const end = 9
  await page.route(/journal\?.*text=rare/, async (route) => {
    asked++
    const before = asked < end ? 200_000 - asked * 20_000 : null
    await route.fulfill({ json: { seq: 200_000, entries: [], before } })
  })
  await page.evaluate("location.hash = '#/journal?text=rare'")
  await page.getByText('Older entries were not looked at yet.').waitFor()
  await page.getByText('Searched back to entry 80,000: nothing so far').waitFor()
  expect(asked).toBe(6)
  expect(await page.getByText('Nothing in the journal matches').count()).toBe(0)
  await page.getByRole('button', { name: 'Go on with older entries' }).click()
  await page.getByText('Nothing in the journal matches').waitFor()
  expect(asked).toBe(end)
})

test('the theme is kept on this machine', async () => {
  const { page } = await open(await standIn().start(), { colorScheme: 'light' })
  const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  await page.getByRole('button', { name: 'Theme: system' }).click()
  await page.getByRole('button', { name: 'Theme: light' }).click()
  const dark = await background()
  await page.reload()
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
  expect(await background()).toBe(dark)
  expect(dark).not.toBe('rgb(243, 244, 246)')
})
