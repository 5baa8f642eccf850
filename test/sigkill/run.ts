import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Prng } from '../../src/base/prng.ts'
import { newYorkTimeText } from '../../src/domain/calendar.ts'
import { nameOf } from '../../src/domain/contract-key.ts'
import { differences } from './books.ts'
import { CoverWatch } from './cover.ts'
import { FillTrap } from './fill-trap.ts'
import { Life, pause } from './life.ts'
import { momentsOf } from './moments.ts'
import type { Moment } from './moments.ts'
import { openStage } from './stage.ts'

/** Longer than a position may be without its exit, so that one that stays so is seen. */
const WATCH_MS = 5_500
/** What the broker did a moment ago may still be on its way. */
const SETTLE_MS = 3_000
/** Two bars: the next entry comes with one of them. */
const FILL_MS_MAX = 130_000
const RUN_MS_MAX = 6 * 60_000
/** How many of the ten must come at such a moment. */
const OPEN_MIN = 5
const FILLED_MIN = 2
/** A client id that is not the bot's. */
const SOMEBODY = 99

interface Kill {
  readonly number: number
  readonly at: string
  readonly moment: string
  readonly open: readonly string[]
}

const { values } = parseArgs({ options: { seed: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 2 ** 32)
if (!Number.isInteger(seed)) throw new Error(`expected --seed N, came ${values.seed}`)
const stage = await openStage(seed)
const { core } = stage.gateway
const cover = new CoverWatch(core)
const trap = new FillTrap(core)
const counts = { passed: 0, failed: 0, open: 0, filled: 0 }
/** Killed, and not yet ready again. */
let unanswered: readonly Kill[] = []
let life = new Life(stage)
let startMs = 2_000
process.on('exit', () => life.kill())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
setTimeout(() => {
  check(false, `expected the end within ${RUN_MS_MAX / 60_000} minutes; stopping`)
  finish()
}, RUN_MS_MAX).unref()

say(`seed ${seed}: ten kills; the bot's output: ${stage.folder}/bot.log`)
for (const [index, moment] of momentsOf(new Prng(seed)).entries()) {
  const text = moment.kind === 'starting' ? await whileStarting(moment) : await whileUp(moment)
  unanswered = [...unanswered, killed(index + 1, text)]
  const end = await life.ended()
  if (end !== 'SIGKILL') check(false, `kill ${index + 1}: it had ended by itself with ${end}`)
  if (moment.kind === 'running' && moment.bare) cancelExits()
  life = new Life(stage)
}
await readyAgain(() => false)
const ending = await life.stop()
check(ending === 0, `asked to stop, it ends with ${ending}; 0 is expected`)
check(counts.open >= OPEN_MIN, `kills with a position open: ${counts.open} of ${OPEN_MIN}`)
check(
  counts.filled >= FILLED_MIN,
  `kills between a fill and word of its exits: ${counts.filled} of ${FILLED_MIN}`,
)
cover.close()
await stage.close()
say(
  `${core.executions().length} fills, ${core.state.orders.size} orders; longest without a working ` +
    `exit after readiness ${cover.longestMs.toFixed(0)} ms`,
)
finish()

/** Keeps the folder of a run that failed. */
function finish(): never {
  if (counts.failed === 0) rmSync(stage.folder, { recursive: true })
  say(`${counts.passed} passed, ${counts.failed} failed`)
  process.exit(counts.failed === 0 ? 0 : 1)
}

async function whileStarting({ share }: Moment & { kind: 'starting' }): Promise<string> {
  await pause(share * startMs)
  life.kill()
  return `${(share * startMs).toFixed(0)} ms into its start`
}

async function whileUp(moment: Exclude<Moment, { kind: 'starting' }>): Promise<string> {
  if (moment.kind === 'running') {
    await readyAgain(() => false)
    await pause(moment.afterMs)
    life.kill()
    const text = `running for ${WATCH_MS + moment.afterMs} ms`
    return moment.bare ? `${text}, exits cancelled meanwhile` : text
  }
  let filled: string | null = null
  const sprung = trap
    .arm(() => life.kill())
    .then((what) => {
      filled = what
    })
  await readyAgain(() => filled !== null)
  await Promise.race([sprung, pause(FILL_MS_MAX)])
  if (filled !== null) {
    counts.filled++
    return `${filled as string} filled, its exits not acknowledged`
  }
  trap.disarm()
  life.kill()
  return 'no entry came, killed all the same'
}

/** Waits until it is ready, looks for what is wrong, and says how the kills before it went. */
async function readyAgain(cutShort: () => boolean): Promise<void> {
  const ms = await life.ready()
  if (ms === null && !cutShort()) check(false, 'it did not become ready')
  startMs = ms ?? startMs
  cover.begin()
  const found = await examined(cutShort)
  if (found === null) return
  const wrong = [...found, ...cover.take()]
  for (const kill of unanswered) {
    const { number, at, moment, open } = kill
    const held = open.length === 0 ? 'nothing open' : `open ${open.join(', ')}`
    const came = ms === null ? 'killed again' : `ready after ${(ms / 1000).toFixed(1)} s`
    const verdict = wrong.length === 0 ? 'in order' : `WRONG: ${wrong.join('; ')}`
    check(wrong.length === 0, `kill ${number} at ${at}: ${moment}; ${held}; ${came}; ${verdict}`)
  }
  unanswered = []
}

/** Null: a fill cuts it short; then the next life is asked, and its books hold this one's too. */
async function examined(cutShort: () => boolean): Promise<readonly string[] | null> {
  const from = performance.now()
  const within = (ms: number) => performance.now() - from < ms && !cutShort()
  let wrong: readonly string[] = ['it does not answer']
  while (wrong.length > 0 && within(SETTLE_MS)) {
    const status = await life.status()
    if (status !== null) wrong = differences(stage, status)
    if (wrong.length > 0) await pause(100)
  }
  while (within(WATCH_MS)) await pause(25)
  return cutShort() ? null : wrong
}

/** By hand, as in TWS: what is held must have exits again soon after the next start. */
function cancelExits(): void {
  for (const { side, clientId, orderId } of core.openOrders()) {
    if (side === 'SELL') core.cancel(SOMEBODY, clientId, orderId)
  }
}

function killed(number: number, moment: string): Kill {
  const open = core
    .positions()
    .filter(({ quantity }) => quantity !== 0)
    .map(({ contract, quantity }) => `${quantity} ${nameOf(contract)}`)
  if (open.length > 0) counts.open++
  cover.end()
  return { number, at: newYorkTimeText(stage.clock.now()), moment, open }
}

/** One line either way. */
function check(holds: boolean, text: string): void {
  counts[holds ? 'passed' : 'failed']++
  say(text)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
