import type { FillView, OrderDetail } from '../../../src/dashboard/view.ts'
import { CancelButton } from '../control/one-order.tsx'
import { count, signOf, units, words } from '../format.ts'
import { useView } from '../live.ts'
import { linkTo } from '../route.ts'
import { Facts, Panel } from '../ui/panel.tsx'
import { Asked, Empty } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Badge, Dollars, Id, Moment, Price, Time, Unknown, Word } from '../ui/text.tsx'
import { toneOfStatus } from './order-status.ts'
import { useOrder } from './queries.ts'

/** One order: what it is, how it came to be so, and what it filled. */
export function OrderPanel({ id }: { readonly id: string }) {
  const asked = useOrder(id)
  return (
    <div className="stack">
      <p>
        <a href={linkTo('orders')}>All positions and orders</a>
      </p>
      <Asked of={asked} what="the order" rows={8}>
        {(detail) => <Detail detail={detail} />}
      </Asked>
    </div>
  )
}

function Detail({ detail }: { readonly detail: OrderDetail }) {
  const { order } = detail
  const isOpen = useView().orders.some(({ id }) => id === order.id)
  return (
    <>
      <Panel
        title={`${order.side} ${units(order.quantity)} ${order.contract}`}
        note={words(order.role)}
        actions={
          isOpen ? (
            <CancelButton orderId={order.id} what={`order of ${order.contract}`} />
          ) : undefined
        }
      >
        <div className="cols-2">
          <Facts
            rows={[
              [
                'Status',
                <Badge key="s" tone={toneOfStatus(order.status)}>
                  <Word of={order.status} />
                </Badge>,
              ],
              ['Filled', `${units(order.filled)} of ${units(order.quantity)} units`],
              [
                'Terms',
                <span key="t">
                  <Word of={order.type} />{' '}
                  {order.price === null ? 'at the market' : <Price of={order.price} unit />}{' '}
                  <Word of={order.timeInForce} />
                </span>,
              ],
            ]}
          />
          <Facts
            rows={[
              ['Id', <Id key="i" of={order.id} />],
              [
                'Structure',
                order.structureId === null ? 'none' : <Id key="st" of={order.structureId} />,
              ],
              ['Decided', <Moment key="m" at={order.intendedAt} zone />],
            ]}
          />
        </div>
        <p>
          <a href={linkTo('journal', 'explain', order.id)}>Everything the journal says about it</a>
        </p>
      </Panel>
      <div className="cols-2">
        <History of={detail.history} />
        <Panel title="Fills" note="slippage against the mid at the decision">
          <Fills fills={detail.fills} />
        </Panel>
      </div>
    </>
  )
}

function History({ of: history }: { readonly of: OrderDetail['history'] }) {
  return (
    <Panel title="State changes" note="oldest first">
      <ol className="timeline">
        {history.map((row) => (
          <li key={row.seq}>
            <Time at={row.at} />{' '}
            <Badge tone={toneOfStatus(row.to)}>
              {row.from === null ? '' : `${row.from} → `}
              {row.to}
            </Badge>{' '}
            <span>{row.text}</span> <span className="note num">entry {count(row.seq)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

const columns: readonly Column<FillView>[] = [
  { head: 'Time', unit: 'ET', isTitle: true, cell: (row) => <Time at={row.at} /> },
  {
    head: 'Filled',
    align: 'right',
    cell: (row) => (
      <span className="num">
        {row.side} {units(row.quantity)}
      </span>
    ),
  },
  { head: 'Price', unit: '$/share', align: 'right', cell: (row) => <Price of={row.price} /> },
  { head: 'Commission', align: 'right', cell: (row) => <Dollars of={row.commission} /> },
  { head: 'Slippage', align: 'right', cell: (row) => <Slippage of={row.slippage} /> },
]

/** Positive: it cost more than the mid. */
function Slippage({ of }: { readonly of: string | null }) {
  if (of === null) return <Unknown why="The quote at the decision is not known." />
  const sign = signOf(of)
  const amount = <Dollars of={of.replace('-', '')} />
  if (sign === 0) return amount
  return (
    <span className={sign > 0 ? 'tone-bad' : 'tone-good'}>
      {amount} {sign > 0 ? 'worse' : 'better'}
    </span>
  )
}

function Fills({ fills }: { readonly fills: readonly FillView[] }) {
  if (fills.length === 0) return <Empty title="Nothing filled yet" />
  return <Table label="Fills" isCards columns={columns} rows={fills} keyOf={(row) => row.execId} />
}
