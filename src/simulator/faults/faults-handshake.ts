import { z } from 'zod'
import type { Response } from '../../wire/responses.ts'
import { fault, ms } from './fault.ts'
import type { Connection } from './fault.ts'

/** A session that does not come about, or not as usual: F20 to F23. */
export const handshakeFaults = {
  'handshake-hang': fault({
    number: 'F20',
    line: 'silence after the version exchange',
    label: 'GATEWAY_HUNG',
    parameters: {},
    begin: () => ({ takes: (_, { kind }) => kind === 'startApi' }),
  }),
  'no-next-valid-id': fault({
    number: 'F21',
    line: 'startApi is answered without nextValidId; what is asked then is dropped',
    label: 'GATEWAY_HUNG',
    parameters: {
      dropsRequests: z.boolean().default(true).describe('whether later requests are lost'),
    },
    begin: ({ dropsRequests }) => {
      const unready = new WeakSet<Connection>()
      return {
        ready: (connection, isNew) => void (isNew && unready.add(connection)),
        takes: (connection) => dropsRequests && unready.has(connection),
        says: (_, response) => (response.kind === 'nextValidId' ? [] : [response]),
      }
    },
  }),
  'order-id-jump': fault({
    number: 'F22',
    line: 'nextValidId comes in another place and with another value',
    label: null,
    parameters: {
      jump: z
        .number()
        .int()
        .default(1_000_000)
        .describe('added to the id; below 0 it was used before, and an order gets 103'),
      comesFirst: z.boolean().default(true).describe('before managedAccounts'),
    },
    begin: ({ jump, comesFirst }) => {
      const waiting = new WeakMap<Connection, Response>()
      return {
        says: (connection, response) => {
          if (response.kind === 'nextValidId') {
            const before = waiting.get(connection)
            waiting.delete(connection)
            const orderId = Math.max(1, response.orderId + jump)
            return [{ ...response, orderId }, ...(before === undefined ? [] : [before])]
          }
          if (!comesFirst || connection.isReady || response.kind !== 'managedAccounts') {
            return [response]
          }
          waiting.set(connection, response)
          return []
        },
      }
    },
  }),
  'client-id-in-use': fault({
    number: 'F23',
    line: 'connections are reset and their client ids linger: 326',
    label: 'CLIENT_ID_IN_USE',
    parameters: {
      lingerMs: ms.nullable().default(60_000).describe('how long; null is until it heals'),
      resetsOpen: z.boolean().default(true).describe('whether open connections are reset'),
    },
    begin: ({ lingerMs, resetsOpen }, ground) => {
      if (lingerMs !== null) ground.after(lingerMs, () => ground.heal())
      if (resetsOpen) for (const { link } of ground.connections()) link.drop('reset')
      return { inUse: () => true }
    },
  }),
}
