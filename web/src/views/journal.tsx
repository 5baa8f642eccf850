import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { JournalLine, JournalPage } from '../../../src/dashboard/view.ts'
import { read } from '../api.ts'
import { count } from '../format.ts'
import { textOf } from '../login.tsx'
import { useLive } from '../live.ts'
import { go, linkTo, useRoute } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { Asked, Empty, Loading, Problem } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Moment } from '../ui/text.tsx'
import { useExplain } from './queries.ts'
import { ReplayPanel } from './replay.tsx'

export function Journal() {
  const { rest, query } = useRoute()
  const [first, id] = rest
  return (
    <div className="stack">
      {first === 'explain' && id !== undefined ? <Explain key={id} id={id} /> : null}
      <Search key={query.toString()} query={query} />
      <ReplayPanel />
    </div>
  )
}

const columns: readonly Column<JournalLine>[] = [
  {
    head: 'Seq',
    isTitle: true,
    align: 'right',
    cell: (row) => <span className="num">{row.seq}</span>,
  },
  { head: 'Time', unit: 'ET', cell: (row) => <Moment at={row.at} /> },
  { head: 'Type', cell: (row) => <code>{row.type}</code> },
  { head: 'What', isWide: true, cell: (row) => row.text },
  {
    head: 'Explain',
    cell: (row) =>
      row.id === null ? (
        <span className="none">none</span>
      ) : (
        <a href={linkTo('journal', 'explain', row.id)} aria-label={`Explain ${row.id}`}>
          why
        </a>
      ),
  },
]

/** All that the journal says about one id, oldest first. */
function Explain({ id }: { readonly id: string }) {
  const asked = useExplain(id)
  return (
    <Panel
      title={`Why: ${id}`}
      note="oldest first"
      actions={
        <a className="button small" href={linkTo('journal')}>
          Close
        </a>
      }
    >
      <Asked of={asked} what="what the journal says">
        {(lines) =>
          lines.length === 0 ? (
            <Empty title="The journal says nothing about it">
              An id is that of a decision, an order, a structure or an incident.
            </Empty>
          ) : (
            <ol className="timeline explain">
              {lines.map((line) => (
                <li key={line.seq}>
                  <Moment at={line.at} /> <code>{line.type}</code> <span>{line.text}</span>{' '}
                  <span className="note num">seq {line.seq}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Asked>
    </Panel>
  )
}

const PAGE = 100

function useSearch(query: URLSearchParams) {
  const asked = new URLSearchParams({ limit: String(PAGE) })
  for (const name of ['text', 'types', 'symbol']) {
    const value = query.get(name)
    if (value !== null && value !== '') asked.set(name, value)
  }
  return useInfiniteQuery({
    queryKey: ['journal', asked.toString()],
    queryFn: ({ pageParam, signal }) =>
      read<JournalPage>(
        `journal?${asked.toString()}${pageParam === null ? '' : `&before=${pageParam}`}`,
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.before,
  })
}

/** A page of nothing is of many rows: so often it goes on by itself, and then asks. */
const PAGES_ALONE = 5

function Search({ query }: { readonly query: URLSearchParams }) {
  const asked = useSearch(query)
  const rows = asked.data?.pages.flatMap(({ entries }) => entries) ?? []
  const pages = asked.data?.pages ?? []
  const back = pages.at(-1)?.before ?? null
  const [alone, setAlone] = useState(PAGES_ALONE)
  const goesOn = rows.length === 0 && back !== null && pages.length <= alone && !asked.isError
  const { fetchNextPage, isFetching } = asked
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  const newest = useLive(({ lines }) => lines[0]?.seq ?? 0)
  const newer = Math.max(0, newest - (asked.data?.pages[0]?.seq ?? newest))
  return (
    <Panel
      title="Search"
      note="newest first"
      actions={
        newer === 0 ? undefined : (
          <button type="button" className="button small" onClick={() => void asked.refetch()}>
            Show newer
          </button>
        )
      }
    >
      <SearchForm query={query} />
      {asked.isPending ? (
        <Loading what="the journal" rows={10} />
      ) : asked.isError ? (
        <Problem cause={asked.error} retry={() => void asked.refetch()} />
      ) : rows.length === 0 && back !== null ? (
        <Empty title={`Searched back to entry ${count(back)}: nothing so far`}>
          {goesOn ? 'Going on …' : 'Older entries were not looked at yet.'}
        </Empty>
      ) : rows.length === 0 ? (
        <Empty title="Nothing in the journal matches">Ask for less, or for another word.</Empty>
      ) : (
        <Table
          label="Entries of the journal"
          isTerse
          columns={columns}
          rows={rows}
          keyOf={(row) => String(row.seq)}
        />
      )}
      {asked.hasNextPage ? (
        <button
          type="button"
          className="button more"
          disabled={asked.isFetchingNextPage}
          onClick={() => {
            setAlone(pages.length + PAGES_ALONE)
            void asked.fetchNextPage()
          }}
        >
          {rows.length === 0 ? 'Go on with older entries' : 'Older entries'}
        </button>
      ) : null}
    </Panel>
  )
}

function SearchForm({ query }: { readonly query: URLSearchParams }) {
  const symbols = useLive(({ view }) => view?.symbols)
  const lines = useLive((each) => each.lines)
  const [id, setId] = useState('')
  const types = [...new Set(lines.map(({ type }) => type))].sort()
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const asked = ['text', 'types', 'symbol']
          .map((name) => [name, textOf(form, name).trim()] as const)
          .map(([name, value]) => [name, name === 'types' ? listOf(value) : value] as const)
          .filter(([, value]) => value !== '')
          .map(([name, value]): [string, string] => [name, value])
        if (id.trim() !== '') go(linkTo('journal', 'explain', id.trim()))
        else go(`#/journal?${new URLSearchParams(asked).toString()}`)
      }}
    >
      <label>
        Text
        <input id="journal-text" name="text" type="search" defaultValue={query.get('text') ?? ''} />
      </label>
      <label>
        Types, by comma
        <input name="types" list="journal-types" defaultValue={query.get('types') ?? ''} />
        <datalist id="journal-types">
          {types.map((type) => (
            <option key={type} value={type} />
          ))}
        </datalist>
      </label>
      <label>
        Symbol
        <select name="symbol" defaultValue={query.get('symbol') ?? ''}>
          <option value="">all</option>
          {(symbols ?? []).map(({ symbol }) => (
            <option key={symbol} value={symbol}>
              {symbol}
            </option>
          ))}
        </select>
      </label>
      <label>
        Or explain an id
        <input value={id} onChange={(event) => setId(event.target.value)} />
      </label>
      <button type="submit" className="button primary">
        Search
      </button>
    </form>
  )
}

/** "A, B" to "A,B". */
const listOf = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join(',')
