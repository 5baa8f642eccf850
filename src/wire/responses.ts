import { accountResponses } from './account-responses.ts'
import { codecOf } from './codec.ts'
import { completedOrder } from './completed-order.ts'
import { contractDetails } from './contract-details.ts'
import { execDetails } from './exec-details.ts'
import type { ValueOf } from './fields.ts'
import { marketResponses } from './market-responses.ts'
import { openOrder } from './open-order.ts'

/** What a Gateway says. */
export const responseTable = [
  openOrder,
  completedOrder,
  execDetails,
  contractDetails,
  ...accountResponses,
  ...marketResponses,
] as const

export type Response = ValueOf<(typeof responseTable)[number]>

export type ResponseOf<K extends Response['kind']> = Extract<Response, { readonly kind: K }>

const codec = codecOf(responseTable)

/** The frame of a response, length included. */
export const encodeResponse = codec.encode

/** The response in a payload without its length. */
export const decodeResponse = codec.decode
