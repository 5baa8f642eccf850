/**
 * As much of PromQL as our rules are written in: selectors, numbers, comparisons, `*`, `and`, `or`,
 * `unless` with `on`, `absent`, `increase`, `max_over_time` and `max by`. What it does not know it
 * refuses, so that no rule passes unread.
 */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

/** What was scraped at a moment, in seconds. */
export interface Scrape {
  readonly at: number
  readonly samples: readonly Sample[]
}

type Vector = readonly { readonly labels: Labels; readonly value: number }[]
type Node = (history: readonly Scrape[]) => number | Vector

const DURATION = { m: 60, h: 3_600, d: 86_400 } as const

/** Lines of the text format; what Prometheus adds is added. */
export function samplesIn(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const read = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (read === null) return []
    const [, name = '', inside = '', value = ''] = read
    return [{ name, labels: { instance: 'one', ...labelsIn(inside) }, value: Number(value) }]
  })
}

/** Whether an alert fires at the last scrape: its expression held at each within `wait`. */
export function fires(
  { expr, for: wait }: { readonly expr: string; readonly for: string },
  history: readonly Scrape[],
): boolean {
  const node = parsed(expr)
  const last = history.at(-1)?.at ?? 0
  const from = last - secondsOf(wait)
  if ((history[0]?.at ?? Infinity) > from) return false
  return history.every(
    ({ at }, index) => at < from || vectorOf(node(history.slice(0, index + 1))).length > 0,
  )
}

function secondsOf(text: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? []
  if (count === undefined) throw new Error(`no duration: ${text}`)
  return Number(count) * DURATION[unit as keyof typeof DURATION]
}

function labelsIn(inside: string): Labels {
  return Object.fromEntries(
    [...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

function vectorOf(value: number | Vector): Vector {
  return typeof value === 'number' ? [{ labels: {}, value }] : value
}

export function parsed(expr: string): Node {
  return new Reading(expr).whole()
}

const WORD = /[a-z_0-9]+\{[^}]*\}|\d+(?:\.\d+)?(?:e\d+)?|[a-z_]\w*|[<>=]=|[<>*(),]|\[\w+\]/g

/** By descent: `or` binds least, then `and` and `unless`, then comparisons, then `*`. */
class Reading {
  readonly #expr: string
  readonly #words: readonly string[]
  #at = 0

  constructor(expr: string) {
    this.#expr = expr
    this.#words = expr.match(WORD) ?? []
    if (this.#words.join('') !== expr.replaceAll(/\s/g, '')) throw new Error(`not read: ${expr}`)
  }

  whole(): Node {
    const node = this.#either()
    if (this.#peek() !== '') throw new Error(`too much at ${this.#at} of ${this.#expr}`)
    return node
  }

  #peek(): string {
    return this.#words[this.#at] ?? ''
  }

  #take(wanted?: string): string {
    const word = this.#peek()
    if (word === '' || (wanted !== undefined && word !== wanted)) {
      throw new Error(`expected ${wanted ?? 'more'} at ${this.#at} of ${this.#expr}`)
    }
    this.#at++
    return word
  }

  #inside<T>(read: () => T): T {
    this.#take('(')
    const value = read()
    this.#take(')')
    return value
  }

  #names(): readonly string[] {
    return this.#inside(() => {
      const found: string[] = []
      for (; this.#peek() !== ')'; this.#at++) if (this.#peek() !== ',') found.push(this.#peek())
      return found
    })
  }

  #either(): Node {
    let left = this.#both()
    while (this.#peek() === 'or') {
      this.#take()
      const [a, b] = [left, this.#both()]
      left = (of) => [...vectorOf(a(of)), ...vectorOf(b(of))]
    }
    return left
  }

  #both(): Node {
    let left = this.#compared()
    while (this.#peek() === 'and' || this.#peek() === 'unless') {
      const isAnd = this.#take() === 'and'
      const isOn = this.#peek() === 'on'
      if (isOn) this.#take()
      const by = isOn ? this.#names() : null
      const [a, b] = [left, this.#compared()]
      left = (of) => {
        const others = new Set(vectorOf(b(of)).map(({ labels }) => keyOf(labels, by)))
        return vectorOf(a(of)).filter(({ labels }) => others.has(keyOf(labels, by)) === isAnd)
      }
    }
    return left
  }

  #compared(): Node {
    const left = this.#product()
    const compare = COMPARE[this.#peek()]
    if (compare === undefined) return left
    this.#take()
    const right = this.#product()
    return (of) => matched(left(of), right(of), compare)
  }

  #product(): Node {
    let left = this.#one()
    while (this.#peek() === '*') {
      this.#take()
      const [a, b] = [left, this.#one()]
      left = (of) => {
        const [x, y] = [a(of), b(of)]
        if (typeof x !== 'number') throw new Error(`a number comes first: ${this.#expr}`)
        return typeof y === 'number' ? x * y : y.map((each) => ({ ...each, value: x * each.value }))
      }
    }
    return left
  }

  #one(): Node {
    if (this.#peek() === '(') return this.#inside(() => this.#either())
    const word = this.#take()
    if (/^\d/.test(word)) return () => Number(word)
    if (word === 'max' && this.#peek() === 'by') {
      this.#take()
      const by = this.#names()
      const node = this.#inside(() => this.#either())
      return (of) => grouped(vectorOf(node(of)), by)
    }
    if (this.#peek() !== '(') return (of) => selected(word, of.slice(-1)).map(last)
    return this.#called(word)
  }

  #called(name: string): Node {
    if (name === 'absent') {
      const node = this.#inside(() => this.#either())
      return (of) => (vectorOf(node(of)).length === 0 ? [{ labels: {}, value: 1 }] : [])
    }
    const over = OVER[name]
    if (over === undefined) throw new Error(`no such function here: ${name}`)
    const [selector, range] = this.#inside(() => [this.#take(), this.#take()] as const)
    const rangeS = secondsOf(range.slice(1, -1))
    return (of) => {
      const now = of.at(-1)?.at ?? 0
      const within = of.filter(({ at }) => at >= now - rangeS)
      return selected(selector, within).map(({ labels, values }) => {
        return { labels, value: over(values) }
      })
    }
  }
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
}

