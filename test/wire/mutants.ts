import type { Item, Table } from '../../src/wire/fields.ts'

type Message = Table[number]

/** One small mistake in the table of one message. */
export interface Mutant {
  readonly name: string
  readonly operator: 'swap' | 'drop' | 'gate'
  readonly message: Message
  /** Why no frame can tell it from the original; null where one must. */
  readonly equivalent: string | null
}

/** A field or group, and the objects in which it stands: `order`, `softDollarTier`. */
interface Placed {
  readonly parts: readonly string[]
  readonly item: Item
}

/** Nothing changed, but every object is taken apart, so that neighbours on the wire are so here. */
export function takenApart(message: Message): Message {
  return { ...message, items: rebuilt(placed(message.items)) }
}

/** Every swap of neighbours, every drop, every gate one up and one down. */
export function mutantsOf(message: Message): readonly Mutant[] {
  const inside = changes(placed(message.items), '').map(({ items, ...rest }) => ({
    ...rest,
    name: `${message.kind}: ${rest.name}`,
    message: { ...message, items: rebuilt(items) },
  }))
  if (message.since === 0) return inside
  const shifted = [1, -1].map((by): Mutant => {
    const since = message.since + by
    const name = `${message.kind}: since ${since} instead of ${message.since}`
    return { name, operator: 'gate', equivalent: null, message: { ...message, since } }
  })
  return [...inside, ...shifted]
}

function placed(items: readonly Item[], parts: readonly string[] = []): readonly Placed[] {
  return items.flatMap((item) =>
    item.kind === 'part' ? placed(item.items, [...parts, item.name]) : [{ parts, item }],
  )
}

function rebuilt(items: readonly Placed[]): readonly Item[] {
  return items.map(({ parts, item }) =>
    parts.reduceRight<Item>(
      (inner, name) => ({ kind: 'part', name, items: [inner], since: 0, before: Infinity }),
      item,
    ),
  )
}

interface Change {
  readonly name: string
  readonly operator: Mutant['operator']
  readonly equivalent: string | null
  readonly items: readonly Placed[]
}

function changes(items: readonly Placed[], path: string): readonly Change[] {
  return items.flatMap((each, i) => {
    const next = items[i + 1]
    const name = `${path}${nameOf(each)}`
    const swaps: readonly Change[] =
      next === undefined
        ? []
        : [
            {
              name: `${name} and ${nameOf(next)} swapped`,
              operator: 'swap',
              equivalent: sameEitherWay(each.item, next.item),
              items: items.with(i, next).with(i + 1, each),
            },
          ]
    const drop: Change = {
      name: `${name} dropped`,
      operator: 'drop',
      equivalent: null,
      items: items.toSpliced(i, 1),
    }
    const within = [...gates(each.item), ...groups(each.item, `${name}.`)].map((change) => ({
      name: change.item === undefined ? change.name : `${name} ${change.name}`,
      operator: change.operator,
      equivalent: change.equivalent,
      items: items.with(i, { ...each, item: change.to }),
    }))
    return [...swaps, drop, ...within]
  })
}

interface ItemChange {
  readonly name: string
  readonly operator: Mutant['operator']
  readonly equivalent: string | null
  readonly to: Item
  /** Of a change of the item itself, not of something inside it. */
  readonly item?: true
}

function gates(item: Item): readonly ItemChange[] {
  const shift = (to: Item, name: string): ItemChange => {
    return { name, operator: 'gate', equivalent: null, to, item: true }
  }
  return [
    ...[1, -1]
      .filter(() => item.since > 0)
      .map((by) => shift({ ...item, since: item.since + by }, `since ${item.since + by}`)),
    ...[1, -1]
      .filter(() => item.before < Infinity)
      .map((by) => shift({ ...item, before: item.before + by }, `before ${item.before + by}`)),
  ]
}

/** Changes inside a list, a block or one of several layouts. */
function groups(item: Item, path: string): readonly ItemChange[] {
  if (item.kind === 'choice') {
    return item.variants.flatMap((variant, i) =>
      changes(placed(variant.items), `${path}${variant.tag}.`).map(({ items, ...rest }) => ({
        ...rest,
        to: {
          ...item,
          variants: item.variants.with(i, { ...variant, items: rebuilt(items) }),
        },
      })),
    )
  }
  if (!('items' in item)) return []
  return changes(placed(item.items), path).map(({ items, ...rest }) => ({
    ...rest,
    to: { ...item, items: rebuilt(items) },
  }))
}

function nameOf({ parts, item }: Placed): string {
  const own = 'name' in item ? item.name : `(${'text' in item ? `"${item.text}"` : item.kind})`
  return [...parts, own].join('.')
}

function sameEitherWay(a: Item, b: Item): string | null {
  if (a.kind === 'implied' || b.kind === 'implied') return 'one of them is not on the wire'
  if (a.before <= b.since || b.before <= a.since) return 'no version has both'
  const twins = a.kind === 'constant' && b.kind === 'constant' && a.text === b.text
  const together = a.since === b.since && a.before === b.before
  return twins && together ? 'two equal constants' : null
}
