import type { EpochMs } from '../base/clock.ts'
import type { RunFacts } from './facts.ts'
import { verdictOfOutage, type Outage } from './outages.ts'
import type { PlotOptions } from './plot.ts'
import type { TimeText } from './report-text.ts'
import type { OutsideFigures, Point } from './points.ts'

interface Series {
  readonly name: string
  readonly of: (point: Point) => number | null
}

type Plotted = Pick<PlotOptions, 'title' | 'unit' | 'limit'> & {
  readonly series: readonly Series[]
}

function outside(of: (figures: OutsideFigures) => number | null): Series['of'] {
  return (point) => (point.outside === undefined ? null : of(point.outside))
}

const PLOTS: readonly Plotted[] = [
  {
    title: 'Latency of answers',
    unit: 'ms',
    series: [{ name: 'p95 of each minute', of: ({ latencyMs }) => latencyMs }],
  },
  {
    title: 'Budget of IBKR limits that is used most',
    unit: '%',
    limit: 100,
    series: [{ name: 'used', of: ({ budget }) => budget * 100 }],
  },
  {
    title: 'Memory',
    unit: 'MB',
    series: [
      { name: 'resident', of: ({ rssMb }) => rssMb },
      { name: 'heap', of: ({ heapMb }) => heapMb },
      { name: 'simulated Gateway, resident', of: outside(({ gatewayMb }) => gatewayMb) },
    ],
  },
  {
    title: 'Processor',
    unit: '% of one core',
    series: [{ name: 'used', of: ({ cpu }) => cpu * 100 }],
  },
  {
    title: 'Event loop delay',
    unit: 'ms',
    series: [
      { name: 'p99', of: ({ loopMs }) => loopMs },
      {
        name: 'the highest of those that are one here',
        of: ({ loopMsMost }) => loopMsMost ?? null,
      },
    ],
  },
  {
    title: 'Cycles',
    unit: 'a minute',
    series: [{ name: 'on the grid', of: ({ cycles }) => cycles }],
  },
  {
    title: 'Sockets and file handles',
    unit: 'open',
    series: [
      { name: 'sockets', of: outside(({ sockets }) => sockets) },
      { name: 'handles, sockets among them', of: outside(({ handles }) => handles) },
    ],
  },
  {
    title: 'Messages to the Gateway',
    unit: 'a second',
    series: [{ name: 'sent', of: outside(({ messagesPerSecond }) => messagesPerSecond) }],
  },
  {
    title: 'Journal with its write-ahead log',
    unit: 'MB',
    series: [{ name: 'size', of: outside(({ journalMb }) => journalMb) }],
  },
]

/** What was measured, over time; what nobody measured is left out. */
export function plotsOf(
  { tally: { points }, outages }: RunFacts,
  timeText: TimeText,
): readonly PlotOptions[] {
  const at = points.map((point) => point.at)
  const end = at.at(-1) ?? 0
  const common = {
    at,
    bands: outages.map((outage) => bandOf(outage, end)),
    timeText: (moment: number) => timeText(moment as EpochMs),
  }
  return PLOTS.flatMap(({ series, ...plot }) => {
    const lines = series
      .map(({ name, of }) => ({ name, values: points.map(of) }))
      .filter(({ values }) => values.some((value) => value !== null))
    return lines.length === 0 ? [] : [{ ...common, ...plot, lines }]
  })
}

function bandOf(outage: Outage, end: number): PlotOptions['bands'][number] {
  const { planted, noticed } = outage
  const starts = [...noticed.map(({ since }) => since), ...(planted ? [planted.beganAt] : [])]
  const ends = [...noticed.map(({ clearedAt }) => clearedAt), planted?.healedAt ?? null]
  const known = ends.filter((each) => each !== null)
  const name = `${planted?.name ?? 'outage'}: ${verdictOfOutage(outage) ?? 'not noticed'}`
  return { from: Math.min(...starts), to: known.length > 0 ? Math.max(...known) : end, name }
}
