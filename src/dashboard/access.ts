import { VERBS, type Role, type Verb } from './view.ts'

/** `open`: without a session. `token`: by the token of metrics. */
export type Access = Role | 'open' | 'token'

/** Whoever may look may also stop it; only what lifts a level takes an admin (security.md, T8). */
export const ROLE_OF_VERB: Readonly<Record<Verb, Role>> = {
  kill: 'viewer',
  halt: 'trader',
  reduce: 'trader',
  flatten: 'trader',
  cancel: 'trader',
  close: 'trader',
  resume: 'admin',
  arm: 'admin',
}

/** Two steps, a typed account id, a reason, and a person who has just proven who they are. */
export const LIFTING: ReadonlySet<Verb> = new Set<Verb>(['resume', 'arm'])

/** Every route; one that is not listed here does not start. */
export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /*': 'open',
  'HEAD /*': 'open',
  'GET /healthz': 'open',
  'GET /metrics': 'token',
  'POST /api/v1/session': 'open',
  'GET /api/v1/session': 'viewer',
  'DELETE /api/v1/session': 'viewer',
  'POST /api/v1/session/proof': 'viewer',
  'GET /api/v1/view': 'viewer',
  'GET /api/v1/stream': 'open', // by cookie or ticket: it asks itself
  'POST /api/v1/stream-tickets': 'viewer',
  'POST /api/v1/stream/seen': 'viewer',
  'GET /api/v1/symbols/:symbol': 'viewer',
  'GET /api/v1/chain/:symbol': 'viewer',
  'GET /api/v1/orders': 'viewer',
  'GET /api/v1/orders/:id': 'viewer',
  'GET /api/v1/trades': 'viewer',
  'GET /api/v1/incidents': 'viewer',
  'GET /api/v1/journal': 'viewer',
  'GET /api/v1/journal/explain/:id': 'viewer',
  'POST /api/v1/journal/replay': 'viewer',
  'GET /api/v1/report': 'viewer',
  'GET /api/v1/latency': 'viewer',
  'GET /api/v1/settings': 'viewer',
  'GET /api/v1/openapi.json': 'viewer',
  'POST /api/v1/confirmations': 'viewer', // of a verb: the role of the verb
  ...Object.fromEntries(VERBS.map((verb) => [`POST ${commandPath(verb)}`, ROLE_OF_VERB[verb]])),
}

export function commandPath(verb: Verb): string {
  return `/api/v1/commands/${verb}`
}

export function accessOf(method: string, url: string): Access {
  const access = ACCESS[`${method} ${url}`]
  if (access === undefined) {
    throw new Error(`${method} ${url} has no role: declare it in dashboard/access.ts`)
  }
  return access
}

const RANK: Readonly<Record<Role, number>> = { viewer: 1, trader: 2, admin: 3 }

export function isAtLeast(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed]
}
