import type { VirtualClock } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import type { Notifier } from '../engine/ports.ts'
import type { Sightings } from '../engine/sighting.ts'
import { openDashboard, type Dashboard } from '../cockpit/dashboard.ts'
import { pagesFolder } from '../cockpit/shown-settings.ts'
import { DEMO_ACCOUNT, type Demo } from './demo-world.ts'
import type { StateFolder } from './state-folder.ts'
import { version } from './version.ts'

export interface DemoShown {
  readonly command: { readonly speed: number | null; readonly port: number | null }
  readonly settings: Settings
  readonly file: string
  readonly folder: StateFolder
  readonly sightings: Sightings
  readonly notifier: Notifier
}

/** The same dashboard as beside a run, over a clock that is not the wall's. */
export function openDemoDashboard({ bot, clock }: Demo, of: DemoShown): Dashboard {
  const { command, settings } = of
  return openDashboard({
    ...of,
    view: bot.engine.view(),
    clock,
    mode: 'demo',
    accountId: DEMO_ACCOUNT,
    isSimulated: true,
    speed: () => speedShown(clock),
    port: command.port ?? settings.dashboard.port,
    version: version(),
    log: () => undefined, // a demo has no log
  })
}

/** That of this moment: nights pass at another than days, and after the last day time is slow. */
export function speedShown({ speed }: Pick<VirtualClock, 'speed'>): number {
  return speed ?? 0
}

/** Who sees this terminal may do everything: it is nobody's money. */
export async function howToGetIn(dashboard: Dashboard): Promise<readonly string[]> {
  const ready = await dashboard.ready
  if (!ready.ok) return []
  const link = await dashboard.link({ role: 'admin', name: 'demo', interactive: true })
  const page = pagesFolder() === null ? ['its page is not built: npm run build makes it'] : []
  return [`dashboard: open ${link.ok ? link.value : ready.value}  (this link works once)`, ...page]
}
