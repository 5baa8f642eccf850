import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { formatIbTime, parseIbTime } from './ib-time.ts'

const WINTER = 1_737_145_624_000 as EpochMs // 2025-01-17T20:27:04Z

test.each([
  ['20250117 15:27:04 US/Eastern', WINTER],
  ['20250117 15:27:04 EST', WINTER],
  ['20250117 14:27:04 US/Central', WINTER],
  ['20250117-20:27:04', WINTER],
  ['20250117 20:27:04 UTC', WINTER],
  ['20250117  15:27:04', null], // no zone: whose time it is, is unknown
  ['20250117 21:27:04 MET', WINTER], // a Gateway in Europe
  ['20250117 15:27:04 CET (Central European Time)', null],
  ['20250230 15:27:04 US/Eastern', null],
  ['20250117 24:00:00 US/Eastern', null],
  ['20250117 15:60:00 US/Eastern', null],
  ['20250117', null],
  ['', null],
])('%j is %j', (text, at) => {
  expect(parseIbTime(text)).toBe(at)
})

test('every form is written as a Gateway writes it', () => {
  expect(formatIbTime(WINTER, 'eastern')).toBe('20250117 15:27:04 US/Eastern')
  expect(formatIbTime(WINTER, 'utc')).toBe('20250117-20:27:04')
  expect(formatIbTime(WINTER, 'zoneless')).toBe('20250117  15:27:04')
})

test('what names its zone is read back', () => {
  const seconds = fc.integer({ min: 1_000_000_000, max: 1_850_000_000 })
  fc.assert(
    fc.property(seconds, fc.constantFrom('eastern', 'utc'), (second, form) => {
      const at = (second * 1000) as EpochMs
      const text = formatIbTime(at, form)
      // An hour a year occurs twice in New York; the text then means the first.
      const read = parseIbTime(text)
      expect(read === at || (form === 'eastern' && read === at - 3_600_000)).toBe(true)
      if (form === 'utc') expect(read).toBe(at)
    }),
  )
})
