import { userInfo } from 'node:os'
import type { ConfiguredMode } from '../config/schema.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import type { OperatorCommand } from '../trading/input.ts'
import { askControl } from './control.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { killed } from './kill.ts'
import { stateFolder, type StateFolder } from './state-folder.ts'
import { terminal, type Terminal } from './terminal.ts'

export interface OperatorFlags {
  readonly mode: ConfiguredMode
  readonly state: string
  readonly by: string | null
  readonly reason: string | null
  /** Typed, for a script; `arm` takes none: it is for a person at a terminal. */
  readonly account: string | null
  readonly json: boolean
}

export type OperatorVerb = 'kill' | 'halt' | 'reduce' | 'resume' | 'arm' | 'cancel' | 'close'

/** One word of a person to the running bot. `of`: an order or a structure. */
export async function operate(
  verb: OperatorVerb,
  flags: OperatorFlags & { readonly of?: string },
  at: Terminal = terminal,
): Promise<number> {
  const folder = stateFolder(flags.state, flags.mode)
  const by = flags.by ?? loginName()
  const command = await commandOf(verb, flags, at)
  if (command.kind === 'kill') return killed({ folder, by, reason: flags.reason, json: flags.json })
  const seq = await told(folder, by, command)
  const done = { ok: true, command: verb, by, seq }
  process.stdout.write(`${flags.json ? JSON.stringify(done) : `${verb} by ${by}: done`}\n`)
  return exitCodes.done
}

/** Journaled, or an ending that says why not. */
async function told(folder: StateFolder, by: string, command: OperatorCommand): Promise<number> {
  const reply = await askControl(folder.controlSocket, { kind: 'command', by, command })
  if (!reply.ok) throw new CommandError('connection', reply.error)
  const { value } = reply
  if (value.kind === 'refused') throw new CommandError('refused', `refused: ${value.reason}`)
  if (value.kind === 'done') return value.seq
  throw new CommandError('internal', `expected an answer to a command, came ${value.kind}`)
}

async function commandOf(
  verb: OperatorVerb,
  flags: OperatorFlags & { readonly of?: string },
  at: Terminal,
): Promise<OperatorCommand> {
  const { reason, account, of = '' } = flags
  switch (verb) {
    case 'kill':
    case 'halt':
    case 'reduce':
      return { kind: verb, ...(reason !== null && { reason }) }
    case 'cancel':
      return { kind: verb, orderId: of as ClientOrderId }
    case 'close':
      return { kind: verb, structureId: of as StructureId }
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
    return userInfo().username
  } catch {
    return 'operator'
  }
}
