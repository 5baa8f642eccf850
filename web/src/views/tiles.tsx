import type { ReactNode } from 'react'
import type { View } from '../../../src/dashboard/view.ts'
import { dollars, percent, plural, span } from '../format.ts'
import {
  answerAge,
  entriesOf,
  gatewayOf,
  levelOf,
  isArmed,
  lossShare,
  protectionOf,
  toneOfShare,
  type Judged,
} from '../judge.ts'
import { useBotNow, useView } from '../live.ts'
import { dayPnl, pictureOf } from '../picture.ts'
import { Meter } from '../ui/meter.tsx'
import { Tile } from '../ui/panel.tsx'
import { Age, Dollars, Gain, Status, Word } from '../ui/text.tsx'

export function Tiles() {
  const view = useView()
  return (
    <div className="tiles">
      <Pnl view={view} />
      <Protection view={view} />
      <Gateway view={view} />
      <Level view={view} />
      <Equity view={view} />
    </div>
  )
}

function Verdict({ judged }: { readonly judged: Judged }) {
  return (
    <p className="tile-word">
      <Status tone={judged.tone}>{judged.word}</Status>
    </p>
  )
}

function Line({
  children,
  isLong,
}: {
  readonly children: ReactNode
  readonly isLong?: string | undefined
}) {
  return (
    <p className={isLong === undefined ? 'tile-line' : 'tile-line is-long'} title={isLong}>
      {children}
    </p>
  )
}

function Pnl({ view }: { readonly view: View }) {
  const { lost, lossMax, realizedEver } = view.day
  const { pnl, at } = dayPnl(view)
  const share = lossShare(view)
  const guard =
    lost === null || lossMax === null ? 'unknown' : `${dollars(lost)} of ${dollars(lossMax)}`
  return (
    <Tile title={`Day P&L, ${view.day.date}`}>
      <p className="tile-number">
        <Gain of={pnl} why="The broker has not said it reliably yet." />
      </p>
      <Meter label="Loss guard" share={share} tone={toneOfShare(share)} text={guard} />
      <Line>
        Loss guard <span className="num">{guard}</span>
      </Line>
      <Line>
        Realized in all <Gain of={realizedEver} />
      </Line>
      <Line>
        {at === null ? (
          'The broker has not told it yet.'
        ) : (
          <>
            Told <Age at={at} />
          </>
        )}
      </Line>
    </Tile>
  )
}

function Protection({ view }: { readonly view: View }) {
  const judged = protectionOf(view)
  const { coverage, unprotectedSince, watchedHere, structures } = view.protection
  const { missing } = pictureOf(view)
  const isUnknown = structures === 0 && missing !== null
  const text = isUnknown
    ? 'what is held is not known'
    : coverage === null
      ? 'nothing is held'
      : `${percent(coverage)} of the units covered`
  return (
    <Tile title="Protection" tone={judged.tone === 'bad' ? 'bad' : 'neutral'}>
      <Verdict judged={judged} />
      <Meter label="Protection coverage" share={coverage} tone={judged.tone} text={text} />
      <Line>
        {unprotectedSince === null ? (
          text
        ) : (
          <span className="tone-bad">
            {percent(coverage ?? 0)} covered, since <Age at={unprotectedSince} />
          </span>
        )}
      </Line>
      <Line isLong={missing ?? undefined}>
        {isUnknown
          ? `Until the broker’s picture is in: ${missing}`
          : structures === 0
            ? 'No exits are needed.'
            : watchedHere === 0
              ? 'All stops rest at the broker.'
              : `${plural(watchedHere, 'stop')} only while the bot runs`}
      </Line>
    </Tile>
  )
}

function Gateway({ view }: { readonly view: View }) {
  const judged = gatewayOf(view)
  const age = answerAge(view.health, useBotNow())
  const because = judged.because.join(', ')
  const reconnects = view.health.connections.reduce((sum, each) => sum + each.reconnects, 0)
  return (
    <Tile title="Gateway" tone={judged.tone === 'bad' ? 'bad' : 'neutral'}>
      <Verdict judged={judged} />
      <p className="links">
        {view.health.connections.map(({ name, isUp }) => (
          <Status key={name} tone={isUp ? 'good' : name === 'canary' ? 'neutral' : 'bad'}>
            <Word of={name} />
            <span className="sr-only">
              {isUp ? ' is up' : name === 'canary' ? ' is idle' : ' is down'}
            </span>
          </Status>
        ))}
      </p>
      <Line>
        Last answer{' '}
        <span className="num">
          {age === null ? 'never' : age < 1000 ? 'under 1 s ago' : `${span(age)} ago`}
        </span>
      </Line>
      <Line isLong={because}>
        {because === '' ? `${plural(reconnects, 'reconnect')} since the start` : because}
      </Line>
    </Tile>
  )
}

function Level({ view }: { readonly view: View }) {
  const judged = levelOf(view)
  const { flattenWaits, armedOn } = view.level
  const first = view.gates[0]
  const gates = view.gates.map(gateText).join('; ')
  return (
    <Tile title="Level and gates" tone={judged.tone === 'bad' ? 'bad' : 'neutral'}>
      <Verdict judged={judged} />
      <Line>{judged.cause === null ? entriesOf(view) : `Cause: ${judged.cause}. No entries.`}</Line>
      <Line isLong={first === undefined ? undefined : gates}>
        {first === undefined ? (
          'No gate is set.'
        ) : (
          <span className="tone-warn">
            {view.gates.length > 1 ? `${view.gates.length} gates: ` : 'Gate '}
            {gates}
          </span>
        )}
      </Line>
      <Line isLong={flattenWaits ?? undefined}>
        {flattenWaits ??
          (view.mode !== 'live'
            ? ''
            : isArmed(view)
              ? `Armed for ${armedOn}`
              : armedOn === null
                ? 'Nobody armed this date.'
                : `Armed for ${armedOn}, which is not today`)}
      </Line>
    </Tile>
  )
}

const gateText = ({ gate, symbol, reason }: View['gates'][number]) =>
  `${gate}${symbol === null ? '' : ` ${symbol}`}: ${reason}`

function Equity({ view }: { readonly view: View }) {
  const { equity } = view
  return (
    <Tile title="Net liquidation">
      <p className="tile-number">
        <Dollars of={equity?.netLiquidation ?? null} />
      </p>
      {equity === null ? (
        <Line isLong="The broker has not told the account yet.">
          The broker has not told the account yet.
        </Line>
      ) : (
        <>
          <Line>
            Available <Dollars of={equity.availableFunds} />
          </Line>
          <Line>
            Settled <Dollars of={equity.settledCash} />
            {/* Most Gateways say neither: it is held to both, which is no news. */}
            {equity.kind === 'unknown' ? '' : `, ${equity.kind} account`}
          </Line>
          <Line>
            Told <Age at={equity.at} />
          </Line>
        </>
      )}
    </Tile>
  )
}
