import type { SymbolDetail, SymbolView } from '../../../src/dashboard/view.ts'
import { PriceChart } from '../charts/price-chart.tsx'
import { dollars, price } from '../format.ts'
import { useView } from '../live.ts'
import { go, linkTo, useRoute } from '../route.ts'
import { Facts, Panel } from '../ui/panel.tsx'
import { Asked, Empty } from '../ui/states.tsx'
import { Choice } from '../ui/tabs.tsx'
import { Age, Badge, Word } from '../ui/text.tsx'
import { DecisionTable } from './decisions.tsx'
import { MarkTable } from './marks.tsx'
import { useSymbol } from './queries.ts'

export function Symbols() {
  const { symbols } = useView()
  const chosen = useRoute().rest[0]
  const symbol = symbols.find((each) => each.symbol === chosen) ?? symbols[0]
  if (symbol === undefined) {
    return (
      <Panel title="Symbols">
        <Empty title="No symbol is configured">
          Name them under `symbols` in the configuration.
        </Empty>
      </Panel>
    )
  }
  return (
    <div className="stack">
      <SymbolChoice page="symbols" symbols={symbols} chosen={symbol.symbol} />
      <One key={symbol.symbol} symbol={symbol} />
    </div>
  )
}

interface SymbolChoiceProps {
  readonly page: 'symbols' | 'chain'
  readonly symbols: readonly SymbolView[]
  readonly chosen: string
}

export function SymbolChoice({ page, symbols, chosen }: SymbolChoiceProps) {
  return (
    <Choice
      label="Symbol"
      options={symbols.map(({ symbol, last }) => ({
        value: symbol,
        text: symbol,
        note: last === null ? 'no price' : dollars(last.price),
      }))}
      value={chosen}
      onChange={(symbol) => go(linkTo(page, symbol))}
    />
  )
}

function One({ symbol }: { readonly symbol: SymbolView }) {
  const asked = useSymbol(symbol.symbol)
  return (
    <div className="cols-2-1 is-tall">
      <div className="stack">
        <Panel title={`${symbol.symbol}, bars of one minute`} note="$/share, New York time">
          <Asked of={asked} what={`bars of ${symbol.symbol}`} rows={12}>
            {(detail) => <Chart detail={detail} />}
          </Asked>
        </Panel>
        <Panel title="Signals and fills" note="newest first, as marked on the chart">
          <Asked of={asked} what="signals and fills">
            {(detail) => <MarkTable marks={detail?.marks ?? []} />}
          </Asked>
        </Panel>
      </div>
      <div className="stack">
        <Panel title="Now">
          <Now symbol={symbol} />
        </Panel>
        <Panel title="Last decisions" note="newest first">
          <Asked of={asked} what="decisions" rows={6}>
            {(detail) => <DecisionTable decisions={detail?.decisions.slice(0, 30) ?? []} />}
          </Asked>
        </Panel>
      </div>
    </div>
  )
}

function Chart({ detail }: { readonly detail: SymbolDetail | null }) {
  if (detail === null || detail.bars.length === 0) {
    return <Empty title="No closed bar yet">The first is drawn as soon as it closes.</Empty>
  }
  return <PriceChart detail={detail} />
}

function Now({ symbol }: { readonly symbol: SymbolView }) {
  const { last, decision, source, strategies } = symbol
  return (
    <>
      <Facts
        rows={[
          [
            'Last price',
            last === null ? (
              'unknown'
            ) : (
              <span key="last" className="pair">
                <span className="num strong">${price(last.price)}</span>
                <span className="note">
                  <Age at={last.at} />
                </span>
              </span>
            ),
          ],
          ['Bars by', source === null ? 'nothing yet' : <Word key="by" of={source} />],
          ['Strategies', strategies.join(', ') || 'none'],
          [
            'Decided',
            decision === null ? (
              'nothing yet'
            ) : (
              <span key="decided" className="pair">
                <Badge tone={decision.kind === 'proposed' ? 'accent' : 'neutral'}>
                  <Word of={decision.kind} />
                </Badge>
                <span className="note">
                  <Age at={decision.at} />
                </span>
              </span>
            ),
          ],
        ]}
      />
      {decision === null ? null : <p className="reason">{decision.reason}</p>}
    </>
  )
}
