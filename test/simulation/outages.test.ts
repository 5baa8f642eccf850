import { describe, expect, test } from 'vitest'
import { SCENARIOS } from '../../src/simulator/scenarios.ts'
import type { Scenario } from '../../src/simulator/scenario.ts'
import { diagnosed } from './outages.ts'

/** Faults that interrupt a bot which asks nothing but its streams, and what it must call them. */
const NAMED = [
  'founding-incident',
  'S0',
  'S0-detached',
  'S0w',
  'S1-100',
  'S2',
  'S2-1100',
  'S2-F30',
  'S2-F31',
  'S2-F31-all',
  'S3',
  'S4',
  'nightly-restart',
  'F3-half-open',
  'F4-blackhole',
  'F5-lose-replies',
  'F6-lose-requests',
  'F9-corrupt-length',
  'F10-refuse',
  'F10-accept-then-close',
  'F10-garbage',
  'F20-handshake-hang',
  'F21-no-next-valid-id',
  'F23-client-id-in-use',
  'F25-connectivity-lost',
  'F26-data-lost',
  'F27-farm-down',
  'F29-farm-not-ready',
  'F30-zombie',
  'F31-history-dead',
  'F32-orders-dead',
  'F33-output-dropped',
  'F34-drift',
  'F35-rate-exceeded',
  'F36-no-data-rights',
]

/** After so many ms: what is held has its line, so the bot must want one, for its first signal. */
const BEGINS: Readonly<Record<string, number>> = { S3: 20_000 }

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.get(name)
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
  const begins = BEGINS[name]
  if (begins === undefined) return scenario
  return { ...scenario, steps: scenario.steps.map((step) => ({ ...step, after: begins })) }
}

const bare = (verdict: string | null): string => (verdict ?? 'none').replace(/\{.*/, '')

describe('the whole bot names what the Gateway was made to do', () => {
  test.each(NAMED)('%s', async (name) => {
    const scenario = scenarioOf(name)
    const { incidents, verdict } = await diagnosed(scenario)
    expect(bare(verdict)).toBe(bare(scenario.label))
    for (const { incident } of incidents) {
      if (incident.verdict.name !== 'UNDETERMINED') continue
      const out = incident.verdict.excluded.map((each) => each.verdict as string)
      expect(out).not.toContain(bare(scenario.label))
    }
  })

  test.each(['F8-segments', 'F12-duplicate-replies'])('%s is no incident', async (name) => {
    expect((await diagnosed(scenarioOf(name))).incidents).toEqual([])
  })

  test('a healthy day is no incident', async () => {
    const healthy = { name: 'healthy', describe: '', label: null, time: null, steps: [] }
    expect((await diagnosed(healthy, 60)).incidents).toEqual([])
  })
})
