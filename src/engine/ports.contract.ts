import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Bar } from '../domain/bar.ts'
import { emptySeries, merge } from '../domain/bar-series.ts'
import type { Ticker } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Event } from '../trading/event.ts'
import type { BarStore, Journal, Latch } from './ports.ts'

/** The suites that need a simulated Gateway have a file each. */
export { brokerContract } from './broker.contract.ts'
export { marketDataContract } from './market-data.contract.ts'

const at = (ms: number): EpochMs => ms as EpochMs

/** `reopen` gives what a later process would find. */
export interface JournalUnderTest {
  readonly journal: Journal
  readonly reopen: () => Journal
}

const started: Event = {
  type: 'RunStarted',
  mode: 'simulation',
  accountId: 'DU1',
  version: '1.2.3',
  configHash: 'abc',
}
const held = (barStart: number): Event => ({
  type: 'CycleEnded',
  outcome: {
    symbol: 'SPY' as Ticker,
    barStart: at(barStart),
    kind: 'hold',
    reason: 'flat · 0.1 %',
  },
})

/** The promises of `Journal`, for every adapter. */
export function journalContract(name: string, make: () => JournalUnderTest): void {
  describe(`${name} keeps the promises of a journal`, () => {
    test('a new journal is empty', () => {
      expect([...make().journal.read()]).toEqual([])
    })

    test('all events of a turn are there when append returns, numbered from 1', () => {
      const { journal } = make()
      expect(journal.append(at(10), [started, held(1)])).toEqual({ ok: true, value: 'journal' })
      expect(journal.append(at(20), [held(2)])).toEqual({ ok: true, value: 'journal' })
      expect([...journal.read()]).toEqual([
        { seq: 1, at: 10, event: started },
        { seq: 2, at: 10, event: held(1) },
        { seq: 3, at: 20, event: held(2) },
      ])
    })

    test('a later process reads the same and goes on behind it', () => {
      const { journal, reopen } = make()
      journal.append(at(10), [started, held(1)])
      const before = [...journal.read()]
      const later = reopen()
      expect([...later.read()]).toEqual(before)
      later.append(at(30), [held(3)])
      expect([...later.read()].map((entry) => entry.seq)).toEqual([1, 2, 3])
    })

    test('times may go back: the wall clock jumps, the number orders', () => {
      const { journal } = make()
      journal.append(at(20), [started])
      journal.append(at(10.5), [held(1)])
      expect([...journal.read()].map((entry) => [entry.seq, entry.at])).toEqual([
        [1, 20],
        [2, 10.5],
      ])
    })
  })
}

/** The promises of `BarStore`. `reopen` gives what a later process would find. */
export function barStoreContract(
  name: string,
  make: () => { readonly store: BarStore; readonly reopen: () => BarStore },
): void {
  const symbol = 'SPY' as Ticker
  const bar = (start: number): Bar => ({
    start: at(start),
    open: price(1.01),
    high: price(1.03),
    low: price(1),
    close: price(1.02),
    volume: 7,
  })
  const series = merge(emptySeries(symbol, '1m'), [bar(60_000), bar(180_000)], {
    from: at(60_000),
    to: at(240_000),
  })

  describe(`${name} keeps the promises of a bar store`, () => {
    test('what was never saved is an empty series', () => {
      expect(make().store.load(symbol, '1h')).toEqual(emptySeries(symbol, '1h'))
    })

    test('bars and covered spans come back, also to a later process', () => {
      const { store, reopen } = make()
      expect(store.save(series).ok).toBe(true)
      expect(store.load(symbol, '1m')).toEqual(series)
      expect(reopen().load(symbol, '1m')).toEqual(series)
    })

    test('a later save replaces; sizes and symbols are apart', () => {
      const { store } = make()
      store.save(series)
      const longer = merge(series, [bar(240_000)], { from: at(240_000), to: at(300_000) })
      store.save(longer)
      expect(store.load(symbol, '1m')).toEqual(longer)
      expect(store.load(symbol, '5m').bars).toEqual([])
      expect(store.load('BRK B' as Ticker, '1m').bars).toEqual([])
    })
  })
}

/** The promises of `Latch`. `reopen` gives what another process would see. */
export function latchContract(
  name: string,
  make: () => { readonly latch: Latch; readonly reopen: () => Latch },
): void {
  describe(`${name} keeps the promises of a latch`, () => {
    test('nothing is latched at first', () => {
      expect(make().latch.read()).toBeNull()
    })

    test('once set it is set for every process, and says by whom', () => {
      const { latch, reopen } = make()
      latch.set({ by: 'engine', reason: 'kill by operator' })
      expect(latch.read()).toEqual({ by: 'engine', reason: 'kill by operator' })
      expect(reopen().read()).toEqual({ by: 'engine', reason: 'kill by operator' })
    })

    test('panic takes over from the engine', () => {
      const { latch, reopen } = make()
      latch.set({ by: 'engine', reason: 'kill' })
      latch.set({ by: 'panic', reason: 'panic' })
      expect(reopen().read()).toEqual({ by: 'panic', reason: 'panic' })
    })
  })
}
