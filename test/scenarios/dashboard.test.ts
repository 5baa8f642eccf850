import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Secret } from '../../src/base/secret.ts'
import { serveControl } from '../../src/cli/control.ts'
import { settingsFrom } from '../../src/cli/config-check.ts'
import { openDashboard, type Dashboard } from '../../src/cockpit/dashboard.ts'
import { dashboardLink } from '../../src/cli/dashboard-link.ts'
import { closeDemo } from '../../src/cli/demo.ts'
import { DEMO_ACCOUNT, openDemo, type Demo } from '../../src/cli/demo-world.ts'
import { EXAMPLE_CONFIG } from '../../src/cli/options.ts'
import { makeStateFolder, stateFolder } from '../../src/cli/state-folder.ts'
import { ACCESS } from '../../src/dashboard/access.ts'
import type {
  ChainView,
  JournalPage,
  OrderDetail,
  SessionView,
  SymbolDetail,
  TradeView,
  View,
} from '../../src/dashboard/view.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { Sightings } from '../../src/engine/sighting.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { heldStructures } from '../../src/trading/alive.ts'
import { leaksIn } from '../canaries.ts'
import { scratch } from './scratch.ts'

/** The bot and its dashboard, in two threads, as a person at the page has them. */

const DATE = '2026-03-09' as CalendarDate
const SYMBOLS = ['SPY', 'QQQ', 'AAPL'] as readonly string[] as readonly Ticker[]
const root = scratch('dashboard')
const folder = stateFolder(root, 'demo')
const notices: string[] = []
const notifier = { notify: ({ message }: { message: string }) => void notices.push(message) }
const sightings = new Sightings()
const TOKEN = 'a token of metrics for this scenario alone'
const configured = settingsFrom(EXAMPLE_CONFIG)
const settings = {
  ...configured,
  account: DEMO_ACCOUNT,
  dashboard: { ...configured.dashboard, metricsToken: new Secret(TOKEN) },
}
let world: Demo
let dashboard: Dashboard
let closeControl: () => void

const parts = () => ({
  view: world.bot.engine.view(),
  clock: world.clock,
  settings,
  file: EXAMPLE_CONFIG,
  mode: 'demo' as const,
  accountId: DEMO_ACCOUNT,
  folder,
  sightings,
  notifier,
  isSimulated: true,
  speed: () => 0,
  port: 0,
  version: '0.0.0',
  log: () => undefined,
})

beforeAll(async () => {
  makeStateFolder(folder)
  const market = generatedMarket({ seed: 42, start: DATE, symbols: SYMBOLS, hours: 'regular' })
  const start = atNewYork(DATE, '09:15')
  const of = { settings, folder, market, seed: 42, start, version: '0.0.0', notifier }
  world = await openDemo({ ...of, observer: sightings })
  dashboard = openDashboard(parts())
  closeControl = await serveControl(folder.controlSocket, {
    view: world.bot.engine.view(),
    whatIf: null,
    link: (asked) => dashboard.link(asked),
  })
  await until('09:40')
})

afterAll(async () => {
  closeControl()
  await dashboard.close()
  await closeDemo(world)
  rmSync(root, { recursive: true, force: true })
})

const until = (time: string) => world.clock.runUntil(atNewYork(DATE, time))

interface In {
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
}

/** By the link that the command prints, which is the way in for who owns the control socket. */
async function signedIn(): Promise<In> {
  await dashboard.ready
  const said: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text))
    return true
  })
  await dashboardLink({ folder, role: 'admin', name: 'ada', json: true })
  write.mockRestore()
  const { url } = JSON.parse(said.join('')) as { url: string }
  const [base = '', ticket = ''] = url.split('/#ticket=')
  const reply = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  })
  const { csrf, user, role } = (await reply.json()) as SessionView
  expect({ user, role }).toEqual({ user: 'ada', role: 'admin' })
  const [cookie = ''] = (reply.headers.get('set-cookie') ?? '').split(';')
  const headers = { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' }
  return { base: `${base}/api/v1`, headers }
}

let keys = 0

async function ask<T>({ base, headers }: In, path: string, body?: object): Promise<T> {
  const key = { 'idempotency-key': `scenario-${keys++}` }
  const post = { method: 'POST', body: JSON.stringify(body), headers: { ...headers, ...key } }
  const reply = await fetch(base + path, body === undefined ? { headers } : post)
  return (await reply.json()) as T
}

