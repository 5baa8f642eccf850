import { z } from 'zod'
import { VERBS, type Verb } from './view.ts'

/** All that a client may say. Strict: an unknown key is refused; amounts are texts. */

/** Of a reason, in letters, as on the control socket. */
const REASON_MAX = 400

/** Signal keys have blanks in them. */
const id = z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/, 'expected an id')
const symbol = z.string().regex(/^[A-Z0-9][A-Z0-9. ]{0,11}$/, 'expected a symbol in capitals')
const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected the text of a link')
const password = z.string().min(1).max(256)
const why = z.string().max(REASON_MAX)
const reason = why.refine((text) => text.trim() !== '', 'expected a reason')
const verb = z.enum(VERBS)

/** In a query all is text. */
const whole = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value <= max, `expected at most ${max}`)
const moment = whole(8_640_000_000_000_000)
const count = (max: number) => whole(max).refine((value) => value > 0, 'expected at least 1')

export const nothing = z.strictObject({})

export const login = z.union([
  z.strictObject({ name: z.string().min(1).max(40), password }),
  z.strictObject({ ticket: secret }),
])
export const proof = z.union([z.strictObject({ password }), z.strictObject({ ticket: secret })])

export const confirmation = z.strictObject({ verb })

const plain = z.strictObject({ reason: why.exactOptional() })
const lifting = z.strictObject({
  accountId: z.string().regex(/^[A-Za-z0-9]{1,20}$/, 'expected the account id'),
  reason,
  confirmation: secret,
})
export const COMMANDS = {
  kill: plain,
  halt: plain,
  reduce: plain,
  flatten: plain,
  cancel: z.strictObject({ orderId: id, reason: why.exactOptional() }),
  close: z.strictObject({ structureId: id, reason: why.exactOptional() }),
  resume: lifting,
  arm: lifting,
} as const satisfies Readonly<Record<Verb, z.ZodType>>

/** Of the client's choosing: the same key, the same command. */
export const IDEMPOTENCY_KEY = /^[A-Za-z0-9._:-]{8,128}$/

export const ofSymbol = z.strictObject({ symbol })
export const ofId = z.strictObject({ id })

export const pageQuery = z.strictObject({
  limit: count(500).optional(),
  before: moment.optional(),
})

const types = z
  .string()
  .regex(
    /^[A-Z][A-Za-z]{0,39}(,[A-Z][A-Za-z]{0,39}){0,31}$/,
    'expected names of events, with commas between',
  )
  .transform((text) => text.split(','))

export const journalQuery = z.strictObject({
  text: z.string().max(200).optional(),
  types: types.optional(),
  symbol: symbol.optional(),
  before: moment.optional(),
  limit: count(500).optional(),
})

const REPLAY_LIMITS_MAX = 40
export const replay = z.strictObject({
  limits: z
    .record(z.string().regex(/^[a-z][a-z0-9_.]{0,63}$/), z.string().min(1).max(32))
    .refine((limits) => Object.keys(limits).length <= REPLAY_LIMITS_MAX, 'too many limits'),
})

export const reportQuery = z.strictObject({
  period: z.enum(['day', 'week', 'all']).optional(),
  as: z.enum(['html', 'json']).optional(),
})

const counter = z.int().min(1)
export const pulse = z.strictObject({ reader: counter, pulse: counter })

export const streamQuery = z.strictObject({ ticket: secret.optional() })
