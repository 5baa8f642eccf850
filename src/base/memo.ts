/**
 * What is derived from an immutable value, derived once for that value. Only for pure functions:
 * the memory is invisible but for the time it saves.
 */
export function memoized<K extends object, V>(derive: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>()
  return (of) => {
    const before = known.get(of)
    if (before !== undefined) return before
    const value = derive(of)
    known.set(of, value)
    return value
  }
}

/**
 * As above, of two values that stay what they are for long: for each of the first, what was derived
 * with the last of the second is kept.
 */
export function memoizedPair<A extends object, B extends object, V>(
  derive: (one: A, other: B) => V,
): (one: A, other: B) => V {
  const known = new WeakMap<A, { readonly other: B; readonly value: V }>()
  return (one, other) => {
    const before = known.get(one)
    if (before?.other === other) return before.value
    const value = derive(one, other)
    known.set(one, { other, value })
    return value
  }
}
