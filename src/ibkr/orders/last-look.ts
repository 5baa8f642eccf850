import { unreachable } from '../../base/assert.ts'
import type { Mode } from '../../domain/account.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import type { Armed, Latched } from '../../engine/ports.ts'
import { behind, comboBlock, legsDifference } from './last-look-combo.ts'
import type { ComboBlock } from './last-look-combo.ts'
import type { Intent } from './intent.ts'
import { outOfBounds } from './last-look-limits.ts'
import type { LookOf } from './last-look-limits.ts'

export interface LastLookOptions {
  readonly mode: Mode
  readonly account: string
  readonly readLatch: () => Latched | null
  /** Limits and a ledger of its own; left out only where no engine is, as in `doctor`. */
  readonly look?: LookOf | null
  /** Live only; without it nothing is armed. */
  readonly live?: LiveLook
}

/** What live needs beside it, read anew for every entry frame and not from the engine. */
export interface LiveLook {
  readonly readArm: () => Armed | null
  readonly today: () => CalendarDate
  /** Of the stage that is earned, now (docs/live.md); null: risk alone says how many. */
  readonly entryQuantityMax: () => number | null
}

/** Answers why a frame may not leave; null lets it pass. `intent` is null but for orders. */
export type FrameGuard = (frame: Uint8Array, intent: Intent | null) => string | null

/** Ids of the frames that place, exercise, change or cancel orders (protocol.md section 6). */
const PLACE_ORDER = '3'
const EXERCISE = '21'
const GLOBAL_CANCEL = '58'
const ORDER_FRAMES: ReadonlySet<string> = new Set([PLACE_ORDER, '4', EXERCISE, GLOBAL_CANCEL])
const ALL_OPEN_ORDERS = '16'
const POSITIONS = '61'
const LENGTH_BYTES = 4

/** The data connection cannot trade, in any mode: promises.md section 4, layer 2. */
export const refuseOrders: FrameGuard = (frame) => {
  const [id = ''] = fieldsOf(frame)
  return ORDER_FRAMES.has(id) ? `frame ${id} is an order frame, this connection carries none` : null
}

/**
 * The last code before bytes leave, with a field map of its own: it reads the encoded frame back
 * and compares it with the intent, so that a mistake of the encoder or a bypassed risk check stops
 * here (P47).
 */
export function lastLook(options: LastLookOptions): FrameGuard {
  return (frame, intent) => {
    const fields = fieldsOf(frame)
    const [id = ''] = fields
    if (id === ALL_OPEN_ORDERS) options.look?.ledger.listed()
    if (id === POSITIONS) options.look?.ledger.positionsAsked()
    if (!ORDER_FRAMES.has(id)) return null
    const forbidden = whyNoOrders(options)
    if (forbidden !== null) return forbidden
    if (id === EXERCISE) return 'exercising is not something this bot does'
    if (id === GLOBAL_CANCEL) return 'only panic cancels what is not its own (P25)'
    if (id !== PLACE_ORDER) return null
    if (intent === null) return 'an order frame without an intent'
    const latched = options.readLatch()
    // While panic flattens nothing of ours leaves but cancels: two that close would oversell.
    if (latched !== null && (intent.entry || latched.by === 'panic')) {
      return `the kill latch is set by ${latched.by}: ${latched.reason}`
    }
    const locked = options.mode === 'live' && intent.entry ? whyLocked(options, intent) : null
    const wrong = locked ?? frameDifference(fields, intent, options.account)
    if (wrong !== null || options.look == null) return wrong
    return outOfBounds(fields, intent, options.look)
  }
}

/** Lets what-if orders through, as far as the last look does; no order can come of it. */
export function whatIfOnly(options: LastLookOptions): FrameGuard {
  const look = lastLook(options)
  return (frame, intent) =>
    intent === null || intent.whatIf === true
      ? look(frame, intent)
      : 'this connection asks what-if and sends no order'
}

function frameDifference(
  fields: readonly string[],
  intent: Intent,
  account: string,
): string | null {
  const block = comboBlock(fields)
  if (block === null) return 'the frame differs from the intent: its legs cannot be read'
  const legs = legsDifference(block, intent.legs ?? [])
  if (legs !== null) return `the frame differs from the intent: ${legs}`
  return laterDifference(fields, intent, block) ?? differences(fields, wanted(intent, account))
}

