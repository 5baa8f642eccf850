import { setMaxListeners } from 'node:events'
import type { EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import { accountSummary, TAGS } from './account-values.ts'
import { ask } from './ask.ts'
import { clientIdOf } from './client-ids.ts'
import { contractDetails } from './contracts.ts'
import { DAY_TRADES_TAG } from './doctor-account.ts'
import { tryClientIds } from './doctor-client-ids.ts'
import type { ExamineOptions, Looking } from './doctor-client-ids.ts'
import type { GatewayFacts, SymbolFacts } from './doctor-facts.ts'
import { lineFacts } from './doctor-line.ts'
import { optionFacts } from './doctor-options.ts'
import { historyQuestion } from './history.ts'
import { contractFrom, keyToWire } from './translate-contract.ts'
import { visit, visitShared } from './visit.ts'
import type { Visit, VisitFailure } from './visit.ts'

/** All questions, from the start: the report is due within a minute, whatever the Gateway does. */
const BUDGET_MS = 45_000
/** Lines open at one time: the bot beside us has the rest of them (P8). */
const LINES = 5

export type Examined =
  | { readonly kind: 'seen'; readonly facts: GatewayFacts }
  | ({ readonly kind: 'no-contact' } & VisitFailure)

/** One look at a Gateway: what it shows, and nothing changed there. */
export async function examine(options: ExamineOptions): Promise<Examined> {
  const { clock, connect, wanted } = options
  const shared = visitShared(clock)
  const timeUp = new AbortController()
  setMaxListeners(0, timeUp.signal) // every question waits for it
  const stopBudget = clock.after(BUDGET_MS, () => timeUp.abort())
  const clientId = clientIdOf('doctor', wanted.clientIdBase)
  const first = await visit({ clock, connect, clientId, shared })
  if (first.kind === 'failed') {
    stopBudget()
    return { ...first, kind: 'no-contact' }
  }
  const facts = await look(first.visit, { ...options, shared, signal: timeUp.signal })
  stopBudget()
  first.visit.close()
  return { kind: 'seen', facts }
}

async function look(main: Visit, of: Looking): Promise<GatewayFacts> {
  const { wanted, clock, signal } = of
  const at = clock.now()
  const accounts = main.connection.accounts
  const symbols = symbolFacts(main, of)
  const [ids, account, seen, lastBar] = await Promise.all([
    tryClientIds(main, of),
    accountRows(main, accountOf(accounts, wanted.account), signal),
    symbols,
    symbols.then((all) => lastBarOf(main, all, of)),
  ])
  const asked = seen.filter((each, index) => isFirstOfKind(each, seen.slice(0, index)))
  const options = await Promise.all(asked.map((each) => optionFacts(main, each, of)))
  return {
    hello: main.hello,
    at,
    skewMs: main.skewMs,
    accounts,
    clientIds: ids.facts,
    account,
    symbols: seen,
    options,
    lastBar,
    whatIf: ids.whatIf,
    botRuns: of.bot !== null,
  }
}

/** Rights go with the kind of the underlying: one of each tells. */
function isFirstOfKind(each: SymbolFacts, before: readonly SymbolFacts[]): boolean {
  return each.details.ok && !before.some(({ kind, details }) => kind === each.kind && details.ok)
}

function accountOf(accounts: readonly string[], configured: string | null): string | null {
  if (configured !== null) return configured
  return accounts.length === 1 ? (accounts[0] ?? null) : null
}

async function accountRows(
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

async function symbolFacts(main: Visit, of: Looking): Promise<readonly SymbolFacts[]> {
  const waiting = [...of.wanted.symbols.entries()]
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
async function lastBarOf(
  main: Visit,
  symbols: readonly SymbolFacts[],
  { signal }: Looking,
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
