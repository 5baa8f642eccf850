import { existsSync } from 'node:fs'
import { LIVE_ACCOUNT } from '../config/live.ts'
import type { Settings } from '../config/settings.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Cancel, Clock } from '../base/clock.ts'
import type { Engine } from '../engine/engine.ts'
import { FileArm } from '../journal/arm.ts'
import { FileLatch } from '../journal/latch.ts'
import { readJournal } from '../journal/sqlite.ts'
import type { Promotion } from '../validation/promotion.ts'
import { CommandError } from './exit-codes.ts'
import { promotionIn } from './promotion.ts'
import type { StateFolder } from './state-folder.ts'
import { typed } from './typed.ts'

/** What a start of mode live proves, in this order; each before the next is looked at. */
const STEPS = [
  'configuration',
  'journal hash chain',
  'single-instance lock',
  'account, port and mode',
  'arm for today',
  'reconciliation',
] as const

export type LiveStep = (typeof STEPS)[number]

type Say = (text: string, level?: 'info' | 'warning' | 'critical') => void

/** Says each step as it is proven, and refuses to be told of one before its time. */
export class LiveStart {
  readonly #say: Say
  #next = 0

  constructor(say: Say) {
    this.#say = say
  }

  passed(step: LiveStep, detail: string): void {
    const due = STEPS[this.#next]
    if (step !== due) throw new Error(`expected the step "${due}", came "${step}"`)
    this.#next++
    this.#say(`live start ${this.#next}/${STEPS.length} ${step}: ${detail}`)
  }
}

/** The first act of three: the file says live. The second: the environment names its account. */
export function mustBeConfirmed(settings: Settings): void {
  if (settings.live.confirmed) return
  throw new CommandError(
    'refused',
    `mode live is locked: the environment variable ${LIVE_ACCOUNT} must hold the account id of ` +
      'the file. It is one of three acts, with the configuration and `arm` (docs/live.md)',
  )
}

/** What is on record allows live at all; more than that only as the configuration overrides it. */
export function liveStage(settings: Settings, root: string, say: Say): Promotion {
  const found = promotionIn(settings, root)
  if (found.stage === 'paper') {
    const list = found.missing.map((each) => `  ${each}`).join('\n')
    throw new CommandError('refused', `mode live is not earned yet; what is missing:\n${list}`)
  }
  if (found.overridden) {
    const missing = found.missing.join('; ')
    const text = `promotion is overridden to ${found.stage}, earned is ${found.earned}: ${missing}`
    say(text, 'warning')
  }
  return found
}

/** While it runs, where an ending would leave what is held alone; null: they cannot be read. */
export function recounted(settings: Settings, root: string): Promotion | null {
  try {
    return promotionIn(settings, root)
  } catch {
    return null
  }
}

/** Before the lock is taken, and again with it: a chain that is broken stops here. */
export function chainOf(journal: string): string {
  if (!existsSync(journal)) return 'a new journal'
  const read = readJournal(journal)
  if (!read.ok) throw new CommandError('journal', read.error.detail)
  return `${read.value.length} rows, each hash is right`
}

/** A kill disarms, also one that no bot heard: `kill` and `panic` set the latch without one. */
export function disarmIfKilled(folder: StateFolder, say: Say): void {
  if (new FileLatch(folder.latch).read() !== null) disarm(folder, say)
}

function disarm(folder: StateFolder, say: Say): void {
  if (!new FileArm(folder.arm).clear()) say(stillArmed(folder), 'critical')
}

/** The last look reads it before every entry frame: a resume would be enough then. */
export function stillArmed({ arm }: StateFolder): string {
  return `${arm} cannot be removed: live stays armed by it; remove it before you resume`
}

/** The third act is a command of the running bot: what it did goes into a file of its own. */
export function keepArm(
  engine: Pick<Engine, 'state' | 'subscribe'>,
  folder: StateFolder,
  say: Say,
): Cancel {
  const file = new FileArm(folder.arm)
  // A kill that its start has folded was told to nobody.
  if (engine.state.mode === 'live' && engine.state.tradingState === 'kill') disarm(folder, say)
  return engine.subscribe((event, state) => {
    if (state.mode !== 'live') return
    if (event.type === 'TradingStateChanged' && event.to === 'kill') disarm(folder, say)
    if (event.type !== 'OperatorCommanded' || event.command.kind !== 'arm') return
    if (state.armedOn === null || event.command.accountId !== state.accountId) return
    try {
      file.write({ accountId: state.accountId, date: state.armedOn })
    } catch (error) {
      say(`live stays locked: ${folder.arm} cannot be written: ${String(error)}`, 'critical')
    }
  })
}

export function armText(folder: StateFolder, accountId: string, clock: Clock): string {
  const armed = new FileArm(folder.arm).read()
  const today = newYorkDate(clock.now())
  return armed?.date === today && armed.accountId === accountId
    ? `armed for ${today}`
    : `not armed: nothing is entered until a person types: ${typed('arm', folder)}`
}
