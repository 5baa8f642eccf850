import { z } from 'zod'
import { ratioTo, short, verdictOf } from './bench.ts'
import type { Bench, Figure, Row } from './bench.ts'
import type { Machine } from './machine.ts'

const figure = z.strictObject({
  name: z.string(),
  value: z.number().nullable(),
  note: z.string().optional(),
})

/** What `npm run bench -- NAME --json` prints, one object a bench. */
export const reportSchema = z.strictObject({
  schema: z.literal(1),
  bench: z.string(),
  what: z.string(),
  peers: z.array(z.string()),
  goal: z.string(),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int(),
    memoryMiB: z.int(),
    platform: z.string(),
    load: z.array(z.number()),
    pinnedTo: z.int().nullable(),
  }),
  versions: z.record(z.string(), z.string()),
  seconds: z.number(),
  rows: z.array(
    z.strictObject({
      name: z.string(),
      unit: z.string(),
      better: z.enum(['lower', 'higher']),
      clock: z.enum(['cpu', 'wall', 'count']),
      samples: z.int(),
      operations: z.int(),
      ours: figure,
      /** `ratio` is ours : theirs. */
      peers: z.array(figure.extend({ ratio: z.number().nullable() })),
      goal: z.strictObject({ text: z.string(), limit: z.number().nullable() }).nullable(),
      verdict: z.string(),
    }),
  ),
})

export type Report = z.infer<typeof reportSchema>

export function reportOf(
  { name, what, peers, goal, versions }: Bench,
  run: {
    readonly machine: Machine
    readonly rows: readonly Row[]
    readonly seconds: number
  },
): Report {
  return {
    schema: 1,
    bench: name,
    what,
    peers: [...peers],
    goal,
    machine: { ...run.machine, load: [...run.machine.load] },
    versions: { node: process.versions.node, v8: process.versions.v8, ...versions?.() },
    seconds: Math.round(run.seconds * 10) / 10,
    rows: run.rows.map((row) => ({
      ...row,
      peers: row.peers.map((peer) => ({ ...peer, ratio: ratioTo(row, peer) })),
      verdict: verdictOf(row),
    })),
  }
}

/** For people, and for docs/performance.md: a Markdown table. */
export function textOf(report: Report): string {
  const { bench, what, goal, machine, versions, seconds } = report
  const { cpu, cores, load, pinnedTo } = machine
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const held = pinnedTo === null ? 'not held to one core' : `held to core ${pinnedTo}`
  return [
    `## ${bench}`,
    '',
    `${what} Goal: ${goal}.`,
    '',
    `${cpu}, ${cores} cores, load ${load.join(' ')}, ${held}; ${packages.join(', ')}; ` +
      `${seconds} s.`,
    '',
    '| row | unit | ours | peers (ours : theirs) | limit | verdict | samples |',
    '| --- | --- | ---: | --- | ---: | --- | --- |',
    ...report.rows.map(lineOf),
    '',
  ].join('\n')
}

function lineOf(row: Report['rows'][number]): string {
  const peers = row.peers.map((peer) => peerText(peer, peer.ratio)).join('; ')
  const limit = row.goal?.limit ?? null
  const cells = [
    row.name,
    row.unit,
    figureText(row.ours),
    peers === '' ? '-' : peers,
    limit === null ? '-' : short(limit),
    row.verdict,
    `${row.samples} x ${short(row.operations)}, ${row.clock}`,
  ]
  return `| ${cells.join(' | ')} |`
}

function figureText({ value, note }: Figure): string {
  const text = value === null ? 'none' : short(value)
  return note === undefined ? text : `${text} (${note})`
}

function peerText(peer: Figure, ratio: number | null): string {
  const text = `${peer.name} ${figureText(peer)}`
  return ratio === null ? text : `${text} (${short(ratio)}x)`
}
