import type { Role } from '../dashboard/view.ts'
import { isName } from '../cockpit/control-request.ts'
import { askControl } from './control.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { loginName } from './operator.ts'
import type { StateFolder } from './state-folder.ts'
import { terminal } from './terminal.ts'

export interface LinkCommand {
  readonly folder: StateFolder
  readonly role: Role
  readonly name: string | null
  readonly json: boolean
}

/** Who may open the control socket owns the bot: a link to its dashboard, for one person once. */
export async function dashboardLink(
  { folder, role, name, json }: LinkCommand,
  interactive: boolean = terminal.isPerson && process.stdout.isTTY,
): Promise<number> {
  const who = name ?? loginName()
  if (!isName(who)) throw new CommandError('usage', `expected the name of a person, came "${who}"`)
  const reply = await askControl(folder.controlSocket, {
    kind: 'dashboard',
    role,
    name: who,
    interactive,
  })
  if (!reply.ok) throw new CommandError('connection', reply.error)
  const { value } = reply
  if (value.kind === 'refused') throw new CommandError('refused', `refused: ${value.reason}`)
  if (value.kind !== 'link') {
    throw new CommandError('internal', `expected a link, came ${value.kind}`)
  }
  const limited = interactive
    ? ''
    : '\nasked for without a terminal: in mode live it lifts no level'
  const text = `${value.url}\nfor ${who} as ${role}; it works once, within ten minutes${limited}`
  process.stdout.write(`${json ? JSON.stringify({ ok: true, url: value.url, role }) : text}\n`)
  return exitCodes.done
}
