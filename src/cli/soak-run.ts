import type { Cancel } from '../base/clock.ts'
import type { RunFacts, Setup } from '../validation/facts.ts'
import { Tally } from '../validation/tally.ts'
import type { Child } from './child.ts'
import { onStopSignal } from './signals.ts'
import { soakFacts, type Load } from './soak-facts.ts'
import { STOPPED, type PlannedFault } from './soak-faults.ts'
import { endInOrder, startBotProcess, startGateway, type GatewayChild } from './soak-pair.ts'
import { FaultLog, sample } from './soak-watch.ts'
import type { StateFolder } from './state-folder.ts'

export interface SoakRun {
  readonly setup: Setup
  readonly state: StateFolder
  readonly planned: readonly PlannedFault[]
  /** Command lines of the two; the bot's once it is known where the Gateway listens. */
  readonly gatewayArgs: readonly string[]
  readonly botArgs: (port: number) => readonly string[]
  readonly say: (text: string) => void
}

interface Pair extends SoakRun {
  readonly gateway: GatewayChild
  readonly faults: FaultLog
  readonly tally: Tally
  readonly stop: Stopper
}

/** Starts both, lets them run, ends both: whatever happens, none is left behind. */
export async function soaked(run: SoakRun): Promise<RunFacts> {
  const tally = new Tally()
  const faults = new FaultLog(run.planned, tally)
  const stop = new Stopper()
  const gateway = await startGateway({
    args: run.gatewayArgs,
    log: (line, at) => {
      faults.heard(line, at)
      if (line.startsWith('fault ')) run.say(line)
    },
  })
  try {
    return await watched({ ...run, gateway, faults, tally, stop })
  } finally {
    gateway.child.kill('SIGCONT')
    await endInOrder(gateway.child, gateway.clock)
    stop.leave()
  }
}

async function watched(pair: Pair): Promise<RunFacts> {
  const { setup, state, planned, gateway, faults, tally, stop, say } = pair
  const { clock, child, counters } = gateway
  const bot = await startBotProcess({ args: pair.botArgs(gateway.port), folder: state, clock })
  say(`bot ${bot.pid} and simulated Gateway ${child.pid} run`)
  const from = clock.now()
  const load: Load = { requests: 0, ms: 0 }
  const of = { clock, folder: state, tally, botPid: bot.pid, gatewayPid: child.pid, counters, load }
  const stills = planned.filter(({ kind }) => kind.name === STOPPED)
  const leave = [sample(of), ...stills.map((each) => still(each, pair))]
  const first = await stop.until(gateway, { ms: setup.wantedMs, children: [bot, child] })
  const to = clock.now()
  for (const each of leave) each()
  child.kill('SIGCONT')
  const wrong = await endInOrder(bot, clock)
  const text = wrong === null ? null : `the bot ${wrong}`
  if (text !== null || first === 'ended') {
    tally.remark('defects', { at: to, text: text ?? 'a process ended before its time' })
  }
  return soakFacts({
    setup,
    state,
    tally,
    from,
    to,
    load,
    counters: counters(),
    planted: faults.planted,
    isWhole: first === 'passed',
  })
}

/** Stands still for a while: what is asked then is answered after it. */
function still({ afterMs, lastsMs }: PlannedFault, { gateway, faults, say }: Pair): Cancel {
  const { clock, child } = gateway
  let cancel = clock.after(afterMs, () => {
    child.kill('SIGSTOP')
    faults.begins(STOPPED, clock.now())
    say(`fault ${STOPPED} begins`)
    cancel = clock.after(lastsMs ?? 0, () => {
      child.kill('SIGCONT')
      faults.isOver(STOPPED, clock.now())
      say(`fault ${STOPPED} is over`)
    })
  })
  return () => cancel()
}

/** Waits until it is over, somebody asks to stop, or one of the processes ends by itself. */
class Stopper {
  readonly #signal = onStopSignal(() => this.#stop())
  #stop: () => void = () => undefined

  async until(
    { clock }: GatewayChild,
    of: { readonly ms: number; readonly children: readonly Child[] },
  ): Promise<'passed' | 'stopped' | 'ended'> {
    if (this.#signal.asked) return 'stopped'
    let cancel: Cancel = () => undefined
    const passed = new Promise<'passed'>((resolve) => {
      cancel = clock.after(of.ms, () => resolve('passed'))
    })
    const stopped = new Promise<'stopped'>((resolve) => {
      this.#stop = () => resolve('stopped')
    })
    const ended = of.children.map((child) => child.ended.then(() => 'ended' as const))
    const first = await Promise.race([passed, stopped, ...ended])
    cancel()
    return first
  }

  leave(): void {
    this.#signal.leave()
  }
}