/** Of the newest turn, and the journal's read models with it. */
async function viewNow(person: In): Promise<View> {
  return vi.waitFor(
    async () => {
      const view = await ask<View>(person, '/view')
      const page = await ask<JournalPage>(person, '/journal?limit=1')
      expect(view.seq).toBe(world.bot.engine.state.seq)
      expect(page.seq).toBe(view.seq)
      return view
    },
    { timeout: 20_000, interval: 100 },
  )
}

test('what the bot holds and has decided is on the page, true of one seq', async () => {
  const person = await signedIn()
  const view = await viewNow(person)
  const held = heldStructures(world.bot.engine.state)
  expect(held.length).toBeGreaterThan(0)
  expect(view.structures.map(({ id }) => id)).toEqual(held.map(({ id }) => id))
  expect(view).toMatchObject({ mode: 'demo', account: 'DU*****67', isSimulated: true, link: 'up' })
  expect(view.health.connections.map(({ name, isUp }) => [name, isUp])).toEqual([
    ['order', true],
    ['data', true],
    ['canary', false],
  ])
  expect(view.reconciledAt).toBeGreaterThan(atNewYork(DATE, '09:15') - 1)
  expect(view.health.farms.length).toBeGreaterThan(0)
  expect(view.symbols.map(({ symbol, last }) => [symbol, last !== null])).toEqual(
    SYMBOLS.map((symbol) => [symbol, true]),
  )

  const [first] = await ask<readonly TradeView[]>(person, '/trades')
  const { symbol = '', structureId = '' } = first ?? {}
  const chart = await ask<SymbolDetail>(person, `/symbols/${symbol}`)
  expect(chart.bars.at(-1)?.start).toBe(atNewYork(DATE, '09:39'))
  expect(chart.indicators.map(({ name }) => name)).toContain('EMA 21')
  expect(chart.marks.map(({ kind }) => kind)).toContain('entry')
  const chain = await ask<ChainView>(person, `/chain/${symbol}`)
  expect(chain.candidates[0]).toMatchObject({ stage: 'picked', failed: [] })
  expect(chain.candidates[0]?.greeks?.iv).toBeGreaterThan(0)
  expect(chain.outcome).toMatch(/^proposed: .*(approved|refused)$/)
  const order = await ask<OrderDetail>(person, `/orders/${structureId}`)
  expect(order.history.map(({ to }) => to)).toContain('working')
  expect(order.fills[0]?.slippage).toMatch(/^-?\d+\.\d\d/)

  const found = await ask<JournalPage>(person, `/journal?text=WHALE&symbol=${symbol}&limit=3`)
  expect(found.entries).toHaveLength(3)
  for (const { text } of found.entries) expect(text).toMatch(/whale/i)
  const older = await ask<JournalPage>(person, `/journal?limit=3&before=${found.entries[2]?.seq}`)
  expect(older.entries[0]?.seq).toBeLessThan(found.entries[2]?.seq ?? 0)
})

