import { userInfo } from 'node:os'
import type { ConfiguredMode } from '../config/schema.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import type { OperatorCommand } from '../trading/input.ts'
import { isName, REASON_MAX, type Asked } from '../cockpit/control-request.ts'
import { askControl, START_ONE } from './control.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { killed, type KillCommand } from './kill.ts'
import { unheard } from './owner.ts'
import { stateFolder, type Given, type StateFolder } from './state-folder.ts'
import { terminal, type Terminal } from './terminal.ts'
import { typed } from './typed.ts'

export interface OperatorFlags {
  readonly mode: ConfiguredMode
  readonly state: string
  readonly by: string | null
  readonly reason: string | null
  /** Typed, for a script; `arm` takes none: it is for a person at a terminal. */
  readonly account: string | null
  readonly json: boolean
  /** How the state folder was named. */
  readonly given?: Given
}

export type OperatorVerb =
  'kill' | 'halt' | 'reduce' | 'flatten' | 'resume' | 'arm' | 'cancel' | 'close'

/** One word of a person to the running bot. `of`: an order or a structure. */
export async function operate(
  verb: OperatorVerb,
  flags: OperatorFlags & { readonly of?: string },
  at: Terminal = terminal,
): Promise<number> {
  const folder = stateFolder(flags.state, flags.mode, flags.given)
  if (verb === 'kill') return killed({ folder, ...signed(flags), json: flags.json })
  const by = flags.by ?? loginName()
  const seq =
    verb === 'flatten'
      ? await flattened(folder, by, flags.reason)
      : await told(folder, by, await commandOf(verb, flags, at))
  const done = { ok: true, command: verb, by, seq }
  process.stdout.write(`${flags.json ? JSON.stringify(done) : `${verb} by ${by}: done`}\n`)
  return exitCodes.done
}

/** A kill is not refused for how it is signed: the bot would, after the latch is set. */
function signed({ by, reason }: OperatorFlags): Pick<KillCommand, 'by' | 'reason'> {
  const name = by !== null && isName(by) ? by : loginName()
  if (by !== null && by !== name) {
    process.stderr.write(`kill: "${by}" is not the name of a person; it is signed ${name}\n`)
  }
  return { by: name, reason: reason === null ? null : reason.slice(0, REASON_MAX) }
}

/** No entries from here on, and every structure is closed: a request of the engine's own. */
async function flattened(folder: StateFolder, by: string, reason: string | null): Promise<number> {
  return journaled(folder, { kind: 'flatten', by, ...(reason !== null && { reason }) })
}

function told(folder: StateFolder, by: string, command: OperatorCommand): Promise<number> {
  return journaled(folder, { kind: 'command', by, command })
}

/** Journaled, or an ending that says why not. */
async function journaled(folder: StateFolder, request: Asked): Promise<number> {
  const reply = await askControl(folder.controlSocket, request)
  if (!reply.ok) {
    const isMute = !reply.error.includes(START_ONE)
    const look = isMute ? `: see ${typed('status', folder)}` : ''
    throw await unheard(folder, `${reply.error}${look}`)
  }
  const { value } = reply
  if (value.kind === 'refused') throw new CommandError('refused', `refused: ${value.reason}`)
  if (value.kind === 'done') return value.seq
  throw new CommandError('internal', `expected an answer to a command, came ${value.kind}`)
}

async function commandOf(
  verb: Exclude<OperatorVerb, 'kill' | 'flatten'>,
  flags: OperatorFlags & { readonly of?: string },
  at: Terminal,
): Promise<OperatorCommand> {
  const { reason, account, of = '' } = flags
  const why = reason === null ? {} : { reason }
  switch (verb) {
    case 'halt':
    case 'reduce':
      return { kind: verb, ...why }
    case 'cancel':
      return { kind: verb, orderId: of as ClientOrderId, ...why }
    case 'close':
      return { kind: verb, structureId: of as StructureId, ...why }
    case 'resume':
      return {
        kind: verb,
        accountId: account ?? (await asked(at, '--account', 'Type the account id to resume: ')),
        reason: reason ?? (await asked(at, '--reason', 'Why? ')),
      }
    default: {
      if (!at.isPerson) {
        const detail = 'arm is for a person at a terminal: live is not armed by a script'
        throw new CommandError('refused', detail)
      }
      const accountId = await at.ask('Type the account id to arm live for today: ')
      return { kind: verb, accountId, reason: reason ?? (await at.ask('Why? ')) }
    }
  }
}

async function asked(at: Terminal, flag: string, question: string): Promise<string> {
  if (at.isPerson) return at.ask(question)
  throw new CommandError('usage', `expected ${flag}: there is no terminal to ask at`)
}

/** Who is logged in: a name for the journal, where none was given. */
export function loginName(): string {
  try {
    const { username } = userInfo()
    return isName(username) ? username : UNNAMED
  } catch {
    return UNNAMED
  }
}

const UNNAMED = 'operator'
