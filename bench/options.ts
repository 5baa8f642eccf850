import { execFileSync } from 'node:child_process'
import { assert } from '../src/base/assert.ts'
import { impliedVolatility } from '../src/domain/implied-volatility.ts'
import { greeksOf, optionValue } from '../src/domain/pricing.ts'
import type { OptionTerms } from '../src/domain/pricing.ts'
import type { Bench, Effort, Figure, Row } from './bench.ts'
import { interleaved, median, medianOf, micros, roundsOf, Sink } from './measure.ts'
import type { Side } from './measure.ts'
import { compiled, compilerVersion, NO_COMPILER } from './peers/c.ts'

const STRIKES = [40, 400, 4_000] as const
const C = 'C, Brent over libm'
/** No package of npm or of Debian that is installed here has them; the figures of their authors. */
const NOT_INSTALLED: readonly Figure[] = [
  { name: "Let's Be Rational (C++)", value: null, note: 'not installed; 0.252 us published' },
  { name: 'QuantLib', value: null, note: 'not installed; 0.821 us published' },
]

export const options: Bench = {
  name: 'options',
  what: 'Implied volatility and five greeks of every strike of one expiry, from its prices.',
  peers: [C, "Let's Be Rational", 'QuantLib'],
  goal: "10,000 contracts in 1 ms; 2.5x Let's Be Rational, 8x QuantLib; error at most 1e-12",
  versions: () => ({ cc: compilerVersion() }),
  async run(effort) {
    const program = compiled('implied')
    const rows: Row[] = []
    for (const strikes of effort === 'full' ? STRIKES : STRIKES.slice(0, 1)) {
      rows.push(...(await chainRows(strikes, effort, program?.path ?? null)))
    }
    program?.remove()
    return [...rows, AMERICAN]
  },
}

interface Quoted {
  readonly terms: OptionTerms
  readonly volatility: number
  readonly value: number
}

/** A month out, a tenth to both sides, the side out of the money; each with a smile of its own. */
function chainOf(strikes: number): readonly Quoted[] {
  return Array.from({ length: strikes }, (_, i) => {
    const at = i / (strikes - 1)
    const strike = 600 * (0.9 + 0.2 * at)
    const terms: OptionTerms = {
      right: strike < 600 ? 'P' : 'C',
      spot: 600,
      strike,
      years: 30 / 365,
      rate: 0.04,
      dividendYield: 0.012,
    }
    const volatility = 0.15 + 0.1 * at
    return { terms, volatility, value: optionValue(terms, volatility) }
  })
}

async function chainRows(
  strikes: number,
  effort: Effort,
  program: string | null,
): Promise<readonly Row[]> {
  const chain = chainOf(strikes)
  const sink = new Sink()
  const turns = roundsOf(effort)
  const operations = effort === 'full' ? Math.max(40_000, strikes) : strikes
  const errors: number[] = []
  const sides: Side[] = [
    {
      name: 'ours',
      operations,
      work: (all) => {
        for (let i = 0; i < all; i += strikes) for (const each of chain) solve(each, sink)
      },
    },
  ]
  if (program !== null) {
    sides.push({
      name: C,
      operations,
      work: (all) => {
        const said = execFileSync(program, [String(strikes), String(all / strikes)])
        const [seconds = NaN, error = NaN] = said.toString().split(' ').map(Number)
        errors.push(error)
        return seconds * all
      },
    })
  }
  const samples = await interleaved(sides, { ...turns, clock: 'cpu' })
  const ours = medianOf(samples, 'ours', micros)
  const theirs = program === null ? null : medianOf(samples, C, micros)
  const missing = program === null ? NO_COMPILER : undefined
  const common = { better: 'lower', samples: turns.rounds, operations } as const
  return [
    {
      ...common,
      name: `European, ${strikes} strikes`,
      unit: 'us a contract',
      clock: 'cpu',
      ours: { name: 'ours', value: ours },
      peers: [{ name: C, value: theirs, note: missing }, ...NOT_INSTALLED],
      goal: { text: '10,000 contracts in 1 ms', limit: 0.1 },
    },
    {
      ...common,
      name: `European, ${strikes} strikes, largest error`,
      unit: 'volatility',
      clock: 'count',
      ours: { name: 'ours', value: errorOf(chain) },
      peers: [{ name: C, value: errors.length === 0 ? null : median(errors), note: missing }],
      goal: { text: 'at most 1e-12', limit: 1e-12 },
    },
  ]
}

function solve({ terms, value }: Quoted, sink: Sink): void {
  const volatility = impliedVolatility(terms, value)
  assert(volatility !== null, 'a price within its bounds has a volatility')
  const { delta, gamma, vega, theta, value: again } = greeksOf(terms, volatility)
  sink.take(volatility + delta + gamma + vega + theta + again)
}

function errorOf(chain: readonly Quoted[]): number {
  const errors = chain.map(({ terms, volatility, value }) => {
    return Math.abs((impliedVolatility(terms, value) ?? Infinity) - volatility)
  })
  return Math.max(...errors)
}

/** The product prices no early exercise: bot and simulator take every option for European. */
const AMERICAN: Row = {
  name: 'American price and implied volatility',
  unit: 'us a contract',
  better: 'lower',
  clock: 'cpu',
  samples: 0,
  operations: 0,
  ours: { name: 'ours', value: null, note: 'src/domain has no American maths' },
  peers: [{ name: 'QuantLib QdFp fast', value: null, note: 'not installed; 15.8 us published' }],
  goal: { text: 'at least 100x Brent over QdFp fast', limit: null },
}
