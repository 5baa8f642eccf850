import type { EpochMs } from '../../base/clock.ts'
import type { CanaryAnswer } from './canary.ts'
import { countedBy, worstOf } from './evidence-of.ts'
import type { BudgetUse } from './evidence.ts'
import type { Kept, Mute } from './evidence-of.ts'
import { lastStage } from './request-log.ts'
import type { RequestRecord } from './request-log.ts'
import type { Session, Sight } from './symptoms.ts'

/** How long a timer that came late counts. */
const LATE_COUNTS_MS = 15_000
/** So often in a row is slow, and not a hiccup. */
const SLOW_LOOKS = 3

interface Began {
  readonly since: number
  readonly messages: ReadonlyMap<string, number>
  readonly late: number
  readonly stray: number
  readonly budgets: readonly BudgetUse[]
}

/** What an incident must not forget, though the connection that showed it is gone. */
export class SessionMemory {
  readonly #sight: Sight
  #began: Began | null = null
  #mute: Mute | null = null
  #muteMessages: number | null = null
  #slowLooks = 0
  #slow = false
  #noRoute: string | null = null
  #clientIdInUse: string | null = null
  #unreadable: string | null = null
  #late: { readonly at: number; readonly ms: number }[] = []
  canary: CanaryAnswer | null = null
  retried: boolean | null = null

  constructor(sight: Sight) {
    this.#sight = sight
  }

  timerCame(lateMs: number): void {
    const at = this.#sight.clock.monotonicMs()
    this.#late = this.#late.filter((each) => at - each.at < LATE_COUNTS_MS)
    if (lateMs > 0) this.#late.push({ at, ms: Math.round(lateMs) })
    this.#sight.loop.lateMs = Math.max(0, ...this.#late.map(({ ms }) => ms))
  }

  begin(since: number): void {
    const watches = this.#sight.sessions.map(({ watch }) => watch)
    this.#began = {
      since,
      messages: new Map(watches.map(({ name, messages }) => [name, messages])),
      late: sum(watches.map(({ lateAnswers }) => lateAnswers)),
      stray: sum(watches.map(({ strayAnswers }) => strayAnswers)),
      budgets: countedBy(this.#sight),
    }
    this.#remember()
  }

  end(): void {
    this.#began = null
    this.#mute = null
    this.#muteMessages = null
    this.#slow = false
    this.#noRoute = null
    this.#clientIdInUse = null
    this.#unreadable = null
    this.canary = null
    this.retried = null
  }

