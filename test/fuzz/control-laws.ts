import { requestIn } from '../../src/cockpit/control-request.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { shapeOf } from './subject.ts'
import { timed } from './timed.ts'

/** Of one line: the bot decides between two of them. */
const MS_MAX = 50
/** Of a refusal, in letters: it is shown to a person, and it may quote. */
const REASON_MAX = 600

export type Reader = typeof requestIn

/** `read`: another one than ours, to see that the laws notice. */
export function judgeLine(line: string, reached: Counts, read: Reader = requestIn): string | null {
  return timed(MS_MAX, () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length
    const request = read(line)
    if (Object.getOwnPropertyNames(Object.prototype).length !== before) return 'it polluted Object'
    if (request.ok) {
      const { kind } = request.value
      counted(reached, `understood: ${kind === 'command' ? request.value.command.kind : kind}`)
      const meant = understood(line)
      if (meant === null) return `let through: ${line.slice(0, 200)}`
      const same = JSON.stringify(sorted(request.value)) === JSON.stringify(sorted(meant))
      return same ? null : `understood otherwise than it was said: ${line.slice(0, 200)}`
    }
    counted(reached, shapeOf(request.error))
    if (understood(line) !== null) return `refused, and it is sound: ${request.error}`
    const { length } = request.error
    return length > 0 && length <= REASON_MAX ? null : `a reason of ${length} letters`
  })
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, each]) => [key, sorted(each)])
}

type Fields = Readonly<Record<string, unknown>>

/** Written again, without the schema: a request that is wholly understood, or null. */
export function understood(line: string): Fields | null {
  const json = fieldsIn(line)
  if (json === null) return null
  if (json['kind'] === 'status' || json['kind'] === 'what-if') {
    return hasOnly(json, ['kind'], []) ? json : null
  }
  if (json['kind'] === 'flatten') {
    const { by, reason } = json
    const mayTell = reason === undefined || (typeof reason === 'string' && reason.length <= 400)
    return hasOnly(json, ['kind', 'by'], ['reason']) && isPerson(by) && mayTell ? json : null
  }
  if (json['kind'] === 'dashboard') {
    const { name, role, interactive } = json
    const isFlag = interactive === undefined || typeof interactive === 'boolean'
    const isRole = typeof role === 'string' && ['viewer', 'trader', 'admin'].includes(role)
    return hasOnly(json, ['kind', 'name', 'role'], ['interactive']) &&
      isPerson(name) &&
      isRole &&
      isFlag
      ? json
      : null
  }
  if (json['kind'] !== 'command' || !hasOnly(json, ['kind', 'by', 'command'], ['until']))
    return null
  const { by, command, until } = json as { by: unknown; command: unknown; until?: unknown }
  if (!isPerson(by) || !isFields(command) || !isCommand(command)) return null
  const isTime = until === undefined || (typeof until === 'number' && Number.isFinite(until))
  return isTime ? json : null
}

function isCommand(command: Fields): boolean {
  const { kind, reason, accountId, orderId, structureId } = command as Record<string, unknown>
  const isText = (value: unknown, most: number): boolean =>
    typeof value === 'string' && value.length <= most
  const isId = (value: unknown): boolean =>
    typeof value === 'string' && /^[!-~]+$/.test(value) && value.length <= 64
  const mayTell = reason === undefined || isText(reason, 400)
  switch (kind) {
    case 'reduce':
    case 'halt':
    case 'kill':
      return hasOnly(command, ['kind'], ['reason']) && mayTell
    case 'resume':
    case 'arm':
      if (!hasOnly(command, ['kind', 'accountId', 'reason'], [])) return false
      return isText(accountId, 20) && isText(reason, 400)
    case 'cancel':
      return hasOnly(command, ['kind', 'orderId'], ['reason']) && mayTell && isId(orderId)
    case 'close':
      return hasOnly(command, ['kind', 'structureId'], ['reason']) && mayTell && isId(structureId)
    default:
      return false
  }
}

const MACHINES = ['engine', 'panic', 'watchdog', 'latch']

function isPerson(by: unknown): boolean {
  if (typeof by !== 'string' || by.length === 0 || by.length > 40) return false
  return /^[\p{L}\p{N}][\p{L}\p{N} ._@-]*$/u.test(by) && !MACHINES.includes(by.toLowerCase())
}

function hasOnly(of: Fields, must: readonly string[], may: readonly string[]): boolean {
  const keys = Object.keys(of)
  return (
    must.every((key) => keys.includes(key)) && keys.every((key) => [...must, ...may].includes(key))
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsIn(line: string): Fields | null {
  try {
    const json: unknown = JSON.parse(line)
    return isFields(json) ? json : null
  } catch {
    return null
  }
}
