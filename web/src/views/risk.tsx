import type { LimitView } from '../../../src/dashboard/view.ts'
import { count, dollars, percent, words } from '../format.ts'
import { LIMITS } from '../glossary-words.ts'
import { toneOfShare, type Tone } from '../judge.ts'
import { useView } from '../live.ts'
import { dayPnl } from '../picture.ts'
import { linkTo } from '../route.ts'
import { Meter } from '../ui/meter.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import { Age, Badge, Gain, Status } from '../ui/text.tsx'

export function Risk() {
  const view = useView()
  const { pnl, at } = dayPnl(view)
  return (
    <div className="stack">
      <Panel
        title="Limits and what is used of them"
        note={
          <>
            as of entry <span className="num">{count(view.seq)}</span> of the journal,{' '}
            <Age at={view.at} />
          </>
        }
      >
        {view.limits.length === 0 ? (
          <Empty title="No limit was reported yet">
            They are, with the first picture of the broker.
          </Empty>
        ) : (
          <ul className="limits">
            {view.limits.map((limit) => (
              <Limit key={limit.rule} limit={limit} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Gates" note="each holds back entries and nothing else">
        {view.gates.length === 0 ? (
          <Empty title="No gate is set" />
        ) : (
          <ul className="lines">
            {view.gates.map((gate) => (
              <li key={`${gate.gate}${gate.symbol}`}>
                <Status tone="warn">
                  {gate.gate}
                  {gate.symbol === null ? '' : `, ${gate.symbol}`}
                </Status>{' '}
                {gate.reason}{' '}
                <span className="note">
                  since <Age at={gate.since} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="The day" note={view.day.date}>
        <p>
          By the broker <Gain of={pnl} />
          {at === null ? (
            ''
          ) : (
            <>
              , told <Age at={at} />
            </>
          )}
          . The day is measured from{' '}
          {view.day.baseline === null
            ? 'a net liquidation that is unknown yet'
            : dollars(view.day.baseline)}
          . What was refused for which limit is in the <a href={linkTo('journal')}>journal</a>; as
          configured they stand under <a href={linkTo('settings')}>settings</a>.
        </p>
      </Panel>
    </div>
  )
}

function Limit({ limit }: { readonly limit: LimitView }) {
  const { used, max, rule, by } = limit
  const isKnown = used !== null && max !== null
  const share = isKnown ? (max === 0 ? (used > 0 ? 1 : 0) : used / max) : null
  const unit = limit.unit === 'count' ? (LIMITS[rule]?.unit ?? '') : ''
  const text = `${amount(used, limit)} of ${amount(max, limit)}${unit === '' ? '' : ` ${unit}`}`
  return (
    <li>
      <span className="limit-name">
        {words(rule)}{' '}
        {share !== null && share >= 1 ? <Badge tone={toneOf(limit, share)}>used up</Badge> : null}
        <span className="sub">
          {[LIMITS[rule]?.means ?? '', by === null ? '' : `most by ${by}`]
            .filter((part) => part !== '')
            .join('; ')}
        </span>
      </span>
      <Meter label={words(rule)} share={share} tone={toneOf(limit, share)} text={text} />
      <span className="num limit-share">{share === null ? '' : percent(share)}</span>
      <span className="num limit-text">{text}</span>
    </li>
  )
}

/** A count that is used up is as planned; money that is lost is not. */
function toneOf({ rule }: LimitView, share: number | null): Tone {
  const tone = toneOfShare(share)
  return tone === 'bad' && rule !== 'daily-loss' ? 'warn' : tone
}

function amount(value: number | null, { unit }: LimitView): string {
  if (value === null) return 'unknown'
  return unit === 'dollars' ? dollars(value.toFixed(2)) : count(value)
}
