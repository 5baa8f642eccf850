import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refText } from '../config/own-file.ts'
import type { Settings } from '../config/settings.ts'
import { settingsSections } from '../config/describe.ts'
import type { SettingsView } from '../dashboard/view.ts'
import { trendExit } from '../strategy/trend-exit.ts'
import type { ThreadData } from './messages.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGES = [join(ROOT, 'dist/web'), join(ROOT, 'node_modules/.cache/web')]

/** The built page: as installed, or as a checkout keeps it; null: it is not built. */
export function pagesFolder(places: readonly string[] = PAGES): string | null {
  return places.find((place) => existsSync(join(place, 'index.html'))) ?? null
}

/** As they count, secrets hidden: none is in the settings' text. */
export function settingsView(settings: Settings, file: string): SettingsView {
  return { file, hash: settings.hash, sections: settingsSections(settings) }
}

/** Whose lines are drawn on the chart of a symbol: its strategies, and the guard of them all. */
export function symbolsDrawn({ symbols, own, trendExit: ends }: Settings): ThreadData['symbols'] {
  return symbols.map(({ underlying, strategies }) => ({
    symbol: underlying.symbol,
    strategies: [...strategies.map((ref) => refText(ref, own)), ...(ends ? [trendExit.name] : [])],
  }))
}
