import { writeFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Ticker } from '../domain/contract.ts'
import { settingsFrom } from './config-check.ts'
import { configText } from './soak.ts'

function settingsOf(count: number) {
  const symbols = Array.from({ length: count }, (_, index) => `S${index}` as Ticker)
  const path = join(mkdtempSync(join(tmpdir(), 'soak-')), 'config.yaml')
  writeFileSync(path, configText({ config: null, symbols }, 4_002))
  return settingsFrom(path)
}

test('the portfolio has room for all symbols, one entry has no more than before', () => {
  const [few, many, most] = [settingsOf(3), settingsOf(24), settingsOf(100)]
  expect(many.rules.limits.openStructuresMax).toBe(few.rules.limits.openStructuresMax * 8)
  expect(many.rules.limits.greeks.gamma).toBe(few.rules.limits.greeks.gamma * 8)
  expect(many.rules.limits.orderCostMax).toBe(few.rules.limits.orderCostMax)
  expect(most.rules.limits.openStructuresMax).toBe(few.rules.limits.openStructuresMax * 16)
})
