import { useInfiniteQuery } from '@tanstack/react-query'
import type { OrderView } from '../../../src/dashboard/view.ts'
import { read } from '../api.ts'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { orderColumns } from './order-columns.tsx'

const PAGE = 50

/** Every order of the journal, newest first. */
export function OrderHistory() {
  const asked = useInfiniteQuery({
    queryKey: ['orders'],
    queryFn: ({ pageParam, signal }) =>
      read<readonly OrderView[]>(
        `orders?limit=${PAGE}${pageParam === null ? '' : `&before=${pageParam}`}`,
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.intendedAt),
    refetchInterval: 10_000,
  })
  const rows = asked.data?.pages.flat() ?? []
  return (
    <Panel title="Order history" note="newest first">
      {asked.isPending ? (
        <Loading what="orders" />
      ) : asked.isError ? (
        <Problem cause={asked.error} retry={() => void asked.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title="No order in this journal" />
      ) : (
        <Table
          label="Order history"
          isCards
          columns={orderColumns}
          rows={rows}
          keyOf={(row) => row.id}
        />
      )}
      {asked.hasNextPage ? (
        <button
          type="button"
          className="button more"
          disabled={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          Older orders
        </button>
      ) : null}
    </Panel>
  )
}
