import { afterAll, expect, test } from 'vitest'
import { FAULTS } from '../../src/simulator/faults/faults.ts'
import type { FaultName } from '../../src/simulator/faults/faults.ts'
import { Crowd, tickers } from './crowd.ts'

const lines: string[] = []
afterAll(() => console.log(lines.join('\n')))

/** The storm begins at 10:05, when everything streams, or with the bot itself. */
test.each<readonly [string, FaultName, string]>([
  ['every request refused, from the start', 'requests-refused', '10:05'],
  ['nothing answered, while bars stream', 'lose-replies', '09:55'],
  ['nothing answered, from the start', 'lose-replies', '10:05'],
])('100 symbols, %s: no limit is broken in ten minutes nor after', async (name, fault, start) => {
  const crowd = new Crowd({ symbols: tickers(100), start })
  const { gateway } = crowd
  const [only] = crowd.bots
  const told: string[] = []
  const named: string[] = []
  only?.bot.engine.subscribe((event) => {
    if (event.type === 'IncidentOpened' || event.type === 'IncidentEnded') told.push(event.type)
    if (event.type === 'IncidentEnded') named.push(event.incident.verdict.name)
  })
  await crowd.until('10:05')
  const heal = gateway.inject({ name: fault })
  const before = { ...gateway.counters }
  const perSecond = counted(crowd)
  await crowd.until('10:15')
  const during = { ...gateway.counters }
  expect(told[0]).toBe('IncidentOpened')
  heal()
  await crowd.until('10:17')
  crowd.watch()
  await crowd.until('10:22')
  const after = gateway.counters
  lines.push(
    `${name}: ${during.requests - before.requests} messages in ten minutes, ` +
      `${during.historicalRequests - before.historicalRequests} of them historical, ` +
      `${during.connections - before.connections} connections; then ` +
      `${after.historicalRequests - during.historicalRequests} historical, newest bar p99 ` +
      `${crowd.age(0.99) / 1_000} s; at most ${perSecond()} a second, ${after.violations} broken`,
  )
  expect(crowd.violations.filter((line) => !line.startsWith('fault '))).toEqual([])
  expect(after.violations).toBe(0)
  expect(crowd.age(0.99)).toBeLessThanOrEqual(90_000)
  const whole = (only?.settings.symbols ?? []).filter(({ underlying }) => {
    return only?.bot.feed.closed(underlying.symbol, '1m', 20).ok === true
  })
  expect(whole).toHaveLength(100)
  expect(told.at(-1)).toBe('IncidentEnded')
  // Questions about orders have no number, and neither has their refusal: they stay unanswered.
  if (fault === 'requests-refused') expect(named).toEqual([FAULTS[fault].label])
})

/** The most messages in any second of the Gateway's clock. */
function counted({ clock, gateway }: Crowd): () => number {
  let [most, last] = [0, gateway.counters.requests]
  const look = (): void => {
    most = Math.max(most, gateway.counters.requests - last)
    last = gateway.counters.requests
    clock.after(1_000, look)
  }
  look()
  return () => most
}
