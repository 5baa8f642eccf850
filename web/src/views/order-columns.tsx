import type { OrderView } from '../../../src/dashboard/view.ts'
import { units, words } from '../format.ts'
import { linkTo } from '../route.ts'
import type { Column } from '../ui/table.tsx'
import { Age, Badge, Price, Word } from '../ui/text.tsx'
import { toneOfStatus } from './order-status.ts'

export const orderColumns: readonly Column<OrderView>[] = [
  {
    head: 'Order',
    isTitle: true,
    cell: (row) => (
      <>
        <a href={linkTo('orders', row.id)} title={row.id}>
          {row.side} {row.contract}
        </a>
        <span className="sub">{words(row.role)}</span>
      </>
    ),
  },
  {
    head: 'Filled',
    unit: 'of units',
    align: 'right',
    cell: (row) => (
      <span className="num">
        {row.quantity === 0 ? (
          <span className="none">nothing left</span>
        ) : (
          `${units(row.filled)} of ${units(row.quantity)}`
        )}
      </span>
    ),
  },
  {
    head: 'Terms',
    unit: '$/share',
    cell: (row) => (
      <span className="nowrap">
        <Word of={row.type} />{' '}
        {row.price === null ? (
          <span className="note">at the market</span>
        ) : (
          <Price of={row.price} />
        )}{' '}
        <span className="note">
          <Word of={row.timeInForce} />
        </span>
      </span>
    ),
  },
  {
    head: 'Status',
    cell: (row) => (
      <span className="nowrap">
        <Badge tone={toneOfStatus(row.status)}>
          <Word of={row.status} />
        </Badge>{' '}
        <span className="note">
          <Age at={row.statusSince} ago={false} />
        </span>
      </span>
    ),
  },
  {
    head: 'Decided',
    means: 'when it was written into the journal, before it was sent',
    align: 'right',
    cell: (row) => <Age at={row.intendedAt} />,
  },
]
