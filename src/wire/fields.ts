import { EMPTY } from './numbers.ts'
import * as values from './values.ts'
import type { TagValue, ValueType } from './values.ts'

declare const shape: unique symbol

/** Present from `since` up to, not including, `before`. */
interface Gate {
  readonly since: number
  readonly before: number
}

/** Judges the message as read so far; on writing, the whole message. */
export type Condition = (message: never) => boolean

interface Named {
  readonly name: string
}

interface Group extends Gate {
  readonly items: readonly Item[]
}

export interface Variant {
  readonly tag: number
  readonly items: readonly Item[]
}

/** One entry of a message table: plain data, interpreted by compile.ts. */
export type Item =
  | (Gate & Named & { readonly kind: 'value'; readonly type: ValueType<unknown> })
  | (Gate & { readonly kind: 'constant'; readonly text: string })
  | (Gate & Named & { readonly kind: 'implied'; readonly value: unknown })
  | (Group & Named & { readonly kind: 'part' })
  | (Group & Named & { readonly kind: 'list' })
  | (Gate & Named & { readonly kind: 'values'; readonly type: ValueType<unknown> })
  | (Group & { readonly kind: 'when'; readonly condition: Condition })
  | (Group & Named & { readonly kind: 'block'; readonly condition: Condition })
  | (Group & Named & { readonly kind: 'flagged' })
  | (Gate & Named & { readonly kind: 'choice'; readonly variants: readonly Variant[] })
  | (Gate & Named & { readonly kind: 'spare-count' })
  | (Gate & Named & { readonly kind: 'rest' })

/** An item that contributes `S` to the value of its message. */
export type Field<S> = Item & { readonly [shape]: S }

type Fields = readonly Field<unknown>[]

type Has<N extends string, T> = { readonly [K in N]: T }

type Simple<T> = T extends unknown ? { readonly [K in keyof T]: T[K] } : never

/** All shapes at once. A union inside one shape stays a union. */
type ShapeOf<F extends Fields> = Simple<
  {
    [I in keyof F]: (part: F[I] extends { readonly [shape]: infer S } ? S : never) => void
  } extends {
    readonly [index: number]: (part: infer All) => void
  }
    ? All
    : never
>

const ALWAYS: Gate = { since: 0, before: Infinity }

/** What an item contributes exists for the compiler only; this is where it is claimed. */
function typed<S>(item: Item): Field<S> {
  return item as Field<S>
}

/** A field, or a whole message, that exists when sv >= `version`. */
export function since<F extends { readonly since: number }>(version: number, field: F): F {
  return { ...field, since: version }
}

/** A field that exists when sv < `version`. */
export function before<F extends Item>(version: number, field: F): F {
  return { ...field, before: version }
}

export function value<const N extends string, T>(name: N, type: ValueType<T>): Field<Has<N, T>> {
  return typed({ ...ALWAYS, kind: 'value', name, type })
}

/** Written as it stands and skipped on reading: message versions, dead fields. */
export function constant(text: string): Field<unknown> {
  return typed({ ...ALWAYS, kind: 'constant', text })
}

/** Never on the wire: read as `assumed`, and not written. Keeps one shape over many layouts. */
export function implied<const N extends string, T>(name: N, assumed: T): Field<Has<N, T>> {
  return typed({ ...ALWAYS, kind: 'implied', name, value: assumed })
}

/** Fields of a nested object; several parts of one name fill the same object. */
export function part<const N extends string, const F extends Fields>(
  name: N,
  items: F,
): Field<Has<N, ShapeOf<F>>> {
  return typed({ ...ALWAYS, kind: 'part', name, items })
}

/** A count, then so many groups. */
export function list<const N extends string, const F extends Fields>(
  name: N,
  items: F,
): Field<Has<N, readonly ShapeOf<F>[]>> {
  return typed({ ...ALWAYS, kind: 'list', name, items })
}

/** A count, then so many values. */
export function valueList<const N extends string, T>(
  name: N,
  type: ValueType<T>,
): Field<Has<N, readonly T[]>> {
  return typed({ ...ALWAYS, kind: 'values', name, type })
}

