import { gzipSync } from 'node:zlib'
import type { Prng } from '../../src/base/prng.ts'
import { at, DAY } from '../../src/simulator/market/replay.testing.ts'
import { bitten, latin1, oneElse, unlatin1 } from './drawn.ts'
import { without } from './subject.ts'

/** One file of a recording, damaged; the others are sound. */
export interface ReplayInput {
  readonly path: string
  readonly bytes: Uint8Array
  /** The bytes are packed by whoever reads this; else they are the file as it is on the disk. */
  readonly packed: boolean
}

const MINUTES = ['09:30', '09:31', '09:32', '10:00', '15:59']
const times = MINUTES.map((time) => at(time))
const TRADE = 'ts,open,high,low,close,volume'
const QUOTE = 'ts,bid_o,bid_h,bid_l,bid_c,bid_size,ask_o,ask_h,ask_l,ask_c,ask_size'
const OPTION = '2014-06-21,100,C'
const OTHER = '2014-06-21,95,P'

function table(header: string, rows: readonly string[]): string {
  return [header, ...rows, ''].join('\n')
}

function named(header: string): string {
  return header.replace('ts', 'ts,expiry,strike,right')
}

/** A day of XYZ, as replay.testing.ts lays it out. */
export const SOUND: Readonly<Record<string, string>> = {
  [`equity_1m/XYZ/${DAY}.trade.csv.gz`]: table(
    TRADE,
    times.map((ts, i) => `${ts},${100 + i},${101 + i},${99 + i},${100.5 + i},${1000 + i}`),
  ),
  [`equity_1m/XYZ/${DAY}.quote.csv.gz`]: table(
    QUOTE,
    times.map((ts) => `${ts},99.9,100,99.8,99.9,3,100.1,100.2,100,100.1,4`),
  ),
  [`option_1m/XYZ/${DAY}.quote.csv.gz`]: table(
    named(QUOTE),
    times.flatMap((ts) => [
      `${ts},${OPTION},1,1.1,0.9,1,10,1.2,1.3,1.1,1.2,12`,
      `${ts},${OTHER},,,,,,0.5,0.6,0.5,0.55,9`,
    ]),
  ),
  [`option_1m/XYZ/${DAY}.trade.csv.gz`]: table(named(TRADE), [
    `${times[1] ?? 0},${OPTION},1,1.1,1,1.1,5`,
  ]),
  [`option_1m/XYZ/${DAY}.oi.csv.gz`]: table('ts,expiry,strike,right,open_interest', [
    `${times[0] ?? 0},${OPTION},250`,
  ]),
}

const PATHS = Object.keys(SOUND)

const ODD = [
  '',
  '0',
  '-1',
  '-0.01',
  'NaN',
  'Infinity',
  '1e999',
  '1e300',
  '9007199254',
  '10000001',
  '0x1F',
  ' 5',
  '5 ',
  '1,5',
  '"5"',
  'null',
  '1402061430000',
  '1402061400000',
  '-1402061400000',
  '99999999999999999999',
  '2014-06-21',
  '2014-13-45',
  '0000-00-00',
  'C',
  'P',
  'X',
  '0.000000001',
  'é',
  'x'.repeat(500),
]

export function replayInput(prng: Prng): ReplayInput {
  const path = oneElse(prng, PATHS, '')
  let text = SOUND[path] ?? ''
  const edits = prng.int(0, 3)
  for (let i = 0; i < edits; i++) text = edited(prng, text)
  let bytes: Uint8Array = new Uint8Array(Buffer.from(text, 'utf8'))
  if (prng.chance(0.15)) bytes = bitten(prng, bytes)
  if (prng.chance(0.88)) return { path, bytes, packed: true }
  const raw = new Uint8Array(prng.chance(0.9) ? gzipSync(bytes, { level: 1 }) : bytes)
  return { path, bytes: prng.chance(0.9) ? bitten(prng, raw) : new Uint8Array(), packed: false }
}

function edited(prng: Prng, text: string): string {
  const lines = text.split('\n')
  if (lines.length < 2) return text
  const row = prng.int(prng.chance(0.85) ? 1 : 0, Math.max(1, lines.length - 2))
  const fields = (lines[row] ?? '').split(',')
  const place = prng.int(0, fields.length - 1)
  switch (prng.int(0, 8)) {
    case 0:
      return lines.toSpliced(row, 1).join('\n')
    case 1:
      return lines.toSpliced(row, 0, lines[row] ?? '').join('\n')
    case 2:
      return lines.toSpliced(row, 2, lines[row + 1] ?? '', lines[row] ?? '').join('\n')
    case 3:
      return lines.with(row, fields.toSpliced(place, 1).join(',')).join('\n')
    case 4:
      return prng.chance(0.5)
        ? text.replaceAll('\n', '\r\n')
        : text.slice(0, prng.int(0, text.length))
    default:
      return lines.with(row, fields.with(place, oneElse(prng, ODD, '')).join(',')).join('\n')
  }
}

export function fileOf({ bytes, packed }: ReplayInput): Uint8Array {
  return packed ? gzipSync(bytes, { level: 1 }) : bytes
}

export function writeReplay({ bytes, ...rest }: ReplayInput): string {
  return JSON.stringify({ ...rest, bytes: latin1(bytes) })
}

export function readReplay(text: string): ReplayInput {
  const { bytes, ...rest } = JSON.parse(text) as Omit<ReplayInput, 'bytes'> & { bytes: string }
  return { ...rest, bytes: unlatin1(bytes) }
}

export function* smallerReplay(input: ReplayInput): Generator<ReplayInput> {
  const lines = latin1(input.bytes).split('\n')
  for (const left of without(lines.length - 1, (from, to) =>
    lines.toSpliced(from + 1, to - from),
  )) {
    yield { ...input, bytes: unlatin1(left.join('\n')) }
  }
}
