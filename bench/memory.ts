import { execFileSync } from 'node:child_process'
import type { Bench, Effort, Row } from './bench.ts'
import { nodeWith } from './child.ts'
import { passed } from './day.ts'
import type { Memory } from './day.ts'

const EMPTY = 'empty Node'
const MIB = 2 ** 20

export const memory: Bench = {
  name: 'memory',
  what:
    'A day of three symbols in one process: bot, journal and simulated Gateway together, looked at ' +
    'every simulated hour after a full collection.',
  peers: [EMPTY],
  goal: 'at most 120 MiB resident, at most 2 MiB more after the first hour',
  run: async (effort) => rowsOf(await dayOf(effort), emptyNode(), effort),
}

async function dayOf(effort: Effort): Promise<readonly Memory[]> {
  if (effort === 'tiny') {
    return passed({ symbols: 1, from: '10:00', until: '10:01', everyMs: 30_000 })
  }
  const [command, args] = nodeWith('peers/day')
  const said = execFileSync(command, ['--expose-gc', ...args], { maxBuffer: 2 ** 20 })
  return JSON.parse(said.toString()) as readonly Memory[]
}

function emptyNode(): Memory {
  const code = 'gc(); const m = process.memoryUsage(); console.log(m.rss, m.heapUsed + m.external)'
  const said = execFileSync(process.execPath, ['--expose-gc', '-e', code]).toString()
  const [rss = NaN, live = NaN] = said.split(' ').map(Number)
  return { rss, live }
}

function rowsOf(hours: readonly Memory[], empty: Memory, effort: Effort): readonly Row[] {
  const [, first = hours[0]] = hours
  const last = hours.at(-1)
  const most = Math.max(...hours.map(({ rss }) => rss))
  const common = { unit: 'MiB', better: 'lower', clock: 'count', operations: 1 } as const
  const samples = hours.length
  const grown = (of: keyof Memory): number => ((last?.[of] ?? NaN) - (first?.[of] ?? NaN)) / MIB
  const growthLimit = effort === 'full' ? 2 : null
  return [
    {
      ...common,
      name: 'most resident',
      samples,
      ours: { name: 'ours', value: most / MIB, note: 'with the simulated Gateway' },
      peers: [{ name: EMPTY, value: empty.rss / MIB }],
      goal: { text: 'at most 120 MiB', limit: 120 },
    },
    {
      ...common,
      name: 'alive at the end',
      samples,
      ours: { name: 'ours', value: (last?.live ?? NaN) / MIB, note: 'with the simulated Gateway' },
      peers: [{ name: EMPTY, value: empty.live / MIB }],
      goal: null,
    },
    {
      ...common,
      name: 'alive, grown after the first hour',
      samples,
      ours: { name: 'ours', value: grown('live'), note: `resident ${grown('rss').toFixed(1)}` },
      peers: [{ name: EMPTY, value: 0, note: 'it does nothing' }],
      goal: { text: 'at most 2 MiB', limit: growthLimit },
    },
  ]
}
