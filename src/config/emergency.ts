import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { loadSettings, type ConfigProblem } from './load.ts'
import { sideOf } from './ports.ts'
import { fileSchema, gatewaySchema, type ConfiguredMode } from './schema.ts'
import type { GatewaySettings } from './settings.ts'
import { topLevelOf } from './yaml-file.ts'

/** What a way out needs to know; null: the file does not say it in a way that can be read. */
export interface EmergencySettings {
  readonly mode: ConfiguredMode | null
  readonly account: string | null
  readonly gateway: Pick<GatewaySettings, 'host' | 'port' | 'clientIdBase' | 'side'> | null
  readonly stateFolder: string
  /** All that keeps the file from being a configuration; a person is told, and it goes on. */
  readonly problems: readonly ConfigProblem[]
}

/**
 * For `kill` and `panic`: a mistake elsewhere in the file, made since the bot was started, must not
 * lock the way out. Of the file alone: neither must an environment that makes a bot more cautious.
 */
export function emergencySettings(path: string): EmergencySettings {
  const whole = loadSettings(path, {})
  if (whole.ok) return { ...whole.value, problems: [] }
  const file = keysIn(path)
  const { shape } = fileSchema
  return {
    mode: read(shape.mode, file['mode']),
    account: read(shape.account, file['account']) ?? null,
    gateway: gatewayIn(keysOf(file['gateway'])),
    stateFolder: read(shape.state_folder, file['state_folder']) ?? 'state',
    problems: whole.error,
  }
}

/** Port and client id are not guessed: a wrong one would ask another Gateway, or be refused. */
function gatewayIn(file: Keys): EmergencySettings['gateway'] {
  const { shape } = gatewaySchema
  const port = read(shape.port, file['port'])
  const clientIdBase = read(shape.client_id_base, file['client_id_base'])
  if (port === null || clientIdBase === null) return null
  const host = read(shape.host, file['host']) ?? shape.host.parse(undefined)
  return { host, port, clientIdBase, side: sideOf(port, read(shape.ports, file['ports']) ?? {}) }
}

type Keys = Readonly<Record<string, unknown>>

function read<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> | null {
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** What of it can be read: a line that is no YAML spoils that line, and perhaps others. */
function keysIn(path: string): Keys {
  try {
    return topLevelOf(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}

function keysOf(value: unknown): Keys {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