const OVER: Readonly<Record<string, (values: readonly number[]) => number>> = {
  max_over_time: (values) => Math.max(...values),
  // What a counter grew by; one that begins anew begins at 0.
  increase: (values) =>
    values.reduce((sum, value, index) => {
      const before = values[index - 1]
      return before === undefined ? sum : sum + (value >= before ? value - before : value)
    }, 0),
}

interface Series {
  readonly labels: Labels
  readonly values: readonly number[]
}

function selected(selector: string, history: readonly Scrape[]): readonly Series[] {
  const [, name, inside = ''] = /^([a-z_0-9]+)(?:\{(.*)\})?$/.exec(selector) ?? []
  const wanted = Object.entries(labelsIn(inside))
  const series = new Map<string, { labels: Labels; values: number[] }>()
  for (const { samples } of history) {
    for (const sample of samples) {
      if (sample.name !== name || wanted.some(([key, is]) => sample.labels[key] !== is)) continue
      const key = keyOf(sample.labels, null)
      const known = series.get(key)
      if (known === undefined) series.set(key, { labels: sample.labels, values: [sample.value] })
      else known.values.push(sample.value)
    }
  }
  return [...series.values()]
}

function last({ labels, values }: Series) {
  return { labels, value: values.at(-1) ?? NaN }
}

function matched(
  left: number | Vector,
  right: number | Vector,
  holds: (a: number, b: number) => boolean,
): Vector {
  if (typeof right === 'number') return vectorOf(left).filter(({ value }) => holds(value, right))
  const others = new Map(right.map(({ labels, value }) => [keyOf(labels, null), value]))
  return vectorOf(left).filter(({ labels, value }) => {
    const other = others.get(keyOf(labels, null))
    return other !== undefined && holds(value, other)
  })
}

function grouped(vector: Vector, by: readonly string[]): Vector {
  const groups = new Map<string, { labels: Labels; value: number }>()
  for (const { labels, value } of vector) {
    const key = keyOf(labels, by)
    const kept = Object.fromEntries(by.flatMap((name) => [[name, labels[name] ?? '']]))
    groups.set(key, { labels: kept, value: Math.max(value, groups.get(key)?.value ?? -Infinity) })
  }
  return [...groups.values()]
}

function keyOf(labels: Labels, by: readonly string[] | null): string {
  const names = by ?? Object.keys(labels).toSorted()
  return JSON.stringify(names.map((name) => [name, labels[name] ?? '']))
}
