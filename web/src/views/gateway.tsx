import { useMemo, useState } from 'react'
import type {
  BudgetView,
  HealthView,
  LatencyHistory,
  RequestView,
} from '../../../src/dashboard/view.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { bytes, count, millis, plural, span } from '../format.ts'
import { budgetOf } from '../glossary-words.ts'
import { answerAge, gatewayOf, toneOfShare, type Tone } from '../judge.ts'
import { useBotNow, useView } from '../live.ts'
import { Meter } from '../ui/meter.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { Asked, Empty } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Choice } from '../ui/tabs.tsx'
import { Age, Badge, Status, Word } from '../ui/text.tsx'
import { IncidentsPanel } from './incidents.tsx'
import { useLatency } from './queries.ts'

export function Gateway() {
  const view = useView()
  return (
    <div className="stack">
      <div className="cols-4">
        <State />
        <Connections health={view.health} />
        <Farms health={view.health} />
        <Breakers health={view.health} />
      </div>
      <IncidentsPanel />
      <div className="cols-2-1 is-top">
        <div className="stack">
          <Latency />
          <ProcessOverTime />
        </div>
        <div className="stack">
          <Budgets budgets={view.health.budgets} />
          <Process health={view.health} />
        </div>
      </div>
      <Requests requests={view.health.requests} />
    </div>
  )
}

function State() {
  const view = useView()
  const judged = gatewayOf(view)
  const age = answerAge(view.health, useBotNow())
  return (
    <Panel title="State">
      <p className="tile-word">
        <Status tone={judged.tone}>{judged.word}</Status>
      </p>
      <p className="note">{judged.because.join(', ') || 'Nothing speaks against it.'}</p>
      <Facts
        rows={[
          ['Link', view.link],
          ['Last answer', age === null ? 'never' : `${span(age)} ago`],
          [
            'Last cycle',
            view.health.lastCycleAt === null ? 'none yet' : <Age at={view.health.lastCycleAt} />,
          ],
          [
            'Connections so far',
            <span key="epoch" className="num">
              {count(view.epoch)}
            </span>,
          ],
        ]}
      />
    </Panel>
  )
}

function Connections({ health }: { readonly health: HealthView }) {
  return (
    <Panel title="Connections">
      <Facts
        rows={health.connections.map((each) => [
          each.name,
          <span key={each.name} className="pair">
            <Status tone={each.isUp ? 'good' : each.name === 'canary' ? 'neutral' : 'bad'}>
              {each.isUp ? 'up' : each.name === 'canary' ? <Word of="canary">idle</Word> : 'down'}
              {each.since === null ? '' : ', '}
              {each.since === null ? null : <Age at={each.since} ago={false} />}
            </Status>
            <span className="note">{plural(each.reconnects, 'reconnect')}</span>
          </span>,
        ])}
      />
    </Panel>
  )
}

const FARMS: Readonly<Record<string, Tone>> = {
  ok: 'good',
  inactive: 'neutral',
  down: 'bad',
  unknown: 'neutral',
}

function Farms({ health }: { readonly health: HealthView }) {
  return (
    <Panel title="Farms" note="data services of IBKR">
      {health.farms.length === 0 ? (
        <Empty title="No farm was named yet" />
      ) : (
        <Facts
          rows={health.farms.map((farm) => [
            farm.name,
            <Status key={farm.name} tone={FARMS[farm.state] ?? 'neutral'}>
              {farm.state}, <Age at={farm.since} ago={false} />
            </Status>,
          ])}
        />
      )}
    </Panel>
  )
}

function Breakers({ health }: { readonly health: HealthView }) {
  return (
    <Panel title="Breakers">
      {health.breakers.length === 0 ? (
        <Empty title="All closed">
          Five failures in a row of one service would open its breaker.
        </Empty>
      ) : (
        <Facts
          rows={health.breakers.map((each) => [
            each.class,
            <span key={each.class} className="pair">
              <Badge tone={each.phase === 'open' ? 'bad' : 'warn'}>{each.phase}</Badge>
              <span className="note">
                opened {count(each.openings)} times, probe in {millis(each.probeInMs)}
              </span>
            </span>,
          ])}
        />
      )}
    </Panel>
  )
}

