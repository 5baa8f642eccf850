import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { ConId } from '../domain/contract.ts'
import { money } from '../domain/money.ts'
import { call } from './fixtures.testing.ts'
import { ToldPositions } from './told-positions.ts'

const ms = (at: number): EpochMs => at as EpochMs
const { conId } = call
const ours = (quantity: number) => new Map([[conId, { contract: call, quantity, cost: money(1) }]])

function told(quantity: number, at: number | null, of: ConId = conId): ToldPositions {
  const positions = new ToldPositions()
  positions.heard({ conId: of, quantity }, at === null ? null : ms(at))
  return positions
}

test.each<readonly [string, number | null, number, number | null, number, number]>([
  ['a trade of others: a second later', 20_000, 0, 10_000, 21_000, 21_000],
  ['not before, for ours are told with their fills', 20_000, 0, 10_000, 20_900, Infinity],
  ['our own: never', 20_000, 2, 10_000, 21_000, Infinity],
  ['at most one in five seconds', 20_000, 0, 18_000, 21_000, 23_000],
  ['not if a picture was asked for since', 20_000, 0, 20_500, 21_000, Infinity],
  ['before the first picture it is part of it', null, 0, null, 21_000, Infinity],
])('%s', (_what, ...[at, quantity, asked, now, due]) => {
  const positions = told(quantity, at)
  expect(positions.dueAt(ours(2), asked === null ? null : ms(asked), ms(now))).toBe(due)
})

test('what nobody here holds is told as well', () => {
  expect(told(3, 20_000, 5 as ConId).dueAt(ours(2), ms(0), ms(21_000))).toBe(21_000)
})

test('the same again is no news: a difference that stays asks for one picture', () => {
  const positions = told(0, 20_000)
  expect(positions.dueAt(ours(2), ms(10_000), ms(21_000))).toBe(21_000)
  positions.heard({ conId, quantity: 0 }, ms(21_100)) // a row of that picture
  expect(positions.dueAt(ours(2), ms(21_000), ms(60_000))).toBe(Infinity)
})

test('what keeps changing is looked at all the same', () => {
  const positions = told(9, 20_000)
  for (let at = 20_200; at < 21_200; at += 200) positions.heard({ conId, quantity: at }, ms(at))
  expect(positions.dueAt(ours(2), ms(10_000), ms(21_000))).toBe(21_000)
})
