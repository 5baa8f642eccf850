import { assert } from '../../src/base/assert.ts'

/**
 * The notation in which protocol.md is transcribed. Fields in their order, separated by spaces:
 *
 *   name  name:i  name:n  name:b    a text, an integer, a number, a flag
 *   name:n?  name:i?max             null is allowed, and sent empty or as the sentinel
 *   name:t  name:c                  `tag=value;...` in one field; names joined by commas
 *   =1  =                           a constant, an empty field
 *   name.( ... )                    the fields of an object
 *   #name( ... )  #name:s           a count, then so many groups, or so many texts or numbers
 *   !name( ... )                    `1` and an object, or `0` and null
 *   170../x  ..176/x  187..189/x    fields that exist at these versions only; 163/x at one
 *   ?rule/x  ?type=3/x              fields that exist under a rule, or where `type` is 3
 *   #:name                          how many tags the field `name` has
 *   -name                           not on the wire; reads as an empty text
 *   ...name                         whatever is left
 */
export type Node =
  | { readonly kind: 'field' | 'values'; readonly name: string; readonly type: FieldType }
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'object' | 'list' | 'flagged'; readonly name: string; readonly nodes: Nodes }
  | { readonly kind: 'gate'; readonly from: number; readonly to: number; readonly nodes: Nodes }
  | { readonly kind: 'rule'; readonly rule: string; readonly nodes: Nodes }
  | { readonly kind: 'count' | 'absent' | 'rest'; readonly name: string }

export type Nodes = readonly Node[]

export const FIELD_TYPES = [
  's', // text
  'i', // integer
  'n', // number
  'b', // flag
  't', // tag list in one field
  'c', // names, joined by commas
  'i?',
  'n?',
  'b?',
  'o?', // offset: Infinity is a value
  'i?max',
  'n?max',
  'l?max',
  'n?min',
  'n?-1', // the marker of an option computation
  'n?-2',
] as const

export type FieldType = (typeof FIELD_TYPES)[number]

/** One message of protocol.md, apart from the codec's tables. */
export interface Layout {
  readonly kind: string
  readonly id: number
  /** The first version that has the message. */
  readonly since: number
  readonly nodes: Nodes
}

/** Message id, fields, and the version that introduced the message. */
export type Transcript = readonly [id: number, fields: string, since?: number]

export function transcribed(messages: Readonly<Record<string, Transcript>>): readonly Layout[] {
  return Object.entries(messages).map(([kind, [id, fields, since]]) => {
    const tokens = fields.match(/[()]|[^\s()]+/g) ?? []
    const nodes = parse(tokens)
    assert(tokens.length === 0, `the parentheses of ${kind} match`)
    return { kind, id, since: since ?? 0, nodes }
  })
}

/** Consumes the tokens up to the closing parenthesis. */
function parse(tokens: string[]): Nodes {
  const nodes: Node[] = []
  for (let token = tokens.shift(); token !== undefined && token !== ')'; token = tokens.shift()) {
    nodes.push(...nodesOf(token, tokens))
  }
  return nodes
}

function nodesOf(token: string, tokens: string[]): Nodes {
  if (token === '(') return parse(tokens)
  const slash = token.indexOf('/')
  if (slash < 0) return [nodeOf(token, tokens)]
  const limit = token.slice(0, slash)
  const rest = token.slice(slash + 1)
  const nodes = nodesOf(rest === '' ? (tokens.shift() ?? '') : rest, tokens)
  if (limit.startsWith('?')) return [{ kind: 'rule', rule: limit.slice(1), nodes }]
  const [from = '', to = from] = limit.split('..')
  return [{ kind: 'gate', from: Number(from || 0), to: Number(to || Infinity), nodes }]
}

function nodeOf(token: string, tokens: string[]): Node {
  const inside = (): Nodes => {
    assert(tokens.shift() === '(', `${token} is followed by a parenthesis`)
    return parse(tokens)
  }
  if (token.startsWith('=')) return { kind: 'constant', text: token.slice(1) }
  if (token.startsWith('...')) return { kind: 'rest', name: token.slice(3) }
  if (token.startsWith('-')) return { kind: 'absent', name: token.slice(1) }
  if (token.startsWith('#:')) return { kind: 'count', name: token.slice(2) }
  if (token.startsWith('!')) return { kind: 'flagged', name: token.slice(1), nodes: inside() }
  if (token.endsWith('.')) return { kind: 'object', name: token.slice(0, -1), nodes: inside() }
  const list = token.startsWith('#')
  const [name = '', type = 's'] = token.slice(list ? 1 : 0).split(':')
  if (list && !token.includes(':')) return { kind: 'list', name, nodes: inside() }
  return { kind: list ? 'values' : 'field', name, type: typeNamed(type) }
}

function typeNamed(text: string): FieldType {
  const type = FIELD_TYPES.find((each) => each === text)
  assert(type !== undefined, `${text} is a type`)
  return type
}
