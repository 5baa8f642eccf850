import { z } from 'zod'
import type { OwnStrategy } from '../config/own-file.ts'
import type { Tradable } from '../domain/contract.ts'
import { amountOf } from '../domain/money.ts'
import type { Structure } from '../domain/position.ts'
import type { Signal } from '../domain/signal.ts'
import { messageOf } from '../journal/files.ts'
import { usableBars } from '../strategy/bars.ts'
import type { Strategy, StrategyView } from '../strategy/strategy.ts'

const reason = z.string().min(1).max(500)
const range = z.strictObject({ min: z.number().min(0), max: z.number() })

/** What a strategy may answer; docs/strategies.md describes it. */
const answer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hold'), reason }),
  z.strictObject({ kind: z.literal('exit'), reason }),
  z.strictObject({
    kind: z.literal('enter'),
    outlook: z.enum(['rise', 'fall', 'range']),
    confidence: z.number().min(0).max(1),
    reason,
    search: z.strictObject({ dte: range, otm: range }).optional(),
  }),
])

/**
 * A user's module as the engine asks strategies: it is shown copies in plain units, and whatever it
 * throws or answers wrongly is a hold that says so. `tell` is told of the first failure of a
 * symbol, and again after it has answered in between.
 */
export function adapted(own: OwnStrategy, tell: (message: string) => void): Strategy {
  const failing = new Set<string>()
  const failed = (symbol: string, why: string): Signal => {
    const text = `${own.name} failed: ${why}`
    if (!failing.has(symbol)) tell(`${symbol}: ${text}; it holds. Look into ${own.file}`)
    failing.add(symbol)
    return { kind: 'hold', reason: `failed: ${why}` }
  }
  return {
    name: own.name,
    needs: own.needs,
    evaluate(view) {
      const bars = usableBars(view.bars, 1)
      if (!bars.ok) return { kind: 'hold', reason: bars.error }
      const said = answered(own, shown(view, bars.value))
      if (!said.ok) return failed(view.symbol, said.error)
      failing.delete(view.symbol)
      return said.value
    },
  }
}

type Said =
  { readonly ok: true; readonly value: Signal } | { readonly ok: false; readonly error: string }

function answered({ evaluate }: OwnStrategy, view: unknown): Said {
  let raw: unknown
  try {
    raw = evaluate(view)
  } catch (error) {
    return { ok: false, error: `it threw ${messageOf(error)}`.slice(0, 300) }
  }
  if (raw instanceof Promise) {
    raw.catch(() => undefined) // nobody waits for it
    return { ok: false, error: 'it answered a promise; expected a signal at once' }
  }
  // A getter of theirs may throw as well.
  try {
    const checked = answer.safeParse(raw)
    if (checked.success) return { ok: true, value: checked.data as Signal }
    const [issue] = checked.error.issues
    const place = ['answer', ...(issue?.path ?? [])].join('.')
    return { ok: false, error: `${place}: ${issue?.message ?? 'ill-typed'}` }
  } catch (error) {
    return { ok: false, error: `its answer threw ${messageOf(error)}`.slice(0, 300) }
  }
}

/** Frozen copies: nothing that they do to it reaches the engine. Prices in dollars. */
function shown(view: StrategyView, bars: StrategyView['bars']): unknown {
  return frozen({
    now: view.now,
    symbol: view.symbol,
    bars: bars.map(({ start, open, high, low, close, volume }) => ({
      start,
      open: amountOf(open),
      high: amountOf(high),
      low: amountOf(low),
      close: amountOf(close),
      volume,
    })),
    held: view.held.map(heldText),
    lastEntryAt: view.lastEntryAt,
    index: view.index === null ? null : amountOf(view.index),
  })
}

function heldText({ strategy, contract, quantity, openPrice, openedAt }: Structure): object {
  return {
    strategy,
    ...contractText(contract),
    quantity,
    openPrice: amountOf(openPrice),
    openedAt,
  }
}

function contractText(contract: Tradable): object {
  if (contract.kind !== 'option') return { kind: contract.kind }
  const { kind, right, strike, expiry } = contract
  return { kind, right, strike: amountOf(strike), expiry }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const each of Object.values(value)) frozen(each)
  return Object.freeze(value)
}
