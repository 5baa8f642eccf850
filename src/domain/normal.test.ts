import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalCdf, normalDensity, normalQuantile } from './normal.ts'

// C library erfc, as Python's math module gives it: 0.5 * erfc(-x / sqrt(2)).
test.each([
  [-38, 2.88542835e-316],
  [-10, 7.619853024160593e-24],
  [-5, 2.866515718791946e-7],
  [-3, 0.0013498980316300957],
  [-1.96, 0.024997895148220435],
  [-1, 0.15865525393145707],
  [-0.5, 0.3085375387259869],
  [-0.1, 0.460172162722971],
  [0, 0.5],
  [0.3, 0.6179114221889526],
  [0.66, 0.7453730853286639],
  [1, 0.8413447460685429],
  [2.5, 0.9937903346742238],
  [5.9, 0.9999999981824922],
  [8, 0.9999999999999993],
  [40, 1],
  [-40, 0],
])('the distribution at %d is %d, to 13 digits in the tails too', (x, expected) => {
  const tolerance = x < -37 ? 1e-8 : 1e-13 // below 1e-308 doubles lose their digits
  expect(Math.abs(normalCdf(x) - expected)).toBeLessThanOrEqual(tolerance * expected)
})

const points = fc.double({ min: -37, max: 37, noNaN: true })

test('the distribution is symmetric and rises', () => {
  fc.assert(
    fc.property(points, points, (x, y) => {
      expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15)
      if (x < y) expect(normalCdf(x)).toBeLessThanOrEqual(normalCdf(y))
    }),
  )
})

test('the density is its slope', () => {
  for (let x = -6; x <= 6; x += 0.1) {
    const slope = (normalCdf(x + 1e-4) - normalCdf(x - 1e-4)) / 2e-4
    expect(normalDensity(x)).toBeCloseTo(slope, 8)
  }
})

test('the quantile is its inverse', () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 5, noNaN: true }), (x) => {
      expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 8)
    }),
  )
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
})
