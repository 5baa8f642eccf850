import { useMemo } from 'react'
import { LineChart } from '../charts/line-chart.tsx'
import { cents, count, dollars, percent, plural, span, units, words } from '../format.ts'
import { linkTo } from '../route.ts'
import { Facts, Panel, Tile } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Dollars, Gain, Moment, Unknown } from '../ui/text.tsx'
import type { CountJson, FiguresJson, GroupJson, ReportJson, SlippageJson } from './report-shape.ts'
import type { TradeJson } from './report-shape.ts'

export function ReportView({ report }: { readonly report: ReportJson }) {
  return (
    <>
      {report.notes.length === 0 ? null : (
        <ul className="notes">
          {report.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <Headline report={report} />
      <div className="cols-2-1">
        <Curve report={report} />
        <Fills report={report} />
      </div>
      <div className="cols-2">
        {Object.entries(report.by).map(([name, groups]) => (
          <Groups key={name} title={`By ${name}`} head={words(name)} groups={groups} />
        ))}
        <Groups title="By exit" head="Exit" groups={report.exits} />
        <Decisions report={report} />
      </div>
      <Trades trades={report.trades} />
    </>
  )
}

function Headline({ report }: { readonly report: ReportJson }) {
  const { all, drawdown, ratio } = report
  return (
    <div className="tiles">
      <Tile title={report.title}>
        <p className="tile-number">
          <Gain of={all.realized} />
        </p>
        <p className="tile-line">
          Realized, with <Dollars of={all.commissions} /> commissions
        </p>
      </Tile>
      <Tile title="Win rate">
        <p className="tile-number num">
          {all.winRate === null ? <Unknown why="Nothing was closed." /> : percent(all.winRate, 1)}
        </p>
        <p className="tile-line">
          {count(all.wins)} won, {count(all.losses)} lost of {plural(all.closed, 'structure')}{' '}
          closed
        </p>
      </Tile>
      <Tile title="Profit factor">
        <p className="tile-number num">
          {all.profitFactor === null ? (
            <Unknown why={all.profitFactorWhy ?? undefined} />
          ) : (
            all.profitFactor.toFixed(2)
          )}
        </p>
        <p className="tile-line">
          {all.profitFactor === null ? (
            all.profitFactorWhy
          ) : (
            <>
              Mean of a structure <Gain of={cents(all.expectancy)} />
            </>
          )}
        </p>
      </Tile>
      <Tile title="Deepest drawdown">
        <p className="tile-number">
          {drawdown === null ? 'none' : <Gain of={`-${drawdown.amount}`} />}
        </p>
        <p className="tile-line">
          {drawdown === null
            ? 'Realized results never fell.'
            : drawdown.ofEquity === null
              ? 'share of the equity unknown'
              : `${percent(drawdown.ofEquity, 2)} of the equity`}
        </p>
      </Tile>
      <Tile title="Ratio of daily results">
        <p className="tile-number num">
          {ratio.value === null ? <Unknown why={ratio.why ?? undefined} /> : ratio.value.toFixed(2)}
        </p>
        <p className="tile-line" title={ratio.why ?? undefined}>
          {ratio.why ?? 'mean over deviation, × √252'}
        </p>
      </Tile>
    </div>
  )
}

function Curve({ report }: { readonly report: ReportJson }) {
  const lines = useMemo(
    () => ({
      at: report.curve.map(({ at }) => at),
      series: [
        {
          name: 'realized',
          colour: 'accent',
          values: report.curve.map(({ realized }) => Number(realized)),
          isFilled: true,
        },
      ],
    }),
    [report.curve],
  )
  return (
    <Panel title="Realized over time" note="profit and loss, commissions included">
      {report.curve.length === 0 ? (
        <Empty title="Nothing was closed in this period" />
      ) : (
        <LineChart
          label="Realized profit and loss over time"
          at={lines.at}
          series={lines.series}
          textOf={inDollars}
          height={220}
          isSigned
        />
      )}
    </Panel>
  )
}

/** Of an axis: a statistic on a screen, never an amount that is counted with. */
const inDollars = (value: number) => dollars(value.toFixed(2))

function Fills({ report }: { readonly report: ReportJson }) {
  const { slippage, unprotected, open } = report
  return (
    <Panel title="Fills and protection">
      <Facts
        rows={[
          ['Entries against the mid', <Slippage key="e" of={slippage.entries} />],
          ['Exits against the mid', <Slippage key="x" of={slippage.exits} />],
          ['Fills', `${count(slippage.entries.fills)} in, ${count(slippage.exits.fills)} out`],
          ['Held at its end', plural(open, 'structure')],
          [
            'Unprotected',
            unprotected.spans === 0
              ? 'never'
              : `${plural(unprotected.spans, 'time')}, ${span(unprotected.msMax)} at most`,
          ],
          ['Equity at its beginning', <Dollars key="q" of={report.equity} />],
        ]}
      />
    </Panel>
  )
}

function Slippage({ of }: { readonly of: SlippageJson }) {
  if (of.againstMid === null) return <Unknown why="No fill has a quote to hold it against." />
  const { amount, ofSpread } = of.againstMid
  const isBetter = amount.startsWith('-')
  return (
    <span>
      <span className="num">{dollars(amount.replace('-', ''))}</span>{' '}
      {isBetter ? 'better' : 'worse'}
      {ofSpread === null ? '' : `, ${percent(Math.abs(ofSpread))} of the spread`}
    </span>
  )
}

const figures: readonly Column<FiguresJson>[] = [
  {
    head: 'Closed',
    align: 'right',
    cell: (row) => <span className="num">{count(row.closed)}</span>,
  },
  {
    head: 'Win rate',
    align: 'right',
    cell: (row) =>
      row.winRate === null ? <Unknown /> : <span className="num">{percent(row.winRate)}</span>,
  },
  {
    head: 'Profit factor',
    align: 'right',
    cell: (row) =>
      row.profitFactor === null ? (
        <Unknown why={row.profitFactorWhy ?? undefined} />
      ) : (
        <span className="num">{row.profitFactor.toFixed(2)}</span>
      ),
  },
  { head: 'Realized', align: 'right', cell: (row) => <Gain of={row.realized} /> },
]

interface GroupsProps {
  readonly title: string
  readonly head: string
  readonly groups: readonly GroupJson[]
}

function Groups({ title, head, groups }: GroupsProps) {
  const columns: readonly Column<GroupJson>[] = [
    { head, isTitle: true, cell: (row) => row.key },
    ...figures,
  ]
  return (
    <Panel title={title}>
      {groups.length === 0 ? (
        <Empty title="Nothing in this period" />
      ) : (
        <Table label={title} columns={columns} rows={groups} keyOf={(row) => row.key} />
      )}
    </Panel>
  )
}

function Decisions({ report }: { readonly report: ReportJson }) {
  return (
    <Panel
      title="Decisions"
      note={`${count(report.decisions)} made, ${count(report.approved)} entries approved, ${count(report.refused)} refused`}
    >
      <Counts title="Outcomes" of={report.outcomes} />
      <Counts title="Refused by" of={report.refusals} />
    </Panel>
  )
}

function Counts({ title, of }: { readonly title: string; readonly of: readonly CountJson[] }) {
  if (of.length === 0) return <p className="note">{title}: none</p>
  return (
    <div>
      <h3>{title}</h3>
      <Facts rows={of.slice(0, 12).map((each) => [each.key, count(each.count)] as const)} />
    </div>
  )
}

const tradeColumns: readonly Column<TradeJson>[] = [
  {
    head: 'Structure',
    isTitle: true,
    cell: (row) => (
      <>
        <a href={linkTo('journal', 'explain', row.structureId)}>{row.contract}</a>
        <span className="sub">{row.strategy}</span>
      </>
    ),
  },
  {
    head: 'Quantity',
    unit: 'units',
    align: 'right',
    cell: (row) => <span className="num">{units(row.quantity)}</span>,
  },
  { head: 'Opened', unit: 'ET', cell: (row) => <Moment at={row.openedAt} /> },
  {
    head: 'Closed',
    unit: 'ET',
    cell: (row) => (row.closedAt === null ? 'still held' : <Moment at={row.closedAt} />),
  },
  { head: 'Ended by', cell: (row) => row.exit ?? <span className="none">none</span> },
  { head: 'P&L', align: 'right', cell: (row) => <Gain of={row.pnl} /> },
]

const SHOWN = 200

function Trades({ trades }: { readonly trades: readonly TradeJson[] }) {
  const newest = [...trades].sort((a, b) => b.openedAt - a.openedAt).slice(0, SHOWN)
  return (
    <Panel title="Structures" note="newest first">
      {newest.length === 0 ? (
        <Empty title="None in this period" />
      ) : (
        <Table
          label="Structures of the period"
          isCards
          columns={tradeColumns}
          rows={newest}
          keyOf={(row) => row.structureId}
        />
      )}
    </Panel>
  )
}
