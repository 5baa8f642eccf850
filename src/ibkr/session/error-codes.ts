import type { Fault } from '../../engine/ports.ts'
import type { OrderEvidence } from '../../domain/order.ts'

/**
 * The code table of the TWS API (message codes, limits-and-codes.md section 6). A code says what to
 * do next; it never makes an order terminal. Exit, cancel and protection are blocked by none.
 */

/** `103 106-108` as a set of numbers. */
function codes(list: string): ReadonlySet<number> {
  const all = new Set<number>()
  for (const part of list.trim().split(/\s+/)) {
    const [from, to] = part.split('-').map(Number)
    for (let code = from ?? 0; code <= (to ?? from ?? 0); code++) all.add(code)
  }
  return all
}

/** Notices on a request that goes on. 10182 ends a stream, so it is not among them. */
const NOTICES = codes(`165 300 310 317 365 366 492 2100 2109 2111 2119 2130 2137 2148 2150 2152 2161
  2168 2169 10090 10167`)

/** The account, or the exchange, does not allow it; asking again changes nothing. */
const NO_PERMISSION = codes(`203 330-331 344-346 354 460 10015 10089 10091 10168 10186 10187 10189
  10230 10231 10238 10276-10284 10309`)

const NO_SUCH_DATA = codes('123 124 166 200 430 10092 10285 10339 10372')

/** Passes by itself: a line, a farm or a competing login. */
const LATER = codes('101 309 316 322 385 386 10182 10190 10197 10225 10346')

/** The new order did not come into existence, unless a query finds it (section 6.3). */
const ORDER_REFUSED = codes(`103 106 107 109 111 113 115-121 125 126 129 132 133 137 140-148 151-153
  154-160 163 164 167 168 200 201 203 303 311-315 320 321 325 328 332-343 347-353 355 356 358-364
  367-380 382 383 387-398 400-403 406-413 417-419 424-429 432-439 441-443 446-449 460 463
  10000-10003 10005-10017 10020-10027 10052 10058 10234-10237 10240 10243-10254 10268-10270
  10286 10289-10298 10300-10308 10310 10312 10314-10317 10319 10321 10322 10324-10328 10330
  10335 10336 10340 10342-10345 10371`)

/** The change is refused and the order lives with its old terms (section 6.4). */
const CHANGE_REFUSED = codes('104 105 134 329 421 422 440 444 2102 10241 10242 10341')

/** The change came too early, before the order was acknowledged: it may be asked for again. */
const STILL_PROCESSED = 2102

/** The cancel is refused; what the order is must be asked. 10147 is never terminal. */
const CANCEL_REFUSED = codes('135 136 161 10147 10148')

/** Not rejected but unresolved: the connection ended while the order was under way. */
const OUTCOME_UNKNOWN = codes('133 10328')

/**
 * Refused for a reason of the order's own: funds, rights, price, size, session, rules of the market
 * (section 6.3). Not among them: what says that the API itself may not trade (321, 10015), that the
 * request was not understood, or that the outcome is open.
 */
const ON_ITS_MERITS = codes(`109 110 154 163 164 201 203 382 383 392 404 411 412 460 10234 10235
  10240 10254 10286-10294 10296-10298 10302-10308 10310 10312 10316 10317 10319 10321 10322 10335
  10336 10340 10342-10345`)

const CANCELLED = 202
const PARENT_MISSING = 10006
const PRICE_GRID = 110

export type RequestVerdict =
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** Answered: there is nothing. */
  | { readonly kind: 'empty' }
  /** The request goes on. */
  | { readonly kind: 'notice' }

/** What an error under a request id means for that request. Unlisted codes end it. */
export function requestVerdict(code: number, text: string): RequestVerdict {
  if (NOTICES.has(code) || (code >= 2100 && code <= 2199)) return { kind: 'notice' }
  if (code === 162) return historyVerdict(text)
  const fault = (of: Pick<Fault, 'code' | 'retry'>): RequestVerdict => ({
    kind: 'fault',
    fault: { ...of, detail: text, vendorCode: code },
  })
  if (code === 420) {
    return fault(
      has(text, 'pacing')
        ? { code: 'paced', retry: 'later' }
        : { code: 'no-permission', retry: 'never' },
    )
  }
  if (code === 504) return fault({ code: 'not-connected', retry: 'after-reconnect' })
  if (NO_PERMISSION.has(code)) return fault({ code: 'no-permission', retry: 'never' })
  if (NO_SUCH_DATA.has(code)) return fault({ code: 'no-data', retry: 'never' })
  if (LATER.has(code)) return fault({ code: 'no-data', retry: 'later' })
  return fault({ code: 'refused', retry: 'never' })
}

/** Section 7.1: code 162 says eight things, told apart by its text. */
function historyVerdict(text: string): RequestVerdict {
  const fault = (code: Fault['code'], retry: Fault['retry']): RequestVerdict => ({
    kind: 'fault',
    fault: { code, retry, detail: text, vendorCode: 162 },
  })
  if (has(text, 'pacing violation')) return fault('paced', 'later')
  if (has(text, 'no data')) return { kind: 'empty' } // also "returned no data"
  if (has(text, 'query cancelled')) return fault('no-data', 'later')
  if (has(text, 'request timed out')) return fault('timeout', 'later')
  if (has(text, 'no market data permissions', 'not subscribed')) {
    return fault('no-permission', 'never')
  }
  if (has(text, 'connect')) return fault('no-data', 'later') // until HMDS is back (2106)
  return fault('refused', 'never') // invalid step, expired, and what is not known
}

