import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SystemClock, type EpochMs } from '../../src/base/clock.ts'
import { settingsFrom } from '../../src/cli/config-check.ts'
import { openDashboard, type Dashboard } from '../../src/cockpit/dashboard.ts'
import { EXAMPLE_CONFIG } from '../../src/cli/options.ts'
import { reportText } from '../../src/cockpit/period-report.ts'
import { makeStateFolder, stateFolder } from '../../src/cli/state-folder.ts'
import type { JournalPage, SessionView } from '../../src/dashboard/view.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { NO_GAUGES } from '../../src/engine/budget.ts'
import type { EngineView } from '../../src/engine/control.ts'
import { NO_FACTS } from '../../src/engine/health.ts'
import { Sightings } from '../../src/engine/sighting.ts'
import { SqliteJournal } from '../../src/journal/sqlite.ts'
import { JournalReader } from '../../src/journal/follow.ts'
import { reportFor } from '../../src/journal/performance.ts'
import { reportJson } from '../../src/cockpit/report-data.ts'
import type { Event } from '../../src/trading/event.ts'
import { initialState, type State } from '../../src/trading/state.ts'
import { scratch } from './scratch.ts'

/** The thread of the page over the journal of days of many symbols; the bot itself is a stand-in. */

const ROWS = 100_000
const AT_ONCE = 10_000
const ACCOUNT = 'DU1234567'
const FIRST = atNewYork('2026-03-02' as CalendarDate, '09:30')
const EVERY_MS = 5_000
const NOW = (FIRST + ROWS * EVERY_MS) as EpochMs
const root = scratch('dashboard-load')
const folder = stateFolder(root, 'demo')
const wall = new SystemClock()
let dashboard: Dashboard
let state: State = { ...initialState('demo', ACCOUNT), seq: ROWS }

const view: EngineView = {
  state: () => state,
  vitals: () => ({
    ...NO_FACTS,
    at: NOW,
    seq: state.seq,
    link: 'up',
    lastCycleAt: null,
    loopDelayMsMax: 0,
    unprotected: 0,
    unprotectedSince: null,
    watchedHere: 0,
    noticesLost: 0,
    reconciledAt: null,
  }),
  gauges: () => NO_GAUGES,
  quoteOf: () => null,
  subscribe: () => () => undefined,
  command: (_by, { kind }) => {
    if (kind === 'kill') state = { ...state, seq: state.seq + 1, tradingState: 'kill' }
  },
}

const cycle = (index: number): Event => ({
  type: 'CycleEnded',
  outcome: {
    symbol: 'SPY' as Ticker,
    barStart: (FIRST + index * EVERY_MS) as EpochMs,
    kind: 'hold',
    reason: `row ${index}: no crossing of EMA 8 and EMA 21, RSI 14 is 51.2`,
  },
})

beforeAll(async () => {
  makeStateFolder(folder)
  const of = { mode: 'demo', accountId: ACCOUNT, ballastBytes: 0 } as const
  const journal = SqliteJournal.open(folder.journal, of)
  if (!journal.ok) throw new Error(journal.error.detail)
  for (let from = 0; from < ROWS; from += AT_ONCE) {
    const events = Array.from({ length: AT_ONCE }, (_, index) => cycle(from + index))
    journal.value.append((FIRST + from * EVERY_MS) as EpochMs, events)
  }
  journal.value.close()
  dashboard = openDashboard({
    view,
    clock: Object.assign(Object.create(wall), { now: () => NOW }),
    settings: settingsFrom(EXAMPLE_CONFIG),
    file: EXAMPLE_CONFIG,
    mode: 'demo',
    accountId: ACCOUNT,
    folder,
    sightings: new Sightings(),
    notifier: { notify: () => undefined },
    isSimulated: true,
    port: 0,
    version: '0.0.0',
    log: () => undefined,
  })
})

afterAll(async () => {
  await dashboard.close()
  rmSync(root, { recursive: true, force: true })
})

let base = ''
let headers: Readonly<Record<string, string>> = {}

beforeAll(async () => {
  await dashboard.ready
  const link = await dashboard.link({ role: 'admin', name: 'ada', interactive: true })
  if (!link.ok) throw new Error(link.error)
  const [at = '', ticket = ''] = link.value.split('/#ticket=')
  base = `${at}/api/v1`
  const reply = await fetch(`${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  })
  const { csrf } = (await reply.json()) as SessionView
  const [cookie = ''] = (reply.headers.get('set-cookie') ?? '').split(';')
  headers = { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' }
  await vi.waitFor(
    async () => {
      const page = (await (
        await fetch(`${base}/journal?limit=1`, { headers })
      ).json()) as JournalPage
      expect(page.seq).toBe(ROWS)
    },
    { timeout: 60_000, interval: 200 },
  )
})

async function killMs(): Promise<number> {
  const from = wall.monotonicMs()
  const reply = await fetch(`${base}/commands/kill`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': `load-${from}` },
    body: '{}',
  })
  expect(await reply.json()).toMatchObject({ tradingState: 'kill' })
  return wall.monotonicMs() - from
}

test('while reports of a long journal are made a kill is answered within half a second', async () => {
  let made = 0
  const reports = ['all', 'week', 'day'].map(async (period) => {
    const reply = await fetch(`${base}/report?period=${period}&as=json`, { headers })
    made++
    return reply
  })
  const took: number[] = []
  do {
    await new Promise((resolve) => void wall.after(20, () => resolve(null)))
    took.push(await killMs())
  } while (made < reports.length)
  expect(took.length).toBeGreaterThan(3)
  expect(Math.max(...took)).toBeLessThan(500)
  for (const reply of await Promise.all(reports)) expect([200, 503]).toContain(reply.status)
  const whole = await vi.waitFor(
    async () => {
      const reply = await fetch(`${base}/report?period=all&as=json`, { headers })
      expect(reply.status).toBe(200)
      return reply.json() as Promise<{ decisions: number }>
    },
    { timeout: 30_000, interval: 500 },
  )
  expect(JSON.stringify(whole)).toContain(String(ROWS))
  // What was made is kept: it is not read again.
  const from = wall.monotonicMs()
  await (await fetch(`${base}/report?period=all&as=json`, { headers })).text()
  expect(wall.monotonicMs() - from).toBeLessThan(300)
})

test('a report of a day that reads less than all says the same', () => {
  const reader = new JournalReader(folder.journal)
  while (reader.next().length > 0);
  const all = [...reader.pieces()].flat()
  const now = (FIRST + ROWS * EVERY_MS * 0.5) as EpochMs
  const period = 'day'
  const asked = { journal: folder.journal, seq: ROWS, period, as: 'json', now } as const
  expect(reportText(asked)).toBe(reportJson(reportFor(all, { period, now })))
  expect([...reader.pieces(ROWS, now)].flat().length).toBeLessThan(ROWS * 0.6)
  reader.close()
})
