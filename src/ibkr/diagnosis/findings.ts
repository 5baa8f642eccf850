import type { Evidence, SeenError } from './evidence.ts'

/** What one condition comes to. `holds` null: a probe is missing, and `says` names it. */
export interface Finding {
  readonly holds: boolean | null
  readonly says: string
}

export type Check = (e: Evidence) => Finding

/** A timer that comes this late means that nothing was read meanwhile. */
export const STALL_MS = 3_000
const CANARY = 'the canary asks the same on its own connection'
export const NO_RIGHTS: ReadonlySet<number> = new Set([354, 10089, 10090, 10167, 10168, 10197])

const of = (holds: boolean | null, says: string): Finding => ({ holds, says })

/** The contrary; what is unknown stays so. */
export function not(check: Check): Check {
  return (e) => {
    const { holds, says } = check(e)
    return of(holds === null ? null : !holds, says)
  }
}

export function anyOf(...checks: readonly [Check, ...Check[]]): Check {
  return (e) => {
    const found = checks.map((check) => check(e))
    const decides =
      found.find(({ holds }) => holds === true) ??
      found.find(({ holds }) => holds === null) ??
      found[0]
    return decides ?? checks[0](e)
  }
}

export const idInUse: Check = (e) =>
  of(e.clientIdInUse !== null, e.clientIdInUse ?? 'no 326 was said')

export const protocolBroken: Check = (e) =>
  of(e.protocolError !== null, e.protocolError ?? 'every frame could be read')

export const inWindow: Check = (e) =>
  of(e.restartWindow !== null, e.restartWindow ?? 'no announced restart window')

/** Something that a restart explains. */
export const restartSign: Check = (e) => {
  const farm = (e.farms ?? []).find(({ up }) => !up)
  const spurious = e.errors.find(({ code }) => code === 200)
  const silent = e.socket !== 'established' || e.ping === 'unanswered'
  const said = e.connectivityLost ?? (farm && `${farm.code} ${farm.farm}`) ?? spurious?.text
  return of(silent || said !== undefined, said ?? `the socket is ${e.socket}`)
}

export const pingUnanswered: Check = (e) => {
  if (e.socket === 'closed' || e.socket === 'refused') return of(false, `it is ${e.socket}`)
  if (e.socket !== 'established') return of(true, `the handshake stays unanswered`)
  if (e.ping === null) return of(null, 'ping: is anything answered')
  return of(e.ping === 'unanswered', `reqCurrentTime is ${e.ping}`)
}

export const pingLateOrNot: Check = (e) =>
  e.ping === 'late' ? of(true, 'reqCurrentTime is answered late') : pingUnanswered(e)

export const pingAnswered: Check = (e) => {
  if (e.socket !== 'established') return of(false, `the socket is ${e.socket}`)
  if (e.ping === null) return of(null, 'ping: is anything answered')
  return of(e.ping !== 'unanswered', `reqCurrentTime is ${e.ping}`)
}

/** Asleep, stopped, or busy for seconds: whatever came meanwhile was not read in time. */
export const stoodStill: Check = (e) =>
  of((e.loopLateMs ?? 0) >= STALL_MS, `our timers came ${e.loopLateMs ?? 0} ms late`)

/** Bytes that wait for us, a socket that is paused, or a loop that stood still. */
export const notReading: Check = (e) => {
  const still = stoodStill(e)
  if (still.holds === true) return still
  if (e.facts === null) return of(null, 'kernel queues of our socket')
  const { rxQueue, paused } = e.facts
  if (e.unheard > 0) return of(true, `${e.unheard} B were read and no frame was heard`)
  if (paused) return of(true, 'our socket is paused')
  if (rxQueue === null) return of(null, 'kernel rx_queue of our socket')
  return of(rxQueue > 0, `rx_queue is ${rxQueue} B and our loop runs`)
}

export const ownBytesStuck: Check = (e) => {
  if (e.facts === null) return of(null, 'bytes that have not left this process')
  const { writableLength, txQueue } = e.facts
  const says = `${writableLength} B have not left this process`
  if (writableLength === 0 || (txQueue ?? 0) > 0) return of(false, says) // then the kernel is full
  if (txQueue === null && e.canary === null) return of(null, CANARY)
  return of(txQueue === 0 || e.canary === 'answered', says)
}

/** A connect that nobody answers, or a kernel that cannot send. */
export const networkCuts: Check = (e) => {
  if (e.socket === 'no-route') return of(true, e.socketSays ?? 'nobody answers a connect')
  if (e.facts === null || e.facts.txQueue === null) return of(null, 'kernel tx_queue')
  const { txQueue } = e.facts
  return of(txQueue > 0 && e.txGrowing, `tx_queue is ${txQueue} B`)
}

/** Only one direction works, or what comes, comes late. */
export const networkTrickles: Check = (e) => {
  if (e.lateAnswers > 0) return of(true, `${e.lateAnswers} answers came after their deadline`)
  if (e.ping === 'late') return of(true, 'answers trickle in late')
  return of(e.pushes > 0, e.pushes > 0 ? `${e.pushes} messages came, and no answer` : 'no pushes')
}

export const wentOut: Check = (e) => {
  if (e.socket === 'handshake') return of(true, 'accepted, then silent')
  if (e.stage === null) return of(null, 'the stages of the request')
  const left = !['created', 'encoded', 'written'].includes(e.stage)
  return of(left, `the request came as far as ${e.stage}`)
}

