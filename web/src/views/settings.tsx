import type { SettingsView } from '../../../src/dashboard/view.ts'
import { useView } from '../live.ts'
import { useSession } from '../session-context.ts'
import { Facts, Panel } from '../ui/panel.tsx'
import { Asked } from '../ui/states.tsx'
import { Choice } from '../ui/tabs.tsx'
import { words } from '../format.ts'
import { GLOSSARY } from '../glossary-words.ts'
import { Moment } from '../ui/text.tsx'
import { setTheme, useTheme } from '../theme.ts'
import { useSettings } from './queries.ts'

export function Settings() {
  const asked = useSettings()
  return (
    <div className="stack">
      <Asked of={asked} what="the settings" rows={10}>
        {(settings) => <Resolved settings={settings} />}
      </Asked>
      <div className="cols-2">
        <ThisPage />
        <About />
      </div>
      <Words />
    </div>
  )
}

function Resolved({ settings }: { readonly settings: SettingsView }) {
  return (
    <>
      <Panel title="As they count" note="read-only: change the file and start the bot again">
        <Facts
          rows={[
            ['File', <code key="file">{settings.file}</code>],
            [
              'Hash of what counts',
              <code key="hash" title={settings.hash}>
                {settings.hash.slice(0, 12)}
              </code>,
            ],
            ['This page', <code key="page">{window.location.origin}</code>],
          ]}
        />
      </Panel>
      <div className="masonry">
        {settings.sections.map((section) => (
          <Panel key={section.name} title={words(section.name)}>
            <Facts
              isLeft
              rows={section.rows.map(({ key, value }) => [
                key,
                <span key={key} className="value">
                  {value}
                </span>,
              ])}
            />
          </Panel>
        ))}
      </div>
    </>
  )
}

/** What is underlined with dots elsewhere, for whoever cannot rest a pointer on it. */
function Words() {
  return (
    <Panel title="Words of this page" note="those with a dotted line say theirs under the pointer">
      <dl className="glossary">
        {GLOSSARY.map(([word, means]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

const THEMES = [
  { value: 'system', text: 'As the system' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
] as const

function ThisPage() {
  const { session, logOut } = useSession()
  const theme = useTheme()
  return (
    <Panel title="This page">
      <Facts
        rows={[
          ['Signed in', `${session.user}, ${session.role}`],
          ['Session ends', <Moment key="e" at={session.expiresAt} zone />],
          ['Proven who you are', <Moment key="p" at={session.provenAt} zone />],
        ]}
      />
      <div className="row">
        <Choice label="Theme" options={THEMES} value={theme} onChange={setTheme} />
        <button type="button" className="button" onClick={() => void logOut()}>
          Sign out
        </button>
      </div>
    </Panel>
  )
}

function About() {
  const { version } = useView()
  return (
    <Panel title="About">
      <p>ibkr-options-bot {version}. All times of the bot are New York time (ET).</p>
      <p className="note">
        Price charts: TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc.{' '}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          https://www.tradingview.com/
        </a>
      </p>
    </Panel>
  )
}
