import { z } from 'zod'
import { fileSchema } from './schema.ts'

/** One key as a person may write it, told by the schema alone. */
export interface KeyRow {
  /** From the top: `risk.day_trades[].policy`; `NAME` stands for a name that the user gives. */
  readonly path: string
  readonly value: string
  /** Empty: any. */
  readonly bounds: string
  /** `required`, `left out`, or the value that counts where the key is not written. */
  readonly standard: string
  readonly meaning: string
  /** As it stands in YAML. */
  readonly example: string
}

export interface KeySection {
  /** The key of the section; null: the keys at the top of the file. */
  readonly name: string | null
  readonly meaning: string
  readonly isOptional: boolean
  readonly rows: readonly KeyRow[]
  readonly forms: readonly Form[]
}

/** One of several forms that an object may have. */
export interface Form {
  /** `notify.channels[]`. */
  readonly path: string
  /** `kind: discord`: the word that makes it this one. */
  readonly tag: string
  /** What must stand in it, and what may, beside that word. */
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** Every key there is, section by section, in the order of the schema. */
export function keySections(schema: z.ZodType = fileSchema): readonly KeySection[] {
  const keys = Object.entries(objectsIn(schema)[0]?.shape ?? {})
  const isSection = ([, of]: readonly [string, Part]) => core(of).def.type === 'object'
  const top: KeySection = {
    name: null,
    meaning: 'What is not in a section.',
    isOptional: false,
    rows: keys.filter((key) => !isSection(key)).flatMap(([name, of]) => rowsOf(name, of)),
    forms: [],
  }
  const sections = keys.filter(isSection).map(([name, of]): KeySection => ({
    name,
    meaning: noteOf(of).description ?? '',
    isOptional: standardOf(of) !== REQUIRED,
    rows: rowsUnder(name, of),
    forms: formsUnder(name, of),
  }))
  return [top, ...sections]
}

const REQUIRED = 'required'

/** What this file reads of a schema; each kind has more. */
interface Part {
  readonly def: {
    readonly type: string
    readonly innerType?: Part
    readonly in?: Part
    readonly out?: Part
    readonly element?: Part
    readonly valueType?: Part
    readonly keyType?: Part
    readonly options?: readonly Part[]
    readonly entries?: Readonly<Record<string, string>>
    readonly values?: readonly unknown[]
    readonly defaultValue?: unknown
    readonly checks?: readonly { readonly _zod: { readonly def: Check } }[]
  }
  readonly shape?: Readonly<Record<string, Part>>
}

/** Of a number or of a length. */
interface Check {
  readonly check: string
  readonly value?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

interface Note {
  readonly description?: string
  readonly value?: string
  readonly bounds?: string
  readonly example?: string
}

/** What is written by hand at the schema: the outermost word counts. */
function noteOf(part: Part): Note {
  const chain = [...layers(part)]
  const notes = chain.map((each) => (z.globalRegistry.get(each as never) ?? {}) as Note)
  return Object.assign({}, ...notes.reverse()) as Note
}

/** From the outermost wrapper to what is parsed first. */
function* layers(part: Part): Generator<Part> {
  yield part
  const { type, innerType, in: first, out } = part.def
  if (innerType !== undefined) yield* layers(innerType)
  else if (type === 'pipe' && first !== undefined) {
    const parsed = first.def.type === 'transform' ? out : first
    if (parsed !== undefined) yield* layers(parsed)
  }
}

function core(part: Part): Part {
  return [...layers(part)].at(-1) ?? part
}

/** The objects that may stand here: one, several of a union, or none. */
function objectsIn(part: Part | z.ZodType): readonly Part[] {
  const inner = core(part)
  if (inner.def.type === 'object') return [inner]
  if (inner.def.type === 'array' && inner.def.element) return objectsIn(inner.def.element)
  if (inner.def.type === 'record' && inner.def.valueType) return objectsIn(inner.def.valueType)
  return (inner.def.options ?? []).flatMap(objectsIn)
}

function insideOf(path: string, part: Part): string {
  const { type } = core(part).def
  return type === 'array' ? `${path}[]` : type === 'record' ? `${path}.NAME` : path
}

/** Of every object in it that has several forms. */
function formsUnder(path: string, part: Part): readonly Form[] {
  const shapes = objectsIn(part).map(({ shape = {} }) => shape)
  const deeper = shapes.flatMap((shape) =>
    Object.entries(shape).flatMap(([name, of]) => formsUnder(insideOf(`${path}.${name}`, of), of)),
  )
  if (shapes.length < 2) return deeper
  return [...shapes.flatMap((shape) => formOf(path, shape)), ...deeper]
}

function formOf(path: string, shape: Readonly<Record<string, Part>>): readonly Form[] {
  const [tag] = tagsOf(shape)
  if (tag === undefined) return []
  const keys = Object.entries(shape).filter(([, of]) => core(of).def.type !== 'literal')
  const isRequired = ([, of]: readonly [string, Part]) => standardOf(of) === REQUIRED
  const names = (of: typeof keys) => of.map(([name]) => name)
  const optional = names(keys.filter((key) => !isRequired(key)))
  return [{ path, tag, required: names(keys.filter(isRequired)), optional }]
}

function rowsOf(path: string, part: Part): readonly KeyRow[] {
  const under = insideOf(path, part)
  const note = noteOf(part)
  const row: KeyRow = {
    path,
    value: note.value ?? valueOf(part),
    bounds: note.bounds ?? boundsOf(part),
    standard: standardOf(part),
    meaning: note.description ?? '',
    example: note.example ?? exampleOf(part),
  }
  return [row, ...rowsUnder(under, part)]
}

/** A key that several forms of an object have is told once; one of some forms says of which. */
function rowsUnder(path: string, part: Part): readonly KeyRow[] {
  const forms = objectsIn(part).map(({ shape = {} }) => shape)
  const names = [...new Set(forms.flatMap((shape) => Object.keys(shape)))]
  return names.flatMap((name) => {
    const having = forms.filter((shape) => name in shape)
    const [first] = having
    if (first?.[name] === undefined) return []
    const [row, ...under] = rowsOf(`${path}.${name}`, first[name])
    if (row === undefined) return []
    const bounds = [...new Set(having.map((shape) => shape[name] && boundsOf(shape[name])))]
    const standard = standardWithin(name, { having, all: forms.length })
    return [{ ...row, standard, bounds: noteOf(first[name]).bounds ?? bounds.join(', ') }, ...under]
  })
}

interface Having {
  readonly having: readonly Readonly<Record<string, Part>>[]
  /** How many forms there are. */
  readonly all: number
}

/** `587 with kind: email`; where the forms that have it differ, one after the other. */
function standardWithin(name: string, { having, all }: Having): string {
  const tags = new Map<string, readonly string[]>()
  for (const shape of having) {
    const of = shape[name] ? standardOf(shape[name]) : ''
    tags.set(of, [...(tags.get(of) ?? []), ...tagsOf(shape)])
  }
  const isCommon = having.length === all && tags.size === 1
  return [...tags]
    .map(([of, only]) => (isCommon || only.length === 0 ? of : `${of} with ${only.join(', ')}`))
    .join('; ')
}

/** `policy: count`: the words that tell one form of an object from the others. */
function tagsOf(shape: Readonly<Record<string, Part>>): readonly string[] {
  return Object.entries(shape).flatMap(([name, of]) =>
    (core(of).def.values ?? []).map((value) => `${name}: ${String(value)}`),
  )
}

function valueOf(part: Part): string {
  const { type } = core(part).def
  switch (type) {
    case 'int':
    case 'number':
      return 'whole number'
    case 'boolean':
      return 'true or false'
    case 'enum':
    case 'literal':
      return 'word'
    case 'object':
      return 'keys of its own'
    case 'array':
      return 'list'
    case 'record':
      return 'keys by name'
    default:
      return ''
  }
}

function boundsOf(part: Part): string {
  const inner = core(part)
  const { entries, values } = inner.def
  if (entries !== undefined) return words(Object.values(entries))
  if (values !== undefined) return words(values)
  const { least, most } = limitsOf(inner)
  const element = inner.def.element
  const each = element === undefined ? '' : (noteOf(element).bounds ?? '')
  const range =
    least === null
      ? most === null
        ? ''
        : `at most ${most}`
      : most === null
        ? `at least ${least}`
        : `${least} to ${most}`
  if (inner.def.type !== 'array') return range
  const count = range === '' || range === 'at least 1' ? '' : `${range} elements`
  return [count, each].filter((text) => text !== '').join('; ')
}

/** What a number, or the length of a list, is checked for. */
function limitsOf({ def }: Part): { readonly least: number | null; readonly most: number | null } {
  let [least, most]: [number | null, number | null] = [null, null]
  for (const { _zod: of } of def.checks ?? []) {
    const { check, value, minimum, maximum } = of.def
    if (check === 'greater_than' && typeof value === 'number') least = value
    if (check === 'less_than' && typeof value === 'number') most = value
    if (check === 'min_length' && minimum !== undefined) least = minimum
    if (check === 'max_length' && maximum !== undefined) most = maximum
  }
  return { least, most }
}

function words(all: readonly unknown[]): string {
  return all.map((each) => `\`${String(each)}\``).join(', ')
}

function standardOf(part: Part): string {
  for (const { def } of layers(part)) {
    if (def.type === 'optional') return 'left out'
    if (def.type !== 'default' && def.type !== 'prefault') continue
    const { defaultValue } = def
    return defaultValue === null ? 'off' : yaml(defaultValue)
  }
  return REQUIRED
}

function exampleOf(part: Part): string {
  const { type, entries } = core(part).def
  if (type === 'boolean') return 'true'
  if (entries !== undefined) return Object.values(entries).at(-1) ?? ''
  const standard = standardOf(part)
  return ['left out', 'off', REQUIRED].includes(standard) ? '' : standard
}

/** In one line, as a person would write it into the file. */
function yaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yaml).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const keys = Object.entries(value).map(([key, of]) => `${key}: ${yaml(of)}`)
  return keys.length === 0 ? '{}' : `{ ${keys.join(', ')} }`
}
