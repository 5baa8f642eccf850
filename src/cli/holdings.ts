import { existsSync } from 'node:fs'
import type { EpochMs } from '../base/clock.ts'
import type { StatusReply } from '../engine/control.ts'
import type { Entry } from '../journal/rows.ts'
import { evolve } from '../trading/evolve.ts'
import { initialState, type State } from '../trading/state.ts'
import { askControl } from './control.ts'
import { timeText } from '../cockpit/describe.ts'
import { journalEntries } from './journal-entries.ts'
import { unheard } from './owner.ts'
import type { StateFolder } from './state-folder.ts'

/** Where an answer is from, and as of when it is true. */
export interface Source {
  readonly from: 'bot' | 'journal'
  /** Why not from the bot; null: it is from the bot. */
  readonly why: string | null
  readonly at: EpochMs
  readonly seq: number
  readonly mode: string
}

/** What is known of a state folder: by the running bot, where one answers, and by the journal. */
export interface Known {
  readonly source: Source
  /** Null: no bot answers. */
  readonly reply: StatusReply | null
  readonly entries: readonly Entry[]
  /** Of the journal, which the bot writes before it acts: it holds what a reply leaves out. */
  readonly state: State
}

/** Refused where neither a bot nor a journal is. */
export async function knownOf(folder: StateFolder): Promise<Known> {
  const asked = await askControl(folder.controlSocket, { kind: 'status' })
  const reply = asked.ok && asked.value.kind === 'status' ? asked.value : null
  if (reply === null && !existsSync(folder.journal)) {
    const why = asked.ok ? 'it gave no status' : asked.error
    const where = `there is no journal at ${folder.journal}: say where by --state and --mode`
    throw await unheard(folder, `${why}; and ${where}`)
  }
  const entries = existsSync(folder.journal) ? journalEntries(folder.journal) : []
  const state = foldOf(entries)
  if (reply !== null) {
    const { vitals, seq, mode } = reply
    return { source: { from: 'bot', why: null, at: vitals.at, seq, mode }, reply, entries, state }
  }
  const why = asked.ok ? 'it gave no status' : asked.error
  const at = entries.at(-1)?.at ?? (0 as EpochMs)
  const source = { from: 'journal', why, at, seq: state.seq, mode: state.mode } as const
  return { source, reply, entries, state }
}

function foldOf(entries: readonly Entry[]): State {
  const run = entries.find(({ event }) => event.type === 'RunStarted')?.event
  const { mode, accountId } =
    run?.type === 'RunStarted' ? run : { mode: 'simulation' as const, accountId: '' }
  return entries.reduce(
    (state, { event, at }) => evolve(state, event, at),
    initialState(mode, accountId),
  )
}

/** The first line of an answer. */
export function sourceText({ from, why, at, seq, mode }: Source): string {
  if (from === 'bot') return `running bot, mode ${mode}, ${timeText(at)}, seq ${seq}`
  const when = seq === 0 ? 'which is empty' : `as of ${timeText(at)}, seq ${seq}`
  return `from the journal, mode ${mode}, ${when}: ${why}`
}
