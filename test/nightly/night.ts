import type { Done, Night, Step } from './step.ts'

/** What became of a child process. */
export interface Ended {
  readonly exitCode: number | null
  readonly output: string
  /** It was stopped: its time was over, or somebody interrupted the night. */
  readonly stopped: 'late' | 'interrupted' | null
}

/** What a night needs of the world. */
export interface Hands {
  readonly nowMs: () => number
  readonly isoNow: () => string
  /** Names of package.json. */
  readonly scripts: ReadonlySet<string>
  readonly run: (of: Started) => Promise<Ended>
  /** After every step: what stands so far. */
  readonly told: (done: readonly Done[]) => void
  readonly isInterrupted: () => boolean
}

export interface Started {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  readonly minutesMax: number
}

export const CORES = 2

/** All steps, in their order, as many at a time as there are processors for. */
export async function playNight(
  steps: readonly Step[],
  of: { readonly night: Night; readonly hours: number; readonly hands: Hands },
): Promise<readonly Done[]> {
  const { night, hours, hands } = of
  const endMs = hands.nowMs() + hours * 3_600_000
  const done = new Map<string, Done>()
  const running = new Map<string, { readonly cores: number; readonly over: Promise<void> }>()
  const finish = (each: Done): void => {
    done.set(each.name, each)
    hands.told(inOrder(steps, done))
  }
  for (const step of steps) {
    const unable = unableOf(step, night, hands)
    if (unable !== null) {
      finish(notBegun(step, { night, ...unable }))
      continue
    }
    while (busy(running) + step.cores > CORES) {
      await Promise.race([...running.values()].map(({ over }) => over))
    }
    const leftMinutes = (endMs - hands.nowMs()) / 60_000
    const reason = hands.isInterrupted()
      ? 'interrupted before it began'
      : leftMinutes < 1
        ? `no time was left of ${hours} hours`
        : null
    if (reason !== null) {
      finish(notBegun(step, { night, outcome: 'NOT PLAYED', reason }))
      continue
    }
    const { leastMinutes = 10 } = step
    const scaled = Math.max(leastMinutes, step.minutes * night.scale)
    const most = night.quick ? step.quickMinutes : scaled
    const minutesMax = Math.min(most, leftMinutes)
    const over = playStep(step, { night, hands, minutesMax }).then((each) => {
      running.delete(step.name)
      finish(each)
    })
    running.set(step.name, { cores: step.cores, over })
  }
  await Promise.all([...running.values()].map(({ over }) => over))
  return inOrder(steps, done)
}

function busy(running: ReadonlyMap<string, { readonly cores: number }>): number {
  return [...running.values()].reduce((sum, { cores }) => sum + cores, 0)
}

function inOrder(steps: readonly Step[], done: ReadonlyMap<string, Done>): readonly Done[] {
  return steps.flatMap(({ name }) => done.get(name) ?? [])
}

type Why = Pick<Done, 'outcome' | 'reason'>

/** What the machine lacks is nobody's mistake; a script that is not there is the table's. */
function unableOf({ script, args, lacks }: Step, night: Night, { scripts }: Hands): Why | null {
  if (!scripts.has(script)) return { outcome: 'FAIL', reason: `not there: npm run ${script}` }
  if (args(night) !== null) return null
  return lacks === undefined
    ? { outcome: 'FAIL', reason: 'it cannot be played, and does not say what it lacks' }
    : { outcome: 'SKIPPED', reason: lacks }
}

function commandOf({ script, args }: Step, night: Night): string {
  return ['npm run', script, '--', ...(args(night) ?? [])].join(' ')
}

function notBegun(step: Step, { night, ...why }: Why & { readonly night: Night }): Done {
  const { name, what } = step
  const nothing = { startedAt: null, seconds: 0, exitCode: null, result: null, log: null }
  const command = commandOf(step, night)
  return { name, what, command, seed: night.seed, ...nothing, ...why }
}

async function playStep(
  step: Step,
  of: { readonly night: Night; readonly hands: Hands; readonly minutesMax: number },
): Promise<Done> {
  const { night, hands, minutesMax } = of
  const { name, what, script } = step
  const [startedAt, fromMs] = [hands.isoNow(), hands.nowMs()]
  const ended = await hands.run({ name, script, args: step.args(night) ?? [], minutesMax })
  const { exitCode, output } = ended
  const result = output.split(/[\r\n]/).findLast((line) => step.result.test(line)) ?? null
  return {
    name,
    what,
    command: commandOf(step, night),
    seed: night.seed,
    startedAt,
    seconds: Math.round((hands.nowMs() - fromMs) / 1_000),
    exitCode,
    result,
    log: `${name}.log`,
    ...judged(ended, {
      hasResult: result !== null,
      minutesMax,
      shortCode: night.quick ? (step.shortCode ?? null) : null,
    }),
  }
}

/** Passed is what ended well by itself, and said what came of it. */
function judged(
  { exitCode, stopped }: Ended,
  of: {
    readonly hasResult: boolean
    readonly minutesMax: number
    readonly shortCode: number | null
  },
): Why {
  const { hasResult, minutesMax, shortCode } = of
  if (stopped === 'interrupted') return { outcome: 'FAIL', reason: 'interrupted' }
  if (stopped === 'late') {
    return { outcome: 'FAIL', reason: `stopped after ${minutesMax.toFixed(0)} min` }
  }
  const isShort = exitCode !== null && exitCode === shortCode
  if (exitCode !== 0 && !isShort) return { outcome: 'FAIL', reason: `exit code ${exitCode}` }
  if (!hasResult) return { outcome: 'FAIL', reason: 'it did not say what came of it' }
  return { outcome: 'PASS', reason: isShort ? 'too short to be judged in full' : null }
}
