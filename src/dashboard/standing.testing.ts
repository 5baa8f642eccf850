import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { Secret } from '../base/secret.ts'
import { appOf, doorsOf } from './app.ts'
import { FakeCockpit } from './cockpit.testing.ts'
import { cookieName } from './doors.ts'
import type { DashboardOptions, Limits } from './options.ts'
import { startDashboard } from './server.ts'
import type { Role, SessionView } from './view.ts'

export const PASSWORDS: Readonly<Record<Role, string>> = {
  viewer: 'quiet-lamp-over-harbour',
  trader: 'seven-copper-kettles-sing',
  admin: 'mossy-violin-under-glass',
}
export const METRICS_TOKEN = 'scrape-with-blue-ladders'
export const PORT = 8080
export const HOST = `127.0.0.1:${PORT}`
export const START = 1_795_000_000_000 as EpochMs

export interface Setting {
  readonly limits?: Partial<Limits>
  readonly stateFile?: string
  readonly pages?: string | null
  readonly metricsToken?: Secret | null
  readonly cockpit?: FakeCockpit
  readonly users?: DashboardOptions['users']
}

/** A clock that stands until a test moves it; passwords hashed as cheaply as scrypt can. */
export function optionsFor(setting: Setting = {}) {
  const clock = new VirtualClock({ start: START, settled: () => true, speed: null })
  const cockpit = setting.cockpit ?? new FakeCockpit()
  const lines: string[] = []
  const roles: readonly Role[] = ['viewer', 'trader', 'admin']
  const options: DashboardOptions = {
    clock,
    cockpit,
    users: roles.map((role) => ({ name: role, role, password: new Secret(PASSWORDS[role]) })),
    port: PORT,
    pages: null,
    metricsToken: new Secret(METRICS_TOKEN),
    stateFile: join(folder(), 'keys.jsonl'),
    log: (line) => void lines.push(line),
    ...setting,
    limits: { scryptCost: 16, ...setting.limits },
  }
  return { clock, cockpit, lines, options }
}

/** Of this test alone. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dashboard-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export interface In {
  readonly cookie: string
  readonly csrf: string
}

export interface Said {
  readonly as?: In | undefined
  readonly body?: unknown
  /** Undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** As it is, instead of a body. */
  readonly raw?: string
}

let keysMade = 0
export const newKey = () => `key-of-a-test-${keysMade++}`

/** The app on no socket. */
export async function standing(setting: Setting = {}) {
  const { options, ...others } = optionsFor(setting)
  const doors = await doorsOf(options)
  const app = await appOf(doors)
  let isClosed = false
  const close = async () => {
    if (!isClosed) await app.close()
    isClosed = true
  }
  onTestFinished(close)

  const ask = async (route: string, { as, body, headers = {}, raw }: Said = {}) => {
    const [method = 'GET', url = '/'] = route.split(' ')
    const said: Record<string, string | undefined> = {
      host: HOST,
      ...(as === undefined ? {} : { cookie: as.cookie, 'x-csrf-token': as.csrf }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...(url.includes('/commands/') ? { 'idempotency-key': newKey() } : {}),
      ...headers,
    }
    const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
    const payload = raw ?? (method === 'GET' ? undefined : JSON.stringify(body ?? {}))
    const reply = await app.inject({
      method: method as 'GET',
      url,
      headers: kept as Record<string, string>,
      ...(payload === undefined ? {} : { payload }),
    })
    return {
      status: reply.statusCode,
      headers: reply.headers,
      text: reply.body,
      json: () => JSON.parse(reply.body) as Record<string, never>,
    }
  }

  const signedIn = async (role: Role): Promise<In> => {
    const reply = await ask('POST /api/v1/session', {
      body: { ticket: doors.tickets.issue({ name: role, role }).secret },
    })
    const { csrf } = reply.json() as unknown as SessionView
    const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
    return { cookie, csrf }
  }
  return { ...others, options, doors, app, ask, signedIn, close }
}

/** The app on a socket of its own, of a free port. */
export async function listening(setting: Setting = {}) {
  const { options, ...others } = optionsFor(setting)
  const dashboard = await startDashboard({ ...options, port: 0 })
  let isClosed = false
  const close = async () => {
    if (!isClosed) await dashboard.close()
    isClosed = true
  }
  onTestFinished(close)
  const signedIn = async (role: Role): Promise<In> => {
    const reply = await fetch(`${dashboard.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ticket: dashboard.ticket(role, role) }),
    })
    const { csrf } = (await reply.json()) as SessionView
    const [cookie = ''] = (reply.headers.get('set-cookie') ?? '').split(';')
    return { cookie, csrf }
  }
  return { ...others, options, dashboard, signedIn, close, cookieName: cookieName(dashboard.port) }
}