  /** Each second, and with every notice. */
  look(troubled: boolean): void {
    for (const { link } of this.#sight.sessions) link.current?.noteFlushed()
    if (troubled || this.#sight.sessions.some(isWaiting)) this.#observeMute()
    if (this.#began !== null) this.#remember()
  }

  kept(): Kept {
    const { sessions, clock } = this.#sight
    const began = this.#began
    const watches = sessions.map(({ watch }) => watch)
    return {
      since: began?.since ?? clock.monotonicMs(),
      mute: this.#mute,
      slow: this.#slow,
      noRoute: this.#noRoute,
      clientIdInUse: this.#clientIdInUse,
      unreadable: this.#unreadable,
      lateAnswers: sum(watches.map(({ lateAnswers }) => lateAnswers)) - (began?.late ?? 0),
      strayAnswers: sum(watches.map(({ strayAnswers }) => strayAnswers)) - (began?.stray ?? 0),
      budgets: began?.budgets ?? countedBy(this.#sight),
      loopLateMs: this.#sight.loop.lateMs,
      retried: this.retried,
      canary: this.canary ?? this.#otherSession(),
    }
  }

  /** What a probe should ask: of the services the one that is silent; null: nothing is answered. */
  unanswered(): RequestRecord | null {
    const { log, sessions } = this.#sight
    if (this.#mute !== null || sessions.some(({ link }) => link.connection === null)) return null
    const silent = (['history', 'contracts', 'quotes'] as const)
      .map((of) => log.silence(of))
      .find((silence) => silence !== null)
    if (silent !== undefined && silent !== null) return silent.last
    const isBars = ({ kind }: RequestRecord) => kind === 'barStream' || kind === 'realTimeBars'
    return [...log.open].find((of) => isBars(of) && of.matchedAt !== null) ?? null
  }

  /** A session of ours that is answered while another is not proves as much as a canary. */
  #otherSession(): CanaryAnswer | null {
    const mute = this.#mute
    if (mute === null) return null
    const silentMs = mute.missed * 5_000
    const other = this.#sight.sessions.find(({ link, watch }) => {
      const age = link.connection?.heartbeat.ageMs() ?? null
      return watch.name !== mute.name && age !== null && age < silentMs - 1_000
    })
    return other === undefined ? null : { answered: true, ms: 0 }
  }

  #observeMute(): void {
    const worst = worstOf(this.#sight.sessions)
    const connection = worst?.link.connection ?? null
    if (worst === null || connection === null) return
    const { missed, isLate } = connection.heartbeat
    this.#slowLooks = isLate && missed === 0 ? this.#slowLooks + 1 : 0
    if (missed === 0 && !isLate) {
      // It answers. If it was mute before, its answers were late and not lost.
      this.#muteMessages = null
      this.#slow ||= this.#mute?.name === worst.watch.name && this.#mute.epoch === connection.epoch
      return
    }
    this.#muteMessages ??= worst.watch.messages
    if (missed === 0 && this.#slowLooks < SLOW_LOOKS) return
    const facts = this.#sight.probes.facts(connection.transport)
    const before = this.#mute?.facts?.txQueue ?? null
    const pings = [...this.#sight.log.open].filter(
      ({ kind, connection: of }) => kind === 'currentTime' && of === worst.watch.name,
    )
    this.#mute = {
      name: worst.watch.name,
      epoch: connection.epoch,
      missed,
      facts,
      txGrowing: this.#mute?.txGrowing === true || grows(before, facts?.txQueue ?? null),
      stage: pings[0] === undefined ? (this.#mute?.stage ?? null) : lastStage(pings[0]),
      pushes: worst.watch.messages - this.#muteMessages,
      ...this.#unheardOf(worst.watch.readLastAt, facts?.bytesRead ?? 0),
      readLastAt: worst.watch.readLastAt,
    }
  }

  /** Counted from the first look at a silence, as long as nothing at all is heard. */
  #unheardOf(readLastAt: EpochMs | null, bytesRead: number) {
    const before = this.#mute
    if (before === null || before.readLastAt !== readLastAt) return { bytesRead, unheard: 0 }
    return { bytesRead: before.bytesRead, unheard: Math.max(0, bytesRead - before.bytesRead) }
  }

  /** What was said once is not taken back by what follows. */
  #remember(): void {
    const since = this.#began?.since ?? 0
    for (const { watch } of this.#sight.sessions) {
      const { ended, unreadable } = watch
      if (unreadable !== null && unreadable.at >= since) this.#unreadable = unreadable.text
      if (ended === null || ended.at < since) continue
      // After a silence it is our own last connection, whose end has not reached the Gateway.
      if (ended.cause === 'client-id-in-use' && this.#mute === null) {
        this.#clientIdInUse = ended.detail
      }
      if (ended.cause === 'unreadable') this.#unreadable = ended.detail
      if (ended.cause === 'no-route') this.#noRoute = ended.detail
      if (ended.cause === 'no-heartbeat' && this.#mute !== null) {
        this.#mute = { ...this.#mute, missed: 2 }
      }
    }
  }
}

function isWaiting({ link }: Session): boolean {
  return link.connection?.heartbeat.isLate === true
}

/** Unacknowledged bytes on a loopback or a LAN are gone within a second; these stay. */
function grows(before: number | null, now: number | null): boolean {
  return before !== null && now !== null && now > 0 && now >= before
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
