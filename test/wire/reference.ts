import type { FieldType, Layout, Node, Nodes } from './layout.ts'

/**
 * A second writer of the protocol, of a transcription instead of the codec's tables. It makes
 * messages, and says field by field how they look at a version.
 */
export type Fields = Record<string, unknown>

/** A value for a field, by its type and its place: `order.comboLegs.0.conId`. */
export type Chooser = (type: FieldType, path: string) => unknown

export interface Making {
  readonly choose: Chooser
  /** How many groups or values a list has; for `!name`, 0 leaves the object out. */
  readonly length: (path: string) => number
}

/** Rules by which fields are there or not, on the whole message. */
export type Rules = Readonly<Record<string, (message: never) => boolean>>

interface Place {
  readonly rules: Rules
  readonly root: Fields
  readonly target: Fields
  readonly path: string
}

/** A message with every field of every version. */
export function made(layout: Layout, rules: Rules, making: Making): Fields {
  const root: Fields = { kind: layout.kind }
  fill(layout.nodes, making, { rules, root, target: root, path: '' })
  return root
}

const join = (path: string, name: string | number): string =>
  path === '' ? String(name) : `${path}.${name}`

function inside(place: Place, name: string): Place {
  const target = (place.target[name] ??= {}) as Fields
  return { ...place, target, path: join(place.path, name) }
}

function fill(nodes: Nodes, making: Making, place: Place): void {
  for (const node of nodes) fillOne(node, making, place)
}

function fillOne(node: Node, making: Making, place: Place): void {
  const path = 'name' in node ? join(place.path, node.name) : ''
  switch (node.kind) {
    case 'field':
      // A field that occurs twice has one value.
      place.target[node.name] ??= making.choose(node.type, path)
      return
    case 'values':
      place.target[node.name] = times(making.length(path), (i) =>
        making.choose(node.type, join(path, i)),
      )
      return
    case 'rest':
      place.target[node.name] = times(making.length(path), (i) => making.choose('s', join(path, i)))
      return
    case 'absent':
      place.target[node.name] = ''
      return
    case 'object':
      fill(node.nodes, making, inside(place, node.name))
      return
    case 'flagged':
      if (making.length(path) === 0) place.target[node.name] = null
      else fill(node.nodes, making, inside(place, node.name))
      return
    case 'list':
      place.target[node.name] = times(making.length(path), (i) => {
        const target: Fields = {}
        fill(node.nodes, making, { ...place, target, path: join(path, i) })
        return target
      })
      return
    case 'gate':
      fill(node.nodes, making, place)
      return
    case 'rule':
      if (holds(node.rule, place)) fill(node.nodes, making, place)
      else if (!node.rule.startsWith('type=')) for (const each of node.nodes) leaveOut(each, place)
      return
    default:
  }
}

function times<T>(n: number, make: (i: number) => T): readonly T[] {
  return Array.from({ length: n }, (_, i) => make(i))
}

function holds(rule: string, { rules, root, target }: Place): boolean {
  if (rule.startsWith('type=')) return target['type'] === Number(rule.slice(5))
  const found = rules[rule]
  if (found === undefined) throw new Error(`the rule ${rule} is not defined`)
  return (found as (message: unknown) => boolean)(root)
}

/** What a field holds that a rule leaves out. */
function leaveOut(node: Node, { target }: Place): void {
  if (node.kind === 'field') target[node.name] = emptyOf(node.type)
  else if (node.kind === 'list') target[node.name] = []
  else if (node.kind === 'object') target[node.name] = null
}

function emptyOf(type: FieldType): unknown {
  if (type.includes('?')) return null
  if (type === 'b') return false
  return type === 's' ? '' : 0
}

/** One field on the wire: where its value comes from, and its text. */
export interface Written {
  readonly path: string
  readonly text: string
}

/** The message at one version, field 0 first. */
export function written(
  { layout, rules }: { readonly layout: Layout; readonly rules: Rules },
  message: Fields,
  version: number,
): readonly Written[] {
  const out: Written[] = [{ path: 'id', text: String(layout.id) }]
  const place = { rules, root: message, target: message, path: '', version, out }
  write(layout.nodes, place)
  return out
}

