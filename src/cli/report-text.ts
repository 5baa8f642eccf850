import pc from 'picocolors'
import { plain } from '../base/plain.ts'
import { GROUP_NAMES, type Count, type Performance } from '../journal/performance.ts'
import type { CurvePoint, Group, PerformanceTrade } from '../journal/performance-figures.ts'
import { columns } from './columns.ts'
import { pnlText } from '../cockpit/describe.ts'
import * as words from '../cockpit/report-words.ts'

const HEADINGS = {
  strategy: 'strategy',
  symbol: 'symbol',
  hour: 'hour of entry',
  weekday: 'weekday of entry',
} as const

/** For a person at a terminal. */
export function reportText(report: Performance): string {
  const { all, curve, slippage } = report
  const caveats = words.caveatsOf(report).map((each) => pc.yellow(`note: ${each}`))
  return [
    pc.bold(words.titleOf(report)),
    words.modeText(report),
    ...caveats,
    '',
    `realised       ${pnlText(all.realized)}  ${sparkline(curve)}`,
    ...rows([
      ['commissions', words.commissionsText(all)],
      ['equity before', words.plainDollars(report.equity)],
      ['max drawdown', words.drawdownText(report)],
      [
        'structures',
        `${all.opened} opened, ${all.closed} closed: ${all.wins} won, ${all.losses} lost, ` +
          `${all.even} even; ${report.open} still held`,
      ],
      ['win rate', words.percentText(all.winRate)],
      ['profit factor', words.factorText(all)],
      ['expectancy', `${words.signedText(all.expectancy)} a structure`],
      [
        'average',
        `win ${words.signedText(all.averageWin)}, loss ${words.signedText(all.averageLoss)}`,
      ],
      ['daily ratio', words.ratioText(report)],
      ['slippage in', words.fillGroupText(slippage.entries)],
      ['slippage out', words.fillGroupText(slippage.exits)],
      ['unprotected', words.unprotectedText(report)],
      ['decisions', `${report.decisions}${countsText(report.outcomes, ': ')}`],
      [
        'entries',
        `${report.approved} approved, ${report.refused} refused` +
          countsText(report.refusals, ', by '),
      ],
    ]),
    ...groupTable('exit', report.exits),
    ...GROUP_NAMES.flatMap((name) => groupTable(HEADINGS[name], report.by[name])),
    ...tradeTable(report.trades),
  ].join('\n')
}

function rows(of: readonly (readonly [string, string])[]): readonly string[] {
  return of.map(([name, text]) => `${name.padEnd(15)}${text}`)
}

function countsText(counts: readonly Count[], before: string): string {
  if (counts.length === 0) return ''
  return before + counts.map(({ key, count }) => `${plain(key)} ${count}`).join(', ')
}

const HEAD = ['closed', 'won', 'win rate', 'factor', 'expectancy', 'realised', 'commissions']
function groupTable(name: string, groups: readonly Group[]): readonly string[] {
  if (groups.length === 0) return []
  const rows = groups.map((group) => [
    plain(group.key),
    String(group.closed),
    String(group.wins),
    group.winRate === null ? '-' : words.percentText(group.winRate),
    group.profitFactor === null ? '-' : group.profitFactor.toFixed(2),
    group.expectancy === null ? '-' : words.signedText(group.expectancy),
    pnlText(group.realized),
    words.commissionsText(group),
  ])
  return ['', columns([`by ${name}`, ...HEAD], rows, HEAD)]
}

function tradeTable(trades: readonly PerformanceTrade[]): readonly string[] {
  if (trades.length === 0) return []
  const { shown, more } = words.shownTrades(trades)
  const rows = shown.map((trade) => [
    words.minuteText(trade.openedAt),
    plain(trade.strategy),
    plain(trade.contract),
    String(trade.quantity),
    words.closedText(trade),
    words.exitText(trade),
    words.resultText(trade),
    plain(trade.structureId),
  ])
  const head = ['opened', 'strategy', 'contract', 'units', 'closed', 'exit', 'result', 'id']
  return ['', columns(head, rows, ['units', 'result']), ...(more === null ? [] : [pc.dim(more)])]
}

const LEVELS = '▁▂▃▄▅▆▇█'
const WIDTH = 48

/** Realised results over the closing fills, from nothing on; each mark is the last of its share. */
export function sparkline(curve: readonly CurvePoint[], width = WIDTH): string {
  if (curve.length === 0) return ''
  const values = [0, ...curve.map(({ realized }): number => realized)]
  const count = Math.min(width, values.length)
  const marks = Array.from({ length: count }, (_, i) => {
    return values[Math.ceil(((i + 1) * values.length) / count) - 1] ?? 0
  })
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low
  return marks
    .map((value) => LEVELS[span === 0 ? 0 : Math.round(((value - low) / span) * 7)])
    .join('')
}
