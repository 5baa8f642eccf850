import { describe, expect, test } from 'vitest'
import { findScenario } from '../../src/simulator/faults/scenarios.ts'
import { INCIDENTS } from './incidents.ts'

describe('what went wrong elsewhere does not here', () => {
  test.each(INCIDENTS.map((each) => [each.id, each.elsewhere, each.scenario, each] as const))(
    'incident %s, %s: %s',
    async (...[, , , { play }]) => {
      expect(await play()).toEqual([])
    },
  )
})

test('none of the thirty is missing, and each that can be replayed has its scenario', () => {
  expect(INCIDENTS.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, i) => `R${i + 1}`))
  for (const { id, replay } of INCIDENTS) {
    if (replay !== null) expect([id, findScenario(replay)?.name]).toEqual([id, expect.any(String)])
  }
})
