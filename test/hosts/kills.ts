import { TROUBLES } from '../simulation/simulated-disk.ts'
import type { Trouble } from '../simulation/simulated-disk.ts'
import type { World } from '../simulation/world.ts'
import type { HostRow, Seen } from './row.ts'
import { MOMENTS } from './row.ts'

/** P44, milliseconds after the last press. */
const ENTRY_MS = 250
const FLAT_MS = 30_000

const TWICE = { name: 'kill', times: 3 } as const

/** F95: a kill is pressed again and again, at the worst moments. */
export const kills: readonly HostRow[] = [
  ...MOMENTS.map((moment): HostRow => ({
    name: `F95 pressed three times while ${moment}`,
    faults: [TWICE],
    moment,
    holds: flatOnce,
  })),
  {
    name: 'F95 pressed three times during a reconnect',
    faults: [TWICE],
    moment: 'holding',
    meanwhile: disconnect,
    holds: flatOnce,
  },
  {
    name: 'F95 pressed three times during a picture of the account',
    faults: [TWICE],
    moment: 'picture',
    holds: flatOnce,
  },
  ...(Object.keys(TROUBLES) as Trouble[]).map((trouble): HostRow => ({
    name: `F95 pressed three times with ${trouble}`,
    faults: [{ name: 'disk', trouble }, TWICE],
    moment: 'holding',
    plan: { minutes: 5 },
    holds: (seen) => (TROUBLES[trouble] === 'emergency' ? flatOnce(seen) : flatOnceMended(seen)),
  })),
  ...[3, 12].map((seconds): HostRow => ({
    name: `F95 pressed three times, and ${seconds} s of standing still`,
    faults: [TWICE, { name: 'stall', ms: seconds * 1_000, first: 'timers' }],
    moment: 'holding',
    holds: flatOnce,
  })),
]

function disconnect({ remains }: World): void {
  for (const transport of remains.gateway.transports) transport.close()
}

function flatOnce(seen: Seen): string | null {
  return flatSince(seen, seen.from)
}

/** Where nothing can be written nothing is sent, what rests at the broker stays, and it is latched. */
function flatOnceMended(seen: Seen): string | null {
  const { frames, from, until } = seen
  const sent = frames.filter(({ at }) => at > from && at < until)
  if (sent.length > 0) return `${sent.length} frames left while nothing could be written`
  return flatSince(seen, until)
}

function flatSince({ world, frames, from, of }: Seen, since: number): string | null {
  const { core } = world.remains.gateway
  if (world.remains.latch.read()?.by !== 'engine') return 'it is not latched'
  const late = frames.filter(({ at, what }) => what === 'entry' && at > from + ENTRY_MS)
  if (late.length > 0) return `${late.length} entries left after it`
  if (core.positions().some(({ quantity }) => quantity !== 0)) return 'something is held'
  const last = Math.max(0, ...core.executions().map(({ at }) => at))
  if (last > since + FLAT_MS) return `flat after ${last - since} ms`
  const closes = of('OrderIntended').filter(({ order }) => order.role === 'close')
  return closes.length <= 1 ? null : `${closes.length} closes were sent`
}
