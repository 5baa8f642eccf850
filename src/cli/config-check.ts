import pc from 'picocolors'
import { withEnvFile } from '../config/env-file.ts'
import { loadSettings } from '../config/load.ts'
import { settingsText } from '../config/describe.ts'
import type { Settings } from '../config/settings.ts'
import { CommandError } from './exit-codes.ts'
import { withOwn } from './own-load.ts'

/** The settings, or every problem at once as one error. */
export function settingsFrom(path: string): Settings {
  for (const warning of withEnvFile(path).warnings) {
    process.stderr.write(`${pc.yellow(`warning: ${warning}`)}\n`)
  }
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

export async function configCheck(options: CheckOptions): Promise<void> {
  const { settings, warnings } = await withOwn(settingsFrom(options.config))
  if (options.json) {
    const own = [...settings.own.values()]
    process.stdout.write(
      `${JSON.stringify({ ok: true, settings: { ...settings, own }, warnings })}\n`,
    )
    return
  }
  for (const warning of warnings) process.stdout.write(`${pc.yellow(warning)}\n`)
  process.stdout.write(`${settingsText(settings)}\n${pc.green('no problem found')}\n`)
}