interface WritePlace extends Place {
  readonly version: number
  readonly out: Written[]
}

function write(nodes: Nodes, place: WritePlace): void {
  for (const node of nodes) writeOne(node, place)
}

function writeOne(node: Node, place: WritePlace): void {
  const { target, out, version } = place
  const name = 'name' in node ? node.name : '='
  const path = join(place.path, name)
  const value = target[name]
  const group = (held: unknown, at: string): void => {
    if ('nodes' in node) write(node.nodes, { ...place, target: held as Fields, path: at })
  }
  switch (node.kind) {
    case 'field':
      out.push({ path, text: textOf(node.type, value) })
      return
    case 'constant':
      out.push({ path, text: node.text })
      return
    case 'count':
      out.push({ path: `#${path}`, text: String((value as readonly unknown[]).length) })
      return
    case 'values':
    case 'list':
    case 'rest':
      writeList(node, value as readonly unknown[], place)
      return
    case 'object':
      group(value, path)
      return
    case 'flagged':
      out.push({ path: `!${path}`, text: value === null ? '0' : '1' })
      if (value !== null) group(value, path)
      return
    case 'gate':
      if (version >= node.from && version <= node.to) write(node.nodes, place)
      return
    case 'rule':
      if (holds(node.rule, place)) write(node.nodes, place)
      return
    default:
  }
}

function writeList(
  node: Extract<Node, { readonly name: string }>,
  held: readonly unknown[],
  place: WritePlace,
): void {
  const path = join(place.path, node.name)
  if (node.kind !== 'rest') place.out.push({ path: `#${path}`, text: String(held.length) })
  for (const [i, each] of held.entries()) {
    const at = join(path, i)
    if (node.kind === 'list') write(node.nodes, { ...place, target: each as Fields, path: at })
    else place.out.push({ path: at, text: textOf(node.kind === 'values' ? node.type : 's', each) })
  }
}

const MAX_INT = '2147483647'
const MAX_DOUBLE = '1.7976931348623157E308'

/** The texts of an unset value, protocol.md 3. */
const UNSET: Readonly<Partial<Record<FieldType, string>>> = {
  'i?max': MAX_INT,
  'n?max': MAX_DOUBLE,
  'l?max': '9223372036854775807',
  'n?min': '-9223372036854775808',
  'n?-1': '-1',
  'n?-2': '-2',
}

interface Tag {
  readonly tag: string
  readonly value: string
}

function textOf(type: FieldType, value: unknown): string {
  if (value === null) return UNSET[type] ?? ''
  if (type === 't') return (value as readonly Tag[]).map((t) => `${t.tag}=${t.value};`).join('')
  if (type === 'c') return (value as readonly string[]).join(',')
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'number' ? String(value) : (value as string)
}

/** The same message without the fields that are not on the wire at this version. */
export function visible(
  { layout, rules }: { readonly layout: Layout; readonly rules: Rules },
  message: Fields,
  version: number,
): Fields {
  const seen: Fields = { kind: layout.kind }
  show(layout.nodes, { rules, root: message, target: message, path: '', version, seen })
  return seen
}

interface ShowPlace extends Place {
  readonly version: number
  readonly seen: Fields
}

function show(nodes: Nodes, place: ShowPlace): void {
  for (const node of nodes) showOne(node, place)
}

function showOne(node: Node, place: ShowPlace): void {
  const { target, seen, version } = place
  const shown = (held: unknown, into: Fields): Fields => {
    if ('nodes' in node) show(node.nodes, { ...place, target: held as Fields, seen: into })
    return into
  }
  switch (node.kind) {
    case 'gate':
      if (version >= node.from && version <= node.to) show(node.nodes, place)
      return
    case 'rule':
      if (holds(node.rule, place)) show(node.nodes, place)
      return
    case 'object':
    case 'flagged': {
      const held = target[node.name]
      seen[node.name] = held === null ? null : shown(held, (seen[node.name] ?? {}) as Fields)
      return
    }
    case 'list':
      seen[node.name] = (target[node.name] as readonly Fields[]).map((each) => shown(each, {}))
      return
    case 'constant':
    case 'count':
      return
    default:
      seen[node.name] = target[node.name]
  }
}
