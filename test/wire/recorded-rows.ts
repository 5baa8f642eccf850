/** What is known about the rows of `rust-ibapi-v1.json`, by file and line of their source. */

const orders = 'src/orders/tests.rs'
const contracts = 'src/contracts/tests.rs'
const accounts = 'src/accounts/tests.rs'
const responses = 'src/testdata/responses.rs'
const connection = 'src/transport/connection/tests.rs'
const realtime = 'src/market_data/realtime/decoders/tests.rs'
const historical = 'src/market_data/historical/tests.rs'
const messages = 'src/messages/tests.rs'

const lines = (file: string, numbers: readonly number[]): readonly string[] =>
  numbers.map((line) => `${file}:${line}`)

/** The handshakes of these tests say 173. Orders without advancedErrorOverride: below 166. */
export const versionOf = (at: string): number => (at.startsWith(connection) ? 173 : 165)

/** Rows that a client sent. */
const requestRows = new Set([
  ...lines(orders, [46, 318, 356, 373, 396, 528, 546, 565, 594, 620, 645, 677]),
  ...lines(contracts, [26, 198, 248, 364, 544, 728]),
  ...lines(accounts, [25, 26, 28, 29, 50, 51, 53, 54, 89, 95, 130, 131, 172, 173, 557, 558]),
])

/** In the handshakes a client says startApi and asks for the accounts. */
const requestIds = new Set(['71', '17'])

export const isRequest = (at: string, id: string | undefined): boolean =>
  at.startsWith(connection) ? requestIds.has(id ?? '') : requestRows.has(at)

/** Rows whose log put one more empty field behind the last. */
export const withExtraField = new Set([
  ...lines(orders, [16, 17, 18, 19, 20, 21, 22, 306, 307]),
  ...lines(orders, [364, 519, 537, 555, 574, 688, 689, 690, 691]),
  ...lines(contracts, [12, 13, 14, 180]),
  ...lines(responses, [5, 6, 7, 8, 11]),
])

/** Rows that are no frames of a message we know, and why. */
export const unreadable: ReadonlyMap<string, string> = new Map([
  ...because('a message that waits: family codes, depth, histogram', [
    ...lines(accounts, [473]),
    ...lines('src/accounts/decoders/tests.rs', [133]),
    ...lines(realtime, [144, 161, 174, 183, 199, 205]),
    ...lines(historical, [71]),
  ]),
  ...because('the fields of another message than its id says', [
    ...lines(contracts, [787, 833]),
    ...lines('src/contracts/decoders/tests.rs', [158, 181]),
    ...lines('src/accounts/decoders/tests.rs', [103, 211]),
    ...lines(historical, [499]),
    ...lines(realtime, [63, 212, 238, 349, 366, 381, 399, 414, 441]),
  ]),
  ...because('a placeholder where a value should be', [
    ...lines(accounts, [372]),
    ...lines(realtime, [27, 111, 335]),
    ...lines(connection, [328]),
  ]),
  ...because('fields left out or added by hand', [
    ...lines(accounts, [190]),
    ...lines(historical, [521]),
    ...lines(realtime, [260]),
    ...lines(responses, [13, 22, 25]),
    ...lines(contracts, [179]),
  ]),
  ...because('no message at all', [
    ...lines(contracts, [607, 668]),
    ...lines(messages, [14, 26, 83, 136, 161]),
  ]),
])

function because(
  reason: string,
  rows: readonly string[],
): readonly (readonly [at: string, reason: string])[] {
  return rows.map((at) => [at, reason])
}
