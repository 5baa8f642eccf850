import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { BarSeries, BarSize } from '../domain/bar.ts'
import { emptySeries } from '../domain/bar-series.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { BarStore, Fault } from '../engine/ports.ts'

const epochMs = z.int().transform((at) => at as EpochMs)
const price = z.int().transform((micros) => micros as Price)
const stored = z.strictObject({
  covered: z.array(z.strictObject({ from: epochMs, to: epochMs })),
  /** start, open, high, low, close, volume */
  bars: z.array(z.tuple([epochMs, price, price, price, price, z.number()])),
})

/** A file for each symbol and size. A cache: what cannot be read is asked for again. */
export class FileBarStore implements BarStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  load(symbol: Ticker, size: BarSize): BarSeries {
    try {
      const { covered, bars } = stored.parse(
        JSON.parse(readFileSync(this.#path(symbol, size), 'utf8')),
      )
      return {
        symbol,
        size,
        covered,
        bars: bars.map(([start, open, high, low, close, volume]) => {
          return { start, open, high, low, close, volume }
        }),
      }
    } catch {
      return emptySeries(symbol, size) // none yet, or damaged: it costs a backfill
    }
  }

  save({ symbol, size, covered, bars }: BarSeries): Result<void, Fault> {
    const rows = bars.map((bar) => [bar.start, bar.open, bar.high, bar.low, bar.close, bar.volume])
    try {
      mkdirSync(this.#folder, { recursive: true })
      const path = this.#path(symbol, size)
      writeFileSync(`${path}.new`, JSON.stringify({ covered, bars: rows }))
      renameSync(`${path}.new`, path) // never half a file
      return ok(undefined)
    } catch (error) {
      const detail = `bars of ${symbol} were not cached: ${String(error)}`
      return fail({ code: 'storage', retry: 'later', detail, vendorCode: null })
    }
  }

  #path(symbol: Ticker, size: BarSize): string {
    return join(this.#folder, `${encodeURIComponent(symbol)}-${size}.json`)
  }
}