/** Of what stands behind the legs: a question that goes out as an order would be one. */
function laterDifference(
  fields: readonly string[],
  { whatIf, ocaType }: Intent,
  block: ComboBlock,
): string | null {
  const came = behind(fields, block)
  const asked = whatIf === true ? '1' : '0'
  if (!came.isReadable || came.whatIf !== asked) {
    return `the frame differs from the intent: expected whatIf "${asked}", was "${came.whatIf}"`
  }
  if (came.ocaType === String(ocaType)) return null
  return `the frame differs from the intent: expected ocaType "${ocaType}", was "${came.ocaType}"`
}

function whyNoOrders({ mode, account }: Pick<LastLookOptions, 'mode' | 'account'>): string | null {
  const paper = isPaperAccount(account)
  switch (mode) {
    case 'demo':
    case 'simulation':
    case 'paper':
      return paper ? null : `mode ${mode} needs an account DU... or DF..., not ${account}`
    case 'live':
      return paper || account === '' ? `mode live needs a live account, not "${account}"` : null
    case 'dry-run':
    case 'backtest':
      return `mode ${mode} sends no orders`
    default:
      return unreachable(mode)
  }
}

/** Live entries alone: a way out is never locked (P50). */
function whyLocked({ account, live }: LastLookOptions, { quantity }: Intent): string | null {
  const armed = live?.readArm() ?? null
  if (live === undefined || armed === null) return 'live is not armed'
  if (armed.accountId !== account) return `live is armed for ${armed.accountId}, not ${account}`
  const today = live.today()
  if (armed.date !== today) return `live was armed for ${armed.date}, today is ${today}`
  const max = live.entryQuantityMax()
  if (max === null || quantity <= max) return null
  return `an entry of ${quantity}; at this stage of promotion at most ${max}`
}

/**
 * For the connection of `panic`: cancels, and closes of its own name at the market. It never opens.
 */
export function panicLook(options: Pick<LastLookOptions, 'mode' | 'account'>): FrameGuard {
  return (frame, intent) => {
    const fields = fieldsOf(frame)
    const [id = ''] = fields
    if (!ORDER_FRAMES.has(id)) return null
    const forbidden = whyNoOrders(options)
    if (forbidden !== null) return forbidden
    if (id === EXERCISE) return 'exercising is not something panic does'
    if (id !== PLACE_ORDER) return null
    if (intent === null) return 'an order frame without an intent'
    const closes = intent.orderRef.startsWith(PANIC_REF) && intent.terms.type === 'MKT'
    if (intent.entry || !closes) return `panic closes at the market, ${intent.orderRef} does not`
    return frameDifference(fields, intent, options.account)
  }
}

/** Every order of `panic` is named so, whichever run of it sent it. */
export const PANIC_REF = 'panic-'

/** Paper accounts start with `DU` or `DF` (promises.md section 4). */
export function isPaperAccount(account: string): boolean {
  return /^D[UF]/.test(account)
}

/** Index in the placeOrder frame (protocol.md 7.1) and what must stand there. */
type Wanted = readonly (readonly [index: number, name: string, value: string | number])[]

function wanted(intent: Intent, account: string): Wanted {
  const { terms } = intent
  return [
    [1, 'orderId', intent.orderId],
    [2, 'conId', intent.conId],
    [3, 'symbol', intent.symbol],
    [16, 'action', intent.side],
    [17, 'totalQuantity', intent.quantity],
    [18, 'orderType', terms.type],
    [19, 'lmtPrice', terms.type === 'LMT' ? terms.limit / 1e6 : ''],
    [20, 'auxPrice', terms.type === 'STP' ? terms.trigger / 1e6 : ''],
    [21, 'tif', intent.timeInForce],
    [22, 'ocaGroup', intent.ocaGroup],
    [23, 'account', account],
    [26, 'orderRef', intent.orderRef],
    [27, 'transmit', intent.transmit ? '1' : '0'],
    [28, 'parentId', intent.parentId],
    [33, 'outsideRth', '0'],
  ]
}

function differences(fields: readonly string[], expected: Wanted): string | null {
  const wrong = expected.filter(([index, , value]) => !says(fields[index] ?? '', value))
  if (wrong.length === 0) return null
  const list = wrong.map(([index, name, value]) => `${name} "${value}", was "${fields[index]}"`)
  return `the frame differs from the intent: expected ${list.join('; ')}`
}

function says(field: string, value: string | number): boolean {
  if (typeof value === 'string') return field === value
  return field === '' ? value === 0 : Math.abs(Number(field) - value) < 1e-9
}

function fieldsOf(frame: Uint8Array): readonly string[] {
  return Buffer.from(frame.subarray(LENGTH_BYTES)).toString('latin1').split('\0')
}
