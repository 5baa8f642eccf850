import type { Clock, EpochMs } from '../../base/clock.ts'
import type { Response } from '../../wire/responses.ts'
import type { FarmState, SeenError } from './evidence.ts'
import type { FarmFigures, RequestClass } from '../../engine/health.ts'
import { OrderWatch } from './order-watch.ts'
import { isProvable, mayBeNeeded } from '../session/farms.ts'
import { FIRST_REQUEST_ID } from '../session/question.ts'
import type { EndCause } from '../session/reconnect.ts'

export interface TimedError extends SeenError {
  /** Monotonic. */
  readonly at: number
  /** Of the request or the order; -1: of the session. */
  readonly id: number
}

interface HeardFarm extends FarmState {
  /** It is as it is since then. */
  readonly since: EpochMs
  /** When it was spoken of last, and first on this connection; monotonic. */
  readonly at: number
  readonly firstAt: number
}

/** Until one of its kind is read whole again. */
export interface Unreadable {
  readonly at: number
  readonly text: string
  readonly message: string | null
}

const ERRORS_KEPT = 200
/** 2103 to 2108, 2157, 2158: what is said of a farm; true: it works, or wakes when asked. */
const FARM_CODES: ReadonlyMap<number, boolean> = new Map([
  ...([2103, 2105, 2157] as const).map((code) => [code, false] as const),
  ...([2104, 2106, 2107, 2108, 2158] as const).map((code) => [code, true] as const),
])

/** All that one link of ours hears and sees, over its connections, for a diagnosis. */
export class SessionWatch {
  readonly name: string
  readonly orders: OrderWatch
  readonly farms = new Map<string, HeardFarm>()
  connectivityLost: string | null = null
  /** Since when, monotonic. */
  lostAt = 0
  /** When a byte was read last. */
  readLastAt: EpochMs | null = null
  /** Messages that came, whoever asked for them. */
  messages = 0
  /** Answers to requests that had ended by their deadline. */
  lateAnswers = 0
  /** Answers under an id that was answered before, or was never used. */
  strayAnswers = 0
  /** Frames that could not be read whole, but for a surplus field on what is no order message. */
  unreadable: Unreadable | null = null
  /** When the session, its link to IBKR or a farm last came back, monotonic. */
  restoredAt = 0
  /** How often its link to IBKR or a farm came back. */
  restorations = 0
  /** Has been up at least once. */
  wasUp = false
  /** How often it came up, and when it last did or was lost. */
  ups = 0
  changedAt: EpochMs | null = null
  /** How the last connection or attempt ended; null while one is up. */
  ended: {
    readonly at: number
    readonly cause: EndCause
    readonly detail: string
  } | null = null
  readonly #clock: Clock
  readonly #told: (code: number, text: string) => void
  #errors: TimedError[] = []

  constructor(name: string, clock: Clock, told?: (code: number, text: string) => void) {
    this.name = name
    this.#clock = clock
    this.#told = told ?? (() => undefined)
    this.orders = new OrderWatch(clock)
  }

  get isUp(): boolean {
    return this.wasUp && this.ended === null
  }

  read(): void {
    this.readLastAt = this.#clock.now()
  }

  heard(response: Response): void {
    this.messages++
    this.orders.heard(response)
    if (this.unreadable?.message === response.kind) this.unreadable = null
    if (response.kind !== 'error') return
    this.#error(response.id, response.code, response.text)
    this.#told(response.code, response.text)
  }

  /** Since then, the newest last. */
  errorsSince(at: number): readonly TimedError[] {
    return this.#errors.filter((error) => error.at >= at)
  }

  /** Why nothing that is asked of this service now would be answered; null: it may be. */
  outage(of: RequestClass): string | null {
    if (this.connectivityLost !== null) return this.connectivityLost
    if (of !== 'history') return null
    const down = [...this.farms.values()].find(isHistoryDown)
    return down === undefined ? null : `2105: ${down.farm} is down`
  }

  /** As 1102 says it, or an answer that only IBKR can have given. */
  reached(): void {
    this.connectivityLost = null
    this.#restoredNow()
  }

  #restoredNow(): void {
    this.restoredAt = this.#clock.monotonicMs()
    this.restorations++
  }

  up(): void {
    this.wasUp = true
    this.ups++
    this.changedAt = this.#clock.now()
    this.restoredAt = this.#clock.monotonicMs()
    this.ended = null
  }

  down(cause: EndCause, detail: string): void {
    if (this.isUp) this.changedAt = this.#clock.now()
    this.ended = { at: this.#clock.monotonicMs(), cause, detail }
    // The next connection is told again; what this one said holds no longer.
    this.connectivityLost = null
    this.farms.clear()
    // What became of them is asked for anew, and by then told to the next connection.
    this.orders.forgetAll()
  }

  #error(id: number, code: number, text: string): void {
    const at = this.#clock.monotonicMs()
    if (id > 0) {
      this.#errors.push({ at, id, code, text, onOrder: id < FIRST_REQUEST_ID })
    } else {
      if (!FARM_CODES.has(code)) this.#errors.push({ at, id, code, text, onOrder: false })
      this.#session(code, text, at)
    }
    if (this.#errors.length > ERRORS_KEPT) this.#errors = this.#errors.slice(-ERRORS_KEPT / 2)
  }

  #session(code: number, text: string, at: number): void {
    if (code === 1100 || code === 2110) {
      if (this.connectivityLost === null) this.lostAt = at
      this.connectivityLost = `${code}: ${text}`
    }
    if (code === 1101 || code === 1102) this.reached()
    if (code === 1102) {
      for (const { farm, up } of this.farms.values()) if (!up) this.farms.delete(farm)
    }
    const up = FARM_CODES.get(code)
    if (up === undefined) return
    const farm = farmNamed(code, text)
    if (!mayBeNeeded(farm)) return
    const known = this.farms.get(farm)
    // Nobody spoke of it while the session came up: what was asked until now is lost (L20).
    if (up && (known === undefined ? this.isUp : !known.up)) this.#restoredNow()
    const firstAt = known?.firstAt ?? at
    const isSame = known !== undefined && farmStateOf(known.code) === farmStateOf(code)
    const since = isSame ? known.since : this.#clock.now()
    this.farms.set(farm, { farm, code, up, since, at, firstAt })
  }
}

/** What a person is shown of a farm, by what was said of it last. */
export function farmStateOf(code: number): FarmFigures['state'] {
  if (code === 2107 || code === 2108) return 'inactive'
  const up = FARM_CODES.get(code)
  return up === undefined ? 'unknown' : up ? 'ok' : 'down'
}

/** Of one that nothing can prove to be back, bars are asked for all the same. */
function isHistoryDown({ farm, code }: HeardFarm): boolean {
  return code === 2105 && isProvable(farm)
}

/** After the last `:`; of 2107 and 2108 after the last `.` (limits-and-codes.md 7.8). */
function farmNamed(code: number, text: string): string {
  const mark = (code === 2107 || code === 2108) && !text.includes(':') ? '.' : ':'
  return text.slice(text.lastIndexOf(mark) + 1).trim()
}
