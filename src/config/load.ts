import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import { NEW_YORK } from '../domain/calendar.ts'
import {
  autoRestartWindow,
  DEFAULT_RESTART_WINDOWS,
  parseRestartWindow,
  type RestartWindow,
} from '../domain/restart-windows.ts'
import { passwordObjection } from '../dashboard/passwords.ts'
import { crossChecks } from './cross-checks.ts'
import { dashboardSettings, type DashboardSettings } from './dashboard.ts'
import { withEnvFile } from './env-file.ts'
import { liveSettings, type LiveSettings } from './live.ts'
import { nearest } from './nearest.ts'
import { notifySettings, type NotifySettings } from './notify.ts'
import { resolved } from './own-file.ts'
import { sideOf } from './ports.ts'
import { rulesOf } from './rules.ts'
import { fileSchema, modes, type ConfigFile, type ConfiguredMode } from './schema.ts'
import type { Settings } from './settings.ts'
import { keyText, readYaml } from './yaml-file.ts'

/** One thing wrong, with its place: `config.yaml:12: risk.max_loss: ...`. */
export type ConfigProblem = string

/** Every problem at once, or the settings; `.env` beside the file counts under the environment. */
export function loadSettings(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Result<Settings, readonly ConfigProblem[]> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fail([`${path}: expected a readable file; ${reason}`])
  }
  const beside = withEnvFile(path, environment)
  const settings = parseSettings(text, { path, environment: beside.environment })
  if (beside.problems.length === 0) return settings
  return fail([...beside.problems, ...(settings.ok ? [] : settings.error)])
}

/** Like `loadSettings`, of a text that is at hand. */
export function parseSettings(
  text: string,
  from: {
    readonly path: string
    readonly environment: Readonly<Record<string, string | undefined>>
  },
): Result<Settings, readonly ConfigProblem[]> {
  const file = readYaml(text)
  if (!file.ok)
    return fail(file.error.map(({ line, text: what }) => `${from.path}:${line}: ${what}`))
  const at = (path: readonly PropertyKey[]) => `${from.path}:${file.value.lineOf(path)}`
  const parsed = fileSchema.safeParse(file.value.content ?? {}, { reportInput: true })
  if (!parsed.success) {
    return fail(parsed.error.issues.flatMap((issue) => problemsOf(issue, at)))
  }
  const notify = notifySettings(parsed.data.notify, from.environment)
  const crossed = crossChecks(parsed.data).map((p) => `${at(p.path)}: ${p.text}`)
  const dashboard = dashboardSettings(parsed.data.dashboard, from.environment, passwordObjection)
  const problems = [...crossed, ...notify.problems, ...dashboard.problems]
  const mode = effectiveMode(parsed.data.mode, from.environment)
  if (!mode.ok) return fail([...problems, mode.error])
  if (problems.length > 0) return fail(problems)
  const { path } = from
  const live = liveSettings(parsed.data, from.environment)
  const beside = { notify: notify.settings, dashboard: dashboard.settings, live, text, path }
  return ok(settingsOf(parsed.data, { ...mode.value, ...beside }))
}

function settingsOf(
  file: ConfigFile,
  beside: {
    readonly mode: ConfiguredMode
    readonly from: 'file' | 'environment'
    readonly notify: NotifySettings
    readonly dashboard: DashboardSettings
    readonly live: LiveSettings
    readonly text: string
    readonly path: string
  },
): Settings {
  const port = file.gateway?.port ?? 4002
  return {
    mode: beside.mode,
    modeFrom: beside.from,
    account: file.account ?? null,
    gateway: {
      host: file.gateway?.host ?? '127.0.0.1',
      port,
      clientIdBase: file.gateway?.client_id_base ?? 30,
      side: sideOf(port, file.gateway?.ports ?? {}),
      autoRestart: file.gateway?.auto_restart ?? null,
      restartWindows: windowsOf(file.gateway),
      restartCommand: file.gateway?.restart_command ?? null,
      restartEveryMs: file.gateway?.restart_command_every ?? 900_000,
    },
    symbols: file.symbols.map(({ underlying, strategies }) => ({
      underlying,
      strategies: resolved(strategies ?? file.strategies, beside.path),
    })),
    intervalMs: file.schedule.interval as Settings['intervalMs'],
    hours: file.schedule.hours,
    concurrentMax: file.schedule.max_concurrent_symbols,
    pacing: file.pacing,
    selection: { ...file.selection, allowDelayed: file.allow_delayed },
    strategyRules: { vixRegime: file.vix_regime },
    own: new Map(),
    trendExit: file.exits.trend_exit === 'ema20',
    rules: rulesOf(file),
    look: file.last_look,
    notify: beside.notify,
    watchdog: {
      silentMs: file.watchdog.silent_after,
      restartsMax: file.watchdog.restarts,
      panic: file.watchdog.panic,
    },
    dashboard: beside.dashboard,
    live: beside.live,
    stateFolder: file.state_folder,
    hash: createHash('sha256').update(beside.text).digest('hex'),
  }
}

