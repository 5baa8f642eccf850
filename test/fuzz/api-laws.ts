import { isDeepStrictEqual } from 'node:util'
import { bodyIn } from '../../src/dashboard/body.ts'
import { timed } from './timed.ts'

/** Of 64 kB at most; the thread that reads it is the one that hears a kill. */
const MS_MAX = 50
/** Of a reply, in letters: it says what is wrong, and is not what was said. */
const REPLY_MAX = 8_000
const STATUSES: ReadonlySet<number> = new Set([200, 400, 401, 403, 404, 409, 413, 415, 429, 503])

export type Reader = typeof bodyIn

/** `read`: another one than ours, to see that the laws notice. */
export function judgeBody(raw: string, read: Reader = bodyIn): string | null {
  return timed(MS_MAX, () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length
    const body = read(raw)
    if (Object.getOwnPropertyNames(Object.prototype).length !== before) return 'it polluted Object'
    if (!body.ok) return body.error.length > 0 && body.error.length < 300 ? null : 'no short reason'
    if (raw.trim() === '') return isDeepStrictEqual(body.value, {}) ? null : 'nothing is something'
    if (!isDeepStrictEqual(body.value, JSON.parse(raw))) return 'read otherwise than it was said'
    const lossy = numbersIn(raw).find((each) => !isExact(each))
    if (lossy !== undefined) return `let through a number that loses digits: ${lossy.slice(0, 40)}`
    return depthOf(body.value) > 8 ? 'let through too deep' : null
  })
}

/** What an API said to a body. */
export function judgeReply(of: { readonly status: number; readonly text: string }): string | null {
  const { status, text } = of
  if (!STATUSES.has(status)) return `answered with ${status}`
  if (text.length > REPLY_MAX) return `a reply of ${text.length} letters`
  if (status === 200) return null
  const said = JSON.parse(text) as { readonly error?: unknown; readonly remedy?: unknown }
  const isWhole = typeof said.error === 'string' && typeof said.remedy === 'string'
  return isWhole ? null : 'refused without what is wrong and what helps'
}

/** Of JSON that is sound. */
function numbersIn(raw: string): readonly string[] {
  return raw.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? []
}

function isExact(digits: string): boolean {
  const value = Math.abs(Number(digits))
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
