import { codecOf } from '../../src/wire/codec.ts'
import { requestTable } from '../../src/wire/requests.ts'
import { responseTable } from '../../src/wire/responses.ts'
import type { AnyCodec, Side } from './evidence.ts'

/** What is under trial, when nothing is mutated. */
export const trueCodecs: Readonly<Record<Side, AnyCodec>> = {
  request: codecOf(requestTable),
  response: codecOf(responseTable),
}
