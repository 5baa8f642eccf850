import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import type { ControlRequest } from '../engine/control.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import type { Role } from '../dashboard/view.ts'
import { MACHINES } from '../trading/arm.ts'

/**
 * What may stand on the control socket; doctor's question beside the engine's. `until` is when the
 * client stops waiting, by the wall clock of this host, and says that it failed.
 */
export type Asked =
  | Exclude<ControlRequest, { kind: 'command' }>
  | (Extract<ControlRequest, { kind: 'command' }> & { readonly until?: number })
  | { readonly kind: 'what-if' }
  /** A one-time link to the dashboard: who owns the socket may have one of any role. */
  | {
      readonly kind: 'dashboard'
      readonly name: string
      readonly role: Role
      /** Asked for by a person at a terminal; else what it opens neither resumes nor arms live. */
      readonly interactive?: boolean
    }

const text = (max: number) => z.string().max(max)
const id = z.string().regex(/^[\x21-\x7e]{1,64}$/)
/** A person's, as it will stand in the journal; never one under which the system speaks. */
const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,39}$/u, 'expected a name of 1 to 40 letters')
  .refine((by) => !MACHINES.has(by.toLowerCase()), 'expected the name of a person')

/** Of a reason, in letters. */
export const REASON_MAX = 400

/** Whether somebody may sign with it, for the journal. */
export function isName(by: string): boolean {
  return name.safeParse(by).success
}

const command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['reduce', 'halt', 'kill']), reason: text(REASON_MAX).optional() }),
  z.strictObject({
    kind: z.enum(['resume', 'arm']),
    accountId: text(20),
    reason: text(REASON_MAX),
  }),
  z.strictObject({
    kind: z.literal('cancel'),
    orderId: id.transform((of) => of as ClientOrderId),
    reason: text(REASON_MAX).optional(),
  }),
  z.strictObject({
    kind: z.literal('close'),
    structureId: id.transform((of) => of as StructureId),
    reason: text(REASON_MAX).optional(),
  }),
])

const request = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status') }),
  z.strictObject({ kind: z.literal('what-if') }),
  z.strictObject({ kind: z.literal('command'), by: name, command, until: z.number().optional() }),
  z.strictObject({
    kind: z.literal('flatten'),
    by: name,
    reason: text(REASON_MAX).optional(),
  }),
  z.strictObject({
    kind: z.literal('dashboard'),
    name,
    role: z.enum(['viewer', 'trader', 'admin']),
    interactive: z.boolean().optional(),
  }),
])

/** One line of the control socket: nothing that is not wholly understood is let through. */
export function requestIn(line: string): Result<Asked, string> {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return fail('expected one line of JSON')
  }
  const read = request.safeParse(json)
  if (read.success) return ok(read.data as Asked)
  const [issue] = read.error.issues
  const place = issue?.path.join('.') ?? ''
  const what = `${place === '' ? 'the request' : place}: ${issue?.message ?? 'ill-formed'}`
  return fail(what.length > OBJECTION_MAX ? `${what.slice(0, OBJECTION_MAX)}…` : what)
}

/** It may quote what was asked: not all of a line of 64 kB. */
const OBJECTION_MAX = 300
