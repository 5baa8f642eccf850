import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import { price } from '../../domain/money.ts'
import { FiveSecondFold, firstWholeMinute, TradeFold } from './minute-fold.ts'

const at = (seconds: number): EpochMs => (seconds * 1_000) as EpochMs
const row = (second: number, close: number, volume = 10): Bar => ({
  start: at(second),
  open: price(close),
  high: price(close + 1),
  low: price(close - 1),
  close: price(close),
  volume,
})

test('the first whole minute begins with the subscription or after it', () => {
  expect(firstWholeMinute(at(60))).toBe(at(60))
  expect(firstWholeMinute(at(61))).toBe(at(120))
})

test('twelve bars of five seconds are one of a minute, closed with the last', () => {
  const fold = new FiveSecondFold(at(60))
  const told = Array.from({ length: 12 }, (_, i) => fold.add(row(60 + 5 * i, 100 + i)))
  expect(told.map((each) => each?.closed)).toEqual([...Array<boolean>(11).fill(false), true])
  expect(told.at(-1)?.bar).toEqual({
    start: at(60),
    open: price(100),
    high: price(112),
    low: price(99),
    close: price(111),
    volume: 120,
  })
})

test('a minute that began before the subscription is none, nor is a late row', () => {
  const fold = new FiveSecondFold(at(61))
  expect(fold.add(row(65, 100))).toBeNull()
  expect(fold.add(row(120, 100))?.bar.start).toBe(at(120))
  expect(fold.add(row(180, 100))?.bar.volume).toBe(10)
  expect(fold.add(row(125, 100))).toBeNull()
})

test('trades of a line make a bar; its volume is what that of the day grew by', () => {
  const fold = new TradeFold(at(30))
  expect(fold.traded(price(50), at(31))).toBeNull()
  expect(fold.dayVolume(1_000, at(31))).toBeNull()
  fold.traded(price(52), at(61))
  fold.dayVolume(1_100, at(61))
  fold.traded(price(51), at(75))
  expect(fold.dayVolume(1_250, at(75))).toEqual({
    start: at(60),
    open: price(52),
    high: price(52),
    low: price(51),
    close: price(51),
    volume: 250,
  })
  fold.traded(price(55), at(125))
  expect(fold.dayVolume(1_300, at(126))).toMatchObject({ start: at(120), volume: 50 })
})

test("the day's volume begins anew with the day", () => {
  const fold = new TradeFold(at(60))
  fold.traded(price(52), at(61))
  fold.dayVolume(9_000, at(61))
  fold.traded(price(52), at(200_000))
  expect(fold.dayVolume(70, at(200_000))?.volume).toBe(70)
})
