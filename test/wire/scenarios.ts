import type { Settings } from './samples.ts'

/** Which optional parts a message has. */
export interface Scenario {
  readonly name: string
  readonly settings: Settings
  readonly lists: number
  /** Fields more than the plain message, from a version on; protocol.md 7.2 and 9. */
  readonly adds?: readonly [fields: number, since: number]
}

const noBlocks: Settings = {
  'contract.secType': 'OPT',
  'contract.exchange': 'SMART',
  'order.orderType': 'LMT',
  'order.deltaNeutralOrderType': '',
  'order.scalePriceIncrement': null,
  'order.hedgeType': '',
  'order.algoStrategy': '',
  '#order.deltaNeutralContract': 0,
}

/** One condition of every kind there is. */
const conditions: Settings = {
  '#order.conditions': 6,
  'order.conditions.0.type': 1,
  'order.conditions.1.type': 3,
  'order.conditions.2.type': 4,
  'order.conditions.3.type': 5,
  'order.conditions.4.type': 6,
  'order.conditions.5.type': 7,
}
/** Their fields, count excluded: 2 each, their bodies, and the two fields after the last. */
const CONDITIONS = 6 * 2 + (5 + 2 + 2 + 3 + 4 + 4) + 2

const all: Scenario = {
  name: 'all blocks',
  settings: { ...conditions, 'contract.secType': 'BAG', 'order.orderType': 'PEG BENCH' },
  lists: 2,
}

function withBlock(name: string, adds: Scenario['adds'] | number, settings: Settings): Scenario {
  const more = typeof adds === 'number' ? ([adds, 0] as const) : (adds ?? [0, 0])
  return { name, settings: { ...noBlocks, ...settings }, lists: 0, adds: more }
}

/** Groups of two, in the places where 7.2 and 9 have them. */
const legsOf = (list: string, each: number): Scenario =>
  withBlock(list, 2 * each, { [`#order.${list}`]: 2, 'contract.secType': 'BAG' })

const shared: readonly Scenario[] = [
  withBlock('scale', 7, { 'order.scalePriceIncrement': 0.05 }),
  withBlock('increment 0', 0, { 'order.scalePriceIncrement': 0 }),
  withBlock('increment below 0', 0, { 'order.scalePriceIncrement': -0.5 }),
  withBlock('hedge', 1, { 'order.hedgeType': 'D' }),
  withBlock('delta neutral contract', 3, { '#order.deltaNeutralContract': 1 }),
  withBlock('algorithm', 5, { 'order.algoStrategy': 'Vwap', '#order.algoParams': 2 }),
  withBlock('pegged to benchmark', 5, { 'order.orderType': 'PEG BENCH' }),
  withBlock('conditions', CONDITIONS, conditions),
]

const BAG = { 'contract.secType': 'BAG' }
const ofPlaceOrder: readonly Scenario[] = [
  { name: 'plain', settings: noBlocks, lists: 0, adds: [0, 0] },
  all,
  ...shared,
  withBlock('delta neutral', 8, { 'order.deltaNeutralOrderType': 'MKT' }),
  withBlock('BAG without legs', 3, BAG),
  withBlock('BAG with legs', 3 + 16, { ...BAG, '#order.comboLegs': 2 }),
  withBlock('BAG with prices', 3 + 2, { ...BAG, '#order.orderComboLegs': 2 }),
  withBlock('BAG with routing', 3 + 4, { ...BAG, '#order.smartComboRoutingParams': 2 }),
  withBlock('PEGBENCH', 5, { 'order.orderType': 'PEGBENCH' }),
  withBlock('IBKRATS', [1, 170], { 'contract.exchange': 'IBKRATS' }),
  withBlock('PEG BEST', [2, 170], { 'order.orderType': 'PEG BEST' }),
  withBlock('PEGBEST at IBKRATS', [3, 170], {
    'contract.exchange': 'IBKRATS',
    'order.orderType': 'PEGBEST',
  }),
  withBlock('PEG BEST to the midpoint', [4, 170], {
    'order.orderType': 'PEG BEST',
    'order.competeAgainstBestOffset': Infinity,
  }),
  withBlock('PEG MID', [2, 170], { 'order.orderType': 'PEG MID' }),
  withBlock('PEGMID', [2, 170], { 'order.orderType': 'PEGMID' }),
]

/** Counts of 9 and 10 include the delta-neutral fields that the word `None` brings with it. */
const none = { 'order.deltaNeutralOrderType': 'None' }
const reported = (withoutNone: number, more: readonly Scenario[]): readonly Scenario[] => [
  { name: 'plain', settings: { ...noBlocks, ...none }, lists: 0, adds: [0, 0] },
  all,
  withBlock('61 empty', -withoutNone, {}),
  ...[...shared, legsOf('comboLegs', 8), legsOf('orderComboLegs', 1)].map((scenario) => ({
    ...scenario,
    settings: { ...scenario.settings, ...none },
  })),
  ...more,
]

const nothing: readonly Scenario[] = [
  { name: 'lists of two', settings: {}, lists: 2 },
  { name: 'empty lists', settings: {}, lists: 0 },
]

const ofQuotes = (flagged: number): readonly Scenario[] => [
  { name: 'plain', settings: { 'contract.secType': 'OPT' }, lists: 0, adds: [0, 0] },
  { name: 'all blocks', settings: BAG, lists: 2, adds: [1 + 2 * 4 + flagged, 0] },
  { name: 'BAG without legs', settings: BAG, lists: 0, adds: [1, 0] },
]

const long: Readonly<Record<string, readonly Scenario[]>> = {
  placeOrder: ofPlaceOrder,
  openOrder: reported(8, [
    withBlock('allocations', [2 * 7, 195], { ...none, '#orderState.orderAllocations': 2 }),
  ]),
  completedOrder: reported(4, []),
  contractDetails: [
    { name: 'plain', settings: { 'contract.secType': 'OPT' }, lists: 0, adds: [0, 0] },
    { name: 'fund', settings: { 'contract.secType': 'FUND' }, lists: 0, adds: [17, 179] },
    { name: 'lists', settings: { 'contract.secType': 'FUND' }, lists: 2 },
  ],
  reqMktData: ofQuotes(3),
  reqHistoricalData: ofQuotes(0),
  tickByTick: [1, 2, 3, 4].map((type) => ({ name: `type ${type}`, settings: { type }, lists: 0 })),
}

export function scenariosOf(kind: string): readonly Scenario[] {
  return long[kind] ?? nothing
}
