import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import type { OwnStrategy } from '../config/own-file.ts'
import type { Settings } from '../config/settings.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Currency } from '../domain/money.ts'
import { messageOf } from '../journal/files.ts'
import { strategyNames } from '../strategy/registry.ts'
import type { Needs } from '../strategy/strategy.ts'
import { CommandError } from './exit-codes.ts'

const BARS_MAX = 500

const shape = z.strictObject({
  name: z
    .string({ error: 'expected a name' })
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'expected small letters, digits and dashes, like "my-rule"')
    .refine((name) => !strategyNames.some((each) => each === name), 'expected a name of its own'),
  needs: z.strictObject({
    size: z.enum(['1m', '5m', '1h']),
    count: z.int().min(1).max(BARS_MAX),
    index: z
      .strictObject({ symbol: z.string().min(1), exchange: z.string().min(1) })
      .transform(({ symbol, exchange }) => ({
        kind: 'index' as const,
        symbol: symbol as Ticker,
        exchange,
        currency: 'USD' as Currency,
      }))
      .optional(),
  }),
  evaluate: z.custom<OwnStrategy['evaluate']>(
    (value) => typeof value === 'function',
    'expected a function of the view',
  ),
})

export interface Loaded {
  readonly settings: Settings
  /** What a person should know of where they were loaded from. */
  readonly warnings: readonly string[]
}

/** The settings with every strategy file that they name loaded and hashed; or all problems. */
export async function withOwn(settings: Settings): Promise<Loaded> {
  const refs = settings.symbols.flatMap(({ strategies }) => strategies)
  const files = [...new Set(refs.flatMap((ref) => (typeof ref === 'string' ? [] : [ref.file])))]
  if (files.length === 0) return { settings, warnings: [] }
  const own = new Map<string, OwnStrategy>()
  const problems: string[] = []
  for (const file of files) {
    const loaded = await loadOwn(file)
    if (!loaded.ok) problems.push(loaded.error)
    else if ([...own.values()].some(({ name }) => name === loaded.value.name)) {
      problems.push(`${file}: name: another file is called "${loaded.value.name}"; rename one`)
    } else own.set(file, loaded.value)
  }
  if (problems.length > 0) {
    const list = problems.map((problem) => `  ${problem}`).join('\n')
    throw new CommandError('usage', `${problems.length} problem(s) in strategies:\n${list}`)
  }
  const hash = createHash('sha256').update(settings.hash)
  for (const each of own.values()) hash.update(each.hash)
  return {
    settings: { ...settings, own, hash: hash.digest('hex') },
    warnings: files.flatMap(writableBy),
  }
}

/** One module, checked; the error names the file and what to do about it. */
export async function loadOwn(file: string): Promise<Result<OwnStrategy, string>> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return fail(`${file}: expected a readable file; ${messageOf(error)}`)
  }
  if (/^\s*import\b|\bimport\s*\(|^\s*export\b[^'"\n]*\bfrom\s*['"]/m.test(text)) {
    return fail(`${file}: expected one file without imports, so that its hash says all of it`)
  }
  let module: { readonly strategy?: unknown }
  try {
    // Of the very text that was hashed, not of what the file holds a moment later.
    const base64 = Buffer.from(text).toString('base64')
    module = (await import(/* @vite-ignore */ `data:text/javascript;base64,${base64}`)) as object
  } catch (error) {
    return fail(`${file}: it does not load: ${messageOf(error)}`)
  }
  if (module.strategy === undefined) {
    return fail(`${file}: expected "export const strategy = { name, needs, evaluate }"`)
  }
  const checked = shape.safeParse(module.strategy)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const place = ['strategy', ...(issue?.path ?? [])].join('.')
    return fail(`${file}: ${place}: ${issue?.message ?? 'ill-typed'}; see docs/strategies.md`)
  }
  const { name, needs, evaluate } = checked.data
  const hash = createHash('sha256').update(text).digest('hex')
  return ok({ file, name, needs: needs as Needs, evaluate, hash })
}

const OTHERS_WRITE = 0o002
const STICKY = 0o1000

/** Whoever may write there decides what the bot trades. */
function writableBy(file: string): readonly string[] {
  const places = [file]
  for (let at = dirname(file); at !== places.at(-1); at = dirname(at)) places.push(at)
  const open = places.filter((place, i) => {
    const { mode } = statSync(place)
    // In a sticky folder nobody replaces the files of others.
    return (mode & OTHERS_WRITE) !== 0 && (i === 0 || (mode & STICKY) === 0)
  })
  return open.map((place) => `${file}: anyone may write to ${place}; chmod o-w ${place}`)
}
