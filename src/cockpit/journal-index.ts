import { namesIn } from '../journal/explain.ts'
import type { Entry } from '../journal/rows.ts'

/** Rows of cycles that are looked through at once for one bar. */
const BLOCK_ROWS = 2_000

/** Rows of one stretch of the journal, and which bars the cycles in it were of. */
export interface Block {
  readonly from: number
  readonly to: number
  readonly barFrom: number
  readonly barTo: number
}

/**
 * Which rows name an id: kept while following, so that nothing is searched for. What most of a
 * journal is, cycles that proposed nothing, is named by its bar alone; of those only is kept which
 * stretch of the journal is of which bars.
 */
export class JournalIndex {
  readonly #rows = new Map<string, number[]>()
  readonly #blocks: Block[] = []

  saw({ seq, event }: Entry): void {
    if (event.type !== 'CycleEnded') return this.#named(namesIn(event), seq)
    const { barStart, signalKey } = event.outcome
    if (signalKey !== undefined) this.#named([signalKey], seq)
    const last = this.#blocks.at(-1)
    const isFull = last === undefined || seq - last.from >= BLOCK_ROWS
    const { from, barFrom, barTo } = isFull
      ? { from: seq, barFrom: barStart, barTo: barStart }
      : last
    if (!isFull) this.#blocks.pop()
    this.#blocks.push({
      from,
      to: seq,
      barFrom: Math.min(barFrom, barStart),
      barTo: Math.max(barTo, barStart),
    })
  }

  /** In their order. */
  rowsOf(name: string): readonly number[] {
    return this.#rows.get(name) ?? []
  }

  /** Names that begin so, or whose part after the first dash does: that before it is of a run. */
  namesBegun(text: string): readonly string[] {
    if (text === '') return []
    const names = [...this.#rows.keys()]
    const begun = names.filter((name) => name.startsWith(text))
    if (begun.length > 0) return begun
    return names.filter((name) => name.includes('-') && afterDash(name).startsWith(text))
  }

  /** Where a cycle of this bar may stand; one, but for a clock that was set back. */
  blocksOf(barStart: number): readonly Block[] {
    return this.#blocks.filter(({ barFrom, barTo }) => barFrom <= barStart && barStart <= barTo)
  }

  #named(names: readonly string[], seq: number): void {
    for (const name of names) {
      const rows = this.#rows.get(name)
      if (rows === undefined) this.#rows.set(name, [seq])
      else rows.push(seq)
    }
  }
}

const afterDash = (name: string): string => name.slice(name.indexOf('-') + 1)

/** The bar that a cycle is named by; null: it is another name. */
export function barOf(name: string): number | null {
  const bar = /^[^@]{1,12}@(\d{1,16})$/.exec(name)?.[1]
  return bar === undefined ? null : Number(bar)
}
