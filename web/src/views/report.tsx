import { useQuery } from '@tanstack/react-query'
import { readText } from '../api.ts'
import { go, linkTo, useRoute } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { Asked, Empty } from '../ui/states.tsx'
import { Choice } from '../ui/tabs.tsx'
import { isReport } from './report-shape.ts'
import { ReportView } from './report-view.tsx'

const PERIODS = [
  { value: 'day', text: 'Day' },
  { value: 'week', text: 'Week' },
  { value: 'all', text: 'All' },
] as const

/** As the command `report` writes it. */
export function Report() {
  const asked = useRoute().rest[0]
  const period = PERIODS.find(({ value }) => value === asked)?.value ?? 'day'
  const report = useQuery({
    queryKey: ['report', period],
    queryFn: async ({ signal }) =>
      JSON.parse(await readText(`report?period=${period}&as=json`, signal)) as unknown,
    refetchInterval: 30_000,
  })
  return (
    <div className="stack">
      <div className="row">
        <Choice
          label="Period"
          options={PERIODS}
          value={period}
          onChange={(value) => go(linkTo('report', value))}
        />
        <a
          className="button small"
          href={`/api/v1/report?period=${period}&as=html`}
          target="_blank"
          rel="noreferrer"
        >
          As a page of its own
        </a>
      </div>
      <Asked of={report} what="the report" rows={10}>
        {(value) =>
          isReport(value) ? (
            <ReportView report={value} />
          ) : (
            <Panel title={`Report: ${period}`}>
              <Empty title="The page does not know this report">
                It is of another version of the bot: load the page again.
              </Empty>
            </Panel>
          )
        }
      </Asked>
    </div>
  )
}
