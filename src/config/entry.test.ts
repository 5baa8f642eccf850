import { describe, expect, test } from 'vitest'
import { entrySchema } from './entry.ts'

const read = (entry: object) => entrySchema.safeParse(entry)
const problem = (entry: object): string => read(entry).error?.issues[0]?.message ?? ''

describe('entry', () => {
  test('by default from the mid to the far side in two steps, a minute in all', () => {
    expect(entrySchema.parse(undefined)).toEqual({
      start: 0.5,
      step: { kind: 'share', of: 0.25 },
      everyMs: 15_000,
      worst: 1,
      collarPct: 0.1,
      timeToLiveMs: 60_000,
    })
  })

  test('each value as written', () => {
    const written = { start: '0%', step: '2 ticks', every: '10s', worst: '75%', collar: '5%' }
    expect(entrySchema.parse({ ...written, time_to_live: '30s' })).toEqual({
      start: 0,
      step: { kind: 'ticks', count: 2 },
      everyMs: 10_000,
      worst: 0.75,
      collarPct: 0.05,
      timeToLiveMs: 30_000,
    })
    expect(entrySchema.parse({ step: '1 tick' }).step).toEqual({ kind: 'ticks', count: 1 })
  })

  test.each([
    ['beyond the far side', { start: '101%' }, '100% (the far side)'],
    ['worst beyond it', { worst: '120%' }, '100% (the far side)'],
    ['start behind worst', { start: '80%', worst: '50%' }, 'start at most worst'],
    ['a bare number', { start: '50' }, 'like "50%"'],
    ['steps too small to be worth a change', { step: '5%' }, '10% to 100%'],
    ['no ticks', { step: '0 ticks' }, '1 to 20 ticks'],
    ['steps too often', { every: '1s' }, '5s to 60s'],
    ['too many of them', { every: '5s', time_to_live: '60s' }, 'at most 8 steps'],
    ['a limit for ever', { time_to_live: '900s' }, '5s to 300s'],
    ['a collar that is none', { collar: '50%' }, '20%'],
    ['an unknown key', { market: 'true' }, 'market'],
  ])('%s is refused', (_name, entry, says) => {
    expect(problem(entry)).toContain(says)
  })
})
