import type { ForeignOrderView, OrderView, PositionView } from '../../../src/dashboard/view.ts'
import { CancelButton } from '../control/one-order.tsx'
import { plural, units, words } from '../format.ts'
import { useView } from '../live.ts'
import { useRoute } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { HeldSince, NothingHeld } from '../ui/held.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Badge, Dollars } from '../ui/text.tsx'
import { orderColumns } from './order-columns.tsx'
import { OrderHistory } from './order-history.tsx'
import { OrderPanel } from './order-panel.tsx'
import { StructuresPanel } from './structures.tsx'
import { TradesPanel } from './trades.tsx'

export function Orders() {
  const id = useRoute().rest[0]
  if (id !== undefined) return <OrderPanel id={id} />
  return (
    <div className="stack">
      <StructuresPanel canClose />
      <WorkingPanel />
      <div className="cols-2">
        <PositionsPanel />
        <ForeignPanel />
      </div>
      <TradesPanel />
      <OrderHistory />
    </div>
  )
}

const cancelling: Column<OrderView> = {
  head: 'Cancel',
  cell: (row) => (
    <CancelButton orderId={row.id} what={`${words(row.role).toLowerCase()} of ${row.contract}`} />
  ),
}

function WorkingPanel() {
  const { orders } = useView()
  return (
    <Panel title="Orders" note={`${plural(orders.length, 'order')} that may still fill`}>
      {orders.length === 0 ? (
        <NothingHeld title="No order is open" />
      ) : (
        <Table
          label="Orders not over"
          isCards
          columns={[...orderColumns, cancelling]}
          rows={orders}
          keyOf={(row) => row.id}
        />
      )}
    </Panel>
  )
}

const positionColumns: readonly Column<PositionView>[] = [
  { head: 'Contract', isTitle: true, cell: (row) => row.contract },
  {
    head: 'Quantity',
    unit: 'units',
    align: 'right',
    cell: (row) => <span className="num">{units(row.quantity)}</span>,
  },
  { head: 'Cost', align: 'right', cell: (row) => <Dollars of={row.cost} /> },
  {
    head: 'Held by',
    cell: (row) =>
      row.isUnattributed ? <Badge tone="warn">no structure of ours</Badge> : 'a structure',
  },
]

function PositionsPanel() {
  const { positions } = useView()
  return (
    <Panel title="Positions" note={<HeldSince what="as the broker holds them" />}>
      {positions.length === 0 ? (
        <NothingHeld title="Flat">The account holds nothing.</NothingHeld>
      ) : (
        <Table
          label="Positions"
          columns={positionColumns}
          rows={positions}
          keyOf={(row) => row.contract}
          toneOf={(row) => (row.isUnattributed ? 'row-warn' : '')}
        />
      )}
    </Panel>
  )
}

const foreignColumns: readonly Column<ForeignOrderView>[] = [
  { head: 'Order', isTitle: true, cell: (row) => `${row.side} ${row.contract}` },
  {
    head: 'Quantity',
    unit: 'units',
    align: 'right',
    cell: (row) => <span className="num">{units(row.quantity)}</span>,
  },
  { head: 'Status', cell: (row) => row.status },
  { head: 'Perm id', align: 'right', cell: (row) => <span className="num">{row.permId}</span> },
]

function ForeignPanel() {
  const { foreignOrders } = useView()
  return (
    <Panel
      title="Foreign orders"
      note={<HeldSince what="not ours: counted in risk, never touched" />}
    >
      {foreignOrders.length === 0 ? (
        <NothingHeld title="None">No order of another origin is at the broker.</NothingHeld>
      ) : (
        <Table
          label="Foreign orders"
          columns={foreignColumns}
          rows={foreignOrders}
          keyOf={(row) => String(row.permId)}
        />
      )}
    </Panel>
  )
}
