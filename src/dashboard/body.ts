import { fail, ok, type Result } from '../base/result.ts'

/** Objects within objects: the deepest body of the API has two. */
const DEPTH_MAX = 8

/** Keys by which an object changes others. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** A body as JSON, or what is wrong with it; an empty one is an empty object. */
export function bodyIn(text: string): Result<unknown, string> {
  if (text.trim() === '') return ok({})
  const objection = shapeObjection(text)
  if (objection !== null) return fail(objection)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return fail('expected JSON')
  }
  const key = forbiddenKey(parsed)
  return key === null ? ok(parsed) : fail(`a key that is never used: ${key}`)
}

/** The first key of them that stands anywhere in a value. */
export function forbiddenKey(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value) && FORBIDDEN.has(key)) return key
    const below = forbiddenKey((value as Record<string, unknown>)[key])
    if (below !== null) return below
  }
  return null
}

/** Of one number, from where it begins. */
const NUMBER = /[\d.eE+-]*/y

/** Before it is parsed: how deep it is, and whether a number would lose a digit. In one pass. */
function shapeObjection(text: string): string | null {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at)
    if (inText) {
      if (letter === '\\') at++
      else if (letter === '"') inText = false
    } else if (letter === '"') inText = true
    else if (letter === '{' || letter === '[') {
      if (++depth > DEPTH_MAX) return `nested deeper than ${DEPTH_MAX}`
    } else if (letter === '}' || letter === ']') depth--
    else if (letter >= '0' && letter <= '9') {
      NUMBER.lastIndex = at
      const [digits = letter] = NUMBER.exec(text) ?? []
      if (Math.abs(Number(digits)) > Number.MAX_SAFE_INTEGER) return LOSSY
      at += digits.length - 1
    }
  }
  return null
}

const LOSSY = 'a number too large to be exact: amounts are texts'
