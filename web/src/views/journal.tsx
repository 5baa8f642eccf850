import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { JournalLine, JournalPage } from '../../../src/dashboard/view.ts'
import { read } from '../api.ts'
import { EVENT_GROUPS, eventName } from '../event-names.ts'
import { count, plural } from '../format.ts'
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
    head: 'Entry',
    means: 'its number in the journal',
    isTitle: true,
    align: 'right',
    cell: (row) => <span className="num">{count(row.seq)}</span>,
  },
  { head: 'Time', unit: 'ET', cell: (row) => <Moment at={row.at} /> },
  { head: 'Kind', cell: (row) => <EventType of={row.type} /> },
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

/** All that the journal says about what was asked for, oldest first. */
function Explain({ id }: { readonly id: string }) {
  const asked = useExplain(id)
  return (
    <Panel
      title={`Why: ${id}`}
      note="oldest first; each opens to every number that was used"
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
              Type a symbol for its last decision, “last” for the last of all, or the id of a
              decision, an order, a structure or an execution; its beginning is enough.
            </Empty>
          ) : (
            <ol className="timeline explain">
              {lines.map((line) => (
                <Told key={line.seq} line={line} />
              ))}
            </ol>
          )
        }
      </Asked>
    </Panel>
  )
}

/** What happened in a sentence, and behind it every fact that was journaled of it. */
function Told({ line }: { readonly line: JournalLine }) {
  const [sentence = '', , ...facts] = line.text.split('\n')
  return (
    <li>
      <Moment at={line.at} zone /> <EventType of={line.type} /> <strong>{sentence}</strong>{' '}
      <span className="note num">entry {count(line.seq)}</span>
      {facts.length === 0 ? null : (
        <details className="told-facts">
          <summary>{plural(facts.length, 'fact')}</summary>
          <dl>
            {facts.map((fact) => {
              const [, name = '', value = ''] = /^\s*(\S+)\s*(.*)$/.exec(fact) ?? []
              return (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              )
            })}
          </dl>
        </details>
      )}
    </li>
  )
}

function EventType({ of }: { readonly of: string }) {
  return (
    <span className="event-type" title={of}>
      {eventName(of)}
    </span>
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
  const newest = useLive(({ lineSeq }) => lineSeq)
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
      <div className="search-forms">
        <SearchForm query={query} />
        <ExplainForm />
      </div>
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
  const types = query.get('types') ?? ''
  const isListed = types === '' || EVENT_GROUPS.some(([, names]) => names.join(',') === types)
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const asked = ['text', 'types', 'symbol']
          .map((name): [string, string] => [name, textOf(form, name).trim()])
          .filter(([, value]) => value !== '')
        go(`#/journal?${new URLSearchParams(asked).toString()}`)
      }}
    >
      <label>
        Text
        <input id="journal-text" name="text" type="search" defaultValue={query.get('text') ?? ''} />
      </label>
      <label>
        What
        <select name="types" defaultValue={types}>
          <option value="">everything</option>
          {EVENT_GROUPS.map(([name, names]) => (
            <option key={name} value={names.join(',')}>
              {name}
            </option>
          ))}
          {isListed ? null : <option value={types}>{types.replaceAll(',', ', ')}</option>}
        </select>
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
      <button type="submit" className="button primary">
        Search
      </button>
    </form>
  )
}

function ExplainForm() {
  const [asked, setAsked] = useState('')
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault()
        if (asked.trim() !== '') go(linkTo('journal', 'explain', asked.trim()))
      }}
    >
      <label>
        Why? A symbol, “last”, or an id
        <input
          value={asked}
          placeholder="SPY"
          spellCheck={false}
          onChange={(event) => setAsked(event.target.value)}
        />
      </label>
      <button type="submit" className="button">
        Explain
      </button>
    </form>
  )
}
