import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { UnderlyingKey } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import { accountSummary, TAGS } from '../orders/account-values.ts'
import { ask } from '../session/ask.ts'
import { contractDetails } from '../market/contracts.ts'
import { DAY_TRADES_TAG } from './doctor-account.ts'
import type { GatewayFacts, SymbolFacts } from './doctor-facts.ts'
import { lineFacts } from './doctor-line.ts'
import { historyQuestion } from '../market/history.ts'
import { contractFrom, keyToWire } from '../translate/translate-contract.ts'
import type { Visit } from './visit.ts'

/** Lines open at one time: the bot beside us has the rest of them (P8). */
const LINES = 5

export interface Asking {
  readonly symbols: readonly UnderlyingKey[]
  readonly signal: AbortSignal
}

/** Rights go with the kind of the underlying: one of each tells. */
export function isFirstOfKind(each: SymbolFacts, before: readonly SymbolFacts[]): boolean {
  return each.details.ok && !before.some(({ kind, details }) => kind === each.kind && details.ok)
}

export function accountOf(accounts: readonly string[], configured: string | null): string | null {
  if (configured !== null) return configured
  return accounts.length === 1 ? (accounts[0] ?? null) : null
}

export async function accountRows(
  { connection }: Visit,
  account: string | null,
  signal: AbortSignal,
): Promise<GatewayFacts['account']> {
  if (account === null) return fail('no account is configured, and the Gateway manages several')
  const question = accountSummary(account, `${TAGS},${DAY_TRADES_TAG}`)
  const rows = await ask(connection.requests, question, signal)
  if (!rows.ok) return fail(rows.error.detail)
  return rows.value.length > 0 ? rows : fail(`no value of account ${account} came`)
}

export async function symbolFacts(main: Visit, of: Asking): Promise<readonly SymbolFacts[]> {
  const waiting = [...of.symbols.entries()]
  const found: SymbolFacts[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, key] = next
      found[index] = await symbolFact(main, key, of.signal)
    }
  }
  await Promise.all(Array.from({ length: LINES }, work))
  return found
}

async function symbolFact(
  main: Visit,
  key: UnderlyingKey,
  signal: AbortSignal,
): Promise<SymbolFacts> {
  const { symbol, kind } = key
  const rows = await ask(main.connection.requests, contractDetails(keyToWire(key), 4), signal)
  const none = (text: string): SymbolFacts => {
    return { symbol, kind, details: fail(text), line: null }
  }
  if (!rows.ok) {
    const missing = rows.error.vendorCode === 200
    return none(missing ? `expected one contract for ${symbol}: 200` : rows.error.detail)
  }
  const [details, ...others] = rows.value
  if (details === undefined) return none(`expected one contract for ${symbol}: nothing was found`)
  if (others.length > 0) {
    return none(`expected one contract for ${symbol}: ${rows.value.length} were found`)
  }
  const contract = contractFrom(details, [{ from: price(0), tick: price(details.minTick) }])
  if (!contract.ok) return none(contract.error)
  return { symbol, kind, details: ok(details), line: await lineFacts(main, contract.value, signal) }
}

/** Of the first symbol that is known; what was asked for in epoch seconds must be near now. */
export async function lastBarOf(
  main: Visit,
  symbols: readonly SymbolFacts[],
  { signal }: Asking,
): Promise<Result<EpochMs | null, string>> {
  const details = symbols.find((each) => each.details.ok)?.details
  if (details === undefined || !details.ok) return fail('no contract to ask bars of')
  const contract = contractFrom(details.value, [])
  if (!contract.ok) return fail(contract.error)
  const asked = { contract: contract.value, size: '1m', version: main.connection.version } as const
  const step = { endDateTime: '', duration: '1 D', short: true }
  const bars = await ask(main.connection.requests, historyQuestion(asked, step), signal)
  return bars.ok ? ok(bars.value.at(-1)?.start ?? null) : fail(bars.error.detail)
}
