import type { FastifyRequest } from 'fastify'
import { accessOf, isAtLeast, type Access } from './access.ts'
import type { App } from './app-type.ts'
import { forbiddenKey } from './body.ts'
import { cookieName, type Doors } from './doors.ts'
import { PERMISSIONS } from './headers.ts'
import { hostObjection, originObjection } from './hosts.ts'
import { refusal, type Refusal } from './refusal.ts'
import { isSameSecret, type Session } from './sessions.ts'
import type { Role } from './view.ts'

/** What stands between a socket and a route, the same for all of them, the cheapest first. */
export function guard(app: App, doors: Doors): void {
  app.decorateRequest('session', null)
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const access = accessOf(method, route.url)
      doors.routes.push({ method, url: route.url, access })
      route.config = { ...route.config, access }
      if (access !== 'open') route.bodyLimit = doors.limits.bodyBytesMax
    }
  })
  app.addHook('onRequest', async (request, reply) => {
    // Before anything is decided, so that a refusal carries them too.
    reply.header('permissions-policy', PERMISSIONS)
    if (!isPage(request)) reply.header('cache-control', 'no-store')
    const elsewhere = hostObjection(
      { rawHeaders: request.raw.rawHeaders, url: request.originalUrl },
      doors.bound.port,
    )
    if (elsewhere !== null)
      throw refusal(421, elsewhere, 'open it by http://127.0.0.1 and its port')
    refuseOtherOrigins(request)
    request.session = sessionOf(request, doors)
    const { access } = request.routeOptions.config
    if (access !== undefined) admit(request, access)
    if (isMutating(request)) refuseForgery(request, access)
  })
  app.addHook('preValidation', async ({ query }) => {
    const key = forbiddenKey(query)
    if (key !== null) throw refusal(400, `a key that is never used: ${key}`, 'leave it out')
  })
}

/** Of a route that has a role. */
export function sessionIn({ session }: Pick<FastifyRequest, 'session'>): Session {
  if (session === null) throw signIn()
  return session
}

export function signIn(): Refusal {
  return refusal(401, 'nobody is signed in, or the session is over', 'sign in, or open a new link')
}

export function tooLow(needed: Role): Refusal {
  return refusal(403, `this takes the role ${needed}`, 'sign in as somebody who has it')
}

function sessionOf(request: FastifyRequest, { sessions, bound }: Doors): Session | null {
  const token = request.cookies[cookieName(bound.port)]
  return token === undefined ? null : sessions.find(token, isByPerson(request))
}

/** A page asks by itself all day long, so it says when somebody has just touched it. */
function isByPerson(request: FastifyRequest): boolean {
  if (request.headers['x-user-active'] === '1') return true
  return isMutating(request) && request.routeOptions.url !== SEEN_PATH
}

function admit({ session }: FastifyRequest, access: Access): void {
  if (access === 'open' || access === 'token') return
  if (session === null) throw signIn()
  if (!isAtLeast(session.role, access)) throw tooLow(access)
}

/** What a foreign page could send without asking first is not read at all (T1). */
function refuseForgery({ headers, session }: FastifyRequest, access: Access | undefined): void {
  const [type] = (headers['content-type'] ?? '').split(';')
  if (type?.trim().toLowerCase() !== 'application/json') {
    throw refusal(415, 'expected JSON', 'send content-type: application/json')
  }
  if (access === 'open' || access === undefined) return // nobody's session is used
  const token = headers['x-csrf-token']
  if (session === null || typeof token !== 'string' || !isSameSecret(token, session.csrf)) {
    const where = 'send the csrf of GET /api/v1/session in the header x-csrf-token'
    throw refusal(403, 'the token of this session is missing or wrong', where)
  }
}

function refuseOtherOrigins(request: FastifyRequest): void {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers
  const objection = originObjection({
    host,
    origin,
    site: mayBeTyped(request, headerOf(site)) ? undefined : headerOf(site),
  })
  if (objection !== null) throw refusal(403, objection, 'open the dashboard itself')
}

/**
 * An address that a person typed, or a link to the page itself, comes from no page of ours; it
 * reads at most, and from elsewhere without the cookie. Of the stream there is no such case.
 */
function mayBeTyped(request: FastifyRequest, site: string | undefined): boolean {
  if (isMutating(request) || request.routeOptions.url === STREAM_PATH) return false
  if (site === 'none') return true
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = request.headers
  return isPage(request) && mode === 'navigate' && dest === 'document'
}

export const STREAM_PATH = '/api/v1/stream'
export const SEEN_PATH = '/api/v1/stream/seen'

function isPage({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === '/*'
}

function isMutating({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}

function headerOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(',')
}