test('what was recorded is judged anew: as it was, and with other limits', async () => {
  const person = await signedIn()
  await viewNow(person)
  const same = await ask(person, '/journal/replay', { limits: {} })
  expect(same).toMatchObject({ changed: [] })
  expect((same as { judged: number }).judged).toBeGreaterThan(0)
  const strict = await ask(person, '/journal/replay', { limits: { max_spread: '0.01%' } })
  expect(JSON.stringify(strict)).toMatch(/"would":"refused: .*at most 0.01%/)
  expect(
    await ask(person, '/journal/replay', { limits: { max_sprad: '2%', max_premium: '5' } }),
  ).toMatchObject({
    error:
      'max_sprad: no such limit; did you mean "max_spread"?; ' +
      'max_premium: expected a percentage, like "1%", came "5"',
  })
})

test('a person flattens from the page, under a name, and sees it flat', async () => {
  const person = await signedIn()
  const held = heldStructures(world.bot.engine.state).length
  const reply = await ask(person, '/commands/flatten', { reason: 'done for today' })
  expect(reply).toMatchObject({ tradingState: 'reduce-only' })
  await until('09:42')
  expect(heldStructures(world.bot.engine.state)).toEqual([])
  const view = await viewNow(person)
  expect(view).toMatchObject({ structures: [], level: { state: 'reduce-only', cause: 'operator' } })
  const said = await ask<JournalPage>(person, '/journal?types=OperatorCommanded&limit=50')
  expect(said.entries).toHaveLength(held + 1)
  for (const { text } of said.entries)
    expect(text).toMatch(/^ada: (reduce|close .*): flatten: done/)
  const wrong = await ask(person, '/commands/resume', { accountId: 'DU7654321', reason: 'x' })
  expect(wrong).toHaveProperty('error')
  expect(world.bot.engine.state.tradingState).toBe('reduce-only')
})

test('the thread of the page dies: the bot decides on, says so, and the page comes back', async () => {
  const before = await dashboard.ready
  const decided = world.bot.engine.state.seq
  await dashboard.terminate()
  await until('09:45')
  expect(world.bot.engine.state.seq).toBeGreaterThan(decided + 6)
  expect(notices.join('\n')).toContain(
    'no dashboard: its thread ended; it is tried again, and the bot trades on',
  )
  const person = await vi.waitFor(signedIn, { timeout: 20_000, interval: 200 })
  expect(before).toEqual({ ok: true, value: person.base.replace('/api/v1', '') })
  const view = await viewNow(person)
  expect(view.symbols[0]?.decision).not.toBeNull()
})

test('T12: nothing that can be read names the account', async () => {
  const person = await signedIn()
  await ask(person, '/commands/halt', { reason: `of ${DEMO_ACCOUNT}` })
  const { epoch } = world.bot.engine.state
  expect(epoch).toBeGreaterThan(0)
  await viewNow(person)
  const [trade] = await ask<readonly TradeView[]>(person, '/trades')
  const { symbol = '', structureId = '' } = trade ?? {}
  const paths = Object.keys(ACCESS).flatMap((route) => {
    const [method, path = ''] = route.split(' ')
    if (method !== 'GET' || path.includes('*') || path.endsWith('/stream')) return []
    const of = path.replace(':symbol', symbol).replace(':id', structureId)
    return path.endsWith('/report') ? [`${of}?as=json&period=all`, `${of}?period=all`] : [of]
  })
  expect(paths.length).toBeGreaterThan(15)
  const at = person.base.replace('/api/v1', '')
  const headers = { ...person.headers, authorization: `Bearer ${TOKEN}` }
  for (const path of [...paths, '/api/v1/journal?text=halt', '/api/v1/journal?limit=500']) {
    const reply = await fetch(at + path, { headers })
    const text = await reply.text()
    expect([path, reply.status]).toEqual([path, 200])
    expect([path, leaksIn(text, { account: DEMO_ACCOUNT })]).toEqual([path, []])
  }
  const refused = await ask(person, '/commands/resume', { accountId: DEMO_ACCOUNT, reason: 'x' })
  expect(JSON.stringify(refused)).not.toContain(DEMO_ACCOUNT)
})

test('a port that is taken is said with who has it, and tried again until it is free', async () => {
  const taken = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1')
  await new Promise((resolve) => void taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const others: string[] = []
  let isBack: (url: string) => void = () => undefined
  const back = new Promise<string>((resolve) => void (isBack = resolve))
  const other = openDashboard({
    ...parts(),
    sightings: new Sightings(),
    port,
    back: isBack,
    notifier: { notify: ({ message }) => void others.push(message) },
    // Keys are of one process; this stands for another bot.
    folder: { ...folder, path: scratch('dashboard-other') },
  })
  const remedy = 'set dashboard.port or --port to another, or stop what listens there'
  const why = `port ${port} is taken by a program that does not say what it is; ${remedy}`
  expect(await other.ready).toEqual({ ok: false, error: why })
  expect(await other.link({ role: 'viewer', name: 'ada', interactive: true })).toEqual({
    ok: false,
    error: `the dashboard is not there: ${why}`,
  })
  await new Promise((resolve) => void taken.close(resolve))
  expect(await back).toBe(`http://127.0.0.1:${port}`)
  expect(others).toEqual([`no dashboard: ${why}; it is tried again, and the bot trades on`])
  await other.close()
})

test('of two bots on one port the second says which has it', async () => {
  const ready = await dashboard.ready
  const port = Number(new URL(ready.ok ? ready.value : '').port)
  const second = openDashboard({
    ...parts(),
    sightings: new Sightings(),
    port,
    notifier: { notify: () => undefined },
    folder: { ...folder, path: scratch('dashboard-second') },
  })
  expect(await second.ready).toMatchObject({
    error: expect.stringContaining(`port ${port} is taken by the dashboard of the demo bot; set`),
  })
  await second.close()
})
