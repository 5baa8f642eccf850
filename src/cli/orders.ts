import pc from 'picocolors'
import type { EpochMs } from '../base/clock.ts'
import { plain } from '../base/plain.ts'
import { newYorkTimeText } from '../domain/calendar.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { Order } from '../domain/order.ts'
import { orderHistories, type OrderHistory } from '../journal/order-history.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import { columns } from './columns.ts'
import { timeText } from '../cockpit/describe.ts'
import { CommandError } from './exit-codes.ts'
import { knownOf, sourceText, type Known, type Source } from './holdings.ts'
import { dollarsText } from '../cockpit/report-words.ts'
import type { StateFolder } from './state-folder.ts'

export interface OrdersAsked {
  /** An order, or the beginning of its id; null: all that may still fill. */
  readonly id: string | null
  /** Those that are over too. */
  readonly all: boolean
  readonly json: boolean
}

interface OrderRow {
  readonly id: string
  readonly role: Order['role']
  readonly side: Order['side']
  readonly contract: string
  readonly quantity: number
  readonly filled: number
  readonly status: string
  /** `LMT 2.35`; null: not known. */
  readonly terms: string | null
  readonly statusSince: EpochMs | null
  readonly structureId: string | null
}

/** The orders that may still fill, all of them, or the whole story of one. */
export async function orders(folder: StateFolder, { id, all, json }: OrdersAsked): Promise<void> {
  const known = await knownOf(folder)
  const { source } = known
  const histories = orderHistories(known.entries)
  if (id !== null) {
    const history = onlyOne(histories, id)
    const text = json
      ? JSON.stringify({ source, order: historyJson(history) })
      : [headOf(source), historyText(history)].join('\n')
    process.stdout.write(`${text}\n`)
    return
  }
  if (all) {
    const text = json
      ? JSON.stringify({ source, orders: histories.map(historyJson) })
      : allText(source, histories)
    process.stdout.write(`${text}\n`)
    return
  }
  const rows = workingOf(known, histories)
  const text = json ? JSON.stringify({ source, orders: rows }) : workingText(source, rows)
  process.stdout.write(`${text}\n`)
}

/** By its id, or by a beginning that no other order has; also of what follows the dash. */
export function onlyOne(histories: readonly OrderHistory[], text: string): OrderHistory {
  const whole = histories.find(({ order }) => order.id === text)
  if (whole !== undefined) return whole
  const begun = histories.filter(
    ({ order }) => order.id.startsWith(text) || order.id.split('-')[1]?.startsWith(text),
  )
  const [first] = begun
  if (first === undefined) {
    throw new CommandError('usage', `no order is known by "${text}"; orders --all names them`)
  }
  if (begun.length === 1) return first
  const ids = begun.slice(0, 5).map(({ order }) => order.id)
  const detail = `"${text}" begins ${begun.length} orders: ${ids.join(', ')}`
  throw new CommandError('usage', `${detail}${begun.length > 5 ? ', ...' : ''}; type more of it`)
}

export function workingOf(
  { reply }: Pick<Known, 'reply'>,
  histories: readonly OrderHistory[],
): readonly OrderRow[] {
  const byId = new Map(histories.map((history) => [history.order.id, history]))
  const rowsOf = histories.filter(({ status }) => !isTerminal(status)).map(rowOf)
  if (reply === null) return rowsOf
  return reply.orders.map((each) => {
    const known = byId.get(each.id)
    if (known === undefined) return { ...each, terms: null, statusSince: null, structureId: null }
    const row = rowOf(known)
    return { ...row, ...each, statusSince: row.status === each.status ? row.statusSince : null }
  })
}

function rowOf({ order, filled, status, statusSince }: OrderHistory): OrderRow {
  const { id, role, side, contract, quantity, structureId } = order
  const named = { id, role, side, contract: nameOf(contract), quantity, filled, status }
  return { ...named, terms: termsText(order), statusSince, structureId }
}

function historyJson(history: OrderHistory) {
  const { intendedAt, steps, fills } = history
  return {
    ...rowOf(history),
    intendedAt,
    steps,
    fills: fills.map(({ price, commission, ...fill }) => ({
      ...fill,
      price: dollarsText(price),
      commission: commission === null ? null : dollarsText(commission),
    })),
  }
}

function termsText({ terms }: Order): string {
  if (terms.type === 'LMT') return `LMT ${dollarsText(terms.limit)}`
  return terms.type === 'STP' ? `STP ${dollarsText(terms.trigger)}` : 'MKT'
}

function headOf(source: Source): string {
  return source.from === 'bot' ? sourceText(source) : pc.yellow(sourceText(source))
}

const HEAD = ['role', 'side', 'left', 'contract', 'terms', 'status', 'since', 'id']

function workingText(source: Source, rows: readonly OrderRow[]): string {
  if (rows.length === 0) return `${headOf(source)}\nno order may still fill`
  const cells = rows.map((row) => [
    row.role,
    row.side,
    String(row.quantity - row.filled),
    plain(row.contract),
    row.terms ?? 'unknown',
    row.status,
    row.statusSince === null ? 'unknown' : newYorkTimeText(row.statusSince),
    pc.dim(plain(row.id)),
  ])
  return `${headOf(source)}\n\n${columns(HEAD, cells, ['left'])}`
}

function allText(source: Source, histories: readonly OrderHistory[]): string {
  if (histories.length === 0) return `${headOf(source)}\nno order was ever intended`
  const lines = histories.map(
    ({ order, filled, steps }) =>
      `${timeText(steps[0]?.at ?? source.at)}  ${order.role} ${order.side} ` +
      `${filled}/${order.quantity} ${plain(nameOf(order.contract))} ${termsText(order)}: ` +
      `${statesText(steps)}  ${pc.dim(plain(order.id))}`,
  )
  return [headOf(source), '', ...lines].join('\n')
}

/** `intent > sending > working 09:31:02 > filled 09:31:05`; a state once, when it was reached. */
function statesText(steps: OrderHistory['steps']): string {
  const reached = steps.filter((step, i) => i === 0 || steps[i - 1]?.to !== step.to)
  return reached.map(({ to, at }) => `${to} ${pc.dim(newYorkTimeText(at))}`).join(' > ')
}

export function historyText({ order, steps, fills, filled }: OrderHistory): string {
  const name = `${order.role} ${order.side} ${order.quantity} ${plain(nameOf(order.contract))}`
  const family = order.structureId === null ? '' : ` of ${plain(order.structureId)}`
  return [
    `${pc.bold(name)} ${termsText(order)} ${order.timeInForce}, ${filled} filled${family}  ` +
      pc.dim(plain(order.id)),
    ...steps.map(({ at, seq, to, text }) => {
      return `  ${timeText(at)}  #${seq}  ${to.padEnd(20)} ${plain(text)}`
    }),
    ...fills.map(({ at, quantity, price, commission, execId }) => {
      const paid =
        commission === null ? 'commission unknown' : `commission $${dollarsText(commission)}`
      const what = `filled ${quantity} at ${dollarsText(price)}, ${paid}`
      return `  ${timeText(at)}  ${what}  ${pc.dim(plain(execId))}`
    }),
  ].join('\n')
}
