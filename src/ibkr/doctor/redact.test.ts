import { expect, test } from 'vitest'
import { encodeResponse } from '../../wire/responses.ts'
import type { Response } from '../../wire/responses.ts'
import { commissionOf, executionOf, openOrderOf, orderOf } from '../gateway.testing.ts'
import { error } from '../peer.testing.ts'
import { Redactor } from './redact.ts'
import { orderToWire } from '../translate/translate-order.ts'

function payloadOf(response: Response): Uint8Array {
  const frame = encodeResponse(response, 193)
  if (!frame.ok) throw new Error(frame.error.detail)
  return frame.value.subarray(4)
}

/** What is left of a frame, as one text. */
function left(redactor: Redactor, response: Response, decoded: object | null = response): string {
  return redactor.fields(payloadOf(response), decoded).join('|')
}

const SECRETS = /DU1234567|U7654321|run-1|9001|0000e0d5|trader@|10\.1\.2\.3|100000\.25|-12\.5/

test('nothing that says whose session it was is left, and the same becomes the same', () => {
  const redactor = new Redactor(['DU1234567'])
  const order = orderToWire(orderOf('run-1'), { account: 'DU1234567', parentId: 0, transmit: true })
  const perm = { permId: 900_123_001 }
  const open = openOrderOf({ orderId: 1, order }, { status: 'Submitted', ...perm })
  const fill = executionOf(1, { account: 'DU1234567', ...perm })
  const corrected = executionOf(1, { ...perm, execId: '0000e0d5.1.1.02' })
  const texts = [
    left(redactor, open),
    left(redactor, fill),
    left(redactor, corrected),
    left(redactor, commissionOf('0000e0d5.1.1.01', 1.3)),
    left(redactor, error(-1, 2100, 'U7654321 of trader@example.org at 10.1.2.3 took over')),
    left(redactor, { kind: 'managedAccounts', accounts: ['DU1234567', 'U7654321'] }),
    left(redactor, {
      kind: 'accountSummary',
      reqId: 1_000_001,
      account: 'DU1234567',
      tag: 'NetLiquidation',
      value: '100000.25',
      currency: 'USD',
    }),
    left(redactor, {
      kind: 'pnl',
      reqId: 1_000_002,
      dailyPnl: -12.5,
      unrealizedPnl: null,
      realizedPnl: null,
    }),
  ]
  for (const text of texts) expect(text).not.toMatch(SECRETS)
  expect(texts.join('\n')).not.toContain('900123001')
  // Prices stay; a correction still corrects; a commission still belongs to its execution.
  expect(texts[1]).toContain('|2|')
  const execId = /0000e000\.\d+\.01\.01/.exec(texts[1] ?? '')?.[0] ?? 'none'
  expect(texts[2]).toContain(execId.replace(/01$/, '02'))
  expect(texts[3]).toContain(execId)
  expect(texts[4]).toContain('U9000001 of name@example.com at 192.0.2.1 took over')
  expect(texts[5]).toBe('15|1|DU9000001,U9000001')
  expect(texts[6]).toBe('63|1|1000001|DU9000001|NetLiquidation|111111.11|USD')
  expect(texts[7]).toContain('|-11.1|')
})

test('a frame that nobody understands loses its accounts all the same', () => {
  const redactor = new Redactor()
  const unknown = Buffer.from('999\0DU1234567\0group of U7654321\0US0378331005\0', 'latin1')
  expect(redactor.fields(unknown, null)).toEqual([
    '999',
    'DU9000001',
    'group of U9000001',
    'US0378331005', // an ISIN and no account
  ])
})

test('what was redacted once stays as it is', () => {
  const redactor = new Redactor()
  const once = redactor.text('account DU1234567')
  expect(redactor.text(once)).toBe(once)
})
