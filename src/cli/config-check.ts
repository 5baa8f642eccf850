import pc from 'picocolors'
import { loadSettings } from '../config/load.ts'
import { settingsText } from '../config/describe.ts'
import type { Settings } from '../config/settings.ts'
import { CommandError } from './exit-codes.ts'

/** The settings, or every problem at once as one error. */
export function settingsFrom(path: string): Settings {
  const settings = loadSettings(path)
  if (settings.ok) return settings.value
  const list = settings.error.map((problem) => `  ${problem}`).join('\n')
  throw new CommandError(
    'usage',
    `${settings.error.length} problem(s) in the configuration:\n${list}`,
  )
}

export interface CheckOptions {
  readonly config: string
  readonly json: boolean
}

export function configCheck(options: CheckOptions): void {
  const settings = settingsFrom(options.config)
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ok: true, settings })}\n`)
    return
  }
  process.stdout.write(`${settingsText(settings)}\n${pc.green('no problem found')}\n`)
}
