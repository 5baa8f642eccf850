import type { Clock } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import type { Mode } from '../domain/account.ts'
import type { EngineView } from '../engine/control.ts'
import type { Sightings } from '../engine/sighting.ts'
import { openDashboard, type Dashboard } from '../cockpit/dashboard.ts'
import type { Outlets } from './outlets.ts'
import type { StateFolder } from './state-folder.ts'
import { version } from './version.ts'

export interface RunDashboard {
  readonly clock: Clock
  readonly config: string
  readonly settings: Settings
  readonly mode: Mode
  readonly accountId: string
  readonly isSimulated: boolean
  readonly folder: StateFolder
  readonly view: EngineView
  readonly sightings: Sightings
  readonly outlets: Pick<Outlets, 'notifier' | 'log'>
  readonly whyNoResume: () => string | null
  readonly say: (text: string) => void
}

/** Beside a run, which does not wait for it; null: it is switched off. */
export function openRunDashboard(of: RunDashboard): Dashboard | null {
  const { config: file, settings, outlets, say, mode } = of
  if (!settings.dashboard.enabled) return null
  const isThere = (url: string): void =>
    say(`dashboard ${url}; to get in: ibkr-options-bot dashboard --mode ${mode}`)
  const dashboard = openDashboard({
    ...of,
    file,
    notifier: outlets.notifier,
    port: settings.dashboard.port,
    version: version(),
    back: isThere,
    log: (message) => outlets.log.write({ level: 'info', kind: 'dashboard', message }),
  })
  // Why there is none was told as a notice.
  void dashboard.ready.then((ready) => (ready.ok ? isThere(ready.value) : undefined))
  return dashboard
}
