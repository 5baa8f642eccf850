import * as fc from 'fast-check'
import type { Request } from '../../src/wire/requests.ts'
import { type RequestDifference, requestDifferences } from './differences.ts'
import {
  type AnyCodec,
  type Case,
  type Effort,
  decoded,
  encoded,
  frameOf,
  lacking,
  same,
  show,
  textsOf,
} from './evidence.ts'
import { PACKAGES, sentBy, type Speaker, speakersSince } from './packages.ts'
import { made, visible } from './reference.ts'
import { random } from './samples.ts'
import { callFor } from './second-encoder.ts'
import { rules } from './transcribed-orders.ts'
import { requestLayouts } from './transcribed-requests.ts'
import type { Layout } from './layout.ts'
import { fieldsOf } from './transcription.ts'

const SEED = 20_260_310

/** Orders of every kind, and whatever else fields with a meaning can hold. */
const MEANINGS: Readonly<Record<string, readonly unknown[]>> = {
  clientId: [30],
  optionalCapabilities: [''],
  'contract.secType': ['STK', 'OPT', 'OPT', 'IND', 'FUT', 'BAG', 'BAG'],
  'contract.right': ['', 'C', 'P'],
  'contract.exchange': ['SMART', 'CBOE', 'IBKRATS'],
  'order.action': ['BUY', 'SELL', 'SSHORT'],
  'order.orderType': ['LMT', 'MKT', 'STP', 'STP LMT', 'TRAIL', 'VOL', 'MIDPRICE', 'PEG MID'].concat(
    ['PEGMID', 'PEG BEST', 'PEGBEST', 'PEG BENCH', 'PEGBENCH'],
  ),
  'order.tif': ['DAY', 'GTC', 'GTD', 'IOC', 'FOK', 'OPG'],
  'order.ocaGroup': ['', 'oca-1'],
  'order.ocaType': [0, 1, 2, 3],
  'order.parentId': [0, 41],
  'order.deltaNeutralOrderType': ['', 'MKT', 'LMT'],
  'order.scalePriceIncrement': [null, 0.05, 1, 0, -0.5],
  'order.hedgeType': ['', 'D', 'B', 'F', 'P'],
  'order.algoStrategy': ['', 'Adaptive', 'Vwap'],
  'order.competeAgainstBestOffset': [null, 0.02, Infinity],
  'order.conditions.*.type': [1, 3, 4, 5, 6, 7],
  'order.conditions.*.conjunction': ['a', 'o'],
}

function requestsOf(layout: Layout, count: number): readonly Request[] {
  const any = random(MEANINGS).map((making) => made(layout, rules, making) as unknown as Request)
  return fc.sample(any, { numRuns: count, seed: SEED })
}

/**
 * Our frames and the package's, byte for byte but for the differences that are explained; and the
 * package's frames as a Gateway reads them.
 */
export function secondEncoderCases(kind: string, effort: Effort): readonly Case[] {
  const layout = requestLayouts.find((each) => each.kind === kind)
  if (layout === undefined) return []
  const requests = requestsOf(layout, effort.newest)
  return speakersSince(layout.since).flatMap((speaker) =>
    requests
      .slice(0, speaker.version === PACKAGES[speaker.name] ? effort.newest : effort.every)
      .flatMap((request) => caseOf(layout, request, speaker)),
  )
}

function caseOf(layout: Layout, request: Request, speaker: Speaker): readonly Case[] {
  const call = callFor(request, speaker)
  if (call === null) return []
  const { version } = speaker
  const theirs = sentBy(speaker, call)
  const fields = fieldsOf(layout, request, version)
  const check = (codec: AnyCodec): string | null => {
    if (typeof theirs === 'string') return `the package refuses: ${theirs}`
    const frame = encoded(codec, request, version)
    if (typeof frame === 'string') return frame
    const texts = textsOf(frame)
    if (texts.length !== fields.length) return `${texts.length} fields instead of ${fields.length}`
    const sending = { ...speaker, request, needed: new Set<RequestDifference>() }
    const explained = texts.flatMap((text, i) => asTheirs(sending, fields[i]?.path ?? '', text))
    if (!same(frameOf(explained), theirs)) return firstOdd(explained, textsOf(theirs))
    for (const difference of sending.needed) occurred.add(difference)
    if ([...sending.needed].some(({ alters }) => alters === true)) return null
    return lacking(visible({ layout, rules }, request, version), decoded(codec, theirs, version))
  }
  return [{ side: 'request', kind: layout.kind, name: `${speaker.name} at ${version}`, check }]
}

/** Entries that were needed so far. */
export const occurred = new Set<RequestDifference>()

interface Sending extends Speaker {
  readonly request: Request
  /** Entries without which this frame is not explained. */
  readonly needed: Set<RequestDifference>
}

/** What the package sends, as far as it is explained, where we send `ours`. */
function asTheirs(sending: Sending, path: string, ours: string): readonly string[] {
  for (const difference of requestDifferences) {
    if (!applies(difference, sending, path)) continue
    const theirs = difference.theirs(ours, sending.request)
    if (theirs.length === 1 && theirs[0] === ours) continue
    sending.needed.add(difference)
    return theirs
  }
  return [ours]
}

function applies(
  { messages, field, versions }: RequestDifference,
  { name, version, request }: Sending,
  path: string,
): boolean {
  const [from, to] = versions[name] ?? [Infinity, 0]
  const at = path.replaceAll(/\d+/g, '*')
  return (
    version >= from &&
    version <= to &&
    (messages.includes('*') || messages.includes(request.kind)) &&
    (field === '*' || field === at || (field.endsWith('.') && at.startsWith(field)))
  )
}

function firstOdd(ours: readonly string[], theirs: readonly string[]): string {
  const odd = theirs.findIndex((text, i) => text !== ours[i])
  const counts = `${ours.length} fields instead of ${theirs.length}`
  return `field ${odd}: ${show(ours[odd])}, the package ${show(theirs[odd])}; ${counts}`
}
