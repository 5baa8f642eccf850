import { SystemClock, type EpochMs } from '../base/clock.ts'
import type { StatusReply } from '../engine/control.ts'
import { Child } from './child.ts'
import { askControl } from './control.ts'
import { CommandError } from './exit-codes.ts'
import type { StateFolder } from './state-folder.ts'

/** What the simulated Gateway says, a line at a time (`simulate --events`). */
interface Said {
  readonly at: EpochMs
  readonly port?: number
  readonly text?: string
  readonly counters?: GatewayCounters
}

export interface GatewayCounters {
  readonly requests: number
  readonly historicalRequests: number
  readonly violations: number
}

export interface GatewayChild {
  readonly child: Child
  readonly port: number
  /** Goes as the market does. */
  readonly clock: SystemClock
  readonly counters: () => GatewayCounters
}

const START_MS_MAX = 60_000
const LOOK_MS = 250

/** The simulated Gateway in a process of its own, once it listens. */
export async function startGateway(of: {
  readonly args: readonly string[]
  readonly log: (line: string, at: EpochMs) => void
}): Promise<GatewayChild> {
  let counters: GatewayCounters = { requests: 0, historicalRequests: 0, violations: 0 }
  let listens: (of: { readonly port: number; readonly clock: SystemClock }) => void
  const listening = new Promise<Parameters<typeof listens>[0]>((resolve) => (listens = resolve))
  const child = new Child(['simulate', ...of.args, '--events'], (line) => {
    const said = JSON.parse(line) as Said
    if (said.port !== undefined) listens({ port: said.port, clock: new SystemClock(said.at) })
    if (said.text !== undefined) of.log(said.text, said.at)
    if (said.counters !== undefined) ({ counters } = said as Said & { counters: GatewayCounters })
  })
  const first = await Promise.race([listening, child.ended])
  if (!('port' in first)) {
    throw new CommandError('internal', `the simulated Gateway did not start: ${child.errors}`)
  }
  return { child, ...first, counters: () => counters }
}

/** The bot as `run` starts it, once its connections are up. */
export async function startBotProcess(of: {
  readonly args: readonly string[]
  readonly folder: StateFolder
  readonly clock: SystemClock
}): Promise<Child> {
  const child = new Child(['run', ...of.args, '--json'], () => undefined)
  const until = of.clock.monotonicMs() + START_MS_MAX
  const pause = (): Promise<void> => new Promise((done) => void of.clock.after(LOOK_MS, done))
  while (of.clock.monotonicMs() < until) {
    if ((await statusOf(of.folder))?.link === 'up') return child
    if ((await Promise.race([child.ended, pause()])) !== undefined) break
  }
  child.kill('SIGKILL')
  throw new CommandError('internal', `the bot did not come up: ${child.errors}`)
}

/** What the bot says of itself; null while it does not answer. */
export async function statusOf(folder: StateFolder): Promise<StatusReply | null> {
  const reply = await askControl(folder.controlSocket, { kind: 'status' }, STATUS_MS_MAX)
  return reply.ok && reply.value.kind === 'status' ? reply.value : null
}

const STATUS_MS_MAX = 2_000
/** As the watchdog gives it. */
const END_MS_MAX = 15_000

/** Asked to end, and killed when it does not; whether it ended in order. */
export async function endInOrder(child: Child, clock: SystemClock): Promise<string | null> {
  child.kill('SIGTERM')
  const cancel = clock.after(END_MS_MAX, () => child.kill('SIGKILL'))
  const { code, signal } = await child.ended
  cancel()
  if (code === 0) return null
  return `ended with ${code ?? signal ?? 'an error'}: ${child.errors.split('\n').at(-1) ?? ''}`
}
