import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Market, MarketQuote } from '../../src/simulator/market/market.ts'
import { UNWATCHED } from '../../src/simulator/market/market.ts'
import { openReplay } from '../../src/simulator/market/replay.ts'
import { at, DAY, XYZ } from '../../src/simulator/market/replay.testing.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { fileOf, SOUND } from './replay-input.ts'
import type { ReplayInput } from './replay-input.ts'
import { shapeOf } from './subject.ts'
import { timed } from './timed.ts'

const MS_MAX = 200
/** Of an error, in letters: it may quote the file. */
const ERROR_MAX = 800

const dir = mkdtempSync(join(tmpdir(), 'fuzz-replay-'))
process.on('exit', () => rmSync(dir, { recursive: true, force: true }))
for (const [path, text] of Object.entries(SOUND)) {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), gzipSync(text))
}

export type Open = typeof openReplay

/** `open`: another one than ours, to see that the laws notice. */
export function judgeReplay(
  input: ReplayInput,
  reached: Counts,
  open: Open = openReplay,
): string | null {
  writeFileSync(join(dir, input.path), fileOf(input))
  const broken = timed(MS_MAX, () => brokenBy(input, reached, open))
  writeFileSync(join(dir, input.path), gzipSync(SOUND[input.path] ?? '', { level: 1 }))
  return broken
}

function brokenBy({ path }: ReplayInput, reached: Counts, open: Open): string | null {
  const opened = open({ dir, symbols: [XYZ], dates: [DAY] })
  if (opened.ok) {
    counted(reached, 'opened')
    return oddPrices(opened.value)
  }
  const told = opened.error.replaceAll(dir, 'DIR')
  const plain = told.replaceAll(path, 'FILE').replace(/the columns .* are/, 'the columns … are')
  counted(reached, shapeOf(plain))
  if (!told.includes(path)) return `the file is not named: ${told.slice(0, 300)}`
  if (told.length > ERROR_MAX) return `an error of ${told.length} letters`
  const place =
    /, line \d+: |: expected the columns |: cannot be unpacked|: expected trades|the minute/
  return place.test(told) ? null : `no place in: ${told.slice(0, 300)}`
}

/** At the steps of every recorded minute, and beside them. */
const MOMENTS = ['09:30', '09:31', '09:32', '09:45', '10:00', '10:01', '15:59'].flatMap((time) =>
  [0, 15, 30, 45].map((seconds) => at(time, seconds)),
)

/** A price that is no price of the market: NaN, less than nothing, or beyond what is traded. */
function oddPrices(market: Market): string | null {
  const options = market.options(XYZ, DAY).slice(0, 12)
  const contracts = [...market.underlyings.map(({ contract }) => contract), ...options]
  for (const { conId } of contracts) {
    for (const moment of MOMENTS) {
      const quote = market.quote(conId, moment, UNWATCHED)
      const odd = quote === null ? null : oddQuote(quote, moment)
      if (odd !== null) return odd
    }
  }
  return null
}

const PRICES = ['bid', 'ask', 'last', 'open', 'high', 'low', 'previousClose'] as const
const COUNTS = ['bidSize', 'askSize', 'volume', 'openInterest'] as const

function oddQuote(quote: MarketQuote, moment: EpochMs): string | null {
  const when = new Date(moment).toISOString()
  for (const name of PRICES) {
    const price = quote[name]
    const isPrice = price === null || (Number.isSafeInteger(price) && price >= 0 && price <= 1e13)
    if (!isPrice) return `${name} is ${price} at ${when}`
  }
  if (quote.last !== null && quote.last <= 0) return `it traded at ${quote.last} at ${when}`
  for (const name of COUNTS) {
    const count = quote[name]
    if (count !== null && !(count >= 0 && Number.isFinite(count))) return `${name} is ${count}`
  }
  const { high, low } = quote
  return high !== null && low !== null && high < low ? `high ${high}, low ${low} at ${when}` : null
}
