import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Gate } from '../../src/domain/account.ts'
import type { View } from '../../src/dashboard/view.ts'
import { entriesOf, gatewayOf, levelOf, protectionOf } from '../../web/src/judge.ts'
import { dayPnl, pictureOf } from '../../web/src/picture.ts'
import { inBrowser, seesView } from './page.testing.ts'
import { viewOf } from './stand-in-view.ts'

const { open, standIn } = inBrowser()
const normal = viewOf('normal', 0)
const flat: View = {
  ...normal,
  structures: [],
  positions: [],
  orders: [],
  foreignOrders: [],
  protection: { ...normal.protection, structures: 0, coverage: null },
}
const gated = (gate: Gate, symbol: string | null = null): View => ({
  ...normal,
  gates: [{ gate, symbol, since: normal.at, reason: 'so it is' }],
})

describe('the Gateway', () => {
  test('is healthy where nothing speaks against it, gates of other causes included', () => {
    expect(gatewayOf(normal).word).toBe('Healthy')
    for (const gate of ['window', 'low-funds', 'skew', 'pacing', 'stale-data'] as const) {
      expect(gatewayOf(gated(gate)).word, gate).toBe('Healthy')
    }
  })

  test.each(['farm', 'reconcile', 'breaker', 'journal'] as const)(
    'is degraded while the gate %s is set',
    (gate) => {
      const judged = gatewayOf(gated(gate))
      expect(judged.word).toBe('Degraded')
      expect(judged.because).toEqual([`gate ${gate}: so it is`])
    },
  )

  test.each(['link', 'connectivity', 'heartbeat'] as const)(
    'does not answer while the gate %s is set, whatever its sockets say',
    (gate) => {
      expect(gatewayOf(gated(gate))).toMatchObject({ tone: 'bad', word: 'Not answering' })
    },
  )

  test('does not answer when its last answer is old, and is unknown without a connection', () => {
    const lastAnswerAt = (normal.at - 121_000) as EpochMs
    const old = { ...normal, health: { ...normal.health, lastAnswerAt } }
    expect(gatewayOf(old)).toMatchObject({
      word: 'Not answering',
      because: ['no answer for 2 min 1 s'],
    })
    const none = { ...normal, health: { ...normal.health, connections: [] } }
    expect(gatewayOf(none).word).toBe('Unknown')
  })

  test('is not healthy while an incident is open', () => {
    expect(gatewayOf({ ...viewOf('incident', 0), gates: [] }).word).toBe('Degraded')
  })
})

describe('entries', () => {
  const live = viewOf('live', 0)
  const armedOn = (date: string | null): View => ({
    ...live,
    level: { ...live.level, armedOn: date },
  })

  test.each([null, '2026-03-09'])('of live, armed on %s, are not: not armed', (date) => {
    expect(levelOf(armedOn(date))).toMatchObject({ tone: 'warn', word: 'Not armed' })
    expect(entriesOf(armedOn(date))).toBe('Not armed: no entries.')
  })

  test('of live are allowed on the date that was armed, and a level counts more', () => {
    expect(levelOf(live).word).toBe('Active')
    expect(entriesOf(live)).toBe('Entries are allowed.')
    const killed = { ...armedOn(null), level: { ...live.level, armedOn: null, state: 'kill' } }
    expect(levelOf(killed as View).word).toBe('Killed')
  })

  test('wait for the open, and for gates', () => {
    const closed = { ...normal, market: { ...normal.market, isOpen: false } }
    expect(entriesOf(closed)).toBe('The market is closed: entries wait for the open.')
    expect(entriesOf({ ...closed, gates: gated('farm').gates })).toMatch(/and for the gates/)
    expect(entriesOf(gated('window'))).toBe('Entries are held back.')
    expect(entriesOf(gated('stale-data', 'TSLA'))).toBe('Held back in TSLA.')
  })
})

describe('what is held', () => {
  test('is flat by the broker’s picture alone', () => {
    expect(protectionOf(flat).word).toBe('Flat')
    for (const link of ['down', 'reconciling'] as const) {
      expect(protectionOf({ ...flat, link }).word).toBe('Unknown')
    }
    expect(pictureOf({ ...flat, reconciledAt: null }).missing).toMatch(/nothing was reconciled/)
    expect(pictureOf({ ...flat, reconciledAt: flat.at })).toEqual({ missing: null, at: flat.at })
    expect(pictureOf({ ...flat, gates: gated('reconcile').gates }).missing).toBe('so it is')
  })

  test('the day’s profit is of the day, with its time', () => {
    expect(dayPnl(normal)).toEqual({ pnl: normal.day.pnl, at: normal.equity?.at })
    const at = (normal.at - 86_400_000) as EpochMs
    const equity = normal.equity === null ? null : { ...normal.equity, at }
    const day = { ...normal.day, at }
    expect(dayPnl({ ...normal, equity, day })).toEqual({ pnl: null, at })
  })
})

test('a page before reconciliation says that it does not know what is held', async () => {
  const server = standIn()
  server.differs = () => ({ ...flat, link: 'down' })
  const { page } = await open(await server.start())
  await seesView(page, 'orders')
  await page.getByText('Unknown until the broker’s picture is in').first().waitFor()
  await page.getByText('The link to the Gateway is down.').first().waitFor()
  expect(await page.getByText('The account holds nothing.').count()).toBe(0)
  server.differs = () => flat
  await page.getByText('The account holds nothing.').waitFor()
  expect(await page.getByText('Unknown until').count()).toBe(0)
})