/** At its own default time where nothing is written (limits-and-codes.md section 5). */
const AUTO_RESTART = { time: '23:45', zone: NEW_YORK }

function windowsOf(gateway: ConfigFile['gateway']): readonly RestartWindow[] {
  const announced = DEFAULT_RESTART_WINDOWS.map(parseRestartWindow)
  const windows = gateway?.restart_windows ?? announced.filter((window) => window !== null)
  return [...windows, autoRestartWindow(gateway?.auto_restart ?? AUTO_RESTART)]
}

/** The environment can only make a run safer: of the two modes the more cautious one counts. */
function effectiveMode(
  file: ConfiguredMode,
  environment: Readonly<Record<string, string | undefined>>,
): Result<{ mode: ConfiguredMode; from: 'file' | 'environment' }, ConfigProblem> {
  const wanted = environment['IBKR_BOT__MODE']
  if (wanted === undefined || wanted === file) return ok({ mode: file, from: 'file' })
  const mode = modes.find((each) => each === wanted)
  if (mode === undefined) {
    return fail(
      `environment: IBKR_BOT__MODE: expected one of ${modes.join(', ')}, came "${wanted}"`,
    )
  }
  if (modes.indexOf(mode) < modes.indexOf(file)) return ok({ mode, from: 'environment' })
  return fail(
    `environment: IBKR_BOT__MODE: expected nothing less cautious than the file's mode "${file}", ` +
      `came "${mode}"; change the file, or unset the variable`,
  )
}

function problemsOf(
  issue: z.core.$ZodIssue,
  at: (path: readonly PropertyKey[]) => string,
): readonly ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const told = issue.keys.slice(0, KEYS_TOLD_MAX).map((key) => {
      const path = [...issue.path, key]
      const guess = nearest(key, keysAt(issue.path))
      const remedy = guess === null ? 'remove it' : `did you mean "${guess}"?`
      return `${at(path)}: ${nameOf(path)}: unknown key; ${remedy}`
    })
    const more = issue.keys.length - told.length
    if (more === 0) return told
    return [...told, `${at(issue.path)}: ${more} more unknown keys; remove them`]
  }
  if (issue.code === 'invalid_key') {
    // What is wrong with the name of a key, and not that one is.
    return issue.issues.flatMap((each) => problemsOf({ ...each, path: issue.path }, at))
  }
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.flat().filter((each) => each.path.length > 0)
    if (nested.length > 0) {
      return nested.flatMap((n) => problemsOf({ ...n, path: [...issue.path, ...n.path] }, at))
    }
  }
  const name = issue.path.length === 0 ? 'the file' : nameOf(issue.path)
  const message =
    issue.code === 'invalid_type' &&
    issue.input === undefined &&
    !issue.message.startsWith('expected')
      ? 'missing; it has no default'
      : issue.message.replace(/^Invalid input: /, '')
  return [`${at(issue.path)}: ${name}: ${message}`]
}

/** A file of thousands is another file: nobody reads them all, and each is looked up. */
const KEYS_TOLD_MAX = 20

/** The keys that the schema knows at a path, for "did you mean". */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = fileSchema
  for (const step of path) schema = shapeOf(schema)?.[String(step)]
  return Object.keys(shapeOf(schema) ?? {})
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const definition = schema as {
    shape?: Record<string, unknown>
    in?: unknown
    def?: { innerType?: unknown }
  }
  return (
    definition?.shape ??
    (definition?.in ? shapeOf(definition.in) : undefined) ??
    (definition?.def?.innerType ? shapeOf(definition.def.innerType) : undefined)
  )
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map((step) => keyText(String(step))).join('.')
}
