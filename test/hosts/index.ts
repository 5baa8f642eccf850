import { disks } from './disks.ts'
import { kills } from './kills.ts'
import { people } from './people.ts'
import type { HostRow } from './row.ts'
import { stalls } from './stalls.ts'

/** What befalls the host, by what it is. */
export const HOST_ROWS: Readonly<Record<string, readonly HostRow[]>> = {
  disks,
  stalls,
  people,
  kills,
}

/** Of `npm test`: every so many of them, so that each fault is seen at another moment. */
const EVERY = 16
export const SLICE = Object.values(HOST_ROWS).flatMap((rows) =>
  rows.filter((_, i) => i % EVERY === 0),
)