/** True: whoever says so has looked at the order, so orders of the API are taken. */
export function isRefusalOnMerits(code: number, text: string): boolean {
  return ON_ITS_MERITS.has(code) && !has(text, 'read-only')
}

/** What the order was doing when the code came. */
export type OrderPhase = 'new' | 'live' | 'changing'

/**
 * What an error under an order id proves, which is never an end: `reject-reported` leads to a
 * query. An unlisted code is a warning and changes nothing.
 */
export function orderEvidence(code: number, text: string, phase: OrderPhase): OrderEvidence {
  if (code === CANCELLED) return { kind: 'cancel-reported' }
  if (code === PARENT_MISSING && phase === 'new') return { kind: 'parent-missing' }
  const hint = `${code}: ${text}`
  if (CANCEL_REFUSED.has(code)) return { kind: 'cancel-refused', hint }
  // Not taken, for no reason of its own: what the order is now is asked, and then it goes again.
  if (code === STILL_PROCESSED && phase === 'changing')
    return { kind: 'outcome-lost', reason: hint }
  if (CHANGE_REFUSED.has(code)) return { kind: 'cancel-refused', hint }
  if (code === 201 && has(text, 'already being cancelled')) return { kind: 'cancel-refused', hint }
  if (OUTCOME_UNKNOWN.has(code)) return { kind: 'outcome-lost', reason: hint }
  if (ORDER_REFUSED.has(code) || code === PRICE_GRID) {
    // A refused change leaves the order with its old terms (7.3); 110 does so without a change.
    if (phase === 'changing') return { kind: 'cancel-refused', hint }
    const lives = phase === 'live' && code === PRICE_GRID
    const reason = code === 201 ? `${rejectClass(text)}: ${text}` : text
    if (!lives) return { kind: 'reject-reported', vendorCode: code, reason }
  }
  return { kind: 'warned', vendorCode: code, message: text }
}

/** Section 7.4: why an order was rejected, for the one who reads it. Classified, never retried. */
export type RejectClass =
  | 'funds'
  | 'permission'
  | 'price'
  | 'close-only'
  | 'session'
  | 'day-trades'
  | 'size'
  | 'unclassified'

export function rejectClass(text: string): RejectClass {
  if (has(text, 'margin', 'insufficient', 'available funds')) return 'funds'
  if (has(text, 'permission')) return 'permission'
  if (has(text, 'price')) return 'price'
  if (has(text, 'closing', 'close only')) return 'close-only'
  if (has(text, 'exchange is closed', 'not open', 'market closed')) return 'session'
  if (has(text, 'pattern day')) return 'day-trades'
  if (has(text, 'exceeds', 'limit', 'size')) return 'size'
  return 'unclassified'
}

/** What an error with id -1 or 0 says about the connection (section 6.1). */
export type LinkNotice =
  | { readonly kind: 'client-id-in-use' } // 326
  | { readonly kind: 'connectivity-lost' } // 1100, 2110: the socket stays
  | { readonly kind: 'connectivity-restored'; readonly dataLost: boolean } // 1101, 1102
  | { readonly kind: 'farm'; readonly farm: string; readonly up: boolean }
  | { readonly kind: 'port-reset'; readonly port: number | null } // 1300
  | { readonly kind: 'rate-exceeded' } // 100: always our defect
  | { readonly kind: 'competing-session' } // 10197
  | { readonly kind: 'version-refused' } // 503, 506, 508
  | { readonly kind: 'notice' }

export function linkNotice(code: number, text: string): LinkNotice {
  switch (code) {
    case 326:
      return { kind: 'client-id-in-use' }
    case 1100:
    case 2110:
      return { kind: 'connectivity-lost' }
    case 1101:
    case 1102:
      return { kind: 'connectivity-restored', dataLost: code === 1101 }
    case 1300:
      return { kind: 'port-reset', port: portOf(text) }
    case 2103:
    case 2105:
    case 2157:
      return { kind: 'farm', farm: farmOf(text), up: false }
    case 2104:
    case 2106:
    case 2158:
      return { kind: 'farm', farm: farmOf(text), up: true }
    case 100:
      return { kind: 'rate-exceeded' }
    case 10197:
      return { kind: 'competing-session' }
    case 503:
    case 506:
    case 508:
      return { kind: 'version-refused' }
    default:
      return { kind: 'notice' } // 2107 and 2108 too: an idle farm is no outage
  }
}

/** The trailing whole number (section 7.7). */
function portOf(text: string): number | null {
  const port = Number(/(\d+)\D*$/.exec(text)?.[1] ?? Number.NaN)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
}

/** The farm follows the last colon: `...connection is OK:usfarm` (section 7.8). */
function farmOf(text: string): string {
  return text.slice(text.lastIndexOf(':') + 1).trim()
}

/** Text of others is shown on terminals and in logs: what steers them is taken out (H32). */
export function plainText(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ')
}

function has(text: string, ...parts: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return parts.some((part) => lower.includes(part))
}
