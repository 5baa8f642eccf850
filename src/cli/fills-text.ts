import { csvLine, type Cell } from '../base/csv.ts'
import { newYorkDate, newYorkTimeText, utcText } from '../domain/calendar.ts'
import { amountOf, type Money, type Price } from '../domain/money.ts'
import { groupedBy, groupOf, type FillGroup, type GroupBy } from '../journal/fill-groups.ts'
import type { FillLedger, FillQuality, Nbbo, Slippage } from '../journal/fill-quality.ts'
import { contractText } from '../cockpit/describe.ts'

const UNKNOWN = 'unknown'
const GROUPS: readonly GroupBy[] = ['symbol', 'hour', 'step']

/** For a person: every fill, then entries and exits by symbol, hour of New York and step. */
export function fillsText({ fills, entries }: FillLedger): string {
  if (fills.length === 0 && entries.length === 0) return 'no fill: nothing was sent to be filled'
  const opened = fills.filter(({ role }) => role === 'entry')
  const closed = fills.filter(({ role }) => role !== 'entry')
  const came = (outcome: string) => entries.filter((entry) => entry.outcome === outcome).length
  const open = entries.filter((entry) => entry.outcome === null).length
  return [
    'slippage: + is worse than the reference; $ of all units, % of the spread of the reference',
    '',
    ...table(FILL_HEAD, fills.map(fillRow)),
    '',
    `entries: ${entries.length} sent, ${came('filled')} filled, ${came('partly')} in part, ` +
      `${came('missed')} missed, ${open} open`,
    ...grouped('entries', opened, GROUPS),
    ...grouped('exits', closed, ['symbol', 'role']),
  ].join('\n')
}

const FILL_HEAD = [
  'New York',
  'contract',
  'role',
  'units',
  'price',
  'step',
  'decided',
  'filled at',
  'to mid',
  'to far side',
  'to mid then',
]

function fillRow(fill: FillQuality): readonly string[] {
  const { at, contract, role, side, quantity, price, step, quotes } = fill
  return [
    `${newYorkDate(at)} ${newYorkTimeText(at)}`,
    contractText(contract),
    role,
    `${side === 'BUY' ? '+' : '-'}${quantity}`,
    `${amountText(price)}${fill.synthetic ? ' (synthetic)' : ''}`,
    String(step),
    nbboText(quotes.decision),
    nbboText(quotes.fill),
    slippageText(fill.againstMid),
    slippageText(fill.againstFar),
    slippageText(fill.againstFillMid),
  ]
}

function grouped(
  of: string,
  fills: readonly FillQuality[],
  by: readonly GroupBy[],
): readonly string[] {
  if (fills.length === 0) return []
  const head = (name: string) => [
    `${of} by ${name}`,
    'fills',
    'units',
    'without quote',
    'to mid',
    'to far side',
    'to mid then',
  ]
  const all = groupRow(groupOf('all', fills))
  return by.flatMap((name) => [
    '',
    ...table(head(name), [...groupedBy(name, fills).map(groupRow), all]),
  ])
}

function groupRow(group: FillGroup): readonly string[] {
  return [
    group.key,
    String(group.fills),
    String(group.units),
    String(group.unknown),
    slippageText(group.againstMid),
    slippageText(group.againstFar),
    slippageText(group.againstFillMid),
  ]
}

/** One object: every fill and the groups, in dollars; what is not known is null. */
export function fillsJson({ fills, entries }: FillLedger): string {
  const opened = fills.filter(({ role }) => role === 'entry')
  const groups = Object.fromEntries(
    GROUPS.map((by) => [by, groupedBy(by, opened).map(groupJson)] as const),
  )
  return JSON.stringify({
    fills: fills.map(fillJson),
    entries,
    entriesBy: { ...groups, all: groupJson(groupOf('all', opened)) },
  })
}

function fillJson(fill: FillQuality) {
  const { quotes, price, asked, againstMid, againstFar, againstFillMid, againstAsked } = fill
  return {
    ...fill,
    contract: contractText(fill.contract),
    symbol: fill.contract.symbol,
    price: amountOf(price),
    asked: asked === null ? null : amountOf(asked),
    quotes: Object.fromEntries(
      Object.entries(quotes).map(([name, nbbo]) => [
        name,
        nbbo === null ? null : { bid: amountOf(nbbo.bid), ask: amountOf(nbbo.ask) },
      ]),
    ),
    againstMid: slippageJson(againstMid),
    againstFar: slippageJson(againstFar),
    againstFillMid: slippageJson(againstFillMid),
    againstAsked: againstAsked === null ? null : amountOf(againstAsked),
  }
}

function groupJson(group: FillGroup) {
  const { againstMid, againstFar, againstFillMid } = group
  return {
    ...group,
    againstMid: slippageJson(againstMid),
    againstFar: slippageJson(againstFar),
    againstFillMid: slippageJson(againstFillMid),
  }
}

function slippageJson(slippage: Slippage | null) {
  return slippage === null ? null : { ...slippage, amount: amountOf(slippage.amount) }
}

const CSV_HEAD =
  'at,exec_id,order_id,structure_id,strategy,role,symbol,contract,side,quantity,price,step,asked,' +
  'decision_bid,decision_ask,step_bid,step_ask,fill_bid,fill_ask,' +
  'against_mid,against_mid_of_spread,against_far,against_far_of_spread,' +
  'against_fill_mid,against_fill_mid_of_spread,against_asked,' +
  'synthetic'

/** One line a fill, in dollars; an empty field is not known. */
export function fillsCsv({ fills }: FillLedger): string {
  return [CSV_HEAD, ...fills.map(csvOf)].join('\n')
}

function csvOf(fill: FillQuality): string {
  const { quotes, contract, againstMid, againstFar, againstFillMid } = fill
  const amount = (of: Price | Money | null | undefined) => (of == null ? null : amountOf(of))
  const sides = (nbbo: Nbbo | null) => [amount(nbbo?.bid), amount(nbbo?.ask)]
  const both = (slippage: Slippage | null) => [amount(slippage?.amount), slippage?.ofSpread ?? null]
  const cells: readonly (readonly Cell[])[] = [
    [utcText(fill.at), fill.execId, fill.orderId, fill.structureId, fill.strategy],
    [fill.role, contract.symbol, contractText(contract), fill.side, fill.quantity],
    [amount(fill.price), fill.step, amount(fill.asked)],
    sides(quotes.decision),
    sides(quotes.step),
    sides(quotes.fill),
    both(againstMid),
    both(againstFar),
    both(againstFillMid),
    [amount(fill.againstAsked), fill.synthetic],
  ]
  return csvLine(cells.flat())
}

function amountText(of: Price | Money): string {
  return amountOf(of).toFixed(2)
}

function nbboText(nbbo: Nbbo | null): string {
  return nbbo === null ? UNKNOWN : `${amountText(nbbo.bid)} x ${amountText(nbbo.ask)}`
}

/** `+$12.00 +25%`. */
function slippageText(slippage: Slippage | null): string {
  if (slippage === null) return UNKNOWN
  const { amount, ofSpread } = slippage
  const dollars = `${amount < 0 ? '-' : '+'}$${Math.abs(amountOf(amount)).toFixed(2)}`
  if (ofSpread === null) return dollars
  const percent = Math.round(ofSpread * 100)
  return `${dollars} ${percent < 0 ? '' : '+'}${percent}%`
}

/** Columns as wide as their widest cell; the first to the left, numbers as they come. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
