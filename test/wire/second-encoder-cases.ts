import * as fc from 'fast-check'
import type { Request } from '../../src/wire/requests.ts'
import { type RequestDifference, requestDifferences } from './differences.ts'
import {
  type AnyCodec,
  type Case,
  encoded,
  frameOf,
  same,
  show,
  textsOf,
  VERSIONS,
} from './evidence.ts'
import { PACKAGES, packageNames, sentBy, type Speaker } from './packages.ts'
import { made } from './reference.ts'
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

/** As many orders at each package's newest version, and as many messages at every other. */
const AT_NEWEST = { order: 300, other: 12 }
const AT_EVERY = { order: 12, other: 3 }

function requestsOf(layout: Layout, count: number): readonly Request[] {
  const any = random(MEANINGS).map((making) => made(layout, rules, making) as unknown as Request)
  return fc.sample(any, { numRuns: count, seed: SEED })
}

/** Our frames and the package's, byte for byte but for the differences that are explained. */
export function secondEncoderCases(kind: string): readonly Case[] {
  const layout = requestLayouts.find((each) => each.kind === kind)
  if (layout === undefined) return []
  const size = kind === 'placeOrder' ? 'order' : 'other'
  const requests = requestsOf(layout, AT_NEWEST[size])
  return packageNames.flatMap((name) =>
    VERSIONS.filter((version) => version <= PACKAGES[name] && version >= layout.since).flatMap(
      (version) =>
        requests
          .slice(0, version === PACKAGES[name] ? AT_NEWEST[size] : AT_EVERY[size])
          .flatMap((request) => caseOf(layout, request, { name, version })),
    ),
  )
}

function caseOf(layout: Layout, request: Request, speaker: Speaker): readonly Case[] {
  const call = callFor(request, speaker)
  if (call === null) return []
  const wanted = sentBy(speaker, call)
  const fields = fieldsOf(layout, request, speaker.version)
  const check = (codec: AnyCodec): string | null => {
    if (typeof wanted === 'string') return `the package refuses: ${wanted}`
    const ours = encoded(codec, request, speaker.version)
    if (typeof ours === 'string') return ours
    const texts = textsOf(ours)
    if (texts.length !== fields.length) return `${texts.length} fields instead of ${fields.length}`
    const explained = texts.flatMap((text, i) =>
      asTheirs({ ...speaker, request }, fields[i]?.path ?? '', text),
    )
    return same(frameOf(explained), wanted) ? null : firstOdd(explained, textsOf(wanted))
  }
  const name = `${speaker.name} at ${speaker.version}`
  return [{ side: 'request', kind: layout.kind, name, check }]
}

/** Entries that were needed so far. */
export const occurred = new Set<RequestDifference>()

interface Sending extends Speaker {
  readonly request: Request
}

/** What the package sends, as far as it is explained, where we send `ours`. */
function asTheirs(sending: Sending, path: string, ours: string): readonly string[] {
  for (const difference of requestDifferences) {
    if (!applies(difference, sending, path)) continue
    const theirs = difference.theirs(ours, sending.request)
    if (theirs.length === 1 && theirs[0] === ours) continue
    occurred.add(difference)
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