export const socketGone: Check = (e) =>
  of(
    e.socket === 'closed' || e.socket === 'refused',
    `the socket is ${e.socket}${e.socketSays === null ? '' : `: ${e.socketSays}`}`,
  )

export const linkLost: Check = (e) => {
  if (e.connectivityLost !== null) return of(true, e.connectivityLost)
  if (e.farms === null) return of(null, 'what the Gateway says of its link')
  return of(false, 'neither 1100 nor 2110')
}

const farmDown = (code: number, e: Evidence) =>
  (e.farms ?? []).find((farm) => !farm.up && farm.code === code)

function farmIs(codes: readonly number[], what: string): Check {
  return (e) => {
    const down = codes.map((code) => farmDown(code, e)).find((farm) => farm !== undefined)
    if (down !== undefined) return of(true, `${down.code}: ${down.farm} is down`)
    if (e.farms === null) return of(null, `what the Gateway says of ${what}`)
    return of(false, `no ${codes.join(' or ')}`)
  }
}

export const quoteFarmDown = farmIs([2103, 2157], 'its farms')
export const historyFarmDown = farmIs([2105], 'the history farm')

export const hmdsUnheard: Check = (e) => {
  if (e.farms === null) return of(null, 'what the Gateway says of the history farm')
  return of(e.hmdsUnheard, e.hmdsUnheard ? 'asked before 2106 or 2107' : '2106 or 2107 was said')
}

export const hmdsIdle: Check = (e) =>
  of(e.hmdsIdle, e.hmdsIdle ? '2107, and no 2106 within 10 s' : 'the history farm does not idle')

export const farmsFine: Check = (e) => {
  if (e.farms === null) return of(null, 'what the Gateway says of its farms')
  const down = e.farms.find(({ up }) => !up)
  const says = down === undefined ? 'every farm is OK' : `${down.code} ${down.farm}`
  return of(down === undefined && e.connectivityLost === null, e.connectivityLost ?? says)
}

/** A missed deadline is silence; a quiet feed is one only when asking again is not answered. */
export const dataSilent: Check = (e) => {
  const silent = e.dataSilent ?? e.feedSilent
  if (silent === null) return of(false, 'every request for data was answered')
  if (e.retry === 'answered') return of(false, 'asked once more, the service answered')
  if (e.dataSilent === null && e.retry === null) return of(null, 'ask the data service once more')
  return of(true, silent)
}

export const noRights: Check = (e) => {
  if (e.allowDelayed) return of(false, 'delayed data is allowed in this dry run')
  const error = e.errors.find(({ code }) => NO_RIGHTS.has(code))
  const says = error === undefined ? e.delayed : `${error.code}: ${error.text}`
  return of(says !== null, says ?? 'no code of missing rights, no delayed tick')
}

export const readOnly: Check = (e) => {
  const error = e.errors.find(isReadOnly)
  return of(error !== undefined, error === undefined ? 'no 321 on an order' : `321: ${error.text}`)
}

export function isReadOnly({ code, text, onOrder }: SeenError): boolean {
  return code === 321 && onOrder && /read-only/i.test(text)
}

export const ordersSilent: Check = (e) =>
  of(e.ordersSilent !== null, e.ordersSilent ?? 'orders and order queries are answered')

export const marketOpen: Check = (e) =>
  of(e.marketOpen, e.marketOpen === null ? 'the calendar' : `open: ${e.marketOpen}`)

export const dataEmpty: Check = (e) => {
  const none = e.errors.find(({ code, text }) => code === 162 && /no data/i.test(text))
  return none === undefined ? dataSilent(e) : of(true, `162: ${none.text}`)
}

/** A budget that is used up, or the Gateway's own word; without one of the two it is not pacing. */
export const paced: Check = (e) => {
  const said = e.errors.find(isPacing)
  if (said !== undefined) return of(true, `${said.code}: ${said.text}`)
  const full = e.budgets.find(({ used, limit }) => used >= limit)
  if (full !== undefined) return of(true, `${full.rule}: ${full.used}/${full.limit}`)
  const most = e.budgets.map(({ rule, used, limit }) => `${rule}: ${used}/${limit}`).join(', ')
  return of(false, `${most === '' ? 'no budget is used' : most}, no 100, no pacing text`)
}

export function isPacing({ code, text }: SeenError): boolean {
  return code === 100 || ((code === 162 || code === 420) && /pacing/i.test(text))
}

/** The Gateway's own limit of messages: it ignores what came above it, and then hangs up. */
export const rateSaid: Check = (e) => {
  const said = e.errors.find(({ code }) => code === 100)
  return of(said !== undefined, said === undefined ? 'no 100' : `100: ${said.text}`)
}

export const tickerLinesOut: Check = (e) => {
  const said = e.errors.find(({ code }) => code === 101)
  return of(said !== undefined, said === undefined ? 'no 101' : `101: ${said.text}`)
}

export const unmatched: Check = (e) =>
  of(e.unmatched !== null, e.unmatched ?? 'every answer found who asked')

export const canaryAnswered: Check = (e) =>
  e.canary === null ? of(null, CANARY) : of(e.canary === 'answered', `the canary was ${e.canary}`)
