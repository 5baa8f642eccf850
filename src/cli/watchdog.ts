import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { SystemClock, type Cancel, type Clock } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import { notice } from '../domain/alert.ts'
import { beginning, supervise } from '../watchdog/supervise.ts'
import type {
  Action,
  Happening,
  SuperviseRules,
  Supervised,
  Supervision,
} from '../watchdog/supervised.ts'
import { readVitals } from '../watchdog/vitals-file.ts'
import { settingsFrom } from './config-check.ts'
import { timeText } from '../cockpit/describe.ts'
import { exitCodes } from './exit-codes.ts'
import { logPath, openOutlets, type Outlets } from './outlets.ts'
import { modeOf, type RunCommand } from './run.ts'
import { onStopSignal } from './signals.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

/** Twice in each second that vitals are written. */
const TICK_MS = 500

/** Starts `run` with the same flags, watches it, and starts it again; ends with it. */
export async function watchdog(command: RunCommand): Promise<number> {
  const settings = settingsFrom(command.config)
  const mode = modeOf(settings, command.dryRun)
  const folder = stateFolder(resolve(command.state ?? settings.stateFolder), mode, command)
  makeStateFolder(folder)
  const clock = new SystemClock()
  const say = (text: string, level: 'info' | 'warning' | 'critical' = 'info'): void => {
    if (command.json && level !== 'info') process.stderr.write(`${text}\n`)
    if (!command.json) process.stdout.write(`${timeText(clock.now())} watchdog ${text}\n`)
  }
  const path = logPath(folder.path, 'watchdog')
  const outlets = openOutlets({ clock, settings, mode, path, say })
  const args = ['run', ...flagsOf(command)]
  try {
    const vitals = folder.vitals
    const panicArgs = mode === 'dry-run' ? null : panicFlags(command, settings)
    return await new Watchdog({ clock, settings, outlets, args, panicArgs, vitals, say }).run()
  } finally {
    await outlets.close()
  }
}

function flagsOf(of: RunCommand): readonly string[] {
  const { config, dryRun, symbols, gatewayTime, state, json } = of
  return [
    '--config',
    config,
    ...(dryRun ? ['--dry-run'] : []),
    ...(symbols === null ? [] : ['--symbol', symbols.join()]),
    ...(gatewayTime ? ['--gateway-time'] : []),
    ...(state === null ? [] : ['--state', state]),
    ...(json ? ['--json'] : []),
  ]
}

/** A person typed the account id when this was configured; the latch names who starts it. */
function panicFlags(of: RunCommand, { account }: Settings): readonly string[] {
  return [
    'panic',
    '--config',
    of.config,
    '--account',
    account ?? '',
    '--by',
    'watchdog',
    '--reason',
    'the bot stood still',
    '--json',
    ...(of.gatewayTime ? ['--gateway-time'] : []),
    ...(of.state === null ? [] : ['--state', of.state]),
  ]
}

interface WatchdogParts {
  readonly clock: Clock
  readonly settings: Settings
  readonly outlets: Outlets
  /** Of the child's command line. */
  readonly args: readonly string[]
  /** Of the panic it may start; null: this mode has nothing at a broker. */
  readonly panicArgs: readonly string[] | null
  readonly vitals: string
  readonly say: (text: string) => void
}

/** Carries out what `supervise` decides. */
class Watchdog {
  readonly #of: WatchdogParts
  readonly #rules: SuperviseRules
  #state: Supervised | null = null
  #child: ChildProcess | null = null
  #unreadable: string | null = null
  #stopTimer: Cancel = () => undefined
  #end: (code: number) => void = () => undefined

  constructor(of: WatchdogParts) {
    this.#of = of
    const { silentMs, restartsMax, panic } = of.settings.watchdog
    const finalCodes = new Set<number>([exitCodes.usage, exitCodes.refused, exitCodes.journal])
    this.#rules = {
      silentMs,
      restartsMax,
      finalCodes,
      connectionCode: exitCodes.connection,
      closedCode: exitCodes.inconclusive,
      unsavedCode: exitCodes.unsaved,
      panic: panic && of.panicArgs !== null,
    }
  }

  run(): Promise<number> {
    const stop = onStopSignal(() => this.#happened({ kind: 'asked-to-stop' }))
    const ended = new Promise<number>((end) => {
      this.#end = (code) => {
        this.#stopTimer()
        stop.leave()
        end(code)
      }
    })
    this.#follow(beginning(this.#of.clock.monotonicMs()))
    this.#tick()
    return ended
  }

  #tick(): void {
    const pid = this.#child?.pid ?? null
    const file = readVitals(this.#of.vitals)
    if (!file.ok && this.#unreadable === null) {
      this.#of.outlets.log.write({ level: 'warning', kind: 'vitals', message: file.error })
    }
    this.#unreadable = file.ok ? null : file.error
    this.#stopTimer = this.#of.clock.after(TICK_MS, () => this.#tick())
    this.#happened({ kind: 'tick', file: file.ok ? file.value : null, pid })
  }

  #happened(happening: Happening): void {
    if (this.#state === null || this.#state.phase === 'over') return
    const nowMs = this.#of.clock.monotonicMs()
    this.#follow(supervise(this.#state, happening, { rules: this.#rules, nowMs }))
  }

  #follow({ state, actions }: Supervision): void {
    this.#state = state
    for (const action of actions) this.#carryOut(action)
  }

  #carryOut(action: Action): void {
    const { outlets } = this.#of
    switch (action.kind) {
      case 'start':
        return this.#start(this.#of.args, (code, signal) => ({ kind: 'exited', code, signal }))
      case 'terminate':
        this.#child?.kill('SIGTERM')
        return
      case 'kill':
        this.#child?.kill('SIGKILL')
        return
      case 'panic':
        return this.#start(this.#of.panicArgs ?? [], (code) => ({ kind: 'panicked', code }))
      case 'page': {
        const { level, key, message } = action
        return outlets.notifier.notify(notice(`watchdog-${key}`, message, { level, key }))
      }
      default: {
        const { why } = action
        if (why === 'done') return this.#end(exitCodes.done)
        this.#end(why === 'given-up' ? exitCodes.violated : why.code)
      }
    }
  }

  /** Its own process group: a terminal's Ctrl-C reaches us, and we tell it once. */
  #start(
    args: readonly string[],
    ended: (code: number | null, signal: NodeJS.Signals | null) => Happening,
  ): void {
    const { outlets, say } = this.#of
    const main = process.argv[1] ?? ''
    const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    this.#child = child
    child.once('error', (error) => {
      outlets.log.write({ level: 'critical', kind: 'child', message: error.message })
    })
    child.once('exit', (code, signal) => {
      outlets.log.write({ level: 'info', kind: 'child-ended', child: child.pid, code, signal })
      this.#child = null
      this.#happened(ended(code, signal))
    })
    outlets.log.write({ level: 'info', kind: 'child-started', child: child.pid })
    say(`started ${args[0] === 'panic' ? 'panic' : 'the bot'}, process ${child.pid}`)
  }
}
