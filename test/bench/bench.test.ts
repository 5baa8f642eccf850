import { expect, test } from 'vitest'
import { benches } from '../../bench/all.ts'
import { verdictOf } from '../../bench/bench.ts'
import type { Row } from '../../bench/bench.ts'
import { machine } from '../../bench/machine.ts'
import { interleaved, median, quantile } from '../../bench/measure.ts'
import { reportOf, reportSchema, textOf } from '../../bench/report.ts'

/**
 * Tiny runs: every side does its work and is measured, and the JSON is what it says it is. What
 * the figures are is judged by nobody here.
 */
test.each(benches.map((bench) => [bench.name, bench] as const))('%s', async (_, bench) => {
  const rows = await bench.run('tiny')
  const report = reportOf(bench, { machine: machine(null), rows, seconds: 1 })
  const read = reportSchema.parse(JSON.parse(JSON.stringify(report)))
  expect(read.rows.length).toBeGreaterThan(0)
  expect(new Set(read.rows.map(({ name }) => name)).size).toBe(read.rows.length)
  for (const row of read.rows) {
    for (const { name, value, note } of [row.ours, ...row.peers]) {
      // What cannot be measured here says why.
      const isSaid = value === null ? note !== undefined : value > 0 || note !== undefined
      expect(isSaid, `${row.name}: ${name} ${value}`).toBe(true)
    }
    expect(textOf(read)).toContain(`| ${row.name} |`)
  }
})

const row: Row = {
  name: 'a',
  unit: 'us',
  better: 'lower',
  clock: 'cpu',
  samples: 5,
  operations: 1,
  ours: { name: 'ours', value: 12 },
  peers: [],
  goal: { text: 'at most 10', limit: 10 },
}

test.each([
  ['falls short: 12.0 of 10.0', row],
  ['meets', { ...row, better: 'higher' }],
  ['no verdict: a peer is missing', { ...row, goal: { text: '', limit: null } }],
  ['no verdict: not measured', { ...row, ours: { name: 'ours', value: null } }],
  ['no goal', { ...row, goal: null }],
] as const)('the verdict %s', (verdict, of) => {
  expect(verdictOf(of)).toBe(verdict)
})

test('sides take turns, and a first round is not counted', async () => {
  const turns: string[] = []
  const side = (name: string) => ({
    name,
    operations: 2,
    work: (operations: number) => {
      turns.push(name)
      return 3 * operations // measured by itself
    },
  })
  const samples = await interleaved([side('a'), side('b')], {
    rounds: 2,
    warmUp: true,
    clock: 'cpu',
  })
  expect(turns.join('')).toBe('ababab')
  expect(samples.get('a')).toEqual([3, 3])
})

test('quantiles are values that were measured', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(quantile([1, 2, 3, 4], 0.99)).toBe(4)
})