/** Gauges of IBKR's limits, and of what the bot keeps from them. */
function Budgets({ budgets }: { readonly budgets: readonly BudgetView[] }) {
  return (
    <Panel title="Pacing budgets" note="used of what IBKR takes from a login">
      {budgets.length === 0 ? (
        <Empty title="Nothing was asked yet" />
      ) : (
        <ul className="gauges">
          {budgets.map((each) => (
            <Budget key={each.rule} budget={each} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Budget({ budget }: { readonly budget: BudgetView }) {
  const { rule, used, limit, freesAt } = budget
  const { name, means } = budgetOf(rule)
  const share = limit === 0 ? null : used / limit
  const text = `${count(used)} of ${count(limit)}`
  const now = useBotNow()
  return (
    <li>
      <span className="gauge-name" title={means}>
        {name}
      </span>
      <span className="num gauge-text">
        {text}
        {freesAt === null || used < limit ? '' : `, frees in ${span(freesAt - now)}`}
      </span>
      <Meter label={name} share={share} tone={toneOfShare(share)} text={text} />
    </li>
  )
}

function Latency() {
  const latency = useLatency()
  const { speed } = useView()
  return (
    <Panel
      title="Latency over time"
      note={
        speed === null
          ? 'last two hours, a point each ten seconds'
          : 'of a simulation, in which most answers take no time'
      }
    >
      <Asked of={latency} what="latencies" rows={6}>
        {(history) => <LatencyOf history={history} />}
      </Asked>
    </Panel>
  )
}

function LatencyOf({ history }: { readonly history: LatencyHistory }) {
  const [kind, setKind] = useState('')
  const shown = history.kinds.find((each) => each.kind === kind) ?? history.kinds[0]
  const { at, series } = useMemo(() => {
    const points = shown?.points ?? []
    return {
      at: points.map((point) => point.at),
      series: [
        { name: 'p50', colour: 'accent', values: points.map(({ p50 }) => p50), isFilled: true },
        { name: 'p99', colour: 'warn', values: points.map(({ p99 }) => p99) },
      ],
    }
  }, [shown])
  if (shown === undefined) return <Empty title="Nothing was asked yet" />
  const isInstant = shown.points.every(({ p99 }) => (p99 ?? 0) < 0.01)
  return (
    <>
      <Choice
        label="Kind of request"
        options={history.kinds.map((each) => ({ value: each.kind, text: each.kind }))}
        value={shown.kind}
        onChange={setKind}
      />
      {isInstant ? (
        <Empty title="Each answer came at once">
          {shown.kind} took under a hundredth of a millisecond each time: this Gateway is simulated.
        </Empty>
      ) : (
        <LineChart
          key={shown.kind}
          label={`Latency of ${shown.kind} over time`}
          at={at}
          series={series}
          textOf={millis}
          height={260}
        />
      )}
    </>
  )
}

const ms = (value: number | null) =>
  value === null ? <span className="none">none</span> : <span className="num">{millis(value)}</span>
const times = (value: number, tone: Tone = 'neutral') => (
  <span className={`num ${value > 0 ? `tone-${tone}` : 'none'}`}>{count(value)}</span>
)

const requestColumns: readonly Column<RequestView>[] = [
  {
    head: 'Request',
    isTitle: true,
    cell: (row) => (
      <>
        <code>{row.kind}</code>{' '}
        {row.slowSince === null ? null : (
          <Badge tone="warn">
            SLOW <Age at={row.slowSince} ago={false} />
          </Badge>
        )}
      </>
    ),
  },
  { head: 'Asked', align: 'right', cell: (row) => times(row.count) },
  {
    head: 'p50',
    means: 'half of the answers came within this time',
    align: 'right',
    cell: (row) => ms(row.p50),
  },
  {
    head: 'p90',
    means: 'nine of ten answers came within this time',
    align: 'right',
    cell: (row) => ms(row.p90),
  },
  {
    head: 'p99',
    means: '99 of 100 answers came within this time',
    align: 'right',
    cell: (row) => ms(row.p99),
  },
  { head: 'Max', align: 'right', cell: (row) => ms(row.max) },
  { head: 'Deadline', align: 'right', cell: (row) => ms(row.deadlineMs) },
  {
    head: 'Answered',
    unit: 'since the start',
    align: 'right',
    cell: (row) => times(row.answered),
  },
  {
    head: 'Failed',
    unit: 'since the start',
    align: 'right',
    cell: (row) => times(row.failed, 'bad'),
  },
  {
    head: 'Timeouts',
    unit: 'since the start',
    align: 'right',
    cell: (row) => times(row.timeouts, 'bad'),
  },
]

function Requests({ requests }: { readonly requests: readonly RequestView[] }) {
  return (
    <Panel title="Requests" note="of the last five minutes">
      {requests.length === 0 ? (
        <Empty title="Nothing was asked in the last five minutes" />
      ) : (
        <Table
          label="Latency of each kind of request in the last five minutes"
          columns={requestColumns}
          rows={requests}
          keyOf={(row) => row.kind}
          toneOf={(row) => (row.slowSince === null ? '' : 'row-warn')}
        />
      )}
    </Panel>
  )
}

function Process({ health }: { readonly health: HealthView }) {
  return (
    <Panel title="The bot’s process">
      <Facts
        rows={[
          [
            'Event loop late, p99',
            health.loopDelayMsP99 === null
              ? 'not in simulated time'
              : millis(health.loopDelayMsP99),
          ],
          ['Event loop late, at most', millis(health.loopDelayMsMax)],
          ['Memory', bytes(health.memoryBytes)],
          ['Runs for', span(health.uptimeMs)],
          [
            'Notices lost',
            <span key="lost" className={health.noticesLost > 0 ? 'tone-bad' : ''}>
              {count(health.noticesLost)}
            </span>,
          ],
        ]}
      />
    </Panel>
  )
}

function ProcessOverTime() {
  const latency = useLatency()
  const { speed } = useView()
  return (
    <Panel
      title="Event loop and memory"
      note={speed === null ? 'last two hours' : 'by the simulated clock'}
    >
      <Asked of={latency} what="the process over time">
        {(history) => <ProcessOf history={history} />}
      </Asked>
    </Panel>
  )
}

const mebibytes = (value: number) => `${Math.round(value)} MiB`

function ProcessOf({ history }: { readonly history: LatencyHistory }) {
  const lines = useMemo(
    () => ({
      loopAt: history.loop.map(({ at }) => at),
      loop: [
        {
          name: 'late, p99',
          colour: 'accent',
          values: history.loop.map(({ p99 }) => p99),
          isFilled: true,
        },
      ],
      memoryAt: history.memory.map(({ at }) => at),
      memory: [
        {
          name: 'memory',
          colour: 'violet',
          values: history.memory.map((each) => each.bytes / 2 ** 20),
        },
      ],
    }),
    [history],
  )
  if (history.memory.length === 0) return <Empty title="Nothing was measured yet" />
  return (
    <div className="cols-2">
      {history.loop.every(({ p99 }) => p99 === null) ? (
        <Empty title="The event loop is not measured">
          It is in real time; in simulated time it says nothing.
        </Empty>
      ) : (
        <LineChart
          label="Event loop delay"
          at={lines.loopAt}
          series={lines.loop}
          textOf={millis}
          height={120}
        />
      )}
      <LineChart
        label="Memory"
        at={lines.memoryAt}
        series={lines.memory}
        textOf={mebibytes}
        height={120}
      />
    </div>
  )
}
