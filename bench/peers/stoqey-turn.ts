import { assert } from '../../src/base/assert.ts'
import { callFor } from '../../test/wire/second-encoder.ts'
import { bracketOf } from '../order.ts'
import { stoqey, STOQEY } from './stoqey.ts'

const VERSION = 193

/** The package alone: decodes the tick, and encodes the same three orders; it decides nothing. */
export function stoqeyTurn(write: (bytes: Uint8Array) => void): (chunk: Buffer) => void {
  const calls = bracketOf().map((request) => {
    const call = callFor(request, { name: STOQEY, version: VERSION })
    assert(call !== null, 'the package can place orders')
    return call
  })
  const client = stoqey(VERSION, {
    write,
    heard(event) {
      if (event !== 'tickPrice') return // it tells the size of a tick as well
      for (const [method, ...args] of calls) client.encoder[method]?.(...args)
    },
  })
  return (chunk) => client.hear(chunk)
}
