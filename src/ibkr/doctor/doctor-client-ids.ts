import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { StockContract } from '../../domain/contract.ts'
import type { Fault, OrderIdStore } from '../../engine/ports.ts'
import type { Transport } from '../../wire/transport.ts'
import { ask } from '../session/ask.ts'
import { CLIENT_ID_OFFSETS, clientIdOf } from '../session/client-ids.ts'
import type { ConnectionName } from '../session/client-ids.ts'
import { contractDetails } from '../market/contracts.ts'
import type { ClientIdFact, GatewayFacts, Wanted } from './doctor-facts.ts'
import { whatIfOnly } from '../orders/last-look.ts'
import { OrderIds } from '../orders/order-ids.ts'
import { contractFrom, keyToWire } from '../translate/translate-contract.ts'
import { visit } from './visit.ts'
import type { Visit, Visited, VisitShared } from './visit.ts'
import { ONE_SHARE, WhatIf } from '../orders/what-if.ts'
import type { WhatIfAnswer } from '../orders/what-if.ts'

/** The running bot of this configuration, as its control socket answers. */
export interface RunningBot {
  /** On its order connection; null: it has none. */
  readonly whatIf: (() => Promise<WhatIfAnswer>) | null
}

export interface ExamineOptions {
  readonly clock: Clock
  readonly connect: () => Promise<Result<Transport, Fault>>
  readonly wanted: Wanted
  readonly bot: RunningBot | null
  readonly orderIds: OrderIdStore
}

export interface Looking extends ExamineOptions {
  readonly shared: VisitShared
  readonly signal: AbortSignal
}

interface Tried {
  readonly facts: readonly ClientIdFact[]
  readonly whatIf: GatewayFacts['whatIf']
}

const NAMES = Object.keys(CLIENT_ID_OFFSETS) as readonly ConnectionName[]

/** Each id is taken for a moment; on the one of the orders what-if is asked while we have it. */
export async function tryClientIds(main: Visit, of: Looking): Promise<Tried> {
  const { bot } = of
  const why = whyNotAsked(of)
  const ownQuestion = why === '' && bot === null
  const tried = await Promise.all(
    NAMES.map((name) => tryClientId(name, main, { ...of, asks: ownQuestion && name === 'order' })),
  )
  const facts = tried.map(({ fact }) => fact)
  if (why !== '') return { facts, whatIf: { kind: 'not-asked', why } }
  const own = tried.find(({ answer }) => answer !== null)?.answer ?? NOT_ASKED
  return { facts, whatIf: bot?.whatIf == null ? own : await bot.whatIf() }
}

const NOT_ASKED: WhatIfAnswer = { kind: 'unanswered', detail: 'no time was left' }

/** Empty: it may be asked. Frames of orders leave in mode paper alone, also those that only ask. */
function whyNotAsked({ wanted: { mode, declared, account }, bot }: Looking): string {
  if (mode === 'live') return 'live: this version sends no order frame to a live account'
  if (mode !== 'paper' || declared !== 'paper' || account === null) {
    return `mode ${mode} sends no order frame, what-if included: write access is not checked`
  }
  const dry = bot !== null && bot.whatIf === null
  return dry ? 'the running bot is a dry run and has no order connection: stop it first' : ''
}

interface TriedOne {
  readonly fact: ClientIdFact
  /** Of the question on the id of the orders; null: it was not asked here. */
  readonly answer: WhatIfAnswer | null
}

async function tryClientId(
  name: ConnectionName,
  main: Visit,
  of: Looking & { readonly asks: boolean },
): Promise<TriedOne> {
  const { clock, connect, wanted, shared, signal, asks } = of
  const clientId = clientIdOf(name, wanted.clientIdBase)
  const fact = (found: ClientIdFact['found'], detail: string): ClientIdFact => {
    return { name, clientId, found, detail }
  }
  if (name === 'doctor') return { fact: fact('free', 'in use by this command'), answer: null }
  const { mode, account } = wanted
  const look = { mode, account: account ?? '', readLatch: () => null }
  const guard = asks ? { guard: whatIfOnly(look) } : {}
  const visited = await inTime(visit({ clock, connect, clientId, shared, ...guard }), signal)
  if (visited === null) return { fact: fact('no-time', 'no time was left'), answer: null }
  if (visited.kind === 'failed') {
    const { stage, detail } = visited
    const answer = asks ? ({ kind: 'unanswered', detail } as const) : null
    return { fact: fact(stage === 'client-id-in-use' ? 'in-use' : 'failed', detail), answer }
  }
  const answer = asks ? await ownWhatIf(visited.visit, main, of) : null
  visited.visit.close()
  return { fact: fact('free', 'free'), answer }
}

async function ownWhatIf(order: Visit, main: Visit, of: Looking): Promise<WhatIfAnswer> {
  const { clock, wanted, orderIds } = of
  const contract = await firstStock(main, of)
  if (!contract.ok) return { kind: 'unanswered', detail: contract.error }
  const clientId = clientIdOf('order', wanted.clientIdBase)
  const orderId = new OrderIds(orderIds, clientId).take(order.connection.nextOrderId, 1)
  if (!orderId.ok) return { kind: 'unanswered', detail: orderId.error.detail }
  const whatIf = new WhatIf(clock)
  order.hear((response) => void whatIf.heard(response))
  const account = wanted.account ?? ''
  const asked = { ...ONE_SHARE, account, orderId: orderId.value, contract: contract.value }
  const answer = await whatIf.ask(order.connection, asked)
  return answer.kind === 'accepted' ? { kind: 'accepted' } : answer
}

async function firstStock(
  main: Visit,
  { wanted, signal }: Looking,
): Promise<Result<StockContract, string>> {
  const key = wanted.symbols.find(({ kind }) => kind === 'stock')
  if (key === undefined) return fail('no configured symbol is a stock to ask about')
  const rows = await ask(main.connection.requests, contractDetails(keyToWire(key), 4), signal)
  if (!rows.ok) return fail(`${key.symbol}: ${rows.error.detail}`)
  const [details] = rows.value
  if (details === undefined) return fail(`${key.symbol}: no contract was found`)
  const contract = contractFrom(details, [])
  if (!contract.ok) return contract
  return contract.value.kind === 'stock' ? ok(contract.value) : fail(`${key.symbol} is no stock`)
}

/** Null when time is up first; a connection that opens later is closed as soon as it does. */
async function inTime(opening: Promise<Visited>, signal: AbortSignal): Promise<Visited | null> {
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) return resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  const first = await Promise.race([opening, aborted])
  if (first !== null) return first
  void opening.then((late) => {
    if (late.kind === 'up') late.visit.close()
  })
  return null
}
