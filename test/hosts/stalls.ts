import type { HostRow } from './row.ts'
import { MOMENTS } from './row.ts'

const SECOND = 1_000

/** F83: a process that stands, and one whose disk makes it stand in the middle of a turn. */
export const stalls: readonly HostRow[] = [
  ...MOMENTS.flatMap((moment) =>
    [1, 6, 12, 30, 120].flatMap((seconds) =>
      (['sockets', 'timers'] as const).map((first): HostRow => ({
        name: `F83 ${seconds} s of standing still while ${moment}, ${first} first`,
        faults: [{ name: 'stall', ms: seconds * SECOND, first }],
        moment,
        lastsMs: seconds * SECOND,
        plan: { minutes: seconds > 30 ? 6 : 4 },
      })),
    ),
  ),
  ...[0.5, 3, 6, 30].flatMap((seconds) =>
    MOMENTS.map((moment): HostRow => ({
      name: `F83 writes of ${seconds} s while ${moment}`,
      faults: [{ name: 'slow-disk', ms: seconds * SECOND }],
      moment,
      plan: { minutes: 6 },
    })),
  ),
]
