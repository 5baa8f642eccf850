import { describe, expect, test } from 'vitest'
import {
  isRefusalOnMerits,
  linkNotice,
  orderEvidence,
  rejectClass,
  requestVerdict,
} from './error-codes.ts'
import type { OrderPhase } from './error-codes.ts'

describe('an order error is evidence and never an end', () => {
  const rows: readonly [number, string, OrderPhase, string][] = [
    [202, 'Order Canceled - reason:', 'live', 'cancel-reported'],
    [10006, 'Missing parent order', 'new', 'parent-missing'],
    [10147, 'OrderId 5 that needs to be cancelled is not found', 'live', 'cancel-refused'],
    [10148, 'cannot be cancelled, state: Filled', 'live', 'cancel-refused'],
    [161, 'Cancel attempted when order is not in a cancellable state', 'live', 'cancel-refused'],
    [104, "Can't modify a filled order", 'changing', 'cancel-refused'],
    [105, 'Order being modified does not match', 'changing', 'cancel-refused'],
    [201, 'Order rejected - reason: exceeds', 'changing', 'cancel-refused'],
    [2102, 'still being processed', 'changing', 'outcome-lost'],
    [2102, 'still being processed', 'live', 'cancel-refused'],
    [201, 'Order rejected - reason: already being cancelled', 'live', 'cancel-refused'],
    [201, 'Order rejected - reason: insufficient funds', 'new', 'reject-reported'],
    [103, 'Duplicate order id', 'new', 'reject-reported'],
    [110, 'The price does not conform', 'new', 'reject-reported'],
    [110, 'The price does not conform', 'live', 'warned'],
    [110, 'The price does not conform', 'changing', 'cancel-refused'],
    [321, 'Error validating request: read-only', 'new', 'reject-reported'],
    [321, 'Error validating request', 'changing', 'cancel-refused'],
    [434, 'The order size cannot be zero', 'new', 'reject-reported'],
    [133, 'Submit new order failed', 'new', 'outcome-lost'],
    [10328, 'Connection lost, order data could not be resolved', 'new', 'outcome-lost'],
    [399, 'Order Message: will not be placed until the open', 'live', 'warned'],
    [404, 'Shares not available', 'live', 'warned'],
    [10349, 'Order TIF was set to DAY based on order preset', 'live', 'warned'],
    [2109, 'Outside RTH is ignored', 'live', 'warned'],
    [54_321, 'a code nobody has seen', 'live', 'warned'],
  ]
  test.each(rows)('%i "%s" on a %s order is %s (D33, R18)', (...[code, text, phase, kind]) => {
    expect(orderEvidence(code, text, phase).kind).toBe(kind)
  })
})

describe('a request error ends the request, is an answer, or is passed over', () => {
  const rows: readonly [number, string, string][] = [
    [162, 'Historical Market Data Service error message:HMDS query returned no data', 'empty'],
    [162, 'Historical data request pacing violation', 'paced later'],
    [162, 'query cancelled', 'no-data later'],
    [162, 'Historical data request timed out: Request Timed Out', 'timeout later'],
    [162, 'No market data permissions for NYSE STK', 'no-permission never'],
    [162, 'invalid step: 1 min', 'refused never'],
    [165, 'Historical Market Data Service query message', 'notice'],
    [200, 'No security definition has been found', 'no-data never'],
    [300, "Can't find EId", 'notice'],
    [354, 'Requested market data is not subscribed', 'no-permission never'],
    [420, 'Invalid Real-time Query: pacing violation', 'paced later'],
    [10089, 'Requested market data requires additional subscription', 'no-permission never'],
    [10167, 'Displaying delayed market data', 'notice'],
    [10182, 'Failed to request live updates (disconnected)', 'no-data later'],
    [10197, 'No market data during competing live session', 'no-data later'],
    [2150, 'Invalid position trade derived value', 'notice'],
    [54_321, 'a code nobody has seen', 'refused never'],
  ]
  test.each(rows)('%i "%s" is %s', (code, text, expected) => {
    const verdict = requestVerdict(code, text)
    const said =
      verdict.kind === 'fault' ? `${verdict.fault.code} ${verdict.fault.retry}` : verdict.kind
    expect(said).toBe(expected)
  })
})

test('what is said about the connection, with the farm it is about (H15, 7.8)', () => {
  const ok = 'Market data farm connection is OK:usopt'
  expect(linkNotice(2104, ok)).toEqual({ kind: 'farm', farm: 'usopt', up: true })
  expect(linkNotice(2103, 'Market data farm connection is broken:usopt')).toEqual({
    kind: 'farm',
    farm: 'usopt',
    up: false,
  })
  expect(linkNotice(1100, '').kind).toBe('connectivity-lost')
  expect(linkNotice(2110, '').kind).toBe('connectivity-lost')
  expect(linkNotice(1101, '')).toEqual({ kind: 'connectivity-restored', dataLost: true })
  expect(linkNotice(1102, '')).toEqual({ kind: 'connectivity-restored', dataLost: false })
  expect(linkNotice(326, '').kind).toBe('client-id-in-use')
  expect(linkNotice(2107, 'HMDS is inactive but available.ushmds').kind).toBe('notice')
})

test.each([
  ['insufficient funds to cover margin', 'funds'],
  ['No trading permission', 'permission'],
  ['does not conform to the minimum price variation', 'price'],
  ['closing only', 'close-only'],
  ['the exchange is closed', 'session'],
  ['PATTERN DAY trader', 'day-trades'],
  ['exceeds the maximum', 'size'],
  ['something else', 'unclassified'],
])('"%s" is a reject of class %s (7.4)', (text, expected) => {
  expect(rejectClass(text)).toBe(expected)
})

test.each([
  [201, 'Order rejected - reason:INSUFFICIENT MARGIN', true],
  [110, 'The price does not conform to the minimum price variation', true],
  [10289, 'You must set cash quantity for this order', true],
  [321, "Error validating request.-'bP' : The API interface is in Read-Only mode.", false],
  [201, 'Order rejected - reason:the API is in Read-Only mode', false],
  [10015, 'Trading is not allowed in the API', false],
  [103, 'Duplicate order id', false],
  [320, 'Server error when reading an API client request', false],
  [10328, 'Connection lost, order data could not be resolved', false],
])('%i (%s): the order itself was looked at: %s', (code, text, merits) => {
  expect(isRefusalOnMerits(code, text)).toBe(merits)
})
