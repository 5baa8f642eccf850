import type { RunFacts } from './facts.ts'
import { escaped, plotSvg } from './plot.ts'
import { plotsOf } from './report-plots.ts'
import { MARKS, outageText, periodLines, setupLines } from './report-text.ts'
import type { TimeText } from './report-text.ts'
import type { Validated } from './verdict.ts'

const STYLE = `
:root { color-scheme: light dark;
  --back: #fff; --text: #222; --soft: #555; --rule: #ddd; --grid: #e6e6e6;
  --good: #17702a; --bad: #b00020; --doubt: #8a6100; --band: #f5b7b1;
  --s0: #1f77b4; --s1: #d62728; --s2: #2c8a2c; --s3: #9467bd }
@media (prefers-color-scheme: dark) {
  :root { --back: #15171a; --text: #e3e5e8; --soft: #a4a9b0; --rule: #383c42; --grid: #2c3035;
    --good: #5fc979; --bad: #ff7b8a; --doubt: #e0b04c; --band: #8a3b3f;
    --s0: #62aee8; --s1: #ff8a80; --s2: #7fd07f; --s3: #c3a3e8 }
}
body { font: 14px/1.45 system-ui, sans-serif; margin: 24px auto; padding: 0 16px; max-width: 900px;
  color: var(--text); background: var(--back) }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid var(--rule); padding: 4px 8px }
td, th { text-align: left; vertical-align: top }
.PASS, .yes { color: var(--good) } .FAIL, .no { color: var(--bad) }
.INCONCLUSIVE, .open { color: var(--doubt) } .yes, .no, .open { white-space: nowrap }
svg { display: block; margin: 18px 0; max-width: 100%; height: auto }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft) }
svg .title { font-size: 13px; fill: var(--text) } svg .end { text-anchor: end }
.grid { stroke: var(--grid) } .limit { stroke: var(--bad); stroke-dasharray: 5 4 }
.band { fill: var(--band); fill-opacity: 0.55 }
path { fill: none; stroke: var(--of) } svg tspan { fill: var(--of) }
.s0 { --of: var(--s0) } .s1 { --of: var(--s1) } .s2 { --of: var(--s2) } .s3 { --of: var(--s3) }
`

/** One file that stands for itself: no script, nothing from outside. */
export function reportHtml(facts: RunFacts, validated: Validated, timeText: TimeText): string {
  const { verdict, reasons, findings } = validated
  const list = (rows: readonly string[]): string =>
    rows.length === 0 ? '' : `<ul>${rows.map((row) => `<li>${escaped(row)}</li>`).join('')}</ul>`
  const rows = findings.map(
    ({ name, wanted, held, found }) =>
      `<tr><td>${escaped(name)}</td><td>${escaped(wanted)}</td>` +
      `<td class="${held}">${MARKS[held]}</td><td>${escaped(found)}</td></tr>`,
  )
  const outages = facts.outages.map((outage) => outageText(outage, timeText))
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${facts.setup.phase}: ${verdict}</title><style>${STYLE}</style></head><body>`,
    `<h1>${facts.setup.phase}: <span class="${verdict}">${verdict}</span></h1>`,
    list(reasons),
    list([...setupLines(facts.setup), ...periodLines(facts, timeText)]),
    '<h2>What must hold</h2><table><tr><th></th><th>wanted</th><th></th><th>found</th></tr>',
    ...rows,
    '</table><h2>Outages</h2>',
    outages.length === 0 ? '<p>Nothing was interrupted.</p>' : list(outages),
    ...(facts.tally.latency.size === 0
      ? []
      : ['<h2>Latency, from the socket to the answer</h2>', latencyTable(facts)]),
    '<h2>Over time</h2><p>Shaded: an outage.</p>',
    ...plotsOf(facts, timeText).map(plotSvg),
    '</body></html>\n',
  ].join('\n')
}

function latencyTable({ tally }: RunFacts): string {
  const ms = (of: number | null): string => (of === null ? '' : `${Math.round(of)} ms`)
  const rows = [...tally.latency].map(([kind, of]) => {
    const figures = [of.quantile(0.5), of.quantile(0.95), of.quantile(0.99), of.max].map(ms)
    const cells = [escaped(kind), String(of.count), ...figures]
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  })
  const head = ['kind', 'answers', 'p50', 'p95', 'p99', 'most'].map((each) => `<th>${each}</th>`)
  return `<table><tr>${head.join('')}</tr>${rows.join('')}</table>`
}
