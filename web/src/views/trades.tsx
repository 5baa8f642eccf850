import type { TradeView } from '../../../src/dashboard/view.ts'
import { signOf, units } from '../format.ts'
import { linkTo } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { Asked, Empty, Older } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Dollars, Gain, Moment } from '../ui/text.tsx'
import { useTrades } from './queries.ts'

const columns: readonly Column<TradeView>[] = [
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
  { head: 'Commissions', align: 'right', cell: (row) => <Dollars of={row.commissions} /> },
  {
    head: 'P&L',
    align: 'right',
    // Of what is closed of it: nothing yet is not nothing won.
    cell: (row) =>
      row.closedAt === null && signOf(row.pnl) === 0 ? (
        <span className="none">open</span>
      ) : (
        <Gain of={row.pnl} />
      ),
  },
]

const PAGE = 50

/** Each structure from its first fill to flat; `most`: of the newest alone. */
export function TradesPanel({ most }: { readonly most?: number }) {
  const asked = useTrades(most ?? PAGE)
  return (
    <Panel
      title="From first fill to flat"
      note={most === undefined ? 'newest first, P&L with commissions' : 'the newest'}
    >
      <Asked of={asked} what="structures">
        {(trades) =>
          trades.length === 0 ? (
            <Empty title="Nothing was opened yet" />
          ) : (
            <Table
              label="Structures from first fill to flat"
              isCards
              columns={columns}
              rows={most === undefined ? trades : trades.slice(0, most)}
              keyOf={(row) => row.structureId}
            />
          )
        }
      </Asked>
      {most === undefined ? <Older of={asked} what="structures" /> : null}
    </Panel>
  )
}
