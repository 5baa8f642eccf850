import * as fc from 'fast-check'
import type { Response } from '../../src/wire/responses.ts'
import { type ResponseDifference, responseDifferences } from './differences.ts'
import { type AnyCodec, type Case, type Effort, encoded, show } from './evidence.ts'
import type { Layout } from './layout.ts'
import { type Event, heardBy, PACKAGES, type Speaker, speakersSince } from './packages.ts'
import { made, visible } from './reference.ts'
import { random } from './samples.ts'
import { eventsOf, type Heard } from './second-decoder.ts'
import { rules } from './transcribed-orders.ts'
import { responseLayouts } from './transcribed-responses.ts'

const SEED = 20_260_311

/** What fields with a meaning can hold. */
const MEANINGS: Readonly<Record<string, readonly unknown[]>> = {
  id: [-1, 0, 7, 1_000_005],
  text: ['', 'Order Canceled - reason:', 'Börse geschlossen – \u{1f6ab}'],
  advancedOrderRejectJson: ['', '{"8229":"IDLE","n":3}'],
  mask: [0, 1, 2, 3, 4],
  'ticks.*.mask': [0, 1, 2, 3],
  done: [0, 1],
  tickType: [1, 2, 4, 6, 9, 10, 13, 37, 66, 67, 68, 83],
  type: [1, 2, 3, 4],
  yieldRedemptionDate: ['', '0', '20300115'],
  'contract.secType': ['STK', 'OPT', 'OPT', 'IND', 'BAG', 'FUND'],
  'contract.right': ['', 'C', 'P', '?', '0'],
  'contract.multiplier': ['', '100', '10', '0.1'],
  'contract.exchange': ['SMART', 'CBOE', 'IBKRATS'],
  'contract.lastTradeDateOrContractMonth': ['', '20260320', '20260320 16:15 US/Eastern'],
  multiplier: ['100', '10'],
  'order.bondAccruedInterest': [null, 0, 12.5],
  'order.orderType': ['LMT', 'MKT', 'STP', 'PEG BENCH', 'PEG BEST', 'PEG MID'],
  'order.deltaNeutralOrderType': ['', 'None', 'MKT'],
  'order.scalePriceIncrement': [null, 0.05, 0, -0.5],
  'order.hedgeType': ['', 'D'],
  'order.algoStrategy': ['', 'Vwap'],
  'order.competeAgainstBestOffset': [null, 0.02, Infinity],
  'order.conditions.*.type': [1, 3, 4, 5, 6, 7],
  'order.conditions.*.conjunction': ['a', 'o'],
}

function responsesOf(layout: Layout, count: number): readonly Response[] {
  const any = random(MEANINGS).map((making) => made(layout, rules, making) as unknown as Response)
  return fc.sample(any, { numRuns: count, seed: SEED })
}

/** Our frames, decoded by the package: the same values, but for the differences explained. */
export function secondDecoderCases(kind: string, effort: Effort): readonly Case[] {
  const layout = responseLayouts.find((each) => each.kind === kind)
  if (layout === undefined) return []
  const responses = responsesOf(layout, effort.newest)
  return speakersSince(layout.since).flatMap((speaker) =>
    responses
      .slice(0, speaker.version === PACKAGES[speaker.name] ? effort.newest : effort.every)
      .flatMap((response) => caseOf(layout, response, speaker)),
  )
}

function caseOf(layout: Layout, response: Response, speaker: Speaker): readonly Case[] {
  const sent = visible({ layout, rules }, response, speaker.version) as unknown as Response
  const expected = eventsOf(sent)
  if (expected === null) return []
  const check = (codec: AnyCodec): string | null => {
    const frame = encoded(codec, response, speaker.version)
    if (typeof frame === 'string') return frame
    return differs({ ...speaker, response }, expected, heardBy(speaker, frame))
  }
  const name = `${speaker.name} at ${speaker.version}`
  return [{ side: 'response', kind: layout.kind, name, check }]
}

interface Hearing extends Speaker {
  readonly response: Response
}

/** Entries that were needed so far. */
export const occurred = new Set<ResponseDifference>()

function differs(
  hearing: Hearing,
  expected: readonly Heard[],
  heard: readonly Event[],
): string | null {
  const applying = responseDifferences.filter((each) => applies(each, hearing))
  const all = [...expected, ...applying.flatMap((each) => more(each, hearing))]
  const wanted = placesOf(all)
  const found = placesOf(
    heard.map(({ name, args }, i) => ({ event: name, args: named(args, all[i]) })),
  )
  const odd: string[] = []
  for (const path of new Set([...wanted.keys(), ...found.keys()])) {
    const ours = wanted.get(path)
    const theirs = found.get(path)
    if (ours === theirs) continue
    if (asTheirs(applying, { hearing, path }, ours) === theirs) continue
    odd.push(`${path}: ${show(ours)}, the package ${show(theirs)}`)
  }
  if (odd.length === 0) return null
  const misread = applying.find((each) => each.misreads === true)
  if (misread === undefined) return odd.join('; ')
  occurred.add(misread)
  return null
}

function more(difference: ResponseDifference, { response }: Hearing): readonly Heard[] {
  const events = difference.also?.(response) ?? []
  if (events.length > 0) occurred.add(difference)
  return events
}

/** Arguments by the names of the event that is expected there. */
function named(args: readonly unknown[], expected: Heard | undefined): Heard['args'] {
  const names = Object.keys(expected?.args ?? {})
  return Object.fromEntries(args.map((value, i) => [names[i] ?? `argument ${i}`, value]))
}

/** Every event and every value by its place. */
function placesOf(events: readonly Heard[]): ReadonlyMap<string, unknown> {
  return new Map(
    events.flatMap(({ event, args }, i) => [
      [`event ${i}`, event] as const,
      ...leaves(args, `${i} ${event}`),
    ]),
  )
}

/** Every value by its place. What is null, undefined or empty is not there. */
function leaves(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object') return [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`))
}

interface Place {
  readonly hearing: Hearing
  readonly path: string
}

function asTheirs(
  applying: readonly ResponseDifference[],
  { hearing, path }: Place,
  ours: unknown,
): unknown {
  const at = path.replace(/^\d+ /, '').replaceAll(/\.\d+/g, '.*')
  let theirs = ours
  for (const difference of applying) {
    const { field, theirs: say } = difference
    if (say === undefined || !isAt(field, at)) continue
    const before = theirs
    theirs = say(theirs, { response: hearing.response, path })
    if (!Object.is(theirs, before)) occurred.add(difference)
  }
  return theirs
}

/** `*.order.` is anything inside any `order`, `*.price` whatever ends so. */
function isAt(field: string, path: string): boolean {
  if (!field.startsWith('*')) return field === path
  return field.endsWith('.') ? path.includes(field.slice(1)) : path.endsWith(field.slice(1))
}

function applies({ messages, versions }: ResponseDifference, { name, version, response }: Hearing) {
  const [from, to] = versions[name] ?? [Infinity, 0]
  const kinds = messages.includes('*') || messages.includes(response.kind)
  return kinds && version >= from && version <= to
}
