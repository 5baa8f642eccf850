import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingsText } from '../config/describe.ts'
import { loadSettings } from '../config/load.ts'
import type { StatusReply } from '../engine/control.ts'
import { holding } from '../trading/play.testing.ts'
import { fullText, shortText } from './explain.ts'
import { statusText } from './status.ts'

const TEXT =
  'Stops on US options are simulated by IBKR: elected by double bid/ask, in regular hours only, ' +
  'delayed during resets. Overnight and in a halt they protect nothing.'

test('P36: the settings say what a stop is worth, and what happens when it is late', () => {
  const path = join(import.meta.dirname, '../../config/example.yaml')
  const settings = loadSettings(path, {})
  expect(settings.ok ? settingsText(settings.value) : '').toContain(
    `${TEXT} A stop that a usable quote has been beyond for 15 s is joined by a close of the bot.`,
  )
})

test('P36: what is explained with a stop in it says it', () => {
  const { bracket, at } = holding()
  const { stop, target } = bracket
  const entries = [target, stop].map((order, i) => {
    return { seq: i + 1, at, event: { type: 'OrderIntended', order } as const }
  })
  for (const text of [fullText, (of: typeof entries) => shortText(entries, of)]) {
    expect(text(entries)).toContain(TEXT)
    expect(text(entries.slice(0, 1))).not.toContain(TEXT)
  }
})

test('P36: the status of a bot with a stop at the broker says it', () => {
  const vitals = { at: 0, requests: [], breakers: [], loopDelayMsP99: null, incident: null }
  const order = { id: 'o', role: 'stop-loss', side: 'SELL', quantity: 1, filled: 0, status: 'held' }
  const none = { gates: [], incidents: [], structures: [], bars: [], budgets: [] }
  const pnl = { realized: 0, daily: null }
  const reply = { mode: 'demo', accountId: 'DU1', seq: 1, vitals, pnl, ...none, orders: [order] }
  expect(statusText(reply as unknown as StatusReply)).toContain(TEXT)
  expect(statusText({ ...reply, orders: [] } as unknown as StatusReply)).not.toContain(TEXT)
})
