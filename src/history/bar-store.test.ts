import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { emptySeries, merge } from '../domain/bar-series.ts'
import type { Ticker } from '../domain/contract.ts'
import { barStoreContract } from '../engine/ports.contract.ts'
import { FileBarStore } from './bar-store.ts'
import { MemoryBarStore } from './memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'bars-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let folders = 0
const newFolder = (): string => join(folder, `${++folders}`)

barStoreContract('the bar store on disk', () => {
  const path = newFolder()
  return { store: new FileBarStore(path), reopen: () => new FileBarStore(path) }
})
barStoreContract('the bar store in memory', () => {
  const store = new MemoryBarStore()
  return { store, reopen: () => store }
})

const symbol = 'SPY' as Ticker
const covered = { from: 0 as EpochMs, to: 60_000 as EpochMs }
const series = merge(emptySeries(symbol, '1m'), [], covered)

test('a damaged file is an empty series: losing it costs a backfill', () => {
  const path = newFolder()
  const store = new FileBarStore(path)
  store.save(series)
  for (const file of readdirSync(path)) writeFileSync(join(path, file), '{"covered":[{"from":1')
  expect(store.load(symbol, '1m')).toEqual(emptySeries(symbol, '1m'))
  expect(store.save(series).ok).toBe(true)
})

test('a folder that cannot be written is a fault, not an exception', () => {
  writeFileSync(join(folder, 'file'), '')
  const saved = new FileBarStore(join(folder, 'file')).save(series)
  expect(!saved.ok && saved.error.code).toBe('storage')
})
