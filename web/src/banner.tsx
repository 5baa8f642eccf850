import type { View } from '../../src/dashboard/view.ts'
import { dayOf, gain, minuteOf, signOf, span, timeOf } from './format.ts'
import { levelOf } from './judge.ts'
import { dayPnl } from './picture.ts'
import { useBotNow, useLive, useSilence, useStands, STALE_AFTER_MS } from './live.ts'
import { Status } from './ui/text.tsx'

const MEANS: Readonly<Record<View['mode'], string>> = {
  demo: 'Demo',
  'dry-run': 'Dry run',
  paper: 'Paper',
  live: 'LIVE',
  backtest: 'Backtest',
  simulation: 'Simulation',
}

/** Which mode and which account: unmistakable, on every page. */
export function Banner() {
  const view = useLive((each) => each.view)
  if (view === null) return <div className="banner mode-none">Asking the bot …</div>
  return (
    <div className={`banner mode-${view.mode}`}>
      <strong className="mode">{MEANS[view.mode]}</strong>
      <span className="banner-text">{moneyOf(view)}</span>
      <span className="banner-account">
        <span className="on-wide">Account </span>
        <span className="num">{view.account}</span>
      </span>
      <Speed view={view} />
      <Freshness />
    </div>
  )
}

function Speed({ view: { speed } }: { readonly view: View }) {
  const stands = useStands()
  if (stands) return <span>Its time stands: nothing moves now</span>
  if (speed === null || speed === 1) return null
  return (
    <span className="on-wide num">
      {speed === 0 ? 'as fast as it goes' : `${speed} × real time`}
    </span>
  )
}

function moneyOf({ mode, isSimulated }: View): string {
  if (isSimulated) return 'SIMULATED Gateway: nothing here is real money'
  if (mode === 'live') return 'Real money'
  if (mode === 'dry-run') return 'Real quotes, simulated fills: no order can leave'
  if (mode === 'paper') return 'IBKR paper account: no real money'
  return 'No real money'
}

function Freshness() {
  const link = useLive((each) => each.link)
  const silence = useSilence()
  const isStale = silence !== null && silence > STALE_AFTER_MS
  const word = link === 'lost' ? 'Connection lost' : isStale ? 'Stale' : 'Up to date'
  return (
    <span className="fresh">
      <span className={`fresh-mark ${link === 'open' && !isStale ? 'is-on' : 'is-off'}`} />
      {word}
      <span className="num fresh-age">
        {silence === null ? '' : silence < 1000 ? '< 1 s' : span(silence)}
      </span>
    </span>
  )
}

/** What is asked at every moment, whatever page is shown. */
export function StatusBar() {
  const view = useLive((each) => each.view)
  if (view === null) return <div className="status-bar" />
  const level = levelOf(view)
  const { pnl } = dayPnl(view)
  return (
    <div className="status-bar">
      <MarketClock view={view} />
      <span className="stat">
        <span className="stat-name">Level</span>
        <Status tone={level.tone}>{level.word}</Status>
      </span>
      <span className="stat on-wide">
        <span className="stat-name">Gates</span>
        <span className={view.gates.length > 0 ? 'tone-warn' : 'tone-good'}>
          {view.gates.length === 0 ? 'none set' : `${view.gates.length} set`}
        </span>
      </span>
      <span className="stat">
        <span className="stat-name">Day P&amp;L</span>
        {pnl === null ? (
          <span className="unknown">unknown</span>
        ) : (
          <span className={`num strong tone-${['bad', 'neutral', 'good'][signOf(pnl) + 1]}`}>
            {gain(pnl)}
          </span>
        )}
      </span>
    </div>
  )
}

function MarketClock({ view }: { readonly view: View }) {
  const now = useBotNow()
  return (
    <span className="stat clock">
      <span className="stat-name">{dayOf(now)}</span>
      <span>
        <span className="num strong">{timeOf(now)}</span>
        <span className="zone"> ET</span>
        <span className={`market tone-${view.market.isOpen ? 'good' : 'neutral'}`}>
          {marketOf(view, now)}
        </span>
      </span>
    </span>
  )
}

function marketOf({ market }: View, now: number): string {
  const { session } = market
  if (session === null) return market.isOpen ? 'open' : 'closed, beyond the calendar'
  if (!market.isOpen) {
    return `closed, opens ${dayOf(session.open)} ${minuteOf(session.open)}`
  }
  const early = market.isEarlyClose ? ', early close' : ''
  return `open, ${span(Math.max(0, session.close - now))} left${early}`
}
