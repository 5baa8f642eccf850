import { plain } from '../base/plain.ts'
import { amountOf } from '../domain/money.ts'
import { GROUP_NAMES, type GroupName, type Performance } from '../journal/performance.ts'
import type { Group, PerformanceTrade } from '../journal/performance-figures.ts'
import { escaped } from '../validation/plot.ts'
import { daysChart, equityChart } from './report-chart.ts'
import * as words from './report-words.ts'

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1d2127; --soft: #5b6470; --rule: #d9dde3;
  --card: #f5f7f9; --good: #17702a; --bad: #b3261e; --line: #1f5fa8; --band: #b3261e22 }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --text: #e4e7eb; --soft: #9aa4b0;
  --rule: #343a42; --card: #1c2127; --good: #63cf80; --bad: #ff8a80; --line: #6db3f2;
  --band: #ff8a8026 } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 24px 16px; max-width: 1040px;
  color: var(--text); background: var(--back) }
h1 { font-size: 1.5em; margin: 0 } h2 { font-size: 1.1em; margin: 2em 0 0.5em }
.sub, figcaption, .note { color: var(--soft) } .note { margin: 0.2em 0 }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 10px;
  padding: 0; margin: 1.2em 0 }
.cards div { background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
  padding: 10px 12px }
dt { color: var(--soft); font-size: 0.85em } dd { margin: 0; font-size: 1.2em; font-weight: 600 }
dd small { display: block; font-size: 0.7em; font-weight: 400; color: var(--soft) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: 0.92em }
th, td { border-bottom: 1px solid var(--rule); padding: 4px 8px; text-align: right;
  white-space: nowrap; font-variant-numeric: tabular-nums }
th:first-child, td:first-child, .text { text-align: left } th { color: var(--soft) }
td:first-child, .trades td { white-space: normal } .trades td:nth-child(7) { white-space: nowrap }
.trades td:nth-child(n + 3) { overflow-wrap: anywhere } .trades td:last-child { font-size: 0.85em }
@media (max-width: 800px) { .wide thead { display: none }
  .wide tr { display: grid; grid-template-columns: 1fr 1fr; padding: 8px 0;
    border-bottom: 1px solid var(--rule) }
  .wide td { border: 0; padding: 1px 8px 1px 0; text-align: left; white-space: normal }
  .wide td::before { content: attr(data-of) " "; color: var(--soft); font-size: 0.85em }
  .wide td:first-child { grid-column: 1 / -1; font-weight: 600 } }
.good, .gain { color: var(--good); fill: var(--good) }
.bad, .loss { color: var(--bad); fill: var(--bad) }
figure { margin: 1em 0 } svg { display: block; width: 100%; height: auto }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft) }
.grid { stroke: var(--rule) } .zero { stroke: var(--soft) } .band { fill: var(--band) }
.line { fill: none; stroke: var(--line); stroke-width: 1.6 }
.area { fill: var(--line); fill-opacity: 0.12; stroke: none }
@media print { :root { color-scheme: light; --back: #fff; --text: #000; --soft: #444;
  --rule: #ccc; --card: #fff; --good: #17702a; --bad: #b3261e; --line: #1f5fa8 }
  body { max-width: none; padding: 0; font-size: 10pt } .wide { overflow: visible }
  figure, .cards div, tr { break-inside: avoid } h2 { break-after: avoid } }
`

const HEADINGS: Readonly<Record<GroupName, string>> = {
  strategy: 'By strategy',
  symbol: 'By symbol',
  hour: 'By hour of entry, New York',
  weekday: 'By weekday of entry',
}

/** One file that stands for itself: no script, nothing from outside; every text is escaped. */
export function reportHtml(report: Performance): string {
  const title = words.titleOf(report)
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="sub">${escaped(words.modeText(report))}; ` +
      `journal up to ${escaped(words.minuteText(report.now))}</p>`,
    ...words.caveatsOf(report).map((each) => `<p class="note">Note: ${escaped(each)}.</p>`),
    cards(report),
    report.curve.length === 0 ? '<p>Nothing was closed in this period.</p>' : equityChart(report),
    daysChart(report),
    '<h2>Safety and execution</h2>',
    details(report),
    ...groupSection('By exit', report.exits),
    ...GROUP_NAMES.flatMap((name) => groupSection(HEADINGS[name], report.by[name])),
    ...tradeSection(report.trades),
    '</body></html>\n',
  ].join('\n')
}

