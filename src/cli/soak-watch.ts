import { statSync } from 'node:fs'
import type { Cancel, EpochMs, SystemClock } from '../base/clock.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { StatusReply } from '../engine/control.ts'
import type { Planted } from '../validation/outages.ts'
import type { Tally } from '../validation/tally.ts'
import { lookAt, type OutsideLook } from './process-outside.ts'
import { statusOf, type GatewayCounters } from './soak-pair.ts'
import type { Load } from './soak-facts.ts'
import type { StateFolder } from './state-folder.ts'
import { labelOf, type PlannedFault } from './soak-faults.ts'
import { violationOf } from './validate-simulator.ts'

const SAMPLE_MS = 5_000
const MB = 1024 * 1024

export interface Sampled {
  readonly clock: SystemClock
  readonly folder: StateFolder
  readonly tally: Tally
  readonly botPid: number
  readonly gatewayPid: number
  readonly counters: () => GatewayCounters
  readonly load: Load
}

/** Looks at both processes from outside, every few seconds; the returned function ends it. */
export function sample(of: Sampled): Cancel {
  const { clock, folder, tally, botPid, gatewayPid, counters, load } = of
  let [cpuMs, atMs, requests] = [lookAt(botPid).cpuMs, clock.monotonicMs(), counters().requests]
  let cancel: Cancel = () => undefined
  const look = async (): Promise<void> => {
    cancel = clock.after(SAMPLE_MS, look)
    const status = await statusOf(folder)
    const [bot, gateway] = [lookAt(botPid), lookAt(gatewayPid)]
    const passedMs = Math.max(1, clock.monotonicMs() - atMs)
    const cpu = bot.cpuMs === null || cpuMs === null ? 0 : (bot.cpuMs - cpuMs) / passedMs
    const sent = counters().requests
    const messagesPerSecond = ((sent - requests) / passedMs) * 1_000
    if (sessionAt(clock.now()) !== null) {
      load.requests += sent - requests
      load.ms += passedMs
    }
    ;[cpuMs, atMs, requests] = [bot.cpuMs, clock.monotonicMs(), sent]
    if (status === null || bot.rssMb === null) return
    tally.sampled({
      at: clock.now(),
      ...statusFigures(status),
      rssMb: bot.rssMb,
      cpu,
      outside: {
        ...handlesOf(bot),
        journalMb: journalMb(folder),
        gatewayMb: gateway.rssMb,
        messagesPerSecond,
      },
    })
  }
  cancel = clock.after(SAMPLE_MS, look)
  return () => cancel()
}

function handlesOf({ sockets, handles }: OutsideLook): Pick<OutsideLook, 'sockets' | 'handles'> {
  return { sockets, handles }
}

function statusFigures({ budgets, vitals }: StatusReply) {
  const most = budgets.reduce(
    (top, { rule, used, limit }) => {
      const budget = limit > 0 ? used / limit : 0
      return budget > top.budget ? { budget, budgetRule: rule } : top
    },
    { budget: 0, budgetRule: 'none' },
  )
  return { latencyMs: null, ...most, heapMb: null, loopMs: vitals.loopDelayMsP99 ?? 0, cycles: 0 }
}

function journalMb({ journal }: StateFolder): number {
  const sizes = [journal, `${journal}-wal`].map((path) => statSync(path, { throwIfNoEntry: false }))
  return sizes.reduce((sum, stat) => sum + (stat?.size ?? 0), 0) / MB
}

/** Each fault from when it began to when it was over, as the Gateway tells it. */
export class FaultLog {
  readonly #planned: PlannedFault[]
  readonly #begun: Planted[] = []
  readonly #tally: Tally

  constructor(planned: readonly PlannedFault[], tally: Tally) {
    this.#planned = [...planned]
    this.#tally = tally
  }

  get planted(): readonly Planted[] {
    return this.#begun
  }

  /** A line of the Gateway's log. */
  heard(line: string, at: EpochMs): void {
    const [, name, what] = /^fault (\S+) (begins|is over)$/.exec(line) ?? []
    if (name !== undefined && what === 'begins') this.begins(name, at)
    if (name !== undefined && what === 'is over') this.isOver(name, at)
    const violation = violationOf(line)
    if (violation !== null) this.#tally.remark('violations', { at, text: violation })
  }

  begins(name: string, at: EpochMs): void {
    const found = this.#planned.find(({ kind }) => kind.name === name)
    const label = found === undefined ? null : labelOf(found.kind)
    this.#begun.push({ name, label, beganAt: at, healedAt: null })
  }

  isOver(name: string, at: EpochMs): void {
    const index = this.#begun.findIndex((each) => each.name === name && each.healedAt === null)
    const begun = this.#begun[index]
    if (begun !== undefined) this.#begun[index] = { ...begun, healedAt: at }
  }
}
