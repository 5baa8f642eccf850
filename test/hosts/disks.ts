import { TROUBLES } from '../simulation/simulated-disk.ts'
import type { Trouble } from '../simulation/simulated-disk.ts'
import type { HostRow, Moment, Seen } from './row.ts'
import { MOMENTS } from './row.ts'

/** P7. */
const BLOCKED_MS = 1_000
const TOLD_MS = 5_000
/** P44, in a market that trades. */
const FLAT_MS = 30_000

/** F82: each trouble of a disk at each moment in the life of a position. */
export const disks: readonly HostRow[] = (Object.keys(TROUBLES) as Trouble[]).flatMap((trouble) =>
  MOMENTS.map((moment) => refusing(trouble, moment)),
)

function refusing(trouble: Trouble, moment: Moment): HostRow {
  const isBusy = moment === 'asking' || moment === 'entering' || moment === 'filling'
  return {
    name: `F82 ${trouble} while ${moment}`,
    faults: [{ name: 'disk', trouble }],
    moment,
    ...(isBusy && { busy: true }),
    plan: { minutes: 5 },
    lastsMs: 75_000, // over a bar, so that something would be decided
    holds: (seen) =>
      entriesStop(seen) ??
      peopleAreTold(seen) ??
      wayOut(seen, trouble, moment) ??
      goesOn(seen, isBusy),
  }
}

function entriesStop({ frames, from, until }: Seen): string | null {
  const late = frames.filter(({ at, what }) => {
    return what === 'entry' && at > from + BLOCKED_MS && at < until
  })
  return late.length === 0 ? null : `${late.length} entries left while nothing could be written`
}

function peopleAreTold({ world, from }: Seen): string | null {
  const told = world.notices.find(
    ({ level, message }) => level === 'critical' && message.startsWith('journal:'),
  )
  if (told === undefined) return 'nobody was told of the journal'
  // It is found with the first event, and at the latest with that of a closed bar.
  return told.at - from <= 60_000 + TOLD_MS ? null : `told ${told.at - from} ms later`
}

/** A kill goes on as far as anything can be written at all. */
function wayOut(seen: Seen, trouble: Trouble, moment: Moment): string | null {
  const { world, from, until } = seen
  const { core } = world.remains.gateway
  if (moment !== 'killing') return null
  if (world.remains.latch.read() === null) return 'the kill is not latched'
  const flatAt = core.executions().find(({ side }) => side === 'SELL')?.at ?? Infinity
  const due = FLAT_MS + (TROUBLES[trouble] === 'emergency' ? from : until)
  return flatAt <= due ? null : `flat ${flatAt - due} ms late`
}

/** Once it is mended no gate is left, and entries are made again. */
function goesOn({ world, frames, until }: Seen, isBusy: boolean): string | null {
  const { gates } = world.bot.engine.state
  if (gates.some(({ gate }) => gate === 'journal')) return 'the gate of the journal is left'
  if (!isBusy || frames.some(({ at, what }) => what === 'entry' && at > until)) return null
  return 'nothing was entered any more'
}