function cards(report: Performance): string {
  const { all, drawdown } = report
  const tone = all.realized < 0 ? 'bad' : 'good'
  const facts: readonly (readonly [string, string, string])[] = [
    [
      'Realised',
      `<span class="${tone}">${words.signedText(all.realized)}</span>`,
      all.fillsWithoutCommission === 0
        ? `commissions ${words.commissionsText(all)} included`
        : `${all.fillsWithoutCommission} commissions unknown, not in it`,
    ],
    [
      'Structures closed',
      String(all.closed),
      `${all.wins} won, ${all.losses} lost, ${all.even} even; ${report.open} held`,
    ],
    ['Win rate', words.percentText(all.winRate), 'of those closed'],
    [
      'Profit factor',
      all.profitFactor === null ? 'none' : all.profitFactor.toFixed(2),
      all.profitFactorWhy ?? 'gross profit over gross loss',
    ],
    ['Expectancy', words.signedText(all.expectancy), 'mean result of one that was closed'],
    [
      'Average win, loss',
      words.signedText(all.averageWin),
      `loss ${words.signedText(all.averageLoss)}`,
    ],
    [
      'Max drawdown',
      drawdown === null ? 'none' : words.plainDollars(drawdown.amount),
      escaped(
        drawdown?.ofEquity == null
          ? 'of realised results'
          : `${words.percentText(drawdown.ofEquity)} of equity, of realised results`,
      ),
    ],
    [
      'Daily ratio',
      report.ratio.value === null ? 'none' : report.ratio.value.toFixed(2),
      escaped(report.ratio.why ?? 'mean over spread of daily results, a year'),
    ],
  ]
  const items = facts.map(
    ([name, value, more]) => `<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`,
  )
  return `<dl class="cards">${items.join('')}</dl>`
}

function details(report: Performance): string {
  const { slippage, outcomes, refusals } = report
  const counts = (of: Performance['outcomes']) =>
    of.length === 0 ? 'none' : of.map(({ key, count }) => `${plain(key)} ${count}`).join(', ')
  const rows: readonly (readonly [string, string])[] = [
    ['Max drawdown', words.drawdownText(report)],
    ['Time without an exit at work', words.unprotectedText(report)],
    ['Slippage of entries (plus is worse)', words.fillGroupText(slippage.entries)],
    ['Slippage of exits', words.fillGroupText(slippage.exits)],
    ['Equity when the period began', words.plainDollars(report.equity)],
    ['Decisions', `${report.decisions}: ${counts(outcomes)}`],
    ['Entries', `${report.approved} approved, ${report.refused} refused`],
    ['Refused by (one entry may be by several)', counts(refusals)],
  ]
  const cells = rows.map(
    ([name, text]) =>
      `<tr><td>${escaped(name)}</td>` +
      `<td class="text" style="white-space:normal">${escaped(text)}</td></tr>`,
  )
  return `<table>${cells.join('')}</table>`
}

function groupSection(heading: string, groups: readonly Group[]): readonly string[] {
  if (groups.length === 0) return []
  const head = ['', 'closed', 'won', 'win rate', 'factor', 'expectancy', 'realised', 'commissions']
  const rows = groups.map((group) =>
    row(head, [
      escaped(plain(group.key)),
      String(group.closed),
      String(group.wins),
      group.winRate === null ? '–' : words.percentText(group.winRate),
      group.profitFactor === null ? '–' : group.profitFactor.toFixed(2),
      group.expectancy === null ? '–' : words.signedText(group.expectancy),
      toned(group.realized),
      words.commissionsText(group),
    ]),
  )
  return [`<h2>${heading}</h2>`, tableOf('groups', head, rows)]
}

function tradeSection(trades: readonly PerformanceTrade[]): readonly string[] {
  if (trades.length === 0) return []
  const head = ['opened', 'strategy', 'contract', 'units', 'closed', 'exit', 'result', 'id']
  const { shown, more } = words.shownTrades(trades)
  const rows = shown.map((trade) =>
    row(head, [
      words.minuteText(trade.openedAt),
      escaped(plain(trade.strategy)),
      escaped(plain(trade.contract)),
      String(trade.quantity),
      words.closedText(trade),
      escaped(words.exitText(trade)),
      trade.unvaluedBy === null ? toned(trade.pnl, words.resultText(trade)) : words.UNKNOWN,
      escaped(plain(trade.structureId)),
    ]),
  )
  const note = more === null ? [] : [`<p class="note">${escaped(more)}</p>`]
  return ['<h2>Structures</h2>', ...note, tableOf('trades', head, rows)]
}

function tableOf(name: string, head: readonly string[], rows: readonly string[]): string {
  const names = head.map((each) => `<th scope="col">${each}</th>`).join('')
  return (
    `<div class="wide"><table class="${name}"><thead><tr>${names}</tr></thead>` +
    `<tbody>${rows.join('\n')}</tbody></table></div>`
  )
}

/** Each cell knows its heading: where there is no room for columns it stands beside it. */
function row(head: readonly string[], cells: readonly string[]): string {
  const all = cells.map((cell, i) => `<td data-of="${head[i] ?? ''}">${cell}</td>`)
  return `<tr>${all.join('')}</tr>`
}

function toned(amount: PerformanceTrade['pnl'], text = words.signedText(amount)): string {
  const tone = amountOf(amount) < 0 ? 'bad' : 'good'
  return `<span class="${tone}">${text}</span>`
}
