import { z } from 'zod'
import { Secret } from '../base/secret.ts'
import { MACHINES } from '../trading/arm.ts'

export const METRICS_TOKEN = 'IBKR_BOT__DASHBOARD__METRICS_TOKEN'

/** Of which user: their name as environment variables are written. */
export function passwordVariable(name: string): string {
  return `IBKR_BOT__DASHBOARD__USERS__${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}__PASSWORD`
}

export const roles = ['viewer', 'trader', 'admin'] as const
export type DashboardRole = (typeof roles)[number]

const NAME = 'expected a name of 1 to 40 letters, digits, ".", "_", "@" or "-", like "ada"'

/** The journal signs with it who commanded: the server refuses it, too. */
const MACHINE = 'expected the name of a person: the bot itself goes by this one'

/** Passwords are secrets and stand in the environment; who there is, and may what, in the file. */
export const dashboardSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: no page, no API, no metrics'),
    port: z.int().min(1).max(65_535).default(8470).describe('on 127.0.0.1 and ::1, nowhere else'),
    users: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,39}$/, NAME)
          .refine((name) => !MACHINES.has(name.toLowerCase()), MACHINE),
        z.enum(roles, { error: `expected one of ${roles.join(', ')}` }),
      )
      .default({})
      .meta({
        value: 'names, each with viewer, trader or admin',
        example: '{ ada: admin, bo: viewer }',
        description: 'who has a password, which stands in the environment; without, links let in',
      }),
  })
  .describe('The page in a browser on this machine, and its API.')

export interface DashboardUserSettings {
  readonly name: string
  readonly role: DashboardRole
  readonly password: Secret
}

export interface DashboardSettings {
  readonly enabled: boolean
  readonly port: number
  /** None: links that a terminal prints let people in, and nothing else. */
  readonly users: readonly DashboardUserSettings[]
  /** Null: there is no page of metrics. */
  readonly metricsToken: Secret | null
}

/** What is wrong with a password; null: it will do. */
export type PasswordObjection = (password: string) => string | null

type Environment = Readonly<Record<string, string | undefined>>

/** `objection`: of the server, which refuses the same ones when it starts. */
export function dashboardSettings(
  file: z.infer<typeof dashboardSchema>,
  environment: Environment,
  objection: PasswordObjection,
): { readonly settings: DashboardSettings; readonly problems: readonly string[] } {
  const { enabled, port } = file
  const problems: string[] = []
  const users = Object.entries(file.users).flatMap(([name, role]) => {
    const variable = passwordVariable(name)
    const password = environment[variable]
    if (password === undefined || password === '') {
      const remedy = `set it, or take ${name} out of dashboard.users`
      problems.push(`environment: ${variable}: expected the password of ${name}; ${remedy}`)
      return []
    }
    const why = objection(password)
    if (why !== null) problems.push(`environment: ${variable}: the password ${why}`)
    return [{ name, role, password: new Secret(password) }]
  })
  const variables = users.map(({ name }) => passwordVariable(name))
  if (new Set(variables).size < variables.length) {
    problems.push('dashboard.users: two names have one variable for their passwords; rename one')
  }
  const token = environment[METRICS_TOKEN] ?? ''
  const why = token === '' ? null : objection(token)
  if (why !== null) problems.push(`environment: ${METRICS_TOKEN}: the token ${why}`)
  const metricsToken = token === '' ? null : new Secret(token)
  // What is switched off needs no passwords.
  const told = enabled ? problems : []
  return { settings: { enabled, port, users, metricsToken }, problems: told }
}

export function dashboardText({ enabled, port, users, metricsToken }: DashboardSettings): string {
  if (!enabled) return 'off'
  const names = users.map(({ name, role }) => `${name} (${role})`).join(', ')
  const people = names === '' ? 'nobody by password, links alone' : names
  const metrics = metricsToken === null ? `no metrics; ${METRICS_TOKEN} is not set` : 'metrics'
  return `http://127.0.0.1:${port}: ${people}; ${metrics}`
}
