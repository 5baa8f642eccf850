import swagger from '@fastify/swagger'
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod'
import { ACCESS } from './access.ts'
import type { App } from './app-type.ts'
import { cookieName, type Doors } from './doors.ts'
import { openapiReply, answers, replySchemas } from './replies.ts'
import { IDEMPOTENCY_KEY, nothing } from './requests.ts'

/** Of the API, not of the bot: it changes when a client has to. */
const API_VERSION = '1.0.0'

const ofSchemas = createJsonSchemaTransform({ schemaRegistry: replySchemas })

const withSchemas = createJsonSchemaTransformObject({ schemaRegistry: replySchemas })

/** Each schema comes as input and as output; all that are named here are replies. */
function outputsOf(document: ReturnType<typeof withSchemas>): ReturnType<typeof withSchemas> {
  const { components: { schemas = {}, ...others } = {} } = document
  const outputs = Object.entries(schemas).filter(([name]) => !name.endsWith('Input'))
  const kept = { ...others, schemas: Object.fromEntries(outputs) }
  return { ...document, components: kept } as ReturnType<typeof withSchemas>
}

/** The document is made from the schemas that requests are read by. */
export async function describeApi(app: App, { bound }: Doors): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'ibkr-options-bot',
        version: API_VERSION,
        description:
          'What the dashboard uses. Amounts are decimal texts, times epoch milliseconds.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: cookieName(bound.port) },
          metrics: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: (document) => {
      const { schema, url } = ofSchemas(document)
      const method = [document.route.method].flat()[0] ?? 'GET'
      return { schema: { ...schema, ...saidInHeaders(method, url) }, url }
    },
    transformObject: (document) => outputsOf(withSchemas(document)),
  })
}

export function openapiRoute(app: App): void {
  app.get(
    '/api/v1/openapi.json',
    {
      schema: {
        summary: 'This document',
        querystring: nothing,
        response: answers(openapiReply, [401]),
      },
    },
    async () => app.swagger(),
  )
}

/** Who may, and the headers that the guard reads: no schema of a route tells. */
function saidInHeaders(method: string, url: string): Readonly<Record<string, unknown>> {
  const access = ACCESS[`${method} ${url}`]
  if (access === 'token') return { security: [{ metrics: [] }] }
  if (access === undefined || access === 'open') return {}
  const isCommand = url.startsWith('/api/v1/commands/')
  const properties = {
    'x-csrf-token': { type: 'string', description: 'Of GET /api/v1/session' },
    ...(isCommand
      ? { 'idempotency-key': { type: 'string', pattern: IDEMPOTENCY_KEY.source } }
      : {}),
  }
  return {
    security: [{ session: [] }],
    description: `For the role ${access} and above.`,
    ...(method === 'GET'
      ? {}
      : { headers: { type: 'object', required: Object.keys(properties), properties } }),
  }
}
