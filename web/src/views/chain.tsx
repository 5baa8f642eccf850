import type { CandidateView, ChainView, PriceText } from '../../../src/dashboard/view.ts'
import { count, percent, price } from '../format.ts'
import type { Tone } from '../judge.ts'
import { useView } from '../live.ts'
import { useRoute } from '../route.ts'
import { Facts, Panel } from '../ui/panel.tsx'
import { Asked, Empty } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Age, Badge, Word } from '../ui/text.tsx'
import { useChain } from './queries.ts'
import { Quote } from './structures.tsx'
import { SymbolChoice } from './symbols.tsx'

export function Chain() {
  const { symbols } = useView()
  const chosen = useRoute().rest[0]
  const symbol = (symbols.find((each) => each.symbol === chosen) ?? symbols[0])?.symbol
  if (symbol === undefined) {
    return (
      <Panel title="Chain">
        <Empty title="No symbol is configured" />
      </Panel>
    )
  }
  return (
    <div className="stack">
      <SymbolChoice page="chain" symbols={symbols} chosen={symbol} />
      <OfSymbol key={symbol} symbol={symbol} />
    </div>
  )
}

function OfSymbol({ symbol }: { readonly symbol: string }) {
  const asked = useChain(symbol)
  return (
    <Asked of={asked} what={`the shortlist of ${symbol}`} rows={10}>
      {(chain) =>
        chain === null ? (
          <Panel title={`Shortlist of ${symbol}`}>
            <Empty title="Nothing was picked yet">
              A shortlist is made when a strategy signals an entry in {symbol}.
            </Empty>
          </Panel>
        ) : (
          <Picked chain={chain} />
        )
      }
    </Asked>
  )
}

function Picked({ chain }: { readonly chain: ChainView }) {
  return (
    <>
      <div className="cols-2">
        <Panel title="The pick" note={<Age at={chain.at} />}>
          <p className="tile-word">{chain.pick ?? 'None'}</p>
          <p className="reason">{chain.outcome}</p>
          <Facts
            rows={[
              ['Signal', `${chain.strategy}: ${chain.outlook}`],
              [
                'Spot',
                <span key="spot" className="num">
                  ${price(chain.spot)}
                </span>,
              ],
            ]}
          />
        </Panel>
        <Panel title="Rules it had to pass">
          <ul className="lines">
            {chain.rules.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </Panel>
      </div>
      <Panel
        title={`Shortlist of ${chain.symbol}`}
        note={`${count(chain.candidates.length)} candidates, greeks per share`}
      >
        <Table
          label={`Candidates of ${chain.symbol}`}
          isCards
          columns={columns}
          rows={chain.candidates}
          keyOf={(row) => row.contract}
          toneOf={(row) => (row.contract === chain.pick ? 'row-accent' : '')}
        />
      </Panel>
    </>
  )
}

const STAGES: Readonly<Record<CandidateView['stage'], Tone>> = {
  reach: 'neutral',
  glanced: 'neutral',
  quoted: 'accent',
  picked: 'good',
}

const float = (value: number | null | undefined, decimals: number) =>
  value === null || value === undefined ? (
    <span className="unknown">unknown</span>
  ) : (
    <span className="num">{value.toFixed(decimals).replace('-', '−')}</span>
  )

const columns: readonly Column<CandidateView>[] = [
  {
    head: 'Contract',
    isTitle: true,
    cell: (row) => <span className="nowrap">{row.contract}</span>,
  },
  {
    head: 'Stage',
    cell: (row) => (
      <Badge tone={STAGES[row.stage]}>
        <Word of={row.stage} />
      </Badge>
    ),
  },
  { head: 'Bid × ask', unit: '$/share', align: 'right', cell: (row) => <Quote of={row.quote} /> },
  { head: 'Spread', align: 'right', cell: (row) => spreadOf(row) },
  { head: 'Volume', align: 'right', cell: (row) => counted(row.volume) },
  {
    head: 'Open interest',
    align: 'right',
    cell: (row) =>
      row.openInterest === null && (row.stage === 'glanced' || row.stage === 'reach') ? (
        <span className="none">not asked</span>
      ) : (
        counted(row.openInterest)
      ),
  },
  {
    head: 'IV',
    align: 'right',
    cell: ({ greeks }) =>
      greeks?.iv === null || greeks === null ? (
        <span className="unknown">unknown</span>
      ) : (
        <span className="num">{percent(greeks.iv, 1)}</span>
      ),
  },
  { head: 'Delta', align: 'right', cell: ({ greeks }) => float(greeks?.delta, 2) },
  { head: 'Gamma', align: 'right', cell: ({ greeks }) => float(greeks?.gamma, 3) },
  { head: 'Theta', unit: '$/day', align: 'right', cell: ({ greeks }) => float(greeks?.theta, 2) },
  { head: 'Vega', unit: '$/pt', align: 'right', cell: ({ greeks }) => float(greeks?.vega, 2) },
  { head: 'Filters', isWide: true, cell: (row) => <Filters row={row} /> },
]

function Filters({ row }: { readonly row: CandidateView }) {
  return (
    <ul className="filters">
      {row.failed.map((text) => (
        <li key={text} className="failed tone-bad">
          <span aria-hidden="true">✕</span>
          <span className="sr-only">failed</span> {text}
        </li>
      ))}
      {row.passed.length === 0 ? null : (
        <li className="note" title={row.passed.join('\n')}>
          <span aria-hidden="true">✓</span>
          <span className="sr-only">passed</span> {row.passed.join('; ')}
        </li>
      )}
    </ul>
  )
}

function counted(value: number | null) {
  if (value === null) return <span className="unknown">unknown</span>
  return <span className="num">{count(value)}</span>
}

function spreadOf({ quote }: CandidateView) {
  const share = spreadShare(quote?.bid ?? null, quote?.ask ?? null)
  if (share === null) return <span className="unknown">unknown</span>
  return <span className="num">{percent(share, 1)}</span>
}

/** Of the mid: a statistic, so a float will do. */
function spreadShare(bid: PriceText | null, ask: PriceText | null): number | null {
  if (bid === null || ask === null) return null
  const mid = (Number(bid) + Number(ask)) / 2
  return mid > 0 ? (Number(ask) - Number(bid)) / mid : null
}
