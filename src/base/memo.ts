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
