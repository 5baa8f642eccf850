import pc from 'picocolors'
import type { LimitUse } from '../risk/limits-in-use.ts'
import { askControl } from './control.ts'
import { CommandError } from './exit-codes.ts'
import { unheard } from './owner.ts'
import type { StateFolder } from './state-folder.ts'

/** Every limit of the running bot with what is used of it. */
export async function risk(folder: StateFolder, json: boolean): Promise<void> {
  const reply = await askControl(folder.controlSocket, { kind: 'status' })
  if (!reply.ok) throw await unheard(folder, reply.error)
  if (reply.value.kind !== 'status') {
    throw new CommandError('internal', `expected a status, came ${JSON.stringify(reply.value)}`)
  }
  const { limits } = reply.value
  process.stdout.write(`${json ? JSON.stringify(limits) : limits.map(limitText).join('\n')}\n`)
}

/** `daily-loss          $120.00 of $5000.00`; what is full is marked, what is unknown says so. */
export function limitText({ rule, used, max, unit, by }: LimitUse): string {
  const shown = (of: number | null) => {
    if (of === null) return 'unknown'
    return unit === 'dollars' ? `$${of.toFixed(2)}` : String(of)
  }
  const text = `${rule.padEnd(20)}${shown(used)} of ${shown(max)}${by === null ? '' : `  (${by})`}`
  if (used === null || max === null) return pc.yellow(text)
  return used >= max ? pc.red(text) : text
}
