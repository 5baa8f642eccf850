import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SECRETS_OF } from '../notify/open-channel.ts'
import { referencePage } from './reference-page.ts'
import { keySections, type KeyRow } from './reference.ts'
import { fileSchema } from './schema.ts'
import { percent, secondsFrom } from './units.ts'

const ROOT = join(import.meta.dirname, '../..')
const sections = keySections()
const rows = sections.flatMap((section) => section.rows)
const example = readFileSync(join(ROOT, 'config/example.yaml'), 'utf8')

/** What is not told of a key, by its path. */
function untold(all: readonly KeyRow[]): readonly string[] {
  return all.flatMap(({ path, value, meaning, example: like }) => [
    ...(meaning === '' ? [`${path}: describe it, with .describe() or .meta() in its schema`] : []),
    ...(value === '' ? [`${path}: say what stands there, with .meta({ value })`] : []),
    ...(like === '' ? [`${path}: give an example, with .meta({ example })`] : []),
  ])
}

test('docs/configuration.md is what the schema says', () => {
  // Again: npm run bot -- config reference > docs/configuration.md
  expect(readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')).toBe(referencePage())
})

describe('every key', () => {
  test('is described, and every section is', () => {
    expect(untold(rows)).toEqual([])
    expect(sections.filter(({ meaning }) => meaning === '')).toEqual([])
    expect(rows.length).toBeGreaterThan(100)
  })

  test('a key without a word is found, however deep it is', () => {
    const schema = z.strictObject({
      one: z.boolean().describe('said'),
      deep: z
        .strictObject({ list: z.array(z.strictObject({ two: z.string().optional() })) })
        .prefault({ list: [] }),
    })
    const found = keySections(schema)
    expect(found.map(({ name, meaning }) => [name, meaning])).toContainEqual(['deep', ''])
    expect(untold(found.flatMap((section) => section.rows))).toEqual([
      'deep.list: describe it, with .describe() or .meta() in its schema',
      'deep.list: give an example, with .meta({ example })',
      'deep.list[].two: describe it, with .describe() or .meta() in its schema',
      'deep.list[].two: say what stands there, with .meta({ value })',
      'deep.list[].two: give an example, with .meta({ example })',
    ])
  })

  test('its example and its default are taken by the schema', () => {
    const wrong = rows.flatMap(({ path, example: like, standard }) => {
      const of = schemaAt(path)
      const values = standard.split('; ').map((text) => text.replace(/ with \w+: .*$/, ''))
      const told = values.filter((text) => !/^(required|left out|off)/.test(text))
      return [like, ...told].flatMap((text) => {
        const read = of.safeParse(parse(text))
        return read.success ? [] : [`${path}: ${text}: ${read.error.message}`]
      })
    })
    expect(wrong).toEqual([])
  })

  test('its bounds are those at which the schema refuses', () => {
    const told = rows.filter(({ bounds }) => BETWEEN.test(bounds))
    const wrong = told.flatMap(({ path, bounds }) => {
      const [, from = '', unit = '', to = ''] = BETWEEN.exec(bounds) ?? []
      const of = schemaAt(path)
      const takes = (value: number): boolean =>
        of.safeParse(unit === '' ? value : `${value}${unit}`).success
      const ok = takes(Number(from)) && takes(Number(to)) && !takes(Number(to) + 1)
      return ok && (Number(from) === 0 || !takes(Number(from) - 1)) ? [] : [`${path}: ${bounds}`]
    })
    expect(wrong).toEqual([])
    expect(told.length).toBeGreaterThan(40)
  })

  test('it stands in config/example.yaml, as a key or as a comment', () => {
    const names = rows.map(({ path }) => path.split('.').at(-1) ?? '')
    expect(names.filter((name) => !new RegExp(`\\b${name}:`).test(example))).toEqual([])
  })
})

const BETWEEN = /^(\d+)(s|%|) to (\d+)(?:s|%|)$/

test('the words beside a unit are those of its check', () => {
  const note = (of: z.ZodType) => z.globalRegistry.get(of) as { readonly bounds?: string }
  expect(note(percent(20, 'below')).bounds).toBe('over 0% and below 20%')
  expect(note(secondsFrom(5, 60).prefault('5s').unwrap()).bounds).toBe('5s to 60s')
})

test('of a key that only some forms of an object have, it says which', () => {
  const standard = Object.fromEntries(rows.map((row) => [row.path, row.standard]))
  expect(standard['risk.day_trades[].max']).toBe('required with policy: count')
  expect(standard['risk.day_trades[].policy']).toBe('required')
  expect(standard['exits.trailing_stop']).toBe('off')
  expect(standard['notify.repeat_after']).toBe('300s')
  expect(standard['account']).toBe('left out')
  expect(standard['notify.channels[].tls']).toBe('starttls with kind: email')
  expect(standard['notify.channels[].server']).toBe(
    'https://api.telegram.org with kind: telegram; https://api.pushover.net with kind: pushover',
  )
})

test('of an object that has several forms, what each must and may have', () => {
  const forms = sections.flatMap((section) => section.forms)
  const channels = forms.filter(({ path }) => path === 'notify.channels[]')
  const common = ['name', 'min_level', 'quiet_hours']
  expect(channels.map(({ tag }) => tag.replace('kind: ', '')).sort()).toEqual(
    Object.keys(SECRETS_OF).sort(),
  )
  const path = 'notify.channels[]'
  expect(channels).toContainEqual({ path, tag: 'kind: slack', required: [], optional: common })
  expect(channels).toContainEqual({
    path,
    tag: 'kind: email',
    required: ['host', 'from', 'to'],
    optional: [...common, 'port', 'tls'],
  })
  expect(forms.map(({ tag }) => tag)).toContain('policy: count')
})

/** The schema of one key, found as the file is read. */
function schemaAt(path: string): z.ZodType {
  let at: z.ZodType = fileSchema
  for (const step of path.replaceAll('[]', '.[]').split('.')) at = below(at, step)
  return at
}

function below(of: z.ZodType, step: string): z.ZodType {
  const found = parts(of).flatMap((part) => {
    if (step === '[]') return part instanceof z.ZodArray ? [part.element as z.ZodType] : []
    if (step === 'NAME') return part instanceof z.ZodRecord ? [part.valueType as z.ZodType] : []
    const at = part instanceof z.ZodObject ? (part.shape as Record<string, z.ZodType>)[step] : null
    return at ? [at] : []
  })
  const [first, ...more] = found
  if (first === undefined) throw new Error(`expected ${step} in the schema`)
  return more.length === 0 ? first : z.union([first, ...more])
}

/** What it is inside its wrappers; of a union each. */
function parts(of: z.ZodType): readonly z.ZodType[] {
  const { def } = of as unknown as { def: Record<string, unknown> }
  const inner = (def['innerType'] ?? def['in']) as z.ZodType | undefined
  if (inner !== undefined) return parts(inner)
  const options = def['options'] as readonly z.ZodType[] | undefined
  return options === undefined ? [of] : options.flatMap(parts)
}
