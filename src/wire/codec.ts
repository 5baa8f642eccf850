import { fail, ok, type Result } from '../base/result.ts'
import { compile, readAll, writeAll, type Step, type Target } from './compile.ts'
import type { Table, ValueOf } from './fields.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** The text protocol as laid down in the tables; above it messages are protobuf. */
export const OLDEST_VERSION = 157
export const NEWEST_VERSION = 200

export interface WireError<M = unknown> {
  readonly kind:
    | 'short' // a field is missing
    | 'surplus' // fields were left over; what was known is in `decoded`
    | 'bad-field'
    | 'unknown-message'
    | 'unencodable'
    | 'version' // not one of 157 to 200
  /** Field 0, the message id. */
  readonly id: number | null
  /** Its name in the table. */
  readonly message: string | null
  /** Path of the field: `contract.conId`, `bars.3.open`. */
  readonly field: string | null
  readonly detail: string
  /** Only of `surplus`: the message as far as the table goes (client-library.md S14). */
  readonly decoded: M | null
  /** The request or order id, where it was read before the failure: what a 320 is addressed to. */
  readonly carried: number | null
}

export interface Codec<M> {
  /** The complete frame: length, id, fields. */
  readonly encode: (message: M, version: number) => Result<Uint8Array, WireError<M>>
  /** From a payload without its length. Never throws, whatever the bytes. */
  readonly decode: (payload: Uint8Array, version: number) => Result<M, WireError<M>>
}

/** Whether this codec has layouts for a server version. */
export function isSpoken(version: number): boolean {
  return Number.isInteger(version) && version >= OLDEST_VERSION && version <= NEWEST_VERSION
}

interface Plan {
  readonly kind: string
  readonly id: number
  readonly steps: readonly Step[]
}

interface Plans {
  readonly byId: ReadonlyMap<number, Plan>
  readonly byKind: ReadonlyMap<string, Plan>
}

/** Both directions of one table. What a version needs is compiled when it is first used. */
export function codecOf<T extends Table>(table: T): Codec<ValueOf<T[number]>> {
  const compiled = new Map<number, Plans>()
  const writer = new Writer()
  const reader = new Reader()
  const plansOf = (version: number): Plans | null => {
    const known = compiled.get(version)
    if (known !== undefined) return known
    if (!isSpoken(version)) return null
    const plans = plansFor(table, version)
    compiled.set(version, plans)
    return plans
  }
  return {
    encode(message, version) {
      const { kind } = message as { readonly kind: string }
      const plan = plansOf(version)?.byKind.get(kind)
      if (plan === undefined) return fail(unspoken(kind, version))
      writer.begin(message)
      writer.text(String(plan.id))
      writeAll(plan.steps, writer, message)
      const frame = writer.frame()
      return frame === null ? fail(refused(plan, writer)) : ok(frame)
    },
    decode(payload, version) {
      const plans = plansOf(version)
      if (plans === null) return fail(unspoken(null, version))
      return decodeWith(plans, reader, payload) as Result<
        ValueOf<T[number]>,
        WireError<ValueOf<T[number]>>
      >
    },
  }
}

function plansFor(table: Table, version: number): Plans {
  const spoken = table.filter((message) => version >= message.since)
  const plans = spoken.map(({ kind, id, items }) => ({ kind, id, steps: compile(items, version) }))
  return {
    byId: new Map(plans.map((plan) => [plan.id, plan])),
    byKind: new Map(plans.map((plan) => [plan.kind, plan])),
  }
}

function decodeWith(
  plans: Plans,
  reader: Reader,
  payload: Uint8Array,
): Result<Target, WireError<Target>> {
  if (payload.length === 0 || payload[payload.length - 1] !== 0) {
    return fail({ ...NOTHING, kind: 'short', detail: 'expected a final NUL' })
  }
  const message: Target = { kind: '' }
  reader.begin(payload, message)
  const id = reader.number()
  const plan = plans.byId.get(id)
  if (plan === undefined) {
    const known = Number.isInteger(id) ? id : null
    const detail = `no message has the id ${id} at this version`
    return fail({ ...NOTHING, kind: 'unknown-message', id: known, field: 'id', detail })
  }
  message['kind'] = plan.kind
  readAll(plan.steps, reader, message)
  if (reader.failure === null && reader.done) return ok(message)
  return fail(misread(plan, reader))
}

const NOTHING = { id: null, message: null, field: null, decoded: null, carried: null }

function misread({ id, kind: message }: Plan, reader: Reader): WireError<Target> {
  const about = { id, message, carried: idIn(reader.root) }
  if (reader.failure !== null) {
    return { ...about, ...reader.failure, field: reader.trail.join('.'), decoded: null }
  }
  const detail = `${reader.fieldsLeft()} fields more than the layout of this version has`
  return { ...about, kind: 'surplus', field: null, detail, decoded: reader.root }
}

function idIn(message: Target): number | null {
  const id = message['reqId'] ?? message['orderId'] ?? message['id']
  return typeof id === 'number' ? id : null
}

function refused({ id, kind: message }: Plan, writer: Writer): WireError<never> {
  const detail = writer.refusal ?? ''
  const field = writer.trail.join('.')
  return { ...NOTHING, kind: 'unencodable', id, message, field, detail }
}

function unspoken(message: string | null, version: number): WireError<never> {
  if (message !== null && isSpoken(version)) {
    const detail = `${message} does not exist at version ${version}`
    return { ...NOTHING, kind: 'unencodable', message, detail }
  }
  const detail = `expected version ${OLDEST_VERSION} to ${NEWEST_VERSION}, was ${version}`
  return { ...NOTHING, kind: 'version', message, detail }
}
