import { rmSync } from 'node:fs'
import { Prng } from '../../src/base/prng.ts'
import { newYorkTimeText } from '../../src/domain/calendar.ts'
import { nameOf } from '../../src/domain/contract-key.ts'
import { differences } from './books.ts'
import { CoverWatch } from './cover.ts'
import { FillTrap } from './fill-trap.ts'
import { Life, pause } from './life.ts'
import { momentOf } from './moments.ts'
import type { Moment } from './moments.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

/** Longer than a position may be without its exit, so that one that stays so is seen. */
const WATCH_MS = 5_500
/** What the broker did a moment ago may still be on its way. */
const SETTLE_MS = 3_000
/** A client id that is not the bot's. */
const SOMEBODY = 99

interface Kill {
  readonly number: number
  readonly at: string
  readonly moment: string
  readonly open: readonly string[]
}

export interface Counts {
  kills: number
  /** With a position open at the broker. */
  open: number
  /** Between the fill of an entry and the first word of its exits. */
  filled: number
  starting: number
  wrong: number
  fills: number
  orders: number
  /** The longest without a working exit after readiness. */
  bareMsMax: number
}

export interface PairOptions {
  readonly seed: number
  readonly kills: number
  /** The bot's command line, built. */
  readonly main: string
  readonly say: (line: string) => void
}

/** A bot and the Gateway it lives at: the bot is killed and started again, the Gateway goes on. */
export class Pair {
  readonly counts: Counts = {
    kills: 0,
    open: 0,
    filled: 0,
    starting: 0,
    wrong: 0,
    fills: 0,
    orders: 0,
    bareMsMax: 0,
  }
  readonly #of: PairOptions
  readonly #stage: Stage
  readonly #cover: CoverWatch
  readonly #trap: FillTrap
  readonly #prng: Prng
  #life: Life
  #startMs = 2_000
  /** Killed, and not yet found in order again. */
  #unanswered: readonly Kill[] = []

  constructor(of: PairOptions, stage: Stage) {
    this.#of = of
    this.#stage = stage
    this.#prng = new Prng(of.seed)
    this.#cover = new CoverWatch(stage.gateway.core)
    this.#trap = new FillTrap(stage.gateway.core)
    this.#life = new Life(stage, of.main)
    process.on('exit', () => this.#life.kill())
  }

  async run(): Promise<Counts> {
    this.#of.say(`the bot's output: ${this.#stage.folder}/bot.log`)
    for (let number = 1; number <= this.#of.kills; number++) {
      const moment = momentOf(this.#prng, number, {
        now: this.#stage.clock.now(),
        startMs: this.#startMs,
      })
      const text = await this.#untilKilled(moment)
      this.#killed(number, text)
      const end = await this.#life.ended()
      if (end !== 'SIGKILL') this.#wrong(`kill ${number}: it had ended by itself with ${end}`)
      if (moment.kind === 'late' && moment.bare) this.#cancelExits()
      this.#life = new Life(this.#stage, this.#of.main)
    }
    await this.#answered(() => false, WATCH_MS)
    const ending = await this.#life.stop()
    if (ending !== 0) this.#wrong(`asked to stop, it ends with ${ending}; 0 is expected`)
    return this.#over()
  }

