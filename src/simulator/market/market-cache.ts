/** Keeps what was used last, up to a number of entries: what is left out is made again. */
export class Recent<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #max: number
  /** The same thing is mostly asked for many times in a row. */
  #latest: { readonly key: Key; readonly value: Value } | null = null

  constructor(max: number) {
    this.#max = max
  }

  get(key: Key, make: () => Value): Value {
    if (this.#latest?.key === key) return this.#latest.value
    let value = this.#entries.get(key)
    if (value === undefined) value = make()
    else this.#entries.delete(key)
    this.#entries.set(key, value)
    this.#latest = { key, value }
    if (this.#entries.size > this.#max) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return value
  }
}
