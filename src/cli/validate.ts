import { join, resolve } from 'node:path'
import pc from 'picocolors'
import type { Clock, EpochMs } from '../base/clock.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { Settings } from '../config/settings.ts'
import { criteriaOf } from '../validation/criteria.ts'
import type { Period, RunFacts, Setup } from '../validation/facts.ts'
import { openFrom, type Stretch } from '../validation/plan.ts'
import { criteriaLines, setupLines } from '../validation/report-text.ts'
import { askAll } from './validate-ask.ts'
import { factsOf, periodOf } from './validate-facts.ts'
import {
  complete,
  continued,
  keep,
  type Progress,
  reportFolder,
  tallyOf,
  type ReportFolder,
} from './validate-progress.ts'
import { report } from './validate-report.ts'
import type { Gauge } from './validate-process.ts'
import { every, Watch } from './validate-watch.ts'
import type { ValidateWorld } from './validate-world.ts'

/** What one run of a phase is made of, wherever it runs. */
export interface Validation {
  readonly setup: Setup
  readonly settings: Settings
  readonly reportDir: string | null
  readonly json: boolean
  /** A line for whoever reads along. */
  readonly print: (line: string) => void
  /** What the process takes of its machine, against the clock of the run. */
  readonly gauge: (clock: Clock) => Gauge
  readonly open: (of: Opening) => Promise<ValidateWorld>
  /** What of the market counts, and until when it runs; null: from now on, by the clock. */
  readonly plan: { readonly stretches: readonly Stretch[] } | null
}

export interface Opening {
  readonly folder: ReportFolder
  readonly watch: Watch
  readonly say: (text: string) => void
}

/**
 * The last bar is decided, and what it led to has come to rest: of many symbols that signal in one
 * minute the last has its turn in the next.
 */
const LATE_MS = 60_000
const MANY_LATE_MS = 120_000
const MANY = 30
const KEEP_MS = 60_000
/** In hours of running, what an entry needs is asked for so often. */
const ASK_MS = 30 * 60_000
/** After a bar has closed. */
const SETTLED_MS = 10_000

/** Runs a phase: says what must hold, watches, judges, reports; the exit code. */
export async function validate(of: Validation): Promise<number> {
  const { setup, settings, json, print } = of
  const say = (text: string): void => (json ? undefined : print(text))
  const dir = of.reportDir ?? join(settings.stateFolder, 'validation', `${setup.phase}-${setup.on}`)
  const folder = reportFolder(resolve(dir), setup.on)
  const before = continued(folder, setup)
  const watch = new Watch(tallyOf(before), before?.cycles ?? 0)
  for (const line of setupLines(setup)) say(line)
  say('what must hold:')
  for (const line of criteriaLines(criteriaOf(setup))) say(line)
  const periods = before?.periods ?? []
  if (before !== null) say(`continues what was interrupted; ${periods.length} part(s) are counted`)
  const world = await of.open({ folder, watch, say: (text) => say(pc.dim(text)) })
  const facts = await watched(of, { world, watch, folder, periods })
  await world.close()
  if (!facts.interrupted) complete(folder)
  return report({ facts, folder, json, say, print })
}

interface Running {
  readonly world: ValidateWorld
  readonly watch: Watch
  readonly folder: ReportFolder
  /** Of processes before this one. */
  readonly periods: readonly Period[]
}

async function watched(of: Validation, run: Running): Promise<RunFacts> {
  const { setup } = of
  const { world, watch, folder, periods } = run
  const { clock, bot } = world
  const from = clock.now()
  const doneMs = periods.reduce((sum, period) => sum + (period.to - period.from), 0)
  const planned = of.plan?.stretches ?? openFrom(from, setup.wantedMs - doneMs)
  const until = untilOf(of, { from, planned, doneMs })
  const seen = (interrupted: boolean): Parameters<typeof factsOf>[0] => {
    // What closed a moment ago is decided in a moment.
    const to = interrupted ? ((clock.now() - LATE_MS / 2) as EpochMs) : until
    const passed = upTo(planned, to)
    const own = periodOf(world, { from, to: clock.now(), stretches: passed })
    const stretches = [...periods.flatMap(({ stretches: each }) => each), ...passed]
    return { setup, world, watch, periods: [...periods, own], stretches, interrupted }
  }
  const leave = [
    watch.attach({
      clock,
      bot,
      symbols: setup.symbols,
      isBroken: world.isBroken,
      gauge: of.gauge(clock),
    }),
    every(clock, KEEP_MS, () => keep(folder, setup, () => progressOf(seen(true)))),
    asking(of, run, planned),
  ]
  const passed = until <= from || (await world.pass((until + lateMs(setup)) as EpochMs))
  const last = seen(!passed)
  for (const each of leave) each()
  keep(folder, setup, () => progressOf(last))
  return factsOf(last)
}

function progressOf({ setup, watch, periods }: Parameters<typeof factsOf>[0]): Progress {
  return { setup, periods, cycles: watch.cycles, tally: watch.tally.kept() }
}

function lateMs({ symbols }: Setup): number {
  return symbols.length > MANY ? MANY_LATE_MS : LATE_MS
}

/** Phases 1 and 2 have nothing to wait for where the market does not open within their time. */
function untilOf(
  { plan, setup }: Validation,
  of: { readonly from: EpochMs; readonly planned: readonly Stretch[]; readonly doneMs: number },
): EpochMs {
  const { from, planned, doneMs } = of
  if (plan !== null) return planned.at(-1)?.to ?? from
  if (planned.length === 0 && setup.phase !== 'phase3') return from
  return (from + setup.wantedMs - doneMs) as EpochMs
}

/** Each bar on the grid in phases 1 and 2; now and then in hours of running. */
function asking(
  { setup, settings }: Validation,
  { world, watch }: Running,
  planned: readonly Stretch[],
) {
  const { clock, bot, ports } = world
  const everyMs = setup.phase === 'phase3' ? ASK_MS : setup.intervalMs
  let isAsking = false
  const ask = async (): Promise<void> => {
    const now = clock.now()
    const counts = planned.some(({ from, to }) => now > from && now <= to + LATE_MS)
    if (isAsking || !counts || sessionAt(now) === null) return
    isAsking = true
    await askAll({ settings, bot, ports, tally: watch.tally })
    isAsking = false
  }
  const turn = (): void => {
    const now = clock.now()
    const next = (Math.floor((now - SETTLED_MS) / everyMs) + 1) * everyMs + SETTLED_MS
    stop = clock.after(next - now, async () => {
      turn()
      await ask()
    })
  }
  let stop: () => void = () => undefined
  turn()
  return () => stop()
}

function upTo(stretches: readonly Stretch[], until: EpochMs): readonly Stretch[] {
  return stretches
    .map(({ from, to }) => ({ from, to: Math.min(to, until) as EpochMs }))
    .filter(({ from, to }) => from < to)
}
