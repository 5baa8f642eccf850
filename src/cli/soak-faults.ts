import { Prng } from '../base/prng.ts'
import { FAULTS, type FaultName } from '../simulator/faults/faults.ts'

/** What a bot must recover from by itself. */
interface Kind {
  readonly name: FaultName | typeof STOPPED
  readonly with?: Readonly<Record<string, unknown>>
  /** Where it is not that of the fault with its usual parameters. */
  readonly label?: string
  /** Seconds, from and to; null: it is over by itself. */
  readonly lasts: readonly [from: number, to: number] | null
}

/** The whole simulated Gateway stands still: SIGSTOP, then SIGCONT. */
export const STOPPED = 'stopped'

const KINDS: readonly Kind[] = [
  { name: 'reset-mid-frame', lasts: [2, 5] },
  { name: 'close-mid-frame', lasts: [2, 5] },
  { name: 'half-open', lasts: [20, 45] },
  { name: 'blackhole', lasts: [20, 45] },
  { name: 'lose-replies', lasts: [20, 45] },
  { name: 'corrupt-length', lasts: [2, 5] },
  { name: 'refuse', lasts: [15, 45] },
  { name: 'accept-then-close', lasts: [15, 45] },
  { name: 'garbage', lasts: [15, 45] },
  { name: 'client-id-in-use', with: { lingerMs: null }, lasts: [15, 45] },
  { name: 'connectivity-lost', lasts: [20, 60] },
  { name: 'data-lost', lasts: [20, 60] },
  { name: 'farm-down', with: { farm: 'history' }, label: 'HMDS_DOWN', lasts: [20, 60] },
  { name: 'zombie', lasts: [20, 45] },
  { name: 'restart', with: { downMs: 30_000 }, lasts: null },
  { name: STOPPED, lasts: [15, 30] },
]

export interface PlannedFault {
  readonly kind: Kind
  /** From the moment that the bot connects. */
  readonly afterMs: number
  /** Null: it is over by itself. */
  readonly lastsMs: number | null
}

/** After the last one that everything is seen to go on. */
const TAIL_MS = 300_000

/** One each so many minutes; each kind once before any comes again. */
export function drawFaults(of: {
  readonly seed: number
  readonly runMs: number
  readonly everyMs: number
}): readonly PlannedFault[] {
  const prng = new Prng(of.seed)
  const planned: PlannedFault[] = []
  let deck: Kind[] = []
  for (let afterMs = of.everyMs; afterMs <= of.runMs - TAIL_MS; afterMs += of.everyMs) {
    if (deck.length === 0) deck = [...KINDS]
    const [kind] = deck.splice(prng.int(0, deck.length - 1), 1)
    if (kind === undefined) continue
    const lastsMs = kind.lasts === null ? null : prng.int(...kind.lasts) * 1_000
    planned.push({ kind, afterMs, lastsMs })
  }
  return planned
}

/** The right verdict, told beside what the bot said. */
export function labelOf({ name, label }: Kind): string | null {
  if (label !== undefined) return label
  return name === STOPPED ? FAULTS['half-open'].label : FAULTS[name].label
}

/** What the simulated Gateway does of it itself, for `simulate --scenario`; null: nothing. */
export function scenarioText(planned: readonly PlannedFault[]): string | null {
  const steps = planned.flatMap(({ kind: { name, with: parameters }, afterMs, lastsMs }) =>
    name === STOPPED
      ? []
      : [
          {
            after: `${afterMs}ms`,
            ...(lastsMs !== null && { lasts: `${lastsMs}ms` }),
            fault: name,
            ...(parameters !== undefined && { with: parameters }),
          },
        ],
  )
  if (steps.length === 0) return null
  return JSON.stringify({ name: 'soak', describe: 'one fault every few minutes', steps }, null, 2)
}
