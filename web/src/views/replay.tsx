import { useState } from 'react'
import type { ReplayReply } from '../../../src/dashboard/view.ts'
import { post } from '../api.ts'
import { plural } from '../format.ts'
import { textOf } from '../login.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Moment } from '../ui/text.tsx'

type Row = ReplayReply['changed'][number]

const columns: readonly Column<Row>[] = [
  { head: 'Time', unit: 'ET', isTitle: true, cell: (row) => <Moment at={row.at} /> },
  { head: 'Symbol', cell: (row) => row.symbol },
  { head: 'Strategy', cell: (row) => row.strategy },
  { head: 'It was', isWide: true, cell: (row) => row.was },
  { head: 'It would be', isWide: true, cell: (row) => row.would },
]

type Asked =
  | { readonly kind: 'not-yet' | 'asking' }
  | { readonly kind: 'said'; readonly reply: ReplayReply }
  | { readonly kind: 'refused'; readonly cause: unknown }

/** What recorded entries would have been with other limits. Nothing is changed by asking. */
export function ReplayPanel() {
  const [asked, setAsked] = useState<Asked>({ kind: 'not-yet' })
  const [rows, setRows] = useState(1)
  return (
    <Panel title="Replay with other limits" note="judges recorded entries again; changes nothing">
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault()
          const limits = limitsIn(new FormData(event.currentTarget), rows)
          setAsked({ kind: 'asking' })
          post<ReplayReply>('journal/replay', { limits }).then(
            (reply) => setAsked({ kind: 'said', reply }),
            (cause: unknown) => setAsked({ kind: 'refused', cause }),
          )
        }}
      >
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} className="search-row">
            <label>
              Limit, as in the configuration
              <input name={`name-${row}`} placeholder="max_order_cost" required={row === 0} />
            </label>
            <label>
              Value, with its unit
              <input name={`value-${row}`} placeholder="$500" required={row === 0} />
            </label>
          </div>
        ))}
        <button type="button" className="button" onClick={() => setRows(Math.min(8, rows + 1))}>
          Another limit
        </button>
        <button type="submit" className="button primary" disabled={asked.kind === 'asking'}>
          Replay
        </button>
      </form>
      <div aria-live="polite">
        <Said asked={asked} />
      </div>
    </Panel>
  )
}

function Said({ asked }: { readonly asked: Asked }) {
  switch (asked.kind) {
    case 'not-yet':
      return null
    case 'asking':
      return <Loading what="the replay" rows={3} />
    case 'refused':
      return <Problem cause={asked.cause} />
    case 'said':
      return <Changed reply={asked.reply} />
    default:
      return null
  }
}

function Changed({ reply }: { readonly reply: ReplayReply }) {
  const judged = plural(reply.judged, 'recorded entry', 'recorded entries')
  if (reply.changed.length === 0) {
    return <Empty title="Nothing would have been different">{judged} judged again.</Empty>
  }
  return (
    <>
      <p className="note">
        {reply.changed.length} of {judged} would have been different.
      </p>
      <Table
        label="What would have been different"
        isCards
        columns={columns}
        rows={reply.changed}
        keyOf={(row) => String(row.seq)}
      />
    </>
  )
}

function limitsIn(form: FormData, rows: number): Readonly<Record<string, string>> {
  const pairs = Array.from({ length: rows }, (_, row) => [
    textOf(form, `name-${row}`).trim(),
    textOf(form, `value-${row}`).trim(),
  ])
  return Object.fromEntries(pairs.filter(([name]) => name !== ''))
}
