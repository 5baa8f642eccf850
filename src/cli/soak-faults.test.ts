import { expect, test } from 'vitest'
import { parseScenario } from '../simulator/faults/scenario.ts'
import { drawFaults, scenarioText, STOPPED } from './soak-faults.ts'

const MINUTE = 60_000

test('one every few minutes, each kind once before any comes again, by the seed', () => {
  const day = { seed: 5, runMs: 70 * MINUTE, everyMs: 4 * MINUTE }
  const planned = drawFaults(day)
  expect(planned.map(({ afterMs }) => afterMs / MINUTE)).toEqual([
    4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64,
  ])
  expect(new Set(planned.slice(0, 16).map(({ kind }) => kind.name)).size).toBe(16)
  expect(drawFaults(day)).toEqual(planned)
  expect(drawFaults({ ...day, seed: 6 })).not.toEqual(planned)
  expect(drawFaults({ ...day, runMs: 3 * MINUTE })).toEqual([])
})

test('the Gateway plays all of it but standing still, which is done to it', () => {
  const planned = drawFaults({ seed: 5, runMs: 70 * MINUTE, everyMs: 4 * MINUTE })
  const parsed = parseScenario(scenarioText(planned) ?? '')
  const own = planned.filter(({ kind }) => kind.name !== STOPPED)
  expect(parsed.ok && parsed.value.steps).toHaveLength(own.length)
  expect(planned.length - own.length).toBe(1)
  expect(scenarioText([])).toBeNull()
  const days = drawFaults({ seed: 5, runMs: 72 * 60 * MINUTE, everyMs: 4 * MINUTE })
  expect(days).toHaveLength(1_078)
  expect(parseScenario(scenarioText(days) ?? '')).toMatchObject({ ok: true })
})
