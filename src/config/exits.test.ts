import { expect, test } from 'vitest'
import { exitsSchema } from './exits.ts'

const base = { take_profit: '20%', stop_loss: '15%', hold_overnight: true }
const parsed = (more: object) => exitsSchema.safeParse({ ...base, ...more })

test('what is left out is off', () => {
  expect(parsed({}).data).toMatchObject({ trailing_stop: null, time_stop: null })
})

test.each([
  ['90m', { kind: 'after', ms: 5_400_000 }],
  ['4h', { kind: 'after', ms: 14_400_000 }],
  ['2d', { kind: 'after', ms: 172_800_000 }],
  ['15:30', { kind: 'at', time: '15:30' }],
])('time_stop: %s', (text, expected) => {
  expect(parsed({ time_stop: text }).data?.time_stop).toEqual(expected)
})

test.each(['90', '0m', '31d', '24:00', '9:30', 90])('time_stop: %s is refused', (text) => {
  expect(parsed({ time_stop: text }).error?.issues[0]?.message).toMatch(
    /^expected how long, like "90m", "4h" or "2d", or a New York time like "15:30"/,
  )
})

test.each(['0%', '100%', '20'])('trailing_stop: %s is refused', (text) => {
  expect(parsed({ trailing_stop: text }).success).toBe(false)
})
