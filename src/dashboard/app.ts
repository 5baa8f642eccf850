import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { fastify, type FastifyRequest } from 'fastify'
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { App } from './app-type.ts'
import { Asks } from './asks.ts'
import { Attempts } from './attempts.ts'
import { bodyIn } from './body.ts'
import { commandRoutes } from './command-routes.ts'
import type { Doors } from './doors.ts'
import { answerErrors } from './errors.ts'
import { guard } from './guard.ts'
import { HELMET } from './headers.ts'
import { Keys, type KeyRules } from './keys.ts'
import { OneTime } from './once.ts'
import { openRoutes } from './open-routes.ts'
import { describeApi, openapiRoute } from './openapi.ts'
import { LIMITS, type DashboardOptions, type Limits } from './options.ts'
import { Passwords } from './passwords.ts'
import { storeOn } from './rate.ts'
import { readRoutes } from './read-routes.ts'
import { refusal } from './refusal.ts'
import { keep, keptIn, stillGood } from './session-file.ts'
import { sessionRoutes } from './session-routes.ts'
import { Sessions, type Session } from './sessions.ts'
import { streamRoutes } from './stream-route.ts'
import { Streams } from './streams.ts'

/** Secrets that wait to be used, at one moment. */
const WAITING_MAX = 1_000

const WINDOW_MS = 10_000

export async function doorsOf(options: DashboardOptions): Promise<Doors> {
  const { clock, cockpit, users, stateFile } = options
  const limits = { ...LIMITS, ...options.limits }
  const lasting = (lifeMs: number) => ({ lifeMs, max: WAITING_MAX })
  const sessionFile = `${stateFile}.sessions`
  const before = keptIn(sessionFile)
  const passwords = await Passwords.of(users, { cost: limits.scryptCost, before: before.users })
  const { fingerprints } = passwords
  const sessions = new Sessions(clock, limits, {
    kept: stillGood(before, fingerprints),
    keep: (kept) =>
      keptGently(options, () => keep(sessionFile, { sessions: kept, users: fingerprints })),
  })
  const isOpen = (session: Session) => sessions.isOpen(session)
  return {
    options,
    limits,
    bound: { port: options.port },
    passwords,
    sessions,
    attempts: new Attempts(clock, {
      perSource: limits.attemptsPerSource,
      perSourceMs: 60_000,
      inAll: limits.attemptsPerHour,
      inAllMs: 3_600_000,
    }),
    tickets: new OneTime(clock, lasting(limits.ticketMs)),
    streamTickets: new OneTime(clock, lasting(limits.streamTicketMs)),
    confirmations: new OneTime(clock, lasting(limits.confirmationMs)),
    keys: new Keys(stateFile, clock, limits),
    killKeys: new Keys(`${stateFile}.kill`, clock, killRules(limits)),
    asks: new Asks(clock, limits),
    streams: new Streams(cockpit, { clock, limits, isOpen }),
    routes: [],
  }
}

/** All routes with all that guards them, on no socket yet. */
export async function appOf(doors: Doors): Promise<App> {
  const { options, limits } = doors
  const app: App = fastify({
    logger: false,
    bodyLimit: limits.openBodyBytesMax, // routes that take a session have more: see the guard
    exposeHeadRoutes: false,
    // Ill-formed addresses go the way of every other request, and are found nowhere.
    rewriteUrl: ({ url = '' }) => (isDecodable(url) ? url : '/-'),
    // Schemas judge how long a parameter may be; none is matched by an expression here.
    routerOptions: { maxParamLength: 16_384 },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  readJsonAlone(app)
  answerErrors(app, options.log)
  await app.register(helmet, HELMET)
  await app.register(cookie)
  guard(app, doors)
  await app.register(rateLimit, {
    max: limits.requestsPerWindow,
    timeWindow: WINDOW_MS,
    store: storeOn(options.clock),
    keyGenerator: ({ session, ip }: FastifyRequest) => session?.id ?? ip,
    errorResponseBuilder: (_, { ttl }) =>
      refusal(429, 'too many requests', `wait ${Math.ceil(ttl / 1_000)} s; kill is never counted`),
  })
  await describeApi(app, doors)
  sessionRoutes(app, doors)
  readRoutes(app, doors)
  streamRoutes(app, doors)
  commandRoutes(app, doors)
  openapiRoute(app)
  await openRoutes(app, doors)
  app.addHook('onClose', async () => {
    doors.streams.close()
    doors.keys.close()
    doors.killKeys.close()
  })
  await app.ready()
  return app
}

function readJsonAlone(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    const body = bodyIn(String(text))
    if (body.ok) done(null, body.value)
    else done(refusal(400, body.error, 'see GET /api/v1/openapi.json'))
  })
}

function isDecodable(url: string): boolean {
  if (!url.startsWith('/')) return false
  try {
    decodeURIComponent(url.split('?')[0] ?? '')
    return true
  } catch {
    return false
  }
}

/**
 * A disk that takes no sessions keeps nobody out: the file is removed, so that all of them end with
 * the bot, and who signs out is out for good.
 */
function keptGently({ log }: DashboardOptions, write: () => void): void {
  try {
    write()
  } catch (error) {
    log(`dashboard: the disk does not take who is signed in: ${String(error)}`)
  }
}

function killRules({ keysMs, killKeysMax: keysMax }: Limits): KeyRules {
  return { keysMs, keysMax, keysPerUser: keysMax }
}