  async #over(): Promise<Counts> {
    const { core } = this.#stage.gateway
    this.#cover.close()
    await this.#stage.close()
    const { counts } = this
    counts.fills = core.executions().length
    counts.orders = core.state.orders.size
    counts.bareMsMax = Math.round(this.#cover.longestMs)
    if (counts.wrong === 0) rmSync(this.#stage.folder, { recursive: true })
    return counts
  }

  /** By the trap, wherever in its life it is, or when its moment has come. */
  async #untilKilled(moment: Moment): Promise<string> {
    let filled: string | null = null
    const sprung = this.#trap
      .arm(() => this.#life.kill())
      .then((what) => {
        filled = what
      })
    const isOver = (): boolean => filled !== null
    const text = await this.#lived(moment, { sprung, isOver })
    if (filled !== null) {
      this.counts.filled++
      return `${filled as string} filled, its exits not acknowledged`
    }
    this.#trap.disarm()
    this.#life.kill()
    if (moment.kind === 'starting') this.counts.starting++
    return text
  }

  async #lived(
    moment: Moment,
    { sprung, isOver }: { readonly sprung: Promise<void>; readonly isOver: () => boolean },
  ): Promise<string> {
    if (moment.kind === 'starting') {
      const ms = moment.share * this.#startMs
      await Promise.race([sprung, pause(ms)])
      return `${ms.toFixed(0)} ms into its start`
    }
    if (moment.kind === 'entering') {
      await Promise.all([this.#answered(isOver, 0), Promise.race([sprung, pause(moment.forMs)])])
      return 'no entry came'
    }
    const isLate = moment.kind === 'late'
    await this.#answered(isOver, isLate ? WATCH_MS : 0)
    if (!isOver()) await Promise.race([sprung, pause(moment.afterMs)])
    const bare = isLate && moment.bare ? ', exits cancelled meanwhile' : ''
    return `ready, looked at, and ${moment.afterMs} ms on${bare}`
  }

  /** Waits until it is ready, looks for what is wrong, and says how the kills before it went. */
  async #answered(isOver: () => boolean, watchMs: number): Promise<void> {
    const ms = await this.#life.ready()
    if (ms === null && !isOver()) this.#wrong('it did not become ready')
    this.#startMs = ms ?? this.#startMs
    this.#cover.begin()
    const found = await this.#examined(isOver, watchMs)
    if (found === null) return
    const wrong = [...found, ...this.#cover.take()]
    for (const { number, at, moment, open } of this.#unanswered) {
      const held = open.length === 0 ? 'nothing open' : `${open.length} open`
      const came = ms === null ? 'killed again' : `ready after ${(ms / 1000).toFixed(1)} s`
      const text = `kill ${number} at ${at}: ${moment}; ${held}; ${came}`
      if (wrong.length === 0) this.#of.say(`${text}; in order`)
      else this.#wrong(`${text}; WRONG: ${wrong.join('; ')}`)
    }
    this.#unanswered = []
  }

  /** Null: a fill cuts it short; then the next life is asked, and its books hold this one's too. */
  async #examined(isOver: () => boolean, watchMs: number): Promise<readonly string[] | null> {
    const from = performance.now()
    const within = (ms: number): boolean => performance.now() - from < ms && !isOver()
    let wrong: readonly string[] = ['it does not answer']
    while (wrong.length > 0 && within(SETTLE_MS)) {
      const status = await this.#life.status()
      if (status !== null) wrong = differences(this.#stage, status)
      if (wrong.length > 0) await pause(100)
    }
    while (within(watchMs)) await pause(25)
    return isOver() ? null : wrong
  }

  /** By hand, as in TWS: what is held must have exits again soon after the next start. */
  #cancelExits(): void {
    const { core } = this.#stage.gateway
    for (const { side, clientId, orderId } of core.openOrders()) {
      if (side === 'SELL') core.cancel(SOMEBODY, clientId, orderId)
    }
  }

  #killed(number: number, moment: string): void {
    const open = this.#stage.gateway.core
      .positions()
      .filter(({ quantity }) => quantity !== 0)
      .map(({ contract, quantity }) => `${quantity} ${nameOf(contract)}`)
    this.counts.kills++
    if (open.length > 0) this.counts.open++
    this.#cover.end()
    const at = newYorkTimeText(this.#stage.clock.now())
    this.#unanswered = [...this.#unanswered, { number, at, moment, open }]
  }

  #wrong(text: string): void {
    this.counts.wrong++
    this.#of.say(text)
  }
}

export async function runPair(of: PairOptions): Promise<Counts> {
  return new Pair(of, await openStage(of.seed)).run()
}
