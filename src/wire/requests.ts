import { accountRequests } from './account-requests.ts'
import { codecOf } from './codec.ts'
import type { ValueOf } from './fields.ts'
import { marketRequests } from './market-requests.ts'
import { placeOrder } from './place-order.ts'

/** What a client says. */
export const requestTable = [placeOrder, ...accountRequests, ...marketRequests] as const

export type Request = ValueOf<(typeof requestTable)[number]>

export type RequestOf<K extends Request['kind']> = Extract<Request, { readonly kind: K }>

const codec = codecOf(requestTable)

/** The frame of a request, length included. */
export const encodeRequest = codec.encode

/** The request in a payload without its length. */
export const decodeRequest = codec.decode
