import { z } from 'zod'
import type { Request } from '../../wire/requests.ts'
import { fault } from './fault.ts'
import type { Connection } from './fault.ts'
import { askedOf, isCancel, SERVICES } from '../session/traffic.ts'

const HMDS_GONE =
  'Historical Market Data Service error message:' +
  'HMDS server disconnect occurred.  Attempting reconnection...'
/** Of a kind that passes by itself: whoever asks again at once asks without end. */
const PROCESSING = "Error processing request.-'bx' : cause - internal error"

/**
 * Whoever retries what fails at once breaks every limit there is. Questions about orders have no
 * number, and neither has the error: they stay without an answer, as incident.md 9.3 has it of
 * ORDERS_DEAD. Without them, services that refuse are an incident without a name.
 */
export const stormFaults = {
  'requests-refused': fault({
    number: 'S6',
    line: 'currentTime is answered; every other request is answered with an error at once',
    label: 'ORDERS_DEAD',
    parameters: {
      services: z
        .array(z.enum(SERVICES))
        .min(1)
        .default([...SERVICES])
        .describe('of which'),
    },
    begin: ({ services }) => ({
      takes: (connection, request) => {
        const service = askedOf(request)
        if (service === null || isCancel(request) || !services.includes(service)) return false
        refuse(connection, request)
        return true
      },
    }),
  }),
}

function refuse(connection: Connection, request: Request): void {
  if (request.kind === 'placeOrder' || request.kind === 'cancelOrder') {
    const text = 'Order rejected - reason:internal error'
    return connection.error(request.orderId, 201, text)
  }
  const id = 'reqId' in request ? request.reqId : -1
  if (askedOf(request) === 'history') connection.error(id, 162, HMDS_GONE)
  else connection.error(id, 322, PROCESSING)
}
