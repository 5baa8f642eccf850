import type { ExitView, QuoteView, StructureView } from '../../../src/dashboard/view.ts'
import { CloseButton } from '../control/one-order.tsx'
import { cents, mean, units, words } from '../format.ts'
import { useView } from '../live.ts'
import { linkTo } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { NothingHeld } from '../ui/held.tsx'
import { Age, Badge, Gain, Price, Status, Unknown, Word } from '../ui/text.tsx'

const columns: readonly Column<StructureView>[] = [
  {
    head: 'Structure',
    isTitle: true,
    cell: (row) => (
      <>
        <a href={linkTo('journal', 'explain', row.id)} title={row.id}>
          {row.contract}
        </a>
        <span className="sub">
          {row.strategy}, opened <Age at={row.openedAt} />
        </span>
      </>
    ),
  },
  {
    head: 'Quantity',
    unit: 'units',
    align: 'right',
    cell: (row) => <span className="num">{units(row.quantity)}</span>,
  },
  {
    head: 'Open',
    unit: '$/share',
    align: 'right',
    cell: (row) => <Price of={mean(row.openPrice)} />,
  },
  { head: 'Bid × ask', unit: '$/share', align: 'right', cell: ({ quote }) => <Quote of={quote} /> },
  { head: 'Unrealized', align: 'right', cell: (row) => <Gain of={cents(row.unrealized)} /> },
  { head: 'Exits', unit: '$/share', cell: (row) => <Exits of={row} /> },
  { head: 'Protection', cell: (row) => <Protection of={row} /> },
]

const closing: Column<StructureView> = {
  head: 'Close',
  cell: (row) => <CloseButton structureId={row.id} contract={row.contract} />,
}

/** What is held, and how each of it ends. */
export function StructuresPanel({ canClose = false }: { readonly canClose?: boolean }) {
  const { structures } = useView()
  return (
    <Panel title="Held" note={structures.length === 0 ? undefined : 'structures with their exits'}>
      {structures.length === 0 ? (
        <NothingHeld title="Flat">
          Nothing is held. A structure is listed here from its first fill.
        </NothingHeld>
      ) : (
        <Table
          label="Structures held"
          isCards
          columns={canClose ? [...columns, closing] : columns}
          rows={structures}
          keyOf={(row) => row.id}
          toneOf={(row) => (row.isProtected ? '' : 'row-bad')}
        />
      )}
    </Panel>
  )
}

export function Quote({ of: quote }: { readonly of: QuoteView | null }) {
  if (quote === null) return <Unknown why="There is no quote of it." />
  return (
    <span className="quote">
      <Price of={quote.bid} /> × <Price of={quote.ask} />
      <span className="sub">
        {quote.isHalted ? 'halted, ' : ''}
        {quote.isDelayed ? 'delayed, ' : ''}
        <Age at={quote.aliveAt} />
      </span>
    </span>
  )
}

function Exits({ of }: { readonly of: StructureView }) {
  if (of.exits.length === 0) return <span className="tone-bad">none planned</span>
  return (
    <ul className="exits">
      {of.exits.map((exit) => (
        <li key={exit.kind}>
          <Exit exit={exit} />
        </li>
      ))}
    </ul>
  )
}

function Exit({ exit }: { readonly exit: ExitView }) {
  const rests = exit.watchedBy === 'local' ? 'watched by the bot' : (exit.status ?? 'not resting')
  const name = exit.kind === 'take-profit' ? 'Profit' : 'Stop'
  return (
    <>
      <span className="exit-kind">{name}</span> <Price of={exit.price} />{' '}
      {exit.orderId === null ? (
        <span className={exit.watchedBy === 'local' ? 'note' : 'tone-bad'}>
          <Word of={rests} />
        </span>
      ) : (
        <a className="note" href={linkTo('orders', exit.orderId)}>
          <Word of={rests} />
        </a>
      )}
    </>
  )
}

function Protection({ of }: { readonly of: StructureView }) {
  if (of.triggered !== null) return <Badge tone="accent">{words(of.triggered)} triggered</Badge>
  return (
    <Status tone={of.isProtected ? 'good' : 'bad'}>
      {of.isProtected ? (
        <>
          protected, <Word of={of.timeInForce} />
        </>
      ) : (
        'unprotected'
      )}
    </Status>
  )
}
