import type { Clock } from '../base/clock.ts'
import { startBeat } from '../watchdog/beat.ts'
import { LoopDelay } from '../watchdog/loop-delay.ts'
import { writeVitals } from '../watchdog/vitals-file.ts'
import { Health } from './health.ts'
import { logPath, type Outlets } from './outlets.ts'
import type { StateFolder } from './state-folder.ts'

export interface Watched {
  readonly health: Health
  stop(): void
}

/** What sees to it that a bot that stands still is noticed: from inside and from outside. */
export function watched(of: {
  readonly clock: Clock
  readonly folder: StateFolder
  readonly outlets: Outlets
}): Watched {
  const { clock, folder, outlets } = of
  const { identity, notifier, log } = outlets
  const path = logPath(folder.path, 'run')
  const thread = startBeat(clock, { logPath: path, identity: { ...identity } })
  const loop = new LoopDelay(clock)
  let beat = 0
  let unwritten: string | null = null
  const health = new Health({
    clock,
    notifier,
    loopDelayP99Ms: () => loop.p99Ms(),
    beat: (vitals) => {
      const now = vitals()
      thread.tell({ ...now, requests: now.requests.filter(({ slowSince }) => slowSince !== null) })
      const { pid, instance } = identity
      const failure = writeVitals(folder.vitals, { pid, instance, beat: ++beat, vitals: now })
      if (failure !== null && unwritten === null) {
        log.write({ level: 'warning', kind: 'vitals', message: failure })
      }
      unwritten = failure
    },
  })
  return {
    health,
    stop() {
      thread.stop()
      loop.stop()
    },
  }
}