/** Fields that are there under a condition; their absent values otherwise. */
export function when<const F extends Fields>(condition: Condition, items: F): Field<ShapeOf<F>> {
  return typed({ ...ALWAYS, kind: 'when', condition, items })
}

/** An object that is there under a condition, `null` otherwise. */
export function block<const N extends string, const F extends Fields>(
  name: N,
  condition: Condition,
  items: F,
): Field<Has<N, ShapeOf<F> | null>> {
  return typed({ ...ALWAYS, kind: 'block', name, condition, items })
}

/** `1` and an object, or `0` and `null`. */
export function flagged<const N extends string, const F extends Fields>(
  name: N,
  items: F,
): Field<Has<N, ShapeOf<F> | null>> {
  return typed({ ...ALWAYS, kind: 'flagged', name, items })
}

interface TypedVariant<T extends number, F extends Fields> extends Variant {
  readonly tag: T
  readonly items: F
}

export function variant<const T extends number, const F extends Fields>(
  tag: T,
  items: F,
): TypedVariant<T, F> {
  return { tag, items }
}

/** An integer that tells which fields follow. */
export function choice<
  const N extends string,
  const V extends readonly TypedVariant<number, Fields>[],
>(name: N, variants: V): Field<VariantOf<N, V[number]>> {
  return typed({ ...ALWAYS, kind: 'choice', name, variants })
}

type VariantOf<N extends string, V> =
  V extends TypedVariant<infer T, infer F> ? Simple<Has<N, T> & ShapeOf<F>> : never

/** The count of a tag list that follows in one field. Some clients leave it out (H11). */
export function spareCount(name: string): Field<unknown> {
  return typed({ ...ALWAYS, kind: 'spare-count', name })
}

/** All fields that are left, unread. */
export function rest<const N extends string>(name: N): Field<Has<N, readonly string[]>> {
  return typed({ ...ALWAYS, kind: 'rest', name })
}

/** An integer. With a fallback, an empty field reads as it. */
export function int<const N extends string>(name: N, fallback?: number) {
  return value(name, values.integers(fallback))
}

/** `null` is unset and written as `unset`; likewise below. */
export function maybeInt<const N extends string>(name: N, unset = EMPTY) {
  return value(name, values.maybeIntegers(unset))
}

/** An id of 64 bits or epoch milliseconds. */
export function long<const N extends string>(name: N, unset = EMPTY) {
  return value(name, values.longs(unset))
}

/** A price, an amount, a size. With a fallback, an empty or unset field reads as it. */
export function double<const N extends string>(name: N, fallback?: number) {
  return value(name, values.doubles(fallback))
}

export function maybeDouble<const N extends string>(name: N, unset = EMPTY) {
  return value(name, values.maybeDoubles(unset))
}

export function flag<const N extends string>(name: N): Field<Has<N, boolean>> {
  return value(name, values.flags)
}

export function maybeFlag<const N extends string>(name: N): Field<Has<N, boolean | null>> {
  return value(name, values.maybeFlags)
}

export function text<const N extends string>(name: N): Field<Has<N, string>> {
  return value(name, values.texts)
}

export function escaped<const N extends string>(name: N): Field<Has<N, string>> {
  return value(name, values.escapedTexts)
}

/** A tag list in one field. */
export function tagText<const N extends string>(name: N): Field<Has<N, readonly TagValue[]>> {
  return value(name, values.tagValueTexts)
}

/** A tag list of counted pairs. */
export function tagList<const N extends string>(name: N) {
  return list(name, [text('tag'), text('value')])
}

export interface Message<K extends string, S> {
  readonly kind: K
  readonly id: number
  readonly since: number
  readonly items: readonly Item[]
  readonly [shape]: S
}

/** A message, written once and used in both directions. Its id is field 0 and not an item. */
export function message<const K extends string, const F extends Fields>(
  kind: K,
  id: number,
  items: F,
): Message<K, ShapeOf<F>> {
  return { kind, id, since: 0, items } as unknown as Message<K, ShapeOf<F>>
}

export type Table = readonly Message<string, unknown>[]

/** The values a message carries, `kind` included. */
export type ValueOf<M> = M extends Message<infer K, infer S> ? Simple<Has<'kind', K> & S> : never
