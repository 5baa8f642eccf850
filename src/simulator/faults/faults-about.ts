import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { Connection } from './fault.ts'
import { oneContract } from '../session/session-lookup.ts'

/** Whether a message is about one of these underlyings; about anything when none are named. */
export function isAbout(
  connection: Connection,
  message: Request | Response,
  symbols: readonly string[] | undefined,
): boolean {
  if (symbols === undefined) return true
  const symbol = symbolIn(connection, message)
  return symbol !== null && symbols.includes(symbol)
}

function symbolIn(connection: Connection, message: Request | Response): string | null {
  if ('contract' in message) {
    if (message.contract.symbol !== '') return message.contract.symbol
    const found = oneContract(message.contract, connection.house)
    return found.ok ? found.value.symbol : null
  }
  if ('symbol' in message) return message.symbol
  return 'reqId' in message ? connection.symbolOf(message.reqId) : null
}
